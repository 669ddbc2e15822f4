"""Reading a generation's log: entries, the whole text, and the tail a reader lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import redis
import redis.asyncio

from inference.stream import log_key, meta_key

Kind = Literal["d", "claim", "end", "checks"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: `count` tokens from token `base` ("d"), or something that happened."""

    id: str  # Redis stream id
    kind: Kind
    base: int
    count: int
    text: str
    fields: Mapping[str, str]

    @property
    def token_ids(self) -> list[int]:
        joined = self.fields.get("i", "")
        return [int(part) for part in joined.split(",")] if joined else []


def parse(id: str, fields: Mapping[str, str]) -> Entry:
    kind = cast(Kind, fields.get("k", "d"))
    return Entry(
        id, kind, int(fields.get("b", 0)), int(fields.get("c", 0)), fields.get("t", ""), fields
    )


@dataclass(frozen=True, slots=True)
class Meta:
    """The facts of a generation in Redis; `se` is 0 when there are none."""

    se: int
    n: int
    epoch: int
    claims: int
    released: int
    sealed: bool
    cancelled: bool
    reason: str
    sha256: str
    error: str
    usage: str
    worker: str

    @property
    def deaths(self) -> int:
        """Claims that ended without a seal and were not handed over."""
        return self.claims - self.released


def parse_meta(fields: Mapping[str, str]) -> Meta:
    return Meta(
        se=int(fields.get("se", 0)),
        n=int(fields.get("n", 0)),
        epoch=int(fields.get("epoch", 0)),
        claims=int(fields.get("claims", 0)),
        released=int(fields.get("released", 0)),
        sealed="sealed" in fields,
        cancelled="cancelled" in fields,
        reason=fields.get("reason", ""),
        sha256=fields.get("sha256", ""),
        error=fields.get("error", ""),
        usage=fields.get("usage", "{}"),
        worker=fields.get("worker", ""),
    )


def read_meta(client: redis.Redis, gen: str) -> Meta:
    return parse_meta(cast(dict[str, str], client.hgetall(meta_key(gen))))


def read_entries(client: redis.Redis, gen: str) -> list[Entry]:
    """The whole log in order; [] when there is none."""
    rows = cast(list[tuple[str, dict[str, str]]], client.xrange(log_key(gen)))
    return [parse(id, fields) for id, fields in rows]


def join(entries: Iterable[Entry]) -> str:
    return "".join(entry.text for entry in entries if entry.kind == "d")


@dataclass(frozen=True, slots=True)
class Tail:
    """What a reader at token `n` lacks, read in one transaction with the facts.

    `exact` is False when `n` is not a boundary of the log: then the reader needs a snapshot.
    """

    meta: Meta
    entries: tuple[Entry, ...]
    exact: bool
    last_id: str  # read on from here


async def read_tail(client: redis.asyncio.Redis, gen: str, have: int = 0) -> Tail:
    """Entries from token `have` on; walks back from the end so that a short gap reads little."""
    found: list[Entry] = []
    page = 64
    async with client.pipeline(transaction=True) as pipe:
        pipe.hgetall(meta_key(gen))
        pipe.xrevrange(log_key(gen), count=page)
        fields, rows = cast(Any, await pipe.execute())
    last_id = rows[0][0] if rows else "0"
    while rows:
        found.extend(parse(id, entry) for id, entry in rows)
        oldest = [entry for entry in found if entry.kind == "d"]
        if len(rows) < page or (have and oldest and oldest[-1].base <= have):
            break
        page = 1000
        rows = cast(Any, await client.xrevrange(log_key(gen), max=f"({rows[-1][0]}", count=page))
    found.reverse()
    deltas = [entry for entry in found if entry.kind == "d"]
    exact = have == 0 or any(e.base == have or e.base + e.count == have for e in deltas)
    kept = tuple(e for e in found if e.kind != "d" or e.base + e.count > have)
    return Tail(parse_meta(fields), kept, exact, last_id)
