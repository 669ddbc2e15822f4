"""Pages through the real web process: bodies too large, and many attempts at one moment."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.stream.reader import Person, make_trail, people
from tests.system import System, running_system


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    data: Path = tmp_path_factory.mktemp("running")
    with running_system(data, only=("valkey", "web"), wait=False) as made:
        people(made)
        made.wait_healthy(status=503)  # the page opens without any worker
        yield made


def test_ten_megabytes_are_answered_and_the_next_request_is_too(system: System) -> None:
    ada, trail = Person(system, "ada"), make_trail(system, "What is $6 + 1$?", answer="7")
    with pytest.raises(urllib.error.HTTPError) as refused:
        ada.post(f"/trails/{trail}/attempts/", working="x" * 10_000_000)
    assert refused.value.code == 413
    assert b"too long to send" in refused.value.read()
    ada.post(f"/trails/{trail}/attempts/", working="$6 + 1 = 7$", answer="7")
    verdicts = [entry["verdict"] for entry in ada.get(f"/api/trails/{trail}/")["entries"]]
    assert verdicts == ["wrong", "correct"]


def test_attempts_sent_at_one_moment_are_all_kept_and_judged(system: System) -> None:
    ada, trail = Person(system, "ada"), make_trail(system, "What is $20 + 22$?", answer="42")

    def submit(n: int) -> None:
        answer = r"\frac{84}{2}" if n % 2 else f"{n}"
        ada.post(f"/trails/{trail}/attempts/", working=f"line {n}", answer=answer)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(submit, range(24)))
    found = ada.get(f"/api/trails/{trail}/")["entries"][1:]
    assert sorted(int(entry["working"][5:]) for entry in found) == list(range(24))
    assert [entry["verdict"] for entry in found].count("correct") == 12
    assert [entry["verdict"] for entry in found].count("wrong") == 12
