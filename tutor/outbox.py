"""What waits for one socket, bounded; and what one socket has of one generation."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tutor.events import ServerMessage

ROOM = 256 * 1024  # characters that may wait for one socket


class Outbox:
    """What waits to be sent on one socket, in order."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[str] = deque()
        self._size = 0
        self._more = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    @property
    def full(self) -> bool:
        return self._size >= ROOM

    def put(self, text: str) -> None:
        self._waiting.append(text)
        self._size += len(text)
        self._more.set()
        if self.full:
            self._drained.clear()

    async def room(self) -> None:
        """Wait until half of it has gone."""
        await self._drained.wait()

    async def run(self) -> None:
        """Send until cancelled; a socket that takes nothing holds up nobody else."""
        while True:
            while self._waiting:
                text = self._waiting.popleft()
                await self._send(text)
                self._size -= len(text)
                if self._size <= ROOM // 2:
                    self._drained.set()
            self._more.clear()
            await self._more.wait()


@dataclass(eq=False, slots=True)
class Watch:
    """One socket's view of one generation: it has `n` tokens of the log `se`."""

    gen: str
    outbox: Outbox
    se: int = 0
    n: int = 0
    live: bool = False  # False while it catches up
    begun: bool = False
    ended: bool = False
    task: asyncio.Task[None] | None = field(default=None)

    def say(self, message: ServerMessage) -> None:
        self.outbox.put(message.to_json())
