"""The same promise with a real model: a killed worker's text is continued token for token."""

from __future__ import annotations

from pathlib import Path

from tests.engine.tiny import make_tiny
from tests.faults.undisturbed import LEASE_MS
from tests.stream.reader import Person, make_trail, people
from tests.system import running_system


def test_a_killed_model_is_continued_exactly(tmp_path: Path) -> None:
    model = make_tiny(tmp_path / "model", thinking=True)
    with running_system(
        tmp_path / "run",
        engine="engine",
        model=str(model),
        THINKTRAIL_LEASE_MS=LEASE_MS,
        THINKTRAIL_SAMPLING='{"ignore_eos": true, "max_tokens": 700}',
    ) as system:
        people(system)
        trail = make_trail(system, "What is 3 + 4?")
        ada = Person(system, "ada")
        socket = ada.socket()
        gens = [socket.start(trail, seed=seed) for seed in (1, 2)]
        for gen in gens:
            socket.hear_tokens(gen, 60, 60)
        system.start("gpu2")
        system.kill("gpu")
        assert not socket.ends
        while len(socket.ends) < 2:
            socket.hear(60)
        while len(socket.checks) < 2:
            socket.hear(60)
        for gen, seed in zip(gens, (1, 2), strict=True):
            socket.verify(gen)
            whole = socket.start(trail, seed=seed)
            socket.hear_until("end", 60, gen=whole)
            socket.verify(whole)
            assert socket.text[whole] == socket.text[gen]
            assert socket.n[whole] == socket.n[gen] == 700
