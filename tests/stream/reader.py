"""A browser's side of the wire, in Python: signs in, keeps what it has, follows the client rule."""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import time
import urllib.parse
import urllib.request
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.system import System

PASSWORD = "long-enough-for-tests"
PEOPLE = f"""
ada = User.objects.create_user("ada", password="{PASSWORD}")
emmy = User.objects.create_user("emmy", password="{PASSWORD}")
grace = User.objects.create_user("grace", password="{PASSWORD}", role="teacher")
room = Classroom.objects.create(name="7b")
Membership.objects.create(classroom=room, user=grace, role="teacher")
Membership.objects.create(classroom=room, user=ada, role="student")
"""


def people(system: System) -> None:
    system.django(PEOPLE)


def make_trail(
    system: System, statement: str, *, user: str = "ada", answer: str = "", attempt: bool = True
) -> str:
    """A problem, its reference, and this user's trail on it with one attempt; the trail's id."""
    return system.django(
        f"""
u = User.objects.get(username={user!r})
p = Problem.objects.create(slug="p{uuid4().hex[:12]}", title="A problem", kind="math", level=1,
                           statement={statement!r})
if {answer!r}: Solution.objects.create(problem=p, answer={answer!r})
t = Trail.objects.create(student=u, problem=p)
if {attempt}: Attempt.objects.create(trail=t, working="let x = 1", answer="1", verdict="wrong")
print(t.pk)
"""
    ).splitlines()[-1]


class Person:
    """A signed-in user: cookies, pages, and sockets."""

    def __init__(self, system: System, name: str) -> None:
        self.system, self.name = system, name
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.opener.open(f"{system.base_url}/accounts/login/").read()
        self.post("/accounts/login/", username=name, password=PASSWORD)
        assert "sessionid" in self.cookies, "not signed in"

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.jar}

    def post(self, path: str, **fields: str) -> bytes:
        body = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}
        request = urllib.request.Request(
            self.system.base_url + path,
            urllib.parse.urlencode(body).encode(),
            {"Referer": self.system.base_url + path},
        )
        with self.opener.open(request, timeout=10) as reply:
            return bytes(reply.read())

    def get(self, path: str) -> Any:
        with self.opener.open(self.system.base_url + path, timeout=10) as reply:
            return json.loads(reply.read())

    def socket(self, origin: str = "") -> Socket:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return Socket(self.system, cookies, origin or self.system.base_url)


class Socket:
    """One WebSocket and what it has received of each generation."""

    def __init__(self, system: System, cookies: str, origin: str) -> None:
        self._context = connect(
            system.ws_url,
            origin=origin or None,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies} if cookies else None,
            max_size=None,
            compression=None,
        )
        self.connection: ClientConnection = self._context.__enter__()
        self.text: dict[str, str] = {}
        self.n: dict[str, int] = {}
        self.se: dict[str, int] = {}
        self.ends: dict[str, dict[str, Any]] = {}
        self.checks: dict[str, dict[str, Any]] = {}
        self.seen: list[dict[str, Any]] = []
        self.gaps = self.dups = 0

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def hear(self, seconds: float = 15) -> dict[str, Any]:
        """The next message, after applying it."""
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=seconds))
        self.seen.append(message)
        gen = message.get("gen", "")
        match message["type"]:
            case "snap":
                self.text[gen], self.n[gen] = message["text"], message["n"]
                self.se[gen] = message["se"]
            case "d":
                self._apply(gen, message)
            case "end":
                self.ends[gen] = message
            case "checks":
                self.checks[gen] = message
        return message

    def _apply(self, gen: str, message: dict[str, Any]) -> None:
        n, b, c = self.n.get(gen, 0), message["b"], message["c"]
        assert message["se"] == self.se.get(gen), "a delta of a log never named"
        if b == n:
            self.text[gen] = self.text.get(gen, "") + message["t"]
            self.n[gen] = n + c
        elif b + c <= n:
            self.dups += 1
        else:
            self.gaps += 1
            self.sub(gen)

    def hear_until(self, kind: str, seconds: float = 20, **fields: Any) -> dict[str, Any]:
        """Listen until a message of this type, with these fields, has come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = self.hear(max(0.1, end - time.monotonic()))
            if message["type"] == kind and all(message.get(k) == v for k, v in fields.items()):
                return message
        raise TimeoutError(f"no {kind}; the last were {self.seen[-5:]}")

    def hear_tokens(self, gen: str, n: int, seconds: float = 20) -> None:
        """Listen until at least `n` tokens are here."""
        end = time.monotonic() + seconds
        while self.n.get(gen, 0) < n:
            self.hear(max(0.1, end - time.monotonic()))

    def start(self, trail: str, idem: str = "", **options: Any) -> str:
        """Start; the generation's id."""
        idem = idem or uuid4().hex
        self.say(type="start", idem=idem, trail=trail, purpose="solve", options=options)
        return str(self.hear_until("accepted", idem=idem)["gen"])

    def sub(self, gen: str) -> None:
        have = {"se": self.se.get(gen, 0), "n": self.n.get(gen, 0)}
        self.say(type="sub", gen=gen, have=have)

    def carry_on(self, other: Socket, gen: str) -> None:
        """Take over what another socket had, as a reloaded page takes it from its store."""
        self.text[gen], self.n[gen] = other.text.get(gen, ""), other.n.get(gen, 0)
        self.se[gen] = other.se.get(gen, 0)
        self.sub(gen)

    def verify(self, gen: str) -> None:
        """After the end: everything is there exactly once."""
        end = self.ends[gen]
        assert self.n[gen] == end["n"]
        assert hashlib.sha256(self.text[gen].encode()).hexdigest() == end["sha256"]

    def closed(self, seconds: float = 10) -> int:
        """Listen until the server closes; the close code."""
        try:
            while True:
                self.hear(seconds)
        except ConnectionClosed:
            return self.connection.close_code or 0

    def close(self) -> None:
        self.connection.close()
