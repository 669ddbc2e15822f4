"""The example that closes the statement of a generated program: written, and found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NEWLINE = "\n"


def example(given: str, output: str) -> str:
    """The closing lines of a statement that tell one input and its output."""
    return f"\nExample input:\n{given.rstrip(NEWLINE)}\nExample output:\n{output.rstrip(NEWLINE)}"


def without_example(statement: str, samples: Sequence[Mapping[str, str]]) -> str:
    """The statement without its example, when that is the first of the samples."""
    if not samples:
        return statement
    tail = example(samples[0]["input"], samples[0]["output"])
    return statement.rstrip().removesuffix(tail.rstrip())
