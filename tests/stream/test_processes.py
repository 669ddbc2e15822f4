"""Which process loads what, and what the worker says of a model it cannot load."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

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


def test_a_broken_model_is_named_in_healthz(tmp_path: Path) -> None:
    """Half a weights file: the worker stays, takes no task, and says what is wrong."""
    model = make_tiny(tmp_path / "model")
    weights = next(model.glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    only = ("valkey", "web", "gpu")
    with running_system(
        tmp_path / "run", engine="engine", model=str(model), wait=False, only=only
    ) as system:
        end = time.monotonic() + 60
        found: dict[str, Any] = {}
        while time.monotonic() < end and found.get("engine", {}).get("state") != "failed":
            code, found = system.health()
            time.sleep(0.1)
        sentence = found["engine"]["message"]
        assert code == 503 and "safetensors" in sentence
        assert "\n" not in sentence and "Traceback" not in sentence
        assert system.processes["gpu"].poll() is None


def break_weights(model: Path) -> None:
    next(model.glob("*.safetensors")).write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")


def lose_tokenizer(model: Path) -> None:
    (model / "tokenizer.json").unlink()


def lose_folder(model: Path) -> None:
    shutil.rmtree(model)


@pytest.mark.parametrize("damage", [break_weights, lose_tokenizer, lose_folder])
def test_a_damaged_model_is_one_clear_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Any
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tutor.settings")  # put back: the import drops it
    from inference import worker

    model = make_tiny(tmp_path / "model")
    damage(model)
    monkeypatch.setenv("THINKTRAIL_ENGINE", "engine")
    monkeypatch.setenv("THINKTRAIL_MODEL", str(model))
    with pytest.raises((ValueError, OSError)) as trouble:
        worker.make_engine()
    sentence = str(trouble.value)
    assert len(sentence.split()) > 5 and "\n" not in sentence and sentence.endswith(".")
