"""NuminaMath-1.5 and its supersets such as OpenR1-Math (Apache-2.0 by their cards)."""

from __future__ import annotations

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

# How hard the problems of each of its sources usually are, from 1 to 4.
LEVELS = {
    "orca_math": 1,
    "metamath": 1,
    "gsm8k": 1,
    "cn_k12": 2,
    "synthetic_math": 2,
    "synthetic_amc": 2,
    "amc_aime": 3,
    "cn_contest": 3,
    "aops_forum": 3,
    "number_theory": 3,
    "olympiads": 4,
    "olympiads_ref": 4,
    "inequalities": 4,
}


class NuminaMath:
    name = "NuminaMath-1.5"

    def matches(self, record: Record) -> bool:
        return "problem" in record and bool(
            record.keys() & {"problem_type", "question_type", "problem_is_valid"}
        )

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        statement = text_of(record, "problem")
        answer = without_dollars(text_of(record, "answer"))
        asked = text_of(record, "question_type")
        valid = text_of(record, "problem_is_valid") or "Yes"
        if valid.lower() not in ("yes", "true"):
            raise Skip(f"its own card marks the problem as not valid ({valid})")
        if asked == "proof" or answer.lower() == "proof":
            raise Skip("a proof: there is no answer to compare with")
        if answer.lower() in ("", "notfound"):
            raise Skip("no reference answer")
        origin = text_of(record, "source")
        return ProblemRow(
            slug=slug_by_content("numina", statement),
            title=title_of(statement),
            kind="math",
            level=LEVELS.get(origin, 3),
            problem=statement,
            topics=topics_of(text_of(record, "problem_type"), origin),
            solution=text_of(record, "solution"),
            answer=answer,
            answer_kind="choice" if asked == "MCQ" else "auto",
            problem_type=text_of(record, "problem_type"),
            question_type=asked,
            source=defaults.source or f"NuminaMath-1.5 {origin}".strip(),
            licence=text_of(record, "licence", "license") or defaults.licence or "Apache-2.0",
            problem_is_valid="Yes",
            solution_is_valid=text_of(record, "solution_is_valid") or "Yes",
            synthetic=str(record.get("synthetic", "")).lower() in ("true", "yes", "1"),
            line=line,
        )
