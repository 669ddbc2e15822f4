"""The wire: one closed dataclass for each message of the WebSocket, and nothing else passes.

`n`, `b`, `c` count tokens; `se` names the log; sha256 is over the UTF-8 text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args
from uuid import UUID

VERSION = 1
LARGEST = 64 * 1024  # characters of one message from a browser

Purpose = Literal["solve", "hint", "check"]
_IDEM = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class BadMessage(Exception):
    """What a browser sent is not a message of the wire."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Have:
    """What a browser holds already: `n` tokens of the log named `se`."""

    se: int
    n: int


@dataclass(frozen=True, slots=True)
class Hello:
    v: int


@dataclass(frozen=True, slots=True)
class Start:
    idem: str
    trail: UUID
    purpose: Purpose
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sub:
    gen: UUID
    have: Have | None


@dataclass(frozen=True, slots=True)
class Unsub:
    gen: UUID


@dataclass(frozen=True, slots=True)
class Cancel:
    gen: UUID


ClientMessage = Hello | Start | Sub | Unsub | Cancel


def parse(raw: str) -> ClientMessage:
    """A message from a browser; BadMessage says what is wrong with it."""
    if len(raw) > LARGEST:
        raise BadMessage("too_big", "This message is too long.")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadMessage("json", "This is not JSON.") from None
    if not isinstance(data, dict):
        raise BadMessage("json", "A message is a JSON object.")
    match data.get("type"):
        case "hello":
            return Hello(_count(data, "v"))
        case "start":
            return _start(data)
        case "sub":
            return Sub(_uuid(data, "gen"), _have(data.get("have")))
        case "unsub":
            return Unsub(_uuid(data, "gen"))
        case "cancel":
            return Cancel(_uuid(data, "gen"))
    raise BadMessage("type", "This type of message is not known.")


def _start(data: dict[str, Any]) -> Start:
    idem, purpose = data.get("idem"), data.get("purpose", "solve")
    options = data.get("options", {})
    if not isinstance(idem, str) or not _IDEM.fullmatch(idem):
        raise BadMessage("idem", "A start needs a key of 1 to 64 letters and digits.")
    if purpose not in get_args(Purpose):
        raise BadMessage("purpose", "The purpose is solve, hint or check.")
    if not isinstance(options, dict):
        raise BadMessage("options", "The options are an object.")
    return Start(idem, _uuid(data, "trail"), purpose, options)


def _uuid(data: dict[str, Any], name: str) -> UUID:
    value = data.get(name)
    try:
        return UUID(value) if isinstance(value, str) else UUID("")
    except ValueError:
        raise BadMessage("not_found", f"There is no such {name}.") from None


def _count(data: dict[str, Any], name: str) -> int:
    value = data.get(name)
    if type(value) is not int or not 0 <= value < 2**53:
        raise BadMessage(name, f"{name} is a whole number.")
    return value


def _have(data: object) -> Have | None:
    if data is None:
        return None
    if not isinstance(data, dict):
        raise BadMessage("have", "have is an object with se and n.")
    return Have(_count(data, "se"), _count(data, "n"))


@dataclass(frozen=True, slots=True)
class ServerMessage:
    """Sent to browsers as an object whose `type` is the class's `TYPE`; None is left out."""

    TYPE = ""

    def to_json(self) -> str:
        pairs = ((item.name, getattr(self, item.name)) for item in fields(self))
        body = {name: value for name, value in pairs if value is not None}
        return json.dumps({"type": self.TYPE, **body}, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Welcome(ServerMessage):
    TYPE = "welcome"
    user: str
    v: int = VERSION


@dataclass(frozen=True, slots=True)
class Accepted(ServerMessage):
    TYPE = "accepted"
    idem: str
    gen: str
    state: str
    dup: bool


@dataclass(frozen=True, slots=True)
class Queued(ServerMessage):
    """`pos` is 1 for the next; `eta` in seconds; both 0 when unknown."""

    TYPE = "queued"
    gen: str
    pos: int
    eta: int
    engine: str = "ready"  # ready | loading | failed | absent | unreachable


@dataclass(frozen=True, slots=True)
class Snap(ServerMessage):
    """Replace everything: the first `n` tokens of the log `se`."""

    TYPE = "snap"
    gen: str
    se: int
    n: int
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class D(ServerMessage):
    """`c` tokens from token `b` on, and their text `t`."""

    TYPE = "d"
    gen: str
    se: int
    b: int
    c: int
    t: str


@dataclass(frozen=True, slots=True)
class End(ServerMessage):
    TYPE = "end"
    gen: str
    se: int
    n: int
    sha256: str
    reason: str
    usage: dict[str, Any] = field(default_factory=dict)
    error: str | None = None  # one sentence when reason is "error"


@dataclass(frozen=True, slots=True)
class Err(ServerMessage):
    TYPE = "err"
    code: str
    message: str
    gen: str | None = None
    idem: str | None = None  # of the start that was refused
    retry_after: int | None = None  # seconds


@dataclass(frozen=True, slots=True)
class Checks(ServerMessage):
    TYPE = "checks"
    gen: str
    checks: list[dict[str, Any]]
    answer: str | None = None
    format_ok: bool | None = None
    verdict: str | None = None
    verdict_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reset(ServerMessage):
    """The log lost tokens: what follows is the log `se`."""

    TYPE = "reset"
    gen: str
    se: int


@dataclass(frozen=True, slots=True)
class Bye(ServerMessage):
    TYPE = "bye"
    reason: str
    retry_ms: int = 0  # 0: do not come back by yourself
