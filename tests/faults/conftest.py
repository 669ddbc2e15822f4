"""One running system for all faults; every test leaves it whole for the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.undisturbed import LEASE_MS
from tests.stream.reader import Person, people
from tests.system import System, running_system


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = Path(tmp_path_factory.mktemp("faults"))
    with running_system(folder, THINKTRAIL_LEASE_MS=LEASE_MS) as running:
        people(running)
        yield running


@pytest.fixture(scope="session")
def ada(system: System) -> Person:
    return Person(system, "ada")
