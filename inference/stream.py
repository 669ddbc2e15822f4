"""The Redis side of a generation: keys, and the scripts that say who may write what.

`gen:{id}` holds the facts (epoch, n, se, cancelled, sealed …), `log:{id}` is the ordered log of
what was written, `lease:{id}` names the worker that may write, `spec:{id}` is the job. Every
write goes through a script that compares the epoch, so a worker that lost its lease without
noticing cannot add a token. Scripts are sent whole (EVAL), because a restarted server forgets them.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qs, urlsplit

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

# A dead worker's generation is free again after this.
LEASE_MS = int(os.environ.get("THINKTRAIL_LEASE_MS", "6000"))
# A generation that took this many engines with it is not tried again.
MOST_DEATHS = 3
KEEP_S = 2 * 24 * 3600  # unfinished business is forgotten after two days
SETTLED_S = 3600  # a settled log stays this long for readers that were on it
NEWS = "news"  # what every web process must hear at once
NEWS_KEPT = 1000
WORKERS = "workers"  # sorted set: worker id -> when its announcement ends (unix seconds)

Claim = Literal["ok", "busy", "sealed", "missing"]


def spec_key(gen: str) -> str:
    return f"spec:{gen}"


def meta_key(gen: str) -> str:
    return f"gen:{gen}"


def log_key(gen: str) -> str:
    return f"log:{gen}"


def lease_key(gen: str) -> str:
    return f"lease:{gen}"


def worker_key(worker: str) -> str:
    return f"worker:{worker}"


def fresh_se() -> int:
    """A number for a new log, larger than that of any log lost before (milliseconds)."""
    return int(time.time() * 1000)


def default_url() -> str:
    """REDIS_URL, else the embedded server's socket in the data folder."""
    data = Path(os.environ.get("THINKTRAIL_DATA", "var")).resolve()
    return os.environ.get("REDIS_URL") or f"unix://{data / 'valkey' / 'valkey.sock'}"


def broker_url(redis_url: str) -> str:
    """Celery's name for the same server: kombu knows sockets only as redis+socket://."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    db = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={db}"


def connect(redis_url: str, *, timeout: float = 5.0) -> redis.Redis:
    """A client that answers or raises within `timeout` seconds; callers decide on retries."""
    return redis.Redis.from_url(
        redis_url,
        decode_responses=True,
        protocol=2,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


def connect_async(redis_url: str, *, timeout: float | None = 5.0) -> redis.asyncio.Redis:
    """The same for an event loop; pass None for the connection that blocks in XREAD."""
    from redis.asyncio.retry import Retry as AsyncRetry

    return redis.asyncio.Redis.from_url(
        redis_url,
        decode_responses=True,
        protocol=2,
        socket_timeout=timeout,
        socket_connect_timeout=5.0,
        retry=AsyncRetry(NoBackoff(), 0),
    )


# KEYS meta, log, lease · ARGV worker, lease ms, keep s
_CLAIM = """
local m = redis.call('HMGET', KEYS[1], 'se', 'sealed', 'n')
if not m[1] then return {'missing', 0, 0} end
if m[2] then return {'sealed', 0, 0} end
if redis.call('EXISTS', KEYS[3]) == 1 then return {'busy', 0, 0} end
local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HINCRBY', KEYS[1], 'claims', 1)
redis.call('HSET', KEYS[1], 'worker', ARGV[1])
redis.call('SET', KEYS[3], ARGV[1] .. ':' .. epoch, 'PX', ARGV[2])
redis.call('XADD', KEYS[2], '*', 'k', 'claim', 'e', epoch)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return {'ok', epoch, tonumber(m[3])}
"""
# KEYS meta, lease · ARGV worker, epoch, lease ms -> 0 lost, 1 renewed, 2 renewed and cancelled
_RENEW = """
local m = redis.call('HMGET', KEYS[1], 'epoch', 'sealed', 'cancelled')
if m[1] ~= ARGV[2] then return 0 end
if m[2] then return 1 end
redis.call('SET', KEYS[2], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return m[3] and 2 or 1
"""
# KEYS meta, log · ARGV epoch, base, count, ids, text
_APPEND = """
local m = redis.call('HMGET', KEYS[1], 'epoch', 'n', 'sealed', 'cancelled')
if m[1] ~= ARGV[1] or m[3] then return {'fenced', 0} end
if m[4] then return {'cancelled', tonumber(m[2])} end
if m[2] ~= ARGV[2] then return {'gap', tonumber(m[2])} end
redis.call('XADD', KEYS[2], '*', 'b', ARGV[2], 'c', ARGV[3], 'i', ARGV[4], 't', ARGV[5],
           'e', ARGV[1])
return {'ok', redis.call('HINCRBY', KEYS[1], 'n', ARGV[3])}
"""
# KEYS meta, log, lease · ARGV epoch, n, reason, sha256, error, usage, keep s
_SEAL = """
local m = redis.call('HMGET', KEYS[1], 'epoch', 'n', 'sealed')
if m[1] ~= ARGV[1] or m[3] then return {'fenced', 0} end
if m[2] ~= ARGV[2] then return {'gap', tonumber(m[2])} end
redis.call('XADD', KEYS[2], '*', 'k', 'end', 'n', ARGV[2], 'reason', ARGV[3], 'sha256', ARGV[4],
           'error', ARGV[5], 'usage', ARGV[6], 'e', ARGV[1])
redis.call('HSET', KEYS[1], 'sealed', 1, 'reason', ARGV[3], 'sha256', ARGV[4],
           'error', ARGV[5], 'usage', ARGV[6])
redis.call('DEL', KEYS[3])
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
return {'ok', tonumber(ARGV[2])}
"""
# KEYS meta, log, lease · ARGV sha256 of nothing, keep s. What nobody began is sealed at once.
_CANCEL = """
local m = redis.call('HMGET', KEYS[1], 'se', 'sealed', 'n')
if not m[1] then return 'missing' end
if m[2] then return 'sealed' end
redis.call('HSET', KEYS[1], 'cancelled', 1)
if redis.call('EXISTS', KEYS[3]) == 1 or m[3] ~= '0' then return 'flagged' end
redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('XADD', KEYS[2], '*', 'k', 'end', 'n', 0, 'reason', 'cancelled', 'sha256', ARGV[1],
           'error', '', 'usage', '{}')
redis.call('HSET', KEYS[1], 'sealed', 1, 'reason', 'cancelled', 'sha256', ARGV[1],
           'error', '', 'usage', '{}')
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 'sealed_now'
"""
# KEYS meta, lease · ARGV worker, epoch, polite. Polite releases do not count as a claim that died.
_RELEASE = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] .. ':' .. ARGV[2] then return 0 end
redis.call('DEL', KEYS[2])
if ARGV[3] == '1' then redis.call('HINCRBY', KEYS[1], 'released', 1) end
return 1
"""
# KEYS meta · ARGV the se a client saw. The log lost tokens: later positions get a new name.
_RENAME = """
if redis.call('HGET', KEYS[1], 'se') ~= ARGV[1] then return 0 end
return redis.call('HINCRBY', KEYS[1], 'se', 1)
"""

# Either a client, which answers, or a pipeline, which answers later.
Target = redis.Redis | redis.client.Pipeline


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim brought: the right to write under `epoch`, and `n` tokens already written."""

    outcome: Claim
    epoch: int = 0
    n: int = 0


def claim(to: redis.Redis, gen: str, worker: str) -> Claimed:
    keys = (meta_key(gen), log_key(gen), lease_key(gen))
    found = cast(list[Any], to.eval(_CLAIM, 3, *keys, worker, str(LEASE_MS), str(KEEP_S)))
    return Claimed(found[0], int(found[1]), int(found[2]))


def renew(to: Target, gen: str, worker: str, epoch: int) -> Any:
    """0 when the lease is lost, 1 when it was renewed, 2 when the student also asked to stop."""
    keys = (meta_key(gen), lease_key(gen))
    return to.eval(_RENEW, 2, *keys, worker, str(epoch), str(LEASE_MS))


def append(to: Target, gen: str, epoch: int, base: int, ids: list[int], text: str) -> Any:
    """[outcome, n]: ok, gap (n says where the log ends), cancelled, or fenced."""
    joined = ",".join(map(str, ids))
    keys = (meta_key(gen), log_key(gen))
    return to.eval(_APPEND, 2, *keys, str(epoch), str(base), str(len(ids)), joined, text)


def seal(
    to: Target, gen: str, epoch: int, n: int, reason: str, sha256: str, error: str, usage: str
) -> Any:
    """[outcome, n]: after "ok" nothing can be appended by anybody."""
    keys = (meta_key(gen), log_key(gen), lease_key(gen))
    values = (str(epoch), str(n), reason, sha256, error, usage, str(KEEP_S))
    return to.eval(_SEAL, 3, *keys, *values)


def cancel(to: redis.Redis, gen: str, empty_sha256: str) -> str:
    """missing, sealed (too late), flagged (the worker will stop) or sealed_now (never begun)."""
    keys = (meta_key(gen), log_key(gen), lease_key(gen))
    return cast(str, to.eval(_CANCEL, 3, *keys, empty_sha256, str(KEEP_S)))


def release(to: redis.Redis, gen: str, worker: str, epoch: int, *, polite: bool) -> bool:
    """Give the lease back so that another worker can claim at once."""
    keys = (meta_key(gen), lease_key(gen))
    return bool(to.eval(_RELEASE, 2, *keys, worker, str(epoch), "1" if polite else "0"))


async def rename(to: redis.asyncio.Redis, gen: str, se: int) -> None:
    """Called when a reader holds more tokens than the log: give the log a new `se`."""
    await cast(Any, to.eval(_RENAME, 1, meta_key(gen), str(se)))
