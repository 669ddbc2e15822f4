"""Which process loads what, and what the worker says of a model it cannot load."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inference import stream
from tests.engine.tiny import make_tiny
from tests.system import ROOT, running_system


def loaded(code: str, **env: str) -> set[str]:
    """The modules that are loaded after `code` ran in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        env={**os.environ, "THINKTRAIL_ENGINE": "scripted", **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_worker_never_loads_django() -> None:
    """Celery would, when the environment names a settings module."""
    modules = loaded(
        "import inference.worker as w; w.app.finalize(); w.app.loader.import_default_modules()",
        DJANGO_SETTINGS_MODULE="tutor.settings",
    )
    assert "inference.runner" in modules
    assert not {"django.conf", "django.db", "tutor", "channels"} & modules


def test_web_and_desk_never_load_torch(tmp_path: Path) -> None:
    env = {"THINKTRAIL_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tutor.settings"}
    modules = loaded("import tutor.asgi, tutor.tasks, tutor.services.reaping", **env)
    assert "tutor.consumers" in modules
    assert not {"torch", "transformers", "inference.worker", "inference.engine"} & modules


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0"),
        ("unix:///run/v.sock?db=3", "redis+socket:///run/v.sock?virtual_host=3"),
        ("redis://host:6379/2", "redis://host:6379/2"),
    ],
)
def test_one_setting_names_the_server_for_both(url: str, broker: str) -> None:
    assert stream.broker_url(url) == broker


def test_broken_models_are_named_in_healthz(tmp_path: Path) -> None:
    """A truncated weights file, no tokenizer, no folder: 503 with one sentence each."""
    model = make_tiny(tmp_path / "model")
    weights = next(model.glob("*.safetensors"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    only = ("valkey", "web", "gpu")
    with running_system(
        tmp_path / "run", engine="engine", model=str(model), wait=False, only=only
    ) as system:
        said = [failure(system)]
        weights.write_bytes(whole)
        (model / "tokenizer.json").unlink()
        said.append(restarted(system, str(model)))
        said.append(restarted(system, str(tmp_path / "nowhere")))
        for sentence, word in zip(said, ("safetensors", "tokenizer", "nowhere"), strict=True):
            assert word in sentence and "\n" not in sentence and "Traceback" not in sentence


def failure(system: object) -> str:
    """The message of /healthz once the engine's state is "failed"."""
    import time

    end = time.monotonic() + 30
    while time.monotonic() < end:
        code, found = system.health()  # type: ignore[attr-defined]
        if found and found["engine"]["state"] == "failed":
            assert code == 503
            return str(found["engine"]["message"])
        time.sleep(0.1)
    raise TimeoutError(str(found))


def restarted(system: object, model: str) -> str:
    system.kill("gpu", 15)  # type: ignore[attr-defined]
    import redis

    redis.Redis.from_url(system.redis_url).flushall()  # type: ignore[attr-defined]
    system.start("gpu", THINKTRAIL_MODEL=model)  # type: ignore[attr-defined]
    return failure(system)
