"""What a worker writes that nothing happens to: the oracle of every fault."""

from __future__ import annotations

from inference.protocol import Message
from inference.scripted import script

LEASE_MS = "1600"  # a quarter of the usual, so that tests need not wait so long for it


def written(statement: str, seed: int, tokens: int, answer: str) -> str:
    message = Message(role="user", content=statement)
    return "".join(script([message], seed, tokens, answer))
