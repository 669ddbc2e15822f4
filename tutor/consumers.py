"""The WebSocket at /ws/: what a browser may ask, answered from the rows and from the hub."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from tutor import events
from tutor.models import Generation
from tutor.outbox import Outbox, Watch
from tutor.services import generating, watching
from tutor.services.refusing import Refused
from tutor.sockets import in_thread, sockets

log = logging.getLogger(__name__)

PER_SECOND, BURST = 20.0, 80.0  # messages from one socket
SOCKETS_PER_USER = 100  # tabs and devices, per web process
RECHECK_S = 20.0
SIGNED_OUT = 4401  # close code: sign in again


class TrailConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """One socket of one signed-in user, on which any number of generations are watched."""

    user_id = 0
    session_hash = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Clean up whatever happens: Channels does not say so when a handler raises."""
        self.watches: dict[str, Watch] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.allowance, self.counted_at = BURST, time.monotonic()
        try:
            await super().__call__(scope, receive, send)
        finally:
            for task in self.tasks:
                task.cancel()
            for watch in self.watches.values():
                sockets().hub.leave(watch)
            sockets().by_user[self.user_id].discard(self)

    async def connect(self) -> None:
        await self.accept()
        user = self.scope["user"]
        mine = sockets().by_user[user.pk or 0]
        if not user.is_authenticated or len(mine) >= SOCKETS_PER_USER:
            await self.bye("sockets" if user.is_authenticated else "logout")
            return
        self.user, self.user_id = user, user.pk
        self.session_key = self.scope["session"].session_key or ""
        self.session_hash = watching.hash_of(self.session_key)
        self.outbox = Outbox(self._send_text)
        mine.add(self)
        self.tasks = [asyncio.create_task(t) for t in (self.outbox.run(), self._recheck())]

    async def _send_text(self, text: str) -> None:
        await self.send(text_data=text)

    async def bye(self, reason: str) -> None:
        if self.tasks:
            self.tasks[0].cancel()  # nothing more is sent than this
        await self._send_text(events.Bye(reason).to_json())
        await self.close(SIGNED_OUT if reason == "logout" else 4408)

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                ok = await in_thread(
                    watching.signed_in, session_key=self.session_key, user_id=self.user_id
                )
            except DatabaseError:
                continue
            if not ok:
                self.ending = asyncio.create_task(self.bye("logout"))
                return

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.user_id:
            return
        try:
            if not self._may_speak():
                raise events.BadMessage("rate", "Too many messages; slow down.")
            if text_data is None:
                raise events.BadMessage("json", "Messages are text.")
            await self._handle(events.parse(text_data))
        except events.BadMessage as error:
            self.say(events.Err(error.code, error.message))
        except Exception:
            log.exception("a message was not handled")
            self.say(events.Err("trouble", "Something went wrong here; try again.", retry_after=2))

    def say(self, message: events.ServerMessage) -> None:
        self.outbox.put(message.to_json())

    def _may_speak(self) -> bool:
        now = time.monotonic()
        self.allowance = min(BURST, self.allowance + (now - self.counted_at) * PER_SECOND) - 1
        self.counted_at = now
        if self.allowance < -BURST:
            self.ending = asyncio.create_task(self.bye("rate"))
        return self.allowance >= 0 and not self.outbox.full

    async def _handle(self, message: events.ClientMessage) -> None:
        match message:
            case events.Hello():
                self._hello(message)
            case events.Start():
                await self._start(message)
            case events.Sub():
                await self._sub(str(message.gen), message.have)
            case events.Unsub():
                self._unsub(str(message.gen))
            case events.Cancel():
                await self._cancel(str(message.gen))

    def _hello(self, message: events.Hello) -> None:
        if message.v != events.VERSION:
            self.say(events.Err("version", "This page is of another version; load it again."))
        self.say(events.Welcome(user=self.user.get_username()))

    async def _start(self, message: events.Start) -> None:
        try:
            started = await in_thread(
                watching.start,
                session_key=self.session_key,
                user=self.user,
                trail_id=message.trail,
                idem=message.idem,
                purpose=message.purpose,
                options=message.options,
            )
        except Refused as no:
            self.say(events.Err(no.code, no.message, idem=message.idem, retry_after=no.retry_after))
            return
        row = started.generation
        self.say(events.Accepted(message.idem, str(row.pk), row.state, started.dup))
        await self._show(row, None)

    async def _sub(self, gen: str, have: events.Have | None) -> None:
        row = await in_thread(
            watching.readable, session_key=self.session_key, user=self.user, gen=gen
        )
        if row is None:
            self.say(events.Err("not_found", "There is no such reasoning.", gen=gen))
        else:
            await self._show(row, have)

    async def _show(self, row: Generation, have: events.Have | None) -> None:
        """A settled row is told from the row; any other is watched from here on."""
        gen = str(row.pk)
        self._unsub(gen)
        if row.settled_at:
            for said in watching.told(row, have):
                await self.outbox.room()
                self.say(said)
        else:
            se, n = (have.se, have.n) if have else (0, 0)
            self.watches[gen] = sockets().hub.watch(gen, self.outbox, se=se, n=n)

    def _unsub(self, gen: str) -> None:
        if watch := self.watches.pop(gen, None):
            sockets().hub.leave(watch)

    async def _cancel(self, gen: str) -> None:
        try:
            row = await in_thread(
                watching.readable, session_key=self.session_key, user=self.user, gen=gen
            )
            if row is None:
                raise Refused("not_found", "There is no such reasoning.")
            await in_thread(generating.cancel_generation, user=self.user, generation=row)
        except Refused as no:
            self.say(events.Err(no.code, no.message, gen=gen, retry_after=no.retry_after))
