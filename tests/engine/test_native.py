"""How many threads the C code gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.engine import native


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four cores of two threads each, of which this process may use five threads of three cores."""
    for n in range(8):
        (tmp_path / f"cpu{n}").write_text(f"{n % 4},{n % 4 + 4}\n")
    monkeypatch.setattr(native, "SIBLINGS", str(tmp_path / "cpu{}"))
    monkeypatch.setattr(native.os, "sched_getaffinity", lambda _: {0, 1, 2, 4, 5}, raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


def test_one_for_each_core_that_may_be_used(machine: None) -> None:
    assert native.threads_allowed() == 3


def test_fewer_where_the_user_says_so(machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, given in (("2", 2), ("64", 3), ("0", 3), ("", 3), ("4,2", 3)):
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
        assert native.threads_allowed() == given


def test_every_thread_where_the_system_does_not_tell(
    machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "SIBLINGS", "/nowhere/{}")
    assert native.threads_allowed() == 5
