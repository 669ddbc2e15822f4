"""How published figures were measured, so that they can be measured again the same way.

VibeThinker-1.5B (arXiv 2511.06221): mean pass@1 over 64 replies to each problem of AIME 2024, AIME
2025 and HMMT February 2025, and over 8 to each of the 131 problems of LiveCodeBench v6 (2025-02-01
to 2025-05-01); nucleus 0.95, no top-k, temperature 1.0 for mathematics and 0.6 for programs, at
most 40,960 tokens, everything in one user message. The request for the format of a program is
LiveCodeBench's own (lcb_runner/prompts/code_generation.py); the report names it and does not
print it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from problems.prompts import Kind, Turn, build_messages

BOXED = r"Let's think step by step and output the final answer within \boxed{}."
PROGRAMMER = (
    "You are an expert Python programmer. You will be given a question (problem specification) "
    "and will generate a correct Python program that matches the specification and passes all "
    "tests."
)
FORMAT = (
    "Read the inputs from stdin solve the problem and write the answer to stdout (do not directly "
    "test on the sample inputs). Enclose your code within delimiters as follows. Ensure that when "
    "the python program runs, it reads the inputs, runs the algorithm and writes output to STDOUT."
)


@dataclass(frozen=True, slots=True)
class Draws:
    """How often and how warmly each problem of one kind is asked."""

    samples: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Protocol:
    """One published way to measure, and what it gave: mean pass@1 by the name of the set."""

    name: str
    draws: Mapping[Kind, Draws]
    top_p: float
    max_tokens: int
    published: Mapping[str, float]
    ours: bool = False  # asked in this project's own words

    def messages(self, kind: Kind, statement: str) -> list[Turn]:
        """One user message and no system message, or exactly what the tutor asks."""
        if self.ours:
            return build_messages(kind, statement)
        text = f"{statement.strip()} {BOXED}"
        if kind == "code":
            text = (
                f"{PROGRAMMER}\n\n### Question:\n{statement.strip()}\n\n### Format: {FORMAT}\n"
                "```python\n# YOUR CODE HERE\n```\n\n"
                "### Answer: (use the provided format with backticks)\n\n"
            )
        return [{"role": "user", "content": text}]


VIBETHINKER = Protocol(
    name="vibethinker",
    draws={"math": Draws(64, 1.0), "code": Draws(8, 0.6)},
    top_p=0.95,
    max_tokens=40_960,
    published={"aime24": 0.803, "aime25": 0.744, "hmmt25": 0.504, "lcb6": 0.511},
)
SERVED = Protocol(  # as the tutor asks the small model: greedily
    name="served",
    draws={"math": Draws(1, 0.0), "code": Draws(1, 0.0)},
    top_p=1.0,
    max_tokens=720,
    published={},
    ours=True,
)
PROTOCOLS = {p.name: p for p in (VIBETHINKER, SERVED)}
