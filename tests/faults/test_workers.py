"""Workers that die, freeze, leave or break while they write: the text is the same afterwards."""

from __future__ import annotations

import signal
import time

import redis

from inference.protocol import SamplingParams
from inference.watchdog import STATUS
from tests.faults.undisturbed import LEASE_MS, written
from tests.stream.reader import Person, make_trail
from tests.system import System


def test_killed_worker_is_continued_exactly_by_another(system: System, ada: Person) -> None:
    statement = "What is 3 + 4? [scripted speed=150 tokens=400]"
    trails = [make_trail(system, statement), make_trail(system, statement, user="emmy")]
    one, two = ada.socket(), Person(system, "emmy").socket()
    gens = [one.start(trails[0], seed=5), two.start(trails[1], seed=6)]
    for socket, gen in zip((one, two), gens, strict=True):
        socket.hear_tokens(gen, 30)
    system.start("gpu2")
    system.kill("gpu")
    for socket, gen, seed in zip((one, two), gens, (5, 6), strict=True):
        socket.hear_until("end", 30)
        socket.verify(gen)
        assert socket.text[gen] == written(statement, seed, 400, "7")
        assert socket.gaps == socket.dups == 0
    known = redis.Redis.from_url(system.redis_url, decode_responses=True)
    for gen in gens:  # they fell together, so neither is charged with it
        assert known.hmget(f"gen:{gen}", "claims", "released", "suspicions") == ["2", "1", "1"]


def test_frozen_worker_is_fenced_when_it_wakes(system: System, ada: Person) -> None:
    """gpu2 freezes for longer than its lease; gpu goes on; gpu2 wakes and may not write."""
    statement = "What is 5 + 4? [scripted speed=80 tokens=240]"
    socket = ada.socket()
    gen = socket.start(make_trail(system, statement), seed=7)
    socket.hear_tokens(gen, 20)
    system.kill("gpu2", signal.SIGSTOP)
    system.start("gpu")
    held = socket.n[gen]
    socket.hear_tokens(gen, held + 40, 30)
    system.kill("gpu2", signal.SIGCONT)
    socket.hear_until("end", 30)
    socket.verify(gen)
    assert socket.text[gen] == written(statement, 7, 240, "9")
    log = redis.Redis.from_url(system.redis_url, decode_responses=True).xrange(f"log:{gen}")
    assert [fields.get("k") for _, fields in log].count("end") == 1
    epochs = [int(fields["e"]) for _, fields in log if "e" in fields]
    assert epochs == sorted(epochs) and len(set(epochs)) == 2


def test_leaving_worker_hands_over_at_once(system: System, ada: Person) -> None:
    """SIGTERM: released and rung before the process ends, so nobody waits for the lease."""
    statement = "What is 6 + 4? [scripted speed=100 tokens=300]"
    socket = ada.socket()
    gen = socket.start(make_trail(system, statement), seed=8)
    socket.hear_tokens(gen, 30)
    client = redis.Redis.from_url(system.redis_url, decode_responses=True)
    facts = client.hgetall(f"gen:{gen}")
    pid = int(facts["worker"].split("-")[-2])
    name = next(n for n in ("gpu", "gpu2") if system.processes[n].pid == pid)
    system.kill(name, signal.SIGTERM)
    assert system.processes[name].returncode == 0
    socket.hear_until("end", 30)
    socket.verify(gen)
    assert socket.text[gen] == written(statement, 8, 300, "10")
    facts = client.hgetall(f"gen:{gen}")
    assert (facts["claims"], facts["released"]) == ("2", "1")
    other = "gpu2" if name == "gpu" else "gpu"
    if name == "gpu":  # later tests count on it
        system.processes["gpu"] = system.processes.pop(other)


def test_one_that_breaks_every_worker_is_given_up(system: System, ada: Person) -> None:
    """The engine itself raises; its neighbour goes on, and the culprit fails after three times."""
    bad = make_trail(system, "What is 1 + 2? [scripted speed=150 tokens=90 raise_at=40]")
    statement = "What is 7 + 4? [scripted speed=20 tokens=200]"
    good = make_trail(system, statement, user="emmy")
    neighbour, socket = Person(system, "emmy").socket(), ada.socket()
    fine = neighbour.start(good, seed=9)
    neighbour.hear_tokens(fine, 5)
    gen = socket.start(bad)
    end = socket.hear_until("end", 40)
    assert end["reason"] == "error" and "lost several times" in end["error"]
    socket.verify(gen)
    socket.hear_until("checks")
    row = ada.get(f"/api/generations/{gen}/")
    assert (row["state"], row["n"]) == ("failed", 40)
    known = redis.Redis.from_url(system.redis_url, decode_responses=True)
    claims = known.hget(f"gen:{gen}", "claims")
    assert int(claims or 0) <= 5  # one in company, three alone, and the reaper's own
    facts = known.hgetall(f"gen:{fine}")
    assert int(facts["claims"]) - int(facts["released"]) == 1  # no death: it is being written
    neighbour.hear_tokens(fine, neighbour.n[fine] + 5)  # and it still goes on
    neighbour.say(type="cancel", gen=fine)
    neighbour.hear_until("end")
    neighbour.verify(fine)
    assert written(statement, 9, 200, "11").startswith(neighbour.text[fine])


def test_waits_for_a_worker_that_is_not_up_yet(system: System, ada: Person) -> None:
    for name in [n for n in system.processes if n.startswith("gpu")]:
        if system.processes[name].poll() is None:
            system.kill(name, signal.SIGTERM)
    health = system.wait_healthy(status=503)
    assert health["engine"]["state"] == "absent" and health["status"] == "trouble"
    assert health["database"]["ok"] and health["redis"]["ok"]
    socket = ada.socket()
    gen = socket.start(make_trail(system, "What is 2 + 2? [scripted speed=500 tokens=60]"))
    waiting = socket.hear_until("queued", gen=gen)
    assert waiting["pos"] == 1 and waiting["engine"] == "absent"
    assert system.health()[1]["queue"]["depth"] == 1
    system.start("gpu")
    socket.hear_until("end", 30)
    socket.verify(gen)
    socket.hear_until("checks")
    assert system.wait_healthy()["queue"]["depth"] == 0


def test_seeds_are_kept_with_the_row(system: System, ada: Person) -> None:
    trail = make_trail(system, "What is 2 + 3? [scripted speed=2000 tokens=40]")
    socket = ada.socket()
    gens = [socket.start(trail, seed=11), socket.start(trail)]
    while len(socket.checks) < 2:
        socket.hear()
    code = f"print([Generation.objects.get(pk=g).params['seed'] for g in {gens!r}])"
    first, second = eval(system.django(code))
    assert first == 11 and second != 11
    assert set(SamplingParams.__dataclass_fields__) >= {"seed", "temperature"}


def test_idle_time_does_not_end_a_lease(system: System, ada: Person) -> None:
    """A model that is slower than the lease keeps it: the heartbeat does not wait for tokens."""
    trail = make_trail(system, "What is 2 + 5? [scripted speed=0.4 tokens=60]")
    socket = ada.socket()
    gen = socket.start(trail)
    socket.hear_tokens(gen, 1)
    time.sleep(2 * int(LEASE_MS) / 1000)
    client = redis.Redis.from_url(system.redis_url, decode_responses=True)
    assert client.hget(f"gen:{gen}", "claims") == "1"
    assert client.exists(f"lease:{gen}")
    socket.say(type="cancel", gen=gen)
    assert socket.hear_until("end")["reason"] == "cancelled"


def test_a_worker_whose_step_hangs_ends_and_its_generation_goes_on(
    system: System, ada: Person
) -> None:
    """The limit is so short that an ordinary step counts as hanging."""
    system.kill("gpu", signal.SIGTERM)
    system.start("gpu", THINKTRAIL_STEP_LIMIT_S="0.002")
    statement = "What is 8 + 4? [scripted speed=60 tokens=200]"
    socket = ada.socket()
    gen = socket.start(make_trail(system, statement), seed=12)
    assert system.processes["gpu"].wait(20) == STATUS
    assert "has not come back for 0.002 s" in (system.data / "gpu.log").read_text()
    system.start("gpu")
    socket.hear_until("end", 30)
    socket.verify(gen)
    assert socket.text[gen] == written(statement, 12, 200, "12")
