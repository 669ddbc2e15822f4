"""--get-model against a local server that speaks the hub's protocol."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launch import ROOT
from tests.launch.hub import COMMIT, Hub, run_hub

# The client keeps whole chunks of ten megabytes; the cut comes after the first.
WEIGHTS = os.urandom(13_000_000)
FILES = {
    "config.json": b'{"model_type": "qwen2"}',
    "tokenizer.json": b"{}",
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": b"runs code when opened",
    "README.md": b"# a model",
}


def fetch(hub: Hub, target: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(target.parent / "home")}
    env["HF_HUB_ETAG_TIMEOUT"] = "5"
    return subprocess.run(
        [sys.executable, "-m", "launch.model", str(target)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_model_arrives_with_its_revision_and_hashes(tmp_path: Path) -> None:
    import hashlib

    with run_hub(FILES) as hub:
        done = fetch(hub, tmp_path / "model")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "model" / "model.safetensors").read_bytes() == WEIGHTS
    card = json.loads((tmp_path / "model" / "thinktrail.json").read_text())
    assert card["revision"] == COMMIT
    assert card["sha256"]["model.safetensors"] == hashlib.sha256(WEIGHTS).hexdigest()


def test_only_safetensors_weights_are_taken(tmp_path: Path) -> None:
    with run_hub(FILES) as hub:
        assert fetch(hub, tmp_path / "model").returncode == 0
        assert not any("pytorch_model.bin" in path for _, path, _ in hub.requests)
    assert not (tmp_path / "model" / "pytorch_model.bin").exists()


def test_a_cut_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with run_hub(FILES) as hub:
        hub.cut_after = 11_000_000
        done = fetch(hub, tmp_path / "model")
        if done.returncode:
            assert "go on" in done.stdout
            assert fetch(hub, tmp_path / "model").returncode == 0
        ranges = [asked for _, path, asked in hub.requests if path.endswith(".safetensors")]
    assert (tmp_path / "model" / "model.safetensors").read_bytes() == WEIGHTS
    resumed = [int(asked.removeprefix("bytes=").split("-")[0]) for asked in ranges if asked]
    assert resumed and resumed[-1] > 0


@pytest.mark.slow
def test_a_hub_out_of_reach_is_one_clear_sentence(tmp_path: Path) -> None:
    with run_hub(FILES) as hub:
        pass
    done = fetch(hub, tmp_path / "model")
    assert done.returncode == 1
    assert "--model-path" in done.stdout and "Traceback" not in done.stdout + done.stderr
