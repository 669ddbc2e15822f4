"""One row at a time: its texts put in order, and whether it is a problem at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from grading import check_answer
from problems.schema import ProblemRow
from training.duplicates import words

SHORTEST = 20  # characters of a statement worth keeping

_EDGE = re.compile(r"\b(?:edge|corner|boundary)[ -]cases?\b", re.IGNORECASE)
_COMPLEXITY = re.compile(r"\bcomplexity\b|\bO\([^)]+\)", re.IGNORECASE)
_ANNOTATION = re.compile(r"<<[^<>]*>>")


def normalise(row: ProblemRow) -> ProblemRow:
    """NFC, no calculator annotations, single spaces, at most one empty line.

    Texts about programs keep their spaces: indentation and sample input mean something.
    """
    clean = _clean_code if row.kind == "code" else _clean
    return replace(row, problem=clean(row.problem), solution=clean(row.solution))


def _clean_code(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _clean(text: str) -> str:
    text = _ANNOTATION.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(s.strip() for s in text.split("\n"))).strip()


def is_invalid(row: ProblemRow) -> bool:
    """Marked invalid, or without an answer that the rules can judge against itself."""
    if row.problem_is_valid != "Yes" or row.solution_is_valid not in ("Yes", ""):
        return True
    if row.kind == "code":
        return not row.tests and not row.samples
    return check_answer(row.answer, row.answer).value != "correct"


def is_trivial(row: ProblemRow) -> bool:
    """Too short to be a problem, or a solution that only repeats the answer."""
    return len(row.problem) < SHORTEST or (row.kind == "math" and only_answer(row))


def only_answer(row: ProblemRow) -> bool:
    """Whether the solution says the answer and nothing else."""
    return bool(row.solution) and words(row.solution) == words(row.answer)


def has_edge_cases(row: ProblemRow) -> bool:
    """Whether the solution of a program speaks of its edge cases."""
    return _EDGE.search(row.solution) is not None


def has_complexity(row: ProblemRow) -> bool:
    """Whether the solution of a program says what it costs."""
    return _COMPLEXITY.search(row.solution) is not None
