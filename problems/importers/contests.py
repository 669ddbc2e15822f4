"""Contest collections: OlympiadBench, AMC pages, MathArena. Their problems belong to their
organisers, so they are read from local files and never shipped."""

from __future__ import annotations

import re

from problems.importers.base import (
    Defaults,
    Record,
    slug_by_content,
    slug_of,
    text_of,
    title_of,
    topics_of,
    without_dollars,
)
from problems.rows import ProblemRow, Skip

_FIGURE = re.compile(r"<img_\d+>|!\[[^\]]*\]\([^)]*\)|<ImageHere>")


class OlympiadBench:
    """question, solution[], final_answer[], answer_type, is_multiple_answer, unit, subfield."""

    name = "OlympiadBench"

    def matches(self, record: Record) -> bool:
        return {"question", "final_answer", "answer_type"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        statement = "\n\n".join(filter(None, (text_of(record, "context"), record["question"])))
        answers = record["final_answer"] or []
        if not answers:
            raise Skip("a proof: there is no answer to compare with")
        if _FIGURE.search(statement):
            raise Skip("the statement needs a figure that is not in the file")
        subject = text_of(record, "subfield", "subject")
        number = record.get("id")
        return ProblemRow(
            slug=slug_of("olympiadbench", number)
            if number is not None
            else slug_by_content("olympiadbench", statement),
            title=title_of(statement),
            kind="math",
            level=4 if subject in ("Combinatorics", "Number Theory") else 3,
            problem=statement.strip(),
            topics=topics_of(subject),
            solution="\n\n".join(_FIGURE.sub("(figure)", part) for part in record["solution"]),
            answer=without_dollars(", ".join(str(answer) for answer in answers)),
            problem_type=subject,
            question_type=text_of(record, "answer_type"),
            source=defaults.source or "OlympiadBench",
            licence=text_of(record, "licence", "license") or defaults.licence,
            line=line,
        )


_SUM_OF_MONEY = re.compile(r"\$\$(\d[\d.,]*)\$(?!\$)")  # "$$43$", a price that would open a display


class Amc:
    """problem, answer, and the address of the page that names contest, year and number."""

    name = "AMC"
    _PAGE = re.compile(r"(?P<year>\d{4})_(?P<contest>A[A-Z]+_\w+)_Problems/Problem_(?P<number>\d+)")

    def matches(self, record: Record) -> bool:
        return {"problem", "answer", "url"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        statement = _SUM_OF_MONEY.sub(r"\\$\1", text_of(record, "problem"))
        page = self._PAGE.search(str(record["url"]))
        contest = page["contest"].replace("_", " ") if page else ""
        number = int(page["number"]) if page else 0
        return ProblemRow(
            slug=slug_of(contest, page["year"], number)
            if page
            else slug_by_content("amc", statement),
            title=f"{contest} {page['year']}, problem {number}" if page else title_of(statement),
            kind="math",
            level=2 + (number > 10) + (number > 20),
            problem=statement,
            solution=text_of(record, "solution"),
            answer=without_dollars(text_of(record, "answer")),
            source=defaults.source or (f"{contest} {page['year']}" if page else "AMC"),
            licence=text_of(record, "licence", "license") or defaults.licence,
            line=line,
        )


class MathArena:
    """problem_idx, problem, answer."""

    name = "MathArena"

    def matches(self, record: Record) -> bool:
        return {"problem_idx", "problem", "answer"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        statement = text_of(record, "problem")
        contest = defaults.name.replace("_", " ")
        headings = record.get("problem_type") or ""
        return ProblemRow(
            slug=slug_of(contest, record["problem_idx"]),
            title=f"{contest}, problem {record['problem_idx']}"[:120],
            kind="math",
            level=3,
            problem=statement,
            topics=topics_of(*([headings] if isinstance(headings, str) else headings)),
            answer=without_dollars(text_of(record, "answer")),
            source=defaults.source or contest,
            licence=text_of(record, "licence", "license") or defaults.licence or "CC-BY-NC-SA-4.0",
            line=line,
        )
