"""One running system for all tests here, and a Valkey for those that run services themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from inference import client
from launch.valkey import run_valkey
from tests.stream.reader import Person, people
from tests.system import System, running_system


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_valkey(Path(tmp_path_factory.mktemp("valkey"))) as url:
        yield url


@pytest.fixture
def queue(valkey_url: str, settings: Any) -> redis.Redis:
    """An empty server that the services use."""
    settings.REDIS_URL = valkey_url
    known = client.shared(valkey_url)
    known.flushall()
    return known


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running_system(Path(tmp_path_factory.mktemp("stream"))) as running:
        people(running)
        yield running


@pytest.fixture(scope="session")
def ada(system: System) -> Person:
    return Person(system, "ada")
