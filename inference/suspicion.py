"""Who may have broken an engine, as the facts in Redis tell it.

An engine that breaks with several generations in it takes them all along, and nothing says which
of them it was. None is charged with a death then: each becomes a suspect (`suspect` is the token
it had reached) and is tried with nobody new beside it (`inference.batch`). Suspected too often, it
is charged all the same, so that what breaks engines only in company comes to an end as well.
"""

from __future__ import annotations

from typing import cast

import redis

from inference import stream

MOST_SUSPICIONS = 5

# KEYS meta, lease · ARGV worker, most -> 1 when the death is not charged. The worker's name goes,
# so that one fall is noted once; a generation that somebody holds or has sealed is left alone.
_FALLEN = """
local m = redis.call('HMGET', KEYS[1], 'worker', 'sealed', 'n')
if m[1] ~= ARGV[1] or m[2] or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'worker', '', 'suspect', m[3])
if redis.call('HINCRBY', KEYS[1], 'suspicions', 1) > tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'released', 1)
return 1
"""


def note(client: redis.Redis, gen: str, n: int) -> bool:
    """An engine broke when this one, still leased, had `n` tokens. False when that has happened
    so often that it counts as a death."""
    pipe = client.pipeline(transaction=True)
    pipe.hset(stream.meta_key(gen), "suspect", str(n))
    pipe.hincrby(stream.meta_key(gen), "suspicions", 1)
    return int(pipe.execute()[1]) <= MOST_SUSPICIONS


def fell_together(client: redis.Redis, gen: str, worker: str) -> bool:
    """This worker went away with others besides `gen` in its hands; True when no death is charged
    for it."""
    keys = (stream.meta_key(gen), stream.lease_key(gen))
    return bool(client.eval(_FALLEN, 2, *keys, worker, str(MOST_SUSPICIONS)))


def give_back(client: redis.Redis, gen: str, worker: str, epoch: int, *, polite: bool) -> bool:
    """Release the lease and take the worker's name away: it still lives, so nothing fell."""
    client.hset(stream.meta_key(gen), "worker", "")
    return stream.release(client, gen, worker, epoch, polite=polite)


def place(client: redis.Redis, gen: str) -> int | None:
    """How many tokens it had when an engine broke with it; None when none did."""
    found = cast("str | None", client.hget(stream.meta_key(gen), "suspect"))
    return None if found is None else int(found)
