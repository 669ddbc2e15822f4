"""Finding what was lost: dead claims, rings nobody heard, logs nobody settled.

One desk worker at a time does it (`SET reap NX PX`), once a second. It also mirrors into the rows
which generations have begun, since the workers never see the database.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import redis
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from inference import client, reading, stream, suspicion
from inference.protocol import DESK_QUEUE, GPU_QUEUE
from tutor.models import Attempt, Generation
from tutor.services import ringing

log = logging.getLogger(__name__)

State = Generation.State
EVERY_S = 1.0
MOST_ROWS = 500
RING_AGAIN = timedelta(seconds=30)  # never claimed
LOST_AGAIN = timedelta(seconds=2)  # not known to Redis at all
REVIVE_AGAIN = timedelta(seconds=5)  # claimed, and the claim died
SETTLE_AGAIN_S = 4.0
JUDGE_TASK = "tutor.judge_attempt"
LOST = "The model's worker was lost several times while writing this."
LATE = "It waited too long for a free place."


@dataclass(slots=True)
class Reaper:
    """What one desk worker remembers between sweeps."""

    name: str
    unleased: Counter[str] = field(default_factory=Counter)  # sweeps in a row without a lease
    told: dict[str, float] = field(default_factory=dict)  # when the desk was rung last

    def run(self, stop: threading.Event) -> None:
        """Sweep until told to stop; nothing that goes wrong ends the loop."""
        known = stream.connect(settings.REDIS_URL)
        while not stop.wait(EVERY_S):
            close_old_connections()
            try:
                card = client.WorkerCard(self.name, DESK_QUEUE, "ready", at=time.time())
                client.announce(known, card)
                if self.mine(known):
                    self.sweep(known)
            except redis.RedisError:
                log.debug("queue away")
            except Exception:
                log.warning("a sweep failed", exc_info=True)

    def mine(self, known: redis.Redis) -> bool:
        """Whether this worker is the one that reaps now."""
        if known.set("reap", self.name, nx=True, px=int(EVERY_S * 3000)):
            return True
        if known.get("reap") != self.name:
            return False
        return bool(known.pexpire("reap", int(EVERY_S * 3000)))

    def sweep(self, known: redis.Redis) -> None:
        # What the model was given is long, and needed only for those that are rung again.
        rows = list(
            Generation.objects.unsettled()
            .defer("messages", "context", "text", "checks")
            .order_by("created_at")[:MOST_ROWS]
        )
        pipe = known.pipeline(transaction=False)
        for row in rows:
            pipe.hgetall(stream.meta_key(str(row.pk)))
            pipe.exists(stream.lease_key(str(row.pk)))
        pipe.llen(GPU_QUEUE)
        replies = pipe.execute()
        waiting_tasks = int(replies[-1])
        live = {str(row.pk): row for row in rows}
        self.unleased = Counter({g: n for g, n in self.unleased.items() if g in live})
        self.told = {g: at for g, at in self.told.items() if g in live}
        metas = {
            gen: reading.parse_meta(fields)
            for gen, fields in zip(live, replies[0:-1:2], strict=True)
        }
        leases = dict(zip(live, map(bool, replies[1:-1:2]), strict=True))
        self.suspect_who_fell_together(known, metas, leases)
        for gen, row in live.items():
            deaf = waiting_tasks >= len(rows)
            self.look_at(known, row, metas[gen], leases[gen], deaf=deaf)
        for user_id in {row.user_id for row in rows if row.rung_at is None}:
            ringing.ring_waiting(user_id=user_id)
        self.ring_attempts()

    def suspect_who_fell_together(
        self, known: redis.Redis, metas: dict[str, reading.Meta], leases: dict[str, bool]
    ) -> None:
        """A worker that died with several generations says of none that it was to blame."""
        fallen: dict[str, list[str]] = {}
        for gen, meta in metas.items():
            if meta.worker and not meta.sealed and not leases[gen] and self.unleased[gen]:
                fallen.setdefault(meta.worker, []).append(gen)
        for worker, gens in fallen.items():
            for gen in gens if len(gens) > 1 else ():
                if suspicion.fell_together(known, gen, worker):
                    metas[gen] = replace(metas[gen], released=metas[gen].released + 1)

    def look_at(
        self, known: redis.Redis, row: Generation, meta: reading.Meta, leased: bool, *, deaf: bool
    ) -> None:
        """`deaf`: as many tasks wait already as there are rows, so another ring helps nobody."""
        gen, now = str(row.pk), timezone.now()
        if meta.sealed:
            if time.monotonic() - self.told.get(gen, 0.0) > SETTLE_AGAIN_S:
                # The task that follows the seal comes first; this one is for when it was lost.
                if gen in self.told or self.unleased[gen]:
                    client.ring_settle(settings.REDIS_URL, gen)
                self.told[gen] = time.monotonic()
        elif leased:
            self.unleased[gen] = 0
            mirror(row, meta)
        elif row.deadline < now:
            give_up(known, gen, LATE)
        elif row.rung_at is None:
            if not meta.se:
                ringing.ring(row, only_write=True)
        elif not meta.claims:
            # Without facts in Redis the ring never left; with them it may still wait its turn.
            lost = not meta.se and now - row.rung_at > LOST_AGAIN
            if lost or (now - row.rung_at > RING_AGAIN and not deaf):
                self.ring(row)
        else:
            mirror(row, meta)
            self.unleased[gen] += 1
            if self.unleased[gen] < 2:
                return
            if meta.deaths >= stream.MOST_DEATHS:
                give_up(known, gen, LOST)
            elif now - row.rung_at > REVIVE_AGAIN or self.unleased[gen] == 2:
                self.ring(row)

    def ring(self, row: Generation) -> None:
        if ringing.ring(row):
            Generation.objects.unsettled().filter(pk=row.pk).update(rung_at=timezone.now())

    def ring_attempts(self) -> None:
        """Programs whose judging was never heard of."""
        late = timezone.now() - timedelta(seconds=60)
        pending = Attempt.objects.filter(verdict="pending", created_at__lt=late)
        for pk in pending.values_list("pk", flat=True)[:20]:
            if time.monotonic() - self.told.get(f"attempt {pk}", -60.0) > 60:
                client.send(settings.REDIS_URL, JUDGE_TASK, str(pk), queue=DESK_QUEUE)
                self.told[f"attempt {pk}"] = time.monotonic()


def mirror(row: Generation, meta: reading.Meta) -> None:
    """Note in the row that a worker has it, and how many lost it."""
    if row.state == State.QUEUED or row.tries != meta.deaths - 1:
        Generation.objects.unsettled().filter(pk=row.pk).update(
            state=State.RUNNING,
            claimed_at=row.claimed_at or timezone.now(),
            tries=max(0, meta.deaths - 1),
        )


def give_up(known: redis.Redis, gen: str, reason: str) -> None:
    """Claim it, so that nobody writes any more, and seal what there is with the reason."""
    row = Generation.objects.unsettled().get(pk=gen)
    client.prepare(known, ringing.spec_of(row))
    claimed = stream.claim(known, gen, "reaper")
    if claimed.outcome != "ok":
        return
    text = reading.join(reading.read_entries(known, gen))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    reply = cast(
        list[Any], stream.seal(known, gen, claimed.epoch, claimed.n, "error", sha256, reason, "{}")
    )
    if reply[0] == "ok":
        client.ring_settle(settings.REDIS_URL, gen)
