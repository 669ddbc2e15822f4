"""What a reply earns: by rules only, and never for the number of its lines.

r = [answer right] · (1 − ½ [a line is contradicted]) + 0.05 [exactly one box, at the end].
Filling a reply with true but idle lines earns nothing; a boxed sum instead of its value is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grading import check_answer, check_steps, extract_boxed
from problems.families import GeneratedProblem
from training.programs import last_program, passes

FORMAT = 0.05
FAULT = 0.5  # what a contradicted line takes from a right answer
SHORTER = 0.2  # most that length can shift a right answer's reward

# A value, not an expression that would still have to be worked out.
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|-?\\frac\{\d+\}\{\d+\}")


@dataclass(frozen=True, slots=True)
class Reward:
    """The value of one reply, and where its first contradicted line begins."""

    value: float
    right: bool
    fault: int | None  # character offset of the first contradicted line; None if there is none


def reward(problem: GeneratedProblem, reply: str, *, consistency: bool = True) -> Reward:
    """A program earns by its tests; without `consistency` contradicted lines cost nothing."""
    if problem.kind == "code":
        program = last_program(reply)
        passed = program is not None and passes(program, problem.tests) is True
        return Reward(float(passed) + FORMAT * (reply.count("```") == 2), passed, None)
    box = extract_boxed(reply)
    literal = box is not None and _LITERAL.fullmatch(box.strip()) is not None
    right = literal and check_answer(problem.answer, str(box)).value == "correct"
    fault = first_fault(problem, reply) if consistency else None
    value = (1.0 - FAULT * (fault is not None)) if right else 0.0
    return Reward(value + FORMAT * well_formed(reply), right, fault)


def well_formed(reply: str) -> bool:
    """One box, in the last line."""
    lines = reply.strip().splitlines()
    return bool(lines) and reply.count(r"\boxed{") == 1 and r"\boxed{" in lines[-1]


def first_fault(problem: GeneratedProblem, reply: str) -> int | None:
    """Offset of the first line that a rule contradicts."""
    checks = check_steps(reply, problem.statement)
    bad = [c.line for c in checks if c.status == "contradicted"]
    if not bad:
        return None
    return sum(len(line) + 1 for line in reply.split("\n")[: min(bad)])


def shape_by_length(rewards: Sequence[Reward], lengths: Sequence[int]) -> list[float]:
    """Among the right replies of one group, shorter ones gain what longer ones lose.

    The shifts sum to 0 (the "long to short" rule of VibeThinker-3B, arXiv 2606.16140): with
    s = 1/length, each right reply gets 0.2·(s − mean s)/max|s − mean s|.
    """
    values = [r.value for r in rewards]
    right = [i for i, r in enumerate(rewards) if r.right]
    if len(right) < 2:
        return values
    speed = [1 / max(lengths[i], 1) for i in right]
    middle = sum(speed) / len(speed)
    widest = max(abs(s - middle) for s in speed)
    if widest == 0:
        return values
    for i, s in zip(right, speed, strict=True):
        values[i] += SHORTER * (s - middle) / widest
    return values
