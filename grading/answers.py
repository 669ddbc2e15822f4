"""Compares a student's or the model's answer with the reference answer."""

from __future__ import annotations

import re
from fractions import Fraction

from grading.boxed import extract_boxed
from grading.verdicts import Verdict, correct, unknown, wrong


def _literal(text: str) -> Fraction | None:
    text = text.strip().strip("$").strip().replace("−", "-").replace("{,}", "")
    text = re.sub(r"\\[dt]frac", r"\\frac", text)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    match = re.fullmatch(r"([+-]?)\\frac\{([+-]?\d+)\}\{(\d+)\}", text)
    if match:
        text = f"{match[1]}{match[2]}/{match[3]}"
    if re.fullmatch(r"[+-]?\d{1,200}(/\d{1,200}|\.\d{1,200})?", text):
        try:
            return Fraction(text)
        except ZeroDivisionError:
            return None
    return None


def check_answer(gold: str, answer: str, kind: str = "auto") -> Verdict:
    """Judge `answer` against `gold`."""
    boxed = extract_boxed(answer)
    given = _literal(boxed if boxed is not None else answer)
    wanted = _literal(extract_boxed(gold) or gold)
    if given is not None and wanted is not None:
        return correct() if given == wanted else wrong("The value is different.")
    if (boxed or answer).strip() == gold.strip():
        return correct()
    return unknown("This form of answer cannot be compared yet.")


def read_answer(text: str) -> str:
    """LaTeX of how the text is read; empty when it is not understood."""
    return text if _literal(text) is not None else ""
