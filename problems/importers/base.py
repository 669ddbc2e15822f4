"""What the importers share: reading single fields, titles, slugs, topics and levels."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from problems.rows import MAX_SLUG, MAX_TITLE, Case

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What stands in where a row says nothing of its own."""

    licence: str = ""
    source: str = ""
    name: str = ""  # of the file, without its ending


# Subject headings of the published sets and the topics of this project.
TOPICS = {
    "algebra": "Algebra",
    "inequalities": "Algebra",
    "calculus": "Algebra",
    "precalculus": "Algebra",
    "number theory": "Number theory",
    "combinatorics": "Combinatorics",
    "discrete mathematics": "Combinatorics",
    "logic and puzzles": "Combinatorics",
    "counting": "Combinatorics",
    "geometry": "Geometry",
    "trigonometry": "Geometry",
    "probability": "Probability",
    "statistics": "Probability",
    "sequences": "Sequences",
    "series": "Sequences",
}


def topics_of(*headings: str) -> tuple[str, ...]:
    """This project's topics named in free subject headings, in order, each once."""
    found: dict[str, None] = {}
    for heading in headings:
        words = heading.lower().replace("_", " ")
        found.update((topic, None) for name, topic in TOPICS.items() if name in words)
    return tuple(found)


def text_of(record: Record, *names: str) -> str:
    """The first of these fields that holds something, as text without outer space."""
    for name in names:
        value = record.get(name)
        if value not in (None, "", []):
            return number_text(value).strip()
    return ""


def number_text(value: Any) -> str:
    """A JSON value as a person writes it: 27.0 is 27, 0.50 is 0.5."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        plain = format(Decimal(repr(value)).normalize(), "f")
        return plain if plain != "-0" else "0"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def without_dollars(answer: str) -> str:
    r"""An answer without the signs that only set it as mathematics: `$\frac12$` is `\frac12`."""
    bare = re.sub(r"(?<!\\)\$+", "", answer).strip()
    inner = re.fullmatch(r"\\\((.*)\\\)|\\\[(.*)\\\]", bare, re.S)
    return next(part for part in inner.groups() if part is not None).strip() if inner else bare


def slug_of(*parts: object) -> str:
    """Small letters, digits and hyphens."""
    words = re.findall(r"[a-z0-9]+", " ".join(str(part) for part in parts).lower())
    return "-".join(words)[:MAX_SLUG].strip("-")


def slug_by_content(prefix: str, statement: str) -> str:
    """The same statement always gets the same slug, so that importing twice changes nothing."""
    return f"{prefix}-{hashlib.sha256(' '.join(statement.split()).encode()).hexdigest()[:12]}"


_FORMULA = re.compile(r"\$\$(.*?)\$\$|\$(.*?)\$|\\\((.*?)\\\)|\\\[(.*?)\\\]", re.S)


def _plain_formula(formula: re.Match[str]) -> str:
    inner = next(part for part in formula.groups() if part is not None).strip()
    return inner if re.fullmatch(r"[\w+=(),.:< -]{1,16}", inner) else "…"


def title_of(statement: str) -> str:
    """The first words of a statement that has no title of its own, larger formulas left out."""
    words = _FORMULA.sub(_plain_formula, statement)
    words = re.sub(r"[\\#*_`{}<>]", " ", words)
    words = re.sub(r"\s+", " ", re.sub(r"…(\s*…)+", "…", words)).strip()
    if len(words) > 60:
        words = words[:60].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"
    return words[:MAX_TITLE] or "Untitled"


def cases_of(value: Any, name: str) -> tuple[Case, ...]:
    """[{input, output}, …] or its JSON text."""
    if isinstance(value, str):
        value = json.loads(value) if value.strip() else []
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError(f"{name} is not a list of {{input, output}}")
    cases = []
    for number, case in enumerate(value, 1):
        if not isinstance(case, dict) or not {"input", "output"} <= case.keys():
            raise ValueError(f"{name}, item {number}: expected {{input, output}}")
        if not isinstance(case["input"], str) or not isinstance(case["output"], str):
            raise ValueError(f"{name}, item {number}: input and output must be text")
        cases.append(Case(case["input"], case["output"]))
    return tuple(cases)
