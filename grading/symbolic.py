"""Symbolic comparison with math-verify, for what our own rules cannot read.

Runs only inside a pool worker: sums, integrals and the like may take any time and memory.
"""

from __future__ import annotations


def equivalent(gold: str, answer: str) -> bool:
    """Whether math-verify finds both equal; its own time-outs are off, the pool has them."""
    from math_verify import parse, verify

    a = parse(_dollars(gold), parsing_timeout=None)
    b = parse(_dollars(answer), parsing_timeout=None)
    if not a or not b:
        return False
    return bool(verify(a, b, timeout_seconds=None))


def _dollars(text: str) -> str:
    return text if "$" in text or "\\boxed" in text else f"${text}$"


def warm_up() -> None:
    """Import and use everything once, before the first question."""
    equivalent("1", "1")
