"""Who gets through the socket's door, how one is put out of it, and what nonsense does."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.stream.reader import PASSWORD, Person, Socket, make_trail
from tests.system import System


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "ftp://127.0.0.1", ""]
)
def test_pages_of_other_sites_are_refused_before_the_door(
    system: System, ada: Person, origin: str
) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
    with pytest.raises(InvalidStatus) as refused:
        Socket(system, cookies, origin)
    assert refused.value.response.status_code == 403


def test_without_a_session_the_socket_says_bye(system: System) -> None:
    for cookies in ("", "sessionid=nonsense"):
        socket = Socket(system, cookies, system.base_url)
        assert socket.closed() == 4401
        assert [m["type"] for m in socket.seen] == ["bye"]
        assert socket.seen[0]["reason"] == "logout"


def test_signing_out_closes_the_stream_at_once(system: System) -> None:
    person = Person(system, "ada")
    trail = make_trail(system, "What is 3 + 5? [scripted speed=50 tokens=2000]")
    socket, other = person.socket(), Person(system, "ada").socket()
    gen = socket.start(trail)
    socket.hear_tokens(gen, 5)
    person.post("/accounts/logout/")
    assert socket.closed(5) == 4401
    assert socket.seen[-1] == {"type": "bye", "reason": "logout", "retry_ms": 0}
    other.say(type="sub", gen=gen)  # another session of the same student goes on
    other.hear_tokens(gen, 10)
    other.say(type="cancel", gen=gen)
    other.hear_until("end")


def test_a_session_ended_elsewhere_opens_nothing(system: System) -> None:
    """The account is closed: even before the socket is, nothing is started or read on it."""
    person = Person(system, "emmy")
    trail = make_trail(system, "What is 3 + 6?", user="emmy")
    socket = person.socket()
    system.django("User.objects.filter(username='emmy').update(is_active=False)")
    socket.say(type="start", idem="late", trail=trail, purpose="solve", options={})
    assert socket.hear_until("err")["code"] == "policy"
    system.django("User.objects.filter(username='emmy').update(is_active=True)")
    system.django(f"u = User.objects.get(username='emmy'); u.set_password('{PASSWORD}'); u.save()")
    socket.say(type="start", idem="late", trail=trail, purpose="solve", options={})
    assert socket.hear_until("err")["code"] == "policy"


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "{",
        "[]",
        "17",
        "[" * 30_000,
        '{"type": "sing"}',
        '{"type": ["hello"]}',
        '{"type": "sub", "gen": "x"}',
        '{"type": "sub", "gen": 7}',
        '{"type": "sub", "gen": "00000000-0000-0000-0000-000000000000", "have": {"n": -1}}',
        '{"type": "sub", "gen": "00000000-0000-0000-0000-000000000000", "have": {"n": 1e9}}',
        '{"type": "start", "idem": "\\ud800", "trail": "x"}',
        '{"type": "start", "idem": "a\\u0000b", "trail": "x"}',
        '{"type": "start", "idem": "a", "trail": null, "options": []}',
        '{"type": "hello", "v": true}',
        "x" * 70_000,
        b"\x00\xff",
    ],
    ids=range(17),
)
def test_nonsense_is_answered_and_the_socket_stays(ada: Person, nonsense: str | bytes) -> None:
    socket = ada.socket()
    socket.connection.send(nonsense)
    error = socket.hear()
    assert error["type"] == "err" and error["message"]
    socket.say(type="hello", v=1)
    assert socket.hear()["type"] == "welcome"
    socket.close()


def test_options_that_make_no_sense_are_refused(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 3 + 7?")
    socket = ada.socket()
    wrong = ["x", [1], ["00000000-0000-0000-0000-000000000000"], list("abcdef"), {"a": 1}]
    for i, context in enumerate(wrong):
        socket.say(
            type="start", idem=f"o{i}", trail=trail, purpose="solve", options={"context": context}
        )
        assert socket.hear_until("err")["code"] in ("context", "not_found")
    socket.say(type="start", idem="p", trail=trail, purpose="sing", options={})
    assert socket.hear_until("err")["code"] == "purpose"


def test_a_flood_is_slowed_and_then_shut_out(ada: Person) -> None:
    socket = ada.socket()
    for _ in range(400):
        socket.connection.send('{"type":"hello","v":1}')
    assert socket.closed() == 4408
    words = [m["type"] for m in socket.seen]
    assert words.count("welcome") < 200 and "err" in words


def test_only_the_own_session_is_named_in_news(system: System) -> None:
    """What travels in Redis at sign-out does not open a session."""
    import redis

    person = Person(system, "ada")
    key = person.cookies["sessionid"]
    person.post("/accounts/logout/")
    news = redis.Redis.from_url(system.redis_url, decode_responses=True).xrange("news")
    assert news and key not in str(news)
