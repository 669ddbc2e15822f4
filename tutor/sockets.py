"""All sockets of this web process, and what runs on behalf of all of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from asgiref.sync import SyncToAsync
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from tutor import events
from tutor.hub import Hub
from tutor.services import watching

if TYPE_CHECKING:
    from tutor.consumers import TrailConsumer

T = TypeVar("T")
PLACES_S = 1.0
# Without this, Channels would run the database work of all sockets on one thread.
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ws-db")


def in_thread(function: Callable[..., T], **arguments: Any) -> Any:
    call: SyncToAsync[..., T] = database_sync_to_async(
        function, thread_sensitive=False, executor=_pool
    )
    return call(**arguments)


class Sockets:
    """All sockets of this process, by user and by session, and what runs on behalf of all."""

    def __init__(self) -> None:
        self.hub = Hub(settings.REDIS_URL, self.on_news)
        self.by_user: dict[int, set[TrailConsumer]] = defaultdict(set)
        self._ticker = asyncio.create_task(self._tell_places(), name="places")

    def on_news(self, fields: dict[str, str]) -> None:
        """A session or all sessions of a user ended: their sockets close at once."""
        for socket in [s for group in self.by_user.values() for s in group]:
            ended = fields.get("session") == socket.session_hash and socket.session_hash
            if ended or fields.get("user") == str(socket.user_id):
                socket.ending = asyncio.create_task(socket.bye("logout"))

    async def _tell_places(self) -> None:
        while True:
            await asyncio.sleep(PLACES_S)
            if waiting := self.hub.waiting():
                try:
                    places, engine = await in_thread(watching.places_of, ids=waiting)
                except DatabaseError:
                    continue
                for watch in [w for gen in places for w in self.hub.watches.get(gen, ())]:
                    pos, eta = places[watch.gen]
                    watch.say(events.Queued(watch.gen, pos, eta, engine))


_sockets: dict[asyncio.AbstractEventLoop, Sockets] = {}


def sockets() -> Sockets:
    loop = asyncio.get_running_loop()
    if loop not in _sockets:
        _sockets[loop] = Sockets()
    return _sockets[loop]
