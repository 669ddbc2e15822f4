"""The outcome of comparing an answer with the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["correct", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`unknown` means that no rule could decide; it never means wrong."""

    value: Outcome
    reason: str  # one sentence a student understands


def correct(reason: str = "") -> Verdict:
    return Verdict("correct", reason or "This is the answer.")


def wrong(reason: str) -> Verdict:
    return Verdict("wrong", reason)


def unknown(reason: str) -> Verdict:
    return Verdict("unknown", reason)
