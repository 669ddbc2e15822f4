"""What is said about one line of working."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["checked", "contradicted", "unchecked"]


@dataclass(frozen=True, slots=True)
class Check:
    """The judgement of one line.

    `line` counts from 0 in the whole text; `status` says what a rule could establish; `reason`
    names
    the values in words a student understands. Nothing is ever "contradicted" because it was not
    understood: that is "unchecked".
    """

    line: int
    status: Status
    reason: str
