"""One reader of Redis for all sockets of a web process.

A single XREAD waits on the logs of every generation that somebody watches. Each socket has a
bounded outbox; one that is full gets nothing more until it has drained, and then what it lacks.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import redis

from inference import reading, stream
from tutor.events import Checks, D, End, Reset, Snap
from tutor.outbox import Outbox, Watch

log = logging.getLogger(__name__)

PART = 128 * 1024  # characters of one message; browsers and proxies refuse very long ones
BLOCK_MS = 2000

EntryId = tuple[int, int]


def entry_id(raw: str) -> EntryId:
    ms, _, seq = raw.partition("-")
    return int(ms), int(seq or 0)


class Hub:
    """The shared reader; one per process, made on the event loop that serves the sockets."""

    def __init__(self, redis_url: str, on_news: Callable[[dict[str, str]], None]) -> None:
        self.redis = stream.connect_async(redis_url)
        self._blocking = stream.connect_async(redis_url, timeout=None)
        self._on_news = on_news
        self._control = f"ctl:{os.getpid()}-{uuid4().hex[:8]}"
        self._control_at = self._news_at = ""
        self._cursors: dict[str, str] = {}  # gen -> last entry that was handed out
        self.watches: dict[str, set[Watch]] = defaultdict(set)
        self._reader = asyncio.create_task(self._read(), name="hub")

    def watch(self, gen: str, outbox: Outbox, *, se: int = 0, n: int = 0) -> Watch:
        """Begin to deliver, from token `n` if the log is still the one the browser knows."""
        found = Watch(gen, outbox, se, n)
        self.watches[gen].add(found)
        self._catch_up(found)
        return found

    def leave(self, watch: Watch) -> None:
        if watch.task:
            watch.task.cancel()
        group = self.watches.get(watch.gen, set())
        group.discard(watch)
        if not group:
            self.watches.pop(watch.gen, None)
            self._cursors.pop(watch.gen, None)

    def waiting(self) -> list[str]:
        """The watched generations of which nothing has been seen yet."""
        return [g for g, ws in self.watches.items() if not any(w.begun or w.ended for w in ws)]

    async def close(self) -> None:
        self._reader.cancel()
        await self.redis.aclose()
        await self._blocking.aclose()

    # Catching up: read what is missing, and go live when nothing came meanwhile.

    def _catch_up(self, watch: Watch) -> None:
        watch.live = False
        watch.task = asyncio.create_task(self._bring_up(watch))

    async def _bring_up(self, watch: Watch) -> None:
        pause = 0.01
        while True:
            await watch.outbox.room()
            try:
                tail = await reading.read_tail(self.redis, watch.gen, watch.n)
                if not tail.meta.se:
                    await asyncio.sleep(pause)  # a new job is in Redis a moment later
                    pause = min(1.0, 2 * pause)
                    continue
                await self._fill(watch, tail)
            except (redis.RedisError, OSError):
                await asyncio.sleep(0.5)
                continue
            first = watch.gen not in self._cursors
            self._cursors.setdefault(watch.gen, tail.last_id)
            if first:
                await self._wake()
            # Asked only now: what the reader handed out during the wait went past this watch.
            if entry_id(self._cursors[watch.gen]) <= entry_id(tail.last_id):
                watch.live = True
                return

    async def _fill(self, watch: Watch, tail: reading.Tail) -> None:
        """Send the missing part, as deltas if the browser's position fits, else whole."""
        meta = tail.meta
        if watch.se == meta.se and watch.n > meta.n:  # the log lost what the browser has
            await stream.rename(self.redis, watch.gen, meta.se)
            meta = reading.parse_meta(
                cast(Any, await self.redis.hgetall(stream.meta_key(watch.gen)))
            )
            watch.say(Reset(watch.gen, meta.se))
        if watch.se != meta.se or not tail.exact:
            if watch.n:
                tail = await reading.read_tail(self.redis, watch.gen)
            watch.se, watch.n = meta.se, 0
            await self._send_whole(watch, tail)
        else:
            await self._send_deltas(watch, [e for e in tail.entries if e.kind == "d"])
        watch.begun = watch.begun or meta.claims > 0
        for entry in tail.entries:
            if entry.kind in ("end", "checks"):
                self._finish(watch, entry)

    async def _send_whole(self, watch: Watch, tail: reading.Tail) -> None:
        meta = tail.meta
        entries = [entry for entry in tail.entries if entry.kind == "d"]
        cut, size = 0, 0
        while cut < len(entries) and size < PART:
            size += len(entries[cut].text)
            cut += 1
        head, rest = entries[:cut], entries[cut:]
        n = head[-1].base + head[-1].count if head else 0
        state = "done" if meta.sealed else "running" if meta.claims else "queued"
        watch.say(Snap(watch.gen, meta.se, n, reading.join(head), state))
        watch.n = n
        await self._send_deltas(watch, rest)

    async def _send_deltas(self, watch: Watch, entries: list[reading.Entry]) -> None:
        """Merged into messages of moderate length."""
        at = 0
        while at < len(entries):
            first, texts, size = entries[at], [], 0
            while at < len(entries) and size < PART:
                texts.append(entries[at].text)
                size += len(entries[at].text)
                at += 1
            n = entries[at - 1].base + entries[at - 1].count
            if n > watch.n:
                await watch.outbox.room()
                watch.say(D(watch.gen, watch.se, first.base, n - first.base, "".join(texts)))
                watch.n = n

    # Live: hand out what XREAD brings.

    async def _wake(self) -> None:
        pipe = self.redis.pipeline(transaction=False)
        pipe.xadd(self._control, {"k": "wake"}, maxlen=8)
        pipe.expire(self._control, 3600)
        await pipe.execute()

    async def _read(self) -> None:
        while True:
            try:
                await self._read_once()
            except (redis.RedisError, OSError):
                self._news_at = ""  # a restarted server may have lost the end of every log
                await asyncio.sleep(0.2)
            except Exception:
                log.exception("reading")
                await asyncio.sleep(0.5)

    async def _read_once(self) -> None:
        if not self._news_at:
            newest = cast(Any, await self.redis.xrevrange(stream.NEWS, count=1))
            self._control_at, self._news_at = "0", newest[0][0] if newest else "0"
            for watch in [w for group in self.watches.values() for w in group if w.live]:
                self._catch_up(watch)
        asked = {self._control: self._control_at, stream.NEWS: self._news_at}
        asked |= {stream.log_key(gen): at for gen, at in self._cursors.items()}
        got = cast(Any, await self._blocking.xread(cast(Any, asked), block=BLOCK_MS, count=500))
        for name, rows in got or ():
            if name == self._control:
                self._control_at = rows[-1][0]
            elif name == stream.NEWS:
                self._news_at = rows[-1][0]
                for _, fields in rows:
                    self._on_news(fields)
            else:
                self._hand_out(name.partition(":")[2], rows)

    def _hand_out(self, gen: str, rows: list[tuple[str, dict[str, str]]]) -> None:
        if gen not in self._cursors:
            return
        self._cursors[gen] = rows[-1][0]
        watches = [watch for watch in self.watches.get(gen, ()) if watch.live]
        for id, fields in rows:
            entry = reading.parse(id, fields)
            for watch in watches:
                if watch.live:
                    self._deliver(watch, entry)

    def _deliver(self, watch: Watch, entry: reading.Entry) -> None:
        watch.begun = True
        if entry.kind == "claim":
            if watch.n == 0:
                watch.say(Snap(watch.gen, watch.se, 0, "", "running"))
        elif entry.kind != "d":
            self._finish(watch, entry)
        elif entry.base == watch.n:
            if watch.outbox.full:
                self._catch_up(watch)
            else:
                watch.say(D(watch.gen, watch.se, entry.base, entry.count, entry.text))
                watch.n += entry.count
        elif entry.base + entry.count > watch.n:
            self._catch_up(watch)

    def _finish(self, watch: Watch, entry: reading.Entry) -> None:
        fields = entry.fields
        if entry.kind == "checks":
            watch.say(Checks(watch.gen, **json.loads(fields["v"])))
            watch.live = False
            asyncio.get_running_loop().call_soon(self.leave, watch)
        elif watch.n != int(fields["n"]):
            self._catch_up(watch)
        elif not watch.ended:
            watch.ended = True
            usage = json.loads(fields["usage"])
            error = fields["error"] or None
            watch.say(
                End(watch.gen, watch.se, watch.n, fields["sha256"], fields["reason"], usage, error)
            )
