"""The life of a generation through every process, with a scripted model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.stream.reader import Person, make_trail
from tests.system import System


def test_a_generation_streams_settles_and_is_checked(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 3 + 4? [scripted speed=800 tokens=150]", answer="7")
    socket = ada.socket()
    socket.say(type="hello", v=1)
    assert socket.hear()["user"] == "ada"
    gen = socket.start(trail)
    socket.hear_until("end")
    socket.verify(gen)
    told = socket.hear_until("checks")
    assert (told["answer"], told["verdict"], told["format_ok"]) == ("7", "correct", True)
    row = ada.get(f"/api/generations/{gen}/")
    assert row["text"] == socket.text[gen]
    assert (row["state"], row["n"], row["finish_reason"]) == ("done", socket.n[gen], "stop")
    assert row["sha256"] == socket.ends[gen]["sha256"]
    assert socket.gaps == socket.dups == 0


def test_reload_in_the_middle_goes_on_from_the_same_token(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 8 + 9? [scripted speed=200 tokens=300]")
    before = ada.socket()
    gen = before.start(trail)
    before.hear_tokens(gen, 40)
    before.close()
    after = ada.socket()
    after.carry_on(before, gen)
    held = before.n[gen]
    after.hear_until("end")
    after.verify(gen)
    first = next(m for m in after.seen if m["type"] == "d")
    assert first["b"] == held  # nothing below it was sent again
    assert not [m for m in after.seen if m["type"] == "snap"]


def test_a_position_between_two_entries_brings_a_snapshot(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 5 + 9? [scripted speed=2000 tokens=200]")
    socket = ada.socket()
    gen = socket.start(trail)
    socket.hear_until("end")
    boundaries = {m["b"] for m in socket.seen if m["type"] == "d"}
    inside = next(n for n in range(1, socket.n[gen]) if n not in boundaries)
    other = ada.socket()
    other.say(type="sub", gen=gen, have={"se": socket.se[gen], "n": inside})
    other.hear_until("end")
    other.verify(gen)
    assert other.text[gen] == socket.text[gen]


def test_two_sockets_hear_the_same(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 2 + 9? [scripted speed=400 tokens=200]")
    one, two = ada.socket(), ada.socket()
    gen = one.start(trail)
    one.hear_tokens(gen, 20)
    two.sub(gen)
    for socket in (one, two):
        socket.hear_until("end")
        socket.verify(gen)
    assert one.text[gen] == two.text[gen]


def test_stop_really_stops_the_worker(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 1 + 1? [scripted speed=100 tokens=5000]")
    one, two = ada.socket(), ada.socket()
    gen = one.start(trail)
    one.hear_tokens(gen, 10)
    two.sub(gen)
    two.say(type="cancel", gen=gen)
    for socket in (one, two):
        assert socket.hear_until("end")["reason"] == "cancelled"
        socket.verify(gen)
    one.hear_until("checks")
    assert ada.get(f"/api/generations/{gen}/")["state"] == "cancelled"
    code, health = system.health()
    while health["engine"]["busy"]:  # the announcement follows within a heartbeat
        code, health = system.health()
    assert code == 200


def test_started_twenty_times_it_is_one_generation(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 6 + 1? [scripted speed=2000 tokens=60]")
    idem = uuid4().hex
    sockets = [ada.socket() for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        gens = list(pool.map(lambda s: s.start(trail, idem), sockets))
    assert len(set(gens)) == 1
    accepted = [m for s in sockets for m in s.seen if m["type"] == "accepted"]
    assert [m["dup"] for m in accepted].count(False) == 1
    other = make_trail(system, "What is 6 + 2?")
    sockets[0].say(type="start", idem=idem, trail=other, purpose="solve", options={})
    assert sockets[0].hear_until("err")["code"] == "conflict"
    for socket in sockets:
        socket.close()


def test_two_run_four_wait_and_the_seventh_is_refused(system: System, ada: Person) -> None:
    statement = "What is 4 + 4? [scripted speed=30 tokens=4000]"
    trails = [make_trail(system, statement, user="emmy") for _ in range(7)]
    socket = Person(system, "emmy").socket()
    gens = [socket.start(trail) for trail in trails[:6]]
    socket.say(type="start", idem="seventh", trail=trails[6], purpose="solve", options={})
    refused = socket.hear_until("err")
    assert (refused["code"], refused["idem"]) == ("quota", "seventh")
    assert refused["retry_after"] > 0
    socket.say(type="cancel", gen=gens[5])  # one that waits ends at once, with nothing written
    assert socket.hear_until("end", gen=gens[5])["n"] == 0
    assert socket.hear_until("checks", gen=gens[5])["checks"] == []
    for done in range(5):  # stop the older of the two that run, and the next one begins
        running = gens[done : min(done + 2, 5)]
        for gen in running:
            socket.hear_tokens(gen, 1)
        assert {g for g in gens if socket.n.get(g)} == set(gens[: done + 2][:5])
        socket.say(type="cancel", gen=gens[done])
        socket.hear_until("checks", gen=gens[done])
    for gen in gens:
        socket.verify(gen)


def test_what_was_settled_long_ago_is_served_from_its_row(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 9 + 9? [scripted speed=2000 tokens=80]")
    socket = ada.socket()
    gen = socket.start(trail)
    socket.hear_until("checks")
    import redis

    client = redis.Redis.from_url(system.redis_url)
    client.delete(f"log:{gen}", f"gen:{gen}")
    fresh = ada.socket()
    fresh.say(type="sub", gen=gen)
    fresh.hear_until("checks")
    fresh.verify(gen)
    knowing = ada.socket()
    knowing.carry_on(socket, gen)
    knowing.hear_until("end")
    knowing.verify(gen)
    assert "snap" not in [m["type"] for m in knowing.seen]


def test_a_stranger_hears_not_found_and_a_teacher_may_read(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 9 + 1? [scripted speed=300 tokens=100]")
    socket = ada.socket()
    gen = socket.start(trail)
    emmy, grace = Person(system, "emmy").socket(), Person(system, "grace").socket()
    for word in ("sub", "cancel"):
        emmy.say(type=word, gen=gen)
        assert emmy.hear_until("err")["code"] == "not_found"
        emmy.say(type=word, gen=str(uuid4()))
        assert emmy.hear_until("err")["code"] == "not_found"
    emmy.say(type="start", idem="x", trail=trail, purpose="solve")
    assert emmy.hear_until("err")["code"] == "not_found"
    grace.say(type="cancel", gen=gen)
    assert grace.hear_until("err")["code"] == "not_found"
    grace.say(type="sub", gen=gen)
    grace.hear_until("end")
    grace.verify(gen)


def test_help_needs_an_attempt_first(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 9 + 2?", attempt=False)
    socket = ada.socket()
    socket.say(type="start", idem="first", trail=trail, purpose="solve", options={})
    assert socket.hear_until("err")["code"] == "policy"


def test_nan_in_one_request_leaves_its_neighbours_alone(system: System, ada: Person) -> None:
    bad = make_trail(system, "What is 1 + 2? [scripted speed=200 tokens=90 fail_at=30]")
    good = make_trail(system, "What is 1 + 3? [scripted speed=200 tokens=90]")
    socket = ada.socket()
    failed, fine = socket.start(bad), socket.start(good)
    while len(socket.checks) < 2:
        socket.hear()
    assert socket.ends[failed]["reason"] == "error" and "NaN" in socket.ends[failed]["error"]
    assert socket.ends[fine]["reason"] == "stop"
    for gen in (failed, fine):
        socket.verify(gen)
    assert ada.get(f"/api/generations/{failed}/")["state"] == "failed"
