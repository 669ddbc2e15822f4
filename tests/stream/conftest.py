"""A Valkey for tests that run services in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from inference import client
from launch.valkey import run_valkey


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
