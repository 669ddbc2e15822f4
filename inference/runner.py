"""The inside of an inference worker: one engine thread, one publisher, one heartbeat.

The engine thread only steps the engine and puts what came out into lists. The publisher takes it
from there every few tens of milliseconds and appends it to Redis in one pipeline; the heartbeat
renews the leases. Neither is allowed to hold the engine up, and both outlive an absent Redis.
"""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import redis

from inference import client, stream
from inference.batch import Batch
from inference.job import Job, Outcome
from inference.protocol import Delta, EngineInfo, EngineProtocol, FinishReason
from inference.watchdog import STEP_LIMIT_S, Watchdog

log = logging.getLogger(__name__)

PUBLISH_S = 0.03
HEARTBEAT_S = stream.LEASE_MS / 4000
# A lease not renewed for this share of its life may be gone: stop appending (monotonic clock).
APPEND_UNTIL = 0.7 * stream.LEASE_MS / 1000
ASK_CANCELLED_S = 0.2
LAST_WORDS_S = 1.0  # for what a broken engine wrote and nobody has yet


class Runner:
    """Everything one worker process does besides taking tasks from the queue."""

    def __init__(
        self, *, redis_url: str, worker: str, make_engine: Callable[[], EngineProtocol]
    ) -> None:
        self.worker = worker
        self.make_engine = make_engine
        self.redis = stream.connect(redis_url)
        self.watchdog = Watchdog(STEP_LIMIT_S)
        self.jobs: dict[str, Job] = {}  # by generation, what the publisher looks after
        self.info: EngineInfo | None = None
        self.state: client.WorkerState = "starting"
        self.message = ""
        self.settled = threading.Event()  # the engine is loaded, or will not be
        self._inbox: queue.SimpleQueue[tuple[str, Job] | None] = queue.SimpleQueue()
        self._first = threading.Event()  # a first token need not wait for the publisher's next turn
        self._publishing = True
        self._stopping = threading.Event()

    def start(self) -> None:
        for name in ("engine", "publisher", "heartbeat"):
            run = getattr(self, f"_{name}_thread")
            threading.Thread(target=run, name=name, daemon=True).start()

    def submit(self, job: Job) -> None:
        self.jobs[job.gen] = job
        self._inbox.put(("add", job))

    def say(self, state: client.WorkerState, message: str = "") -> None:
        self.state, self.message = state, message
        with suppress(redis.RedisError):
            self._announce()

    def stop_stepping(self) -> None:
        self._stopping.set()
        self._inbox.put(None)

    def stop_publishing(self) -> None:
        self._publishing = False

    # The engine thread: nothing else touches the engine.

    def _engine_thread(self) -> None:
        batch = Batch()  # who waits outlives an engine that breaks
        while not self._stopping.is_set():
            try:
                self.say("loading")
                engine = self.make_engine()
            except Exception as error:
                self.info = None
                self.say("failed", str(error) or type(error).__name__)
                self._turn_away(batch)
                self.settled.set()
                return
            self.info = engine.info
            self.say("ready")
            self.settled.set()
            try:
                while not self._stopping.is_set():
                    self._take_orders(engine, batch)
                    if batch.live:
                        with self.watchdog.step():
                            deltas = engine.step()
                        self._deliver(batch, deltas)
            except Exception:
                taken = batch.taken_down()
                log.exception("The engine broke; %d generations go back to the queue.", len(taken))
                self._wait_published([job for job, _ in taken])
                for job, outcome in taken:
                    self._finish(job, outcome)
            finally:
                engine.close()

    def _turn_away(self, batch: Batch) -> None:
        """There is no engine for those who wait: back to the queue, for another worker."""
        while not self._inbox.empty():
            order = self._inbox.get()
            if order is not None and order[0] == "add":
                batch.waiting.append(order[1])
        for job in batch.waiting:
            self._finish(job, "spared")

    def _take_orders(self, engine: EngineProtocol, batch: Batch) -> None:
        self._let_in(engine, batch)
        while not batch.live or not self._inbox.empty():
            order = self._inbox.get()
            if order is None:
                return
            word, job = order
            if word == "add":
                batch.waiting.append(job)
            elif job in batch.waiting:
                batch.waiting.remove(job)
                job.finish = "cancelled"
            else:
                for id in batch.ids_of(job):
                    engine.cancel(id)
            self._let_in(engine, batch)

    def _let_in(self, engine: EngineProtocol, batch: Batch) -> None:
        while (job := batch.next()) is not None:
            batch.entering = job
            with self.watchdog.step():
                self._admit(engine, batch, job)
            batch.entering = None

    def _admit(self, engine: EngineProtocol, batch: Batch, job: Job) -> None:
        resume = [id for piece in job.pieces for id in piece.token_ids]
        try:
            prompt = engine.encode(job.spec.messages)
            job.prompt_tokens = len(prompt)
            # Only here the prompt's length is known; on a resume it is the same, and so is this.
            most = min(job.spec.params.max_tokens, engine.info.context_tokens - len(prompt))
            if most < 1:
                raise ValueError("The problem and what was added fill the model's whole context.")
            params = replace(job.spec.params, max_tokens=most)
            batch.live[engine.add(prompt, params, resume_ids=resume)] = job
        except ValueError as error:
            job.error, job.finish = str(error), "error"

    def _deliver(self, batch: Batch, deltas: list[Delta]) -> None:
        for delta in deltas:
            job = batch.live.get(delta.id)
            if job is None:
                continue
            if delta.token_ids or delta.text:
                job.pieces.append(delta)
                batch.wrote(job, len(delta.token_ids))
                if not job.first:
                    job.first = time.time()
                    self._first.set()
            if delta.finish_reason:
                del batch.live[delta.id]
                job.error, job.finish = delta.error, delta.finish_reason

    def _wait_published(self, jobs: list[Job]) -> None:
        """What was written before the engine broke is kept, if the queue takes it in time."""
        until = time.monotonic() + LAST_WORDS_S
        while time.monotonic() < until:
            if all(job.sent >= len(job.pieces) or job.outcome is not None for job in jobs):
                return
            self._first.set()
            time.sleep(0.01)

    # The publisher thread.

    def _publisher_thread(self) -> None:
        while True:
            self._first.wait(PUBLISH_S)
            self._first.clear()
            if not self._publishing:
                return
            try:
                self._publish()
            except redis.RedisError:
                time.sleep(0.15)  # it is away; everything is kept until it is back
            except Exception:
                log.exception("publishing")
                time.sleep(0.5)

    def _publish(self) -> None:
        """One pipeline: append what is new, seal what has ended, ask who was cancelled."""
        pipe = self.redis.pipeline(transaction=False)
        asked: list[tuple[Job, str, int]] = []
        now = time.monotonic()
        for job in list(self.jobs.values()):
            if job.outcome is not None or now - job.renewed > APPEND_UNTIL:
                continue
            finish = job.finish  # read before the pieces: the engine sets it after the last one
            batch = job.pieces[job.sent :]
            if batch and not job.cancelling:
                ids = [id for piece in batch for id in piece.token_ids]
                text = "".join(piece.text for piece in batch).replace("\0", "\ufffd")
                stream.append(pipe, job.gen, job.epoch, job.n, ids, text)
                asked.append((job, "append", len(batch)))
            elif finish:
                self._seal(pipe, job, finish)
                asked.append((job, "seal", 0))
            elif not batch and now - job.asked > ASK_CANCELLED_S:
                job.asked = now
                pipe.hget(stream.meta_key(job.gen), "cancelled")
                asked.append((job, "ask", 0))
        if asked:
            for (job, word, count), reply in zip(asked, pipe.execute(), strict=True):
                self._heed(job, word, count, reply)

    def _seal(self, pipe: Any, job: Job, finish: FinishReason) -> None:
        text = "".join(piece.text for piece in job.pieces[: job.sent]).replace("\0", "\ufffd")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        usage = job.usage() | {"model": self.info.model if self.info else ""}
        reason = "cancelled" if job.cancelling else finish
        stream.seal(pipe, job.gen, job.epoch, job.n, reason, sha256, job.error, json.dumps(usage))

    def _heed(self, job: Job, word: str, count: int, reply: Any) -> None:
        if word == "ask":
            if reply:
                self._cancel(job)
            return
        outcome, n = reply
        if outcome == "ok" and word == "seal":
            self._finish(job, "sealed")
        elif outcome == "ok":
            job.sent, job.n, job.asked = job.sent + count, n, time.monotonic()
        elif outcome == "cancelled":
            self._cancel(job)
        elif outcome == "fenced" or not job.rewind(n):
            self._lose(job)

    def _cancel(self, job: Job) -> None:
        if not job.cancelling:
            job.cancelling = True
            self._inbox.put(("cancel", job))

    def _lose(self, job: Job) -> None:
        """Somebody else writes it now, or it is gone."""
        self._inbox.put(("cancel", job))
        self._finish(job, "lost")

    def _finish(self, job: Job, outcome: Outcome) -> None:
        job.close(outcome)
        if self.jobs.get(job.gen) is job:
            del self.jobs[job.gen]
        job.done.set()

    # The heartbeat thread.

    def _heartbeat_thread(self) -> None:
        pause = HEARTBEAT_S
        while self._publishing:
            time.sleep(pause)
            self.watchdog.look()
            try:
                self._renew()
                self._announce()
                pause = HEARTBEAT_S
            except redis.RedisError:
                pause = 0.3  # the sooner a lease is renewed, the sooner appending goes on
            except Exception:
                log.exception("heartbeat")

    def _renew(self) -> None:
        jobs = [job for job in self.jobs.values() if job.outcome is None]
        if not jobs:
            return
        pipe = self.redis.pipeline(transaction=False)
        began = time.monotonic()
        for job in jobs:
            stream.renew(pipe, job.gen, self.worker, job.epoch)
        for job, reply in zip(jobs, pipe.execute(), strict=True):
            if reply == 0 and job.outcome is None:
                self._lose(job)
            else:
                job.renewed = began
                if reply == 2:
                    self._cancel(job)

    def _announce(self) -> None:
        card = client.WorkerCard(
            id=self.worker,
            queue="gpu",
            state=self.state,
            message=self.message,
            info=self.info,
            busy=len(self.jobs),
            at=time.time(),
        )
        client.announce(self.redis, card)
