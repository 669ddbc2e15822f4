"""What the model is told: one fixed system prompt per kind of problem, and a request's layout.

The worker sends exactly these messages and training uses exactly these messages, so that the
model is always asked in the words it learned. No user can remove or extend the system prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

Kind = Literal["math", "code"]

SYSTEM_PROMPTS: dict[Kind, str] = {
    "math": r"Solve the problem step by step. Put the final answer in \boxed{}.",
    "code": "Solve the problem step by step. Write one Python program that reads standard input.",
}


class Turn(TypedDict):
    """The shape of `inference.protocol.Message`, without importing it."""

    role: Literal["system", "user", "assistant"]
    content: str


def build_messages(
    kind: Kind, statement: str, *, earlier: Sequence[str] = (), hint: str = ""
) -> list[Turn]:
    """The system prompt and one user turn.

    `earlier` are excerpts of the student's own trails. They stand before the problem, quoted line
    by line with "> ", so that nothing in them can pass for the problem or for an instruction.
    `hint` is a line of advice that follows the statement.
    """
    parts = []
    for excerpt in earlier:
        quoted = "\n".join(f"> {line}" for line in excerpt.splitlines())
        parts.append(f"Earlier work:\n{quoted}")
    parts.append(statement.strip())
    if hint:
        parts.append(f"Hint: {hint.strip()}")
    return [
        {"role": "system", "content": SYSTEM_PROMPTS[kind]},
        {"role": "user", "content": "\n\n".join(parts)},
    ]
