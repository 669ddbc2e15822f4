"""What the model may be asked: English, mathematics and programming. The rest is refused kindly.

`examine` decides by rules alone, the same text always the same way, without network or model of
language beyond py3langid's table of letter groups. It sees the statement only; nothing it says
depends on who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from problems.restraint.language import foreign_language
from problems.restraint.masking import take_apart
from problems.restraint.subject import ENOUGH, asks_for_something_else, score

__all__ = ["MAX_LENGTH", "Examination", "examine"]

MAX_LENGTH = 8_000  # characters; the longest contest statements measured have about 2,400
Code = Literal["", "language", "subject", "length", "empty"]


@dataclass(frozen=True, slots=True)
class Examination:
    """Whether the text may be sent to the model; if not, a code and a sentence for the reader."""

    ok: bool
    code: Code = ""
    reason: str = ""


def examine(text: str, kind: str = "") -> Examination:
    """Refuse what the model was not made for. `kind` ("math", "code", "") only words the advice."""
    if not text.strip():
        return Examination(False, "empty", "There is nothing here yet. Write or paste a problem.")
    if len(text) > MAX_LENGTH:
        return Examination(
            False,
            "length",
            f"This has {len(text):,} characters, and at most {MAX_LENGTH:,} fit. "
            "Keep the problem itself and leave out what surrounds it.",
        )
    parts = take_apart(text)
    if language := foreign_language(parts.prose, parts.words, with_code=parts.code > 0):
        return Examination(
            False,
            "language",
            f"Part of this seems to be {language}. The model works reliably in English only: "
            "put the problem in English, and keep its formulas as they are.",
        )
    if asks_for_something_else(parts.prose):
        return Examination(
            False,
            "subject",
            "This asks for something besides a problem. The model only works on mathematics and "
            "programming: keep the problem and leave the other request out.",
        )
    if score(parts) < ENOUGH:
        wanted = {"math": "in mathematics", "code": "in programming"}.get(
            kind, "in mathematics or programming"
        )
        return Examination(
            False,
            "subject",
            f"No problem {wanted} was found here, and the model is made for nothing else. State "
            "what is given and what is to be found, with its numbers, formulas or input.",
        )
    return Examination(True)
