"""Sets of problems with reasoning: DeepMath, DeepScaleR, OpenMathReasoning, grade-school sums."""

from __future__ import annotations

import re

from problems.importers.base import (
    Defaults,
    Record,
    slug_by_content,
    text_of,
    title_of,
    topics_of,
    without_dollars,
)
from problems.rows import ProblemRow, Skip


class DeepMath:
    """DeepMath-103K: question, final_answer, difficulty, topic, r1_solution_1 … (MIT)."""

    name = "DeepMath"

    def matches(self, record: Record) -> bool:
        return {"question", "final_answer"} <= record.keys() and "answer_type" not in record

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        difficulty = float(record.get("difficulty", 5))
        return _row(
            record,
            line,
            defaults,
            prefix="deepmath",
            level=1 + sum(difficulty >= bound for bound in (3, 5, 7)),
            statement=text_of(record, "question"),
            answer=text_of(record, "final_answer"),
            solution=text_of(record, "r1_solution_1", "r1_solution_2", "r1_solution_3"),
            subject=text_of(record, "topic"),
            source="DeepMath-103K",
            licence="MIT",
        )


class DeepScaleR:
    """DeepScaleR-Preview and plain rows of problem, answer, solution (MIT by its card)."""

    name = "DeepScaleR"

    def matches(self, record: Record) -> bool:
        return {"problem", "answer"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        return _row(
            record,
            line,
            defaults,
            prefix=defaults.name or "row",
            level=3,
            statement=text_of(record, "problem"),
            answer=text_of(record, "answer"),
            solution=text_of(record, "solution"),
            subject=text_of(record, "topic", "subject", "type"),
            source=defaults.name,
            licence="",
        )


class OpenMathReasoning:
    """problem, expected_answer, generated_solution, several rows a problem (CC-BY-4.0)."""

    name = "OpenMathReasoning"

    def matches(self, record: Record) -> bool:
        return {"problem", "expected_answer"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        if text_of(record, "inference_mode") == "genselect":
            raise Skip("a choice between solutions, not a solution")
        if text_of(record, "problem_type") not in ("", "has_answer_extracted"):
            raise Skip("no reference answer was extracted")
        rate = text_of(record, "pass_rate_72b_tir")
        known = re.fullmatch(r"[01](\.\d+)?", rate)
        return _row(
            record,
            line,
            defaults,
            prefix="omr",
            level=1 + sum(float(rate) <= bound for bound in (0.9, 0.6, 0.3)) if known else 3,
            statement=text_of(record, "problem"),
            answer=text_of(record, "expected_answer"),
            solution=text_of(record, "generated_solution"),
            subject="",
            source=f"OpenMathReasoning {text_of(record, 'problem_source')}".strip(),
            licence="CC-BY-4.0",
        )


class SchoolMath:
    """Grade-school sums: question, and an answer whose last line is `#### 42` (MIT)."""

    name = "GSM8K"

    def matches(self, record: Record) -> bool:
        return "question" in record and "####" in str(record.get("answer", ""))

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        worked, _, answer = str(record["answer"]).rpartition("####")
        return _row(
            record,
            line,
            defaults,
            prefix="gsm8k",
            level=1,
            statement=text_of(record, "question"),
            answer=answer.strip().replace(",", ""),
            solution=re.sub(r"<<.*?>>", "", worked).strip(),
            subject="algebra",
            source="GSM8K",
            licence="MIT",
        )


def _row(
    record: Record,
    line: int,
    defaults: Defaults,
    *,
    prefix: str,
    level: int,
    statement: str,
    answer: str,
    solution: str,
    subject: str,
    source: str,
    licence: str,
) -> ProblemRow:
    return ProblemRow(
        slug=slug_by_content(re.sub(r"[^a-z0-9]+", "-", prefix.lower()).strip("-")[:60], statement),
        title=title_of(statement),
        kind="math",
        level=level,
        problem=statement,
        topics=topics_of(subject),
        solution=solution,
        answer=without_dollars(answer),
        problem_type=subject,
        source=text_of(record, "source") or defaults.source or source,
        licence=text_of(record, "licence", "license") or defaults.licence or licence,
        line=line,
    )
