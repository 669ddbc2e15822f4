"""Programming sets: TACO (question, input_output, solutions) and OpenCodeReasoning."""

from __future__ import annotations

import json
from typing import Any

from problems.importers.base import Defaults, Record, slug_by_content, text_of, title_of
from problems.rows import Case, ProblemRow, Skip

_LEVELS = {
    "easy": 1,
    "introductory": 1,
    "medium": 2,
    "interview": 2,
    "medium_hard": 3,
    "hard": 3,
    "very_hard": 4,
    "competition": 4,
}
# TACO's tags and this project's topics.
_TOPICS = {
    "dynamic programming": "Dynamic programming",
    "dp": "Dynamic programming",
    "graph": "Graphs",
    "tree": "Graphs",
    "greedy": "Greedy",
    "sort": "Sorting",
    "string": "Strings",
    "number theory": "Number theory",
    "math": "Number theory",
    "geometry": "Geometry",
}


class Taco:
    """question, solutions (JSON), starter_code, input_output (JSON), difficulty, tags."""

    name = "TACO"

    def matches(self, record: Record) -> bool:
        return {"question", "input_output"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        cases = _parsed(record["input_output"]) or {}
        if cases.get("fn_name") or text_of(record, "starter_code"):
            raise Skip("asks for a function; programs here read standard input")
        pairs = list(zip(cases.get("inputs", []), cases.get("outputs", []), strict=True))
        if not pairs:
            raise Skip("no tests, so no program could be judged")
        statement = text_of(record, "question")
        solutions = _parsed(record.get("solutions")) or []
        return ProblemRow(
            slug=slug_by_content("taco", statement),
            title=text_of(record, "name", "title") or title_of(statement),
            kind="code",
            level=_LEVELS.get(text_of(record, "difficulty").lower(), 2),
            problem=statement,
            topics=_topics(record),
            reference=str(solutions[0]) if solutions else "",
            tests=tuple(Case(_lines(given), _lines(wanted)) for given, wanted in pairs),
            source=defaults.source or f"TACO {text_of(record, 'source')}".strip(),
            licence=text_of(record, "licence", "license") or defaults.licence or "Apache-2.0",
            line=line,
        )


class OpenCodeReasoning:
    """id, input (statement), output (reasoning), solution, source, license (CC-BY-4.0).

    It has no tests: such rows serve training, and in a class their programs stay unjudged.
    """

    name = "OpenCodeReasoning"

    def matches(self, record: Record) -> bool:
        return {"input", "output", "solution"} <= record.keys() and "prompt" not in record

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        statement = text_of(record, "input")
        if len(statement) < 20:
            raise Skip("the statement is a placeholder for another set's row")
        origin = text_of(record, "dataset", "source")
        return ProblemRow(
            slug=slug_by_content("ocr", statement),
            title=title_of(statement),
            kind="code",
            level=_LEVELS.get(text_of(record, "difficulty").lower(), 3),
            problem=statement,
            solution=text_of(record, "output"),
            reference=text_of(record, "solution"),
            source=defaults.source or f"OpenCodeReasoning {origin}".strip(),
            licence=text_of(record, "license", "licence") or defaults.licence or "CC-BY-4.0",
            line=line,
        )


def _parsed(value: Any) -> Any:
    """Fields that some editions keep as JSON text."""
    return json.loads(value) if isinstance(value, str) and value.strip() else value


def _lines(value: Any) -> str:
    text = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if text.endswith("\n") else text + "\n"


def _topics(record: Record) -> tuple[str, ...]:
    tags = " ".join(str(record.get(name) or "") for name in ("tags", "skill_types", "raw_tags"))
    return tuple(dict.fromkeys(topic for tag, topic in _TOPICS.items() if tag in tags.lower()))
