"""The server between the processes dies, forgets, or is not there yet; nothing is lost for good."""

from __future__ import annotations

import pytest
import redis

from tests.faults.undisturbed import written
from tests.stream.reader import Person, make_trail
from tests.system import System


@pytest.fixture
def client(system: System) -> redis.Redis:
    return redis.Redis.from_url(system.redis_url, decode_responses=True)


def test_killed_in_the_middle_and_started_again(system: System, ada: Person) -> None:
    statement = "What is 3 + 9? [scripted speed=100 tokens=250]"
    socket = ada.socket()
    gen = socket.start(make_trail(system, statement), seed=5)
    socket.hear_tokens(gen, 30)
    system.kill("valkey")
    assert system.wait_healthy(status=503)["redis"]["ok"] is False
    system.start("valkey")
    socket.hear_until("end", 30)
    socket.verify(gen)
    assert socket.text[gen] == written(statement, 5, 250, "12")
    # Usually nothing is lost; a write that waited behind a slow fsync may be, and then the log
    # gets a new name and the worker sends those tokens again: the text above is whole either way.
    socket.hear_until("checks", 30)
    assert system.processes["gpu"].poll() is None and system.processes["web"].poll() is None


def test_a_start_while_it_is_away_is_kept_and_run(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 4 + 9? [scripted speed=800 tokens=60]")
    socket = ada.socket()
    system.kill("valkey")
    gen = socket.start(trail)
    assert socket.hear_until("queued", gen=gen)["engine"] == "unreachable"
    system.start("valkey")
    socket.hear_until("checks", 45)
    socket.verify(gen)
    assert socket.checks[gen]["answer"] == "13"


def test_a_log_that_lost_its_tail_gets_a_new_name(
    system: System, ada: Person, client: redis.Redis
) -> None:
    """As after a power cut: the browser holds more tokens than the log."""
    statement = "What is 5 + 9? [scripted speed=60 tokens=150]"
    socket = ada.socket()
    gen = socket.start(make_trail(system, statement), seed=6)
    socket.hear_tokens(gen, 40)
    old = socket.se[gen]
    socket.close()
    system.kill("gpu")
    pipe = client.pipeline(transaction=True)
    for id, fields in client.xrange(f"log:{gen}"):
        if int(fields.get("b", 0)) >= 20:
            pipe.xdel(f"log:{gen}", id)
    kept = [f for _, f in client.xrange(f"log:{gen}") if 0 <= int(f.get("b", -1)) < 20]
    pipe.hset(f"gen:{gen}", "n", int(kept[-1]["b"]) + int(kept[-1]["c"]))
    pipe.execute()
    again = ada.socket()
    again.carry_on(socket, gen)
    assert again.hear_until("reset")["se"] == old + 1
    assert again.hear_until("snap")["n"] < 40
    system.start("gpu")
    again.hear_until("end", 30)
    again.verify(gen)
    assert again.text[gen] == written(statement, 6, 150, "14")


def test_everything_forgotten_is_written_again_from_the_row(
    system: System, ada: Person, client: redis.Redis
) -> None:
    statement = "What is 6 + 9? [scripted speed=100 tokens=150]"
    system.wait_healthy()
    socket = ada.socket()
    gen = socket.start(make_trail(system, statement), seed=7)
    socket.hear_tokens(gen, 20)
    client.flushall()
    socket.hear_until("end", 60)
    socket.verify(gen)
    assert socket.text[gen] == written(statement, 7, 150, "15")
