"""What ./start.sh says before anything runs."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from launch import ROOT, Stop, options
from launch.environment import environment
from tests.engine.tiny import make_tiny


def test_a_taken_port_is_named_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=f"Port {port} is taken.*--port {port + 1}"):
            options.check_port(options.parse(["--port", str(port)]))


def test_a_foreign_address_cannot_be_served() -> None:
    with pytest.raises(Stop, match="--host"):
        options.check_port(options.parse(["--host", "192.0.2.1"]))


def test_a_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(Stop, match=r"cannot write.*--data"):
        options.check_folders(options.parse(["--data", str(blocked / "data")]))


def test_the_weights_may_have_four_bits(capsys) -> None:
    assert environment(options.parse([]))["THINKTRAIL_QUANTIZE"] == "auto"
    given = options.parse(["--quantize", "int4"])
    assert environment(given)["THINKTRAIL_QUANTIZE"] == "int4"
    with pytest.raises(SystemExit):
        options.parse(["--quantize", "int2"])
    assert "int4" in capsys.readouterr().err


@pytest.fixture
def model(tmp_path: Path) -> Path:
    make_tiny(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_in_the_right_layout_passes(model: Path) -> None:
    options.check_model(model)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("config.json", "no config.json"),
        ("tokenizer.json", "no tokenizer.json"),
        ("model.safetensors", r"no \*.safetensors"),
    ],
)
def test_each_missing_file_is_named(model: Path, missing: str, said: str) -> None:
    (model / missing).unlink()
    with pytest.raises(Stop, match=said):
        options.check_model(model)


def test_a_missing_model_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="no model directory"):
        options.check_model(tmp_path / "nowhere")


def test_another_architecture_is_named(model: Path) -> None:
    (model / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(Stop, match="'llama' model"):
        options.check_model(model)


def test_a_broken_config_is_named(model: Path) -> None:
    (model / "config.json").write_text("{")
    with pytest.raises(Stop, match="not valid JSON"):
        options.check_model(model)


def test_an_old_python_is_one_clear_line(tmp_path: Path) -> None:
    """start.sh with nothing but a Python 3.9 on PATH."""
    for name in ("python3", "python"):
        fake = tmp_path / name
        fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
        fake.chmod(0o755)
    for name in ("dirname", "bash", "env"):
        os.symlink(shutil.which(name) or "", tmp_path / name)
    done = subprocess.run(
        [str(ROOT / "start.sh")], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr and "3.9.2" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_start_sh_says_that_a_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [str(ROOT / "start.sh"), "--port", port], capture_output=True, text=True
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr and "Traceback" not in done.stderr
