"""The options of ./start.sh, and what can be said about them before anything runs."""

from __future__ import annotations

import argparse
import errno
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from launch import ROOT, Stop

VIBETHINKER = "VibeThinker-1.5B"


@dataclass(frozen=True)
class Options:
    model_path: Path | None
    device: str
    quantize: str
    host: str
    port: int
    data: Path
    demo: bool
    setup_only: bool
    get_model: bool
    tls_cert: Path | None
    tls_key: Path | None

    @property
    def url(self) -> str:
        scheme = "https" if self.tls_cert else "http"
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"

    @property
    def model(self) -> Path:
        """The directory whose model answers: the given one, a fetched one, or the seedling."""
        fetched = ROOT / "checkpoints" / VIBETHINKER
        return self.model_path or (fetched if self.get_model else ROOT / "checkpoints" / "seedling")


def parse(argv: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="./start.sh",
        description="Sets Thinktrail up, runs it, and prints the address.",
        epilog="Ctrl-C stops everything. A second start takes seconds.",
    )
    add = parser.add_argument
    add("--model-path", type=Path, metavar="DIR", help="a model directory in Qwen2 layout")
    add("--device", default="auto", help="auto (default), cpu, or a card such as cuda:0")
    weights = "a CPU's weights: int8, int4 (faster, a little less exact), or auto (default)"
    add("--quantize", choices=("auto", "int8", "int4"), default="auto", help=weights)
    add("--host", default="127.0.0.1", help="address to serve on (default 127.0.0.1)")
    add("--port", type=int, default=7860, help="port to serve on (default 7860)")
    add("--data", type=Path, default=ROOT / "var", metavar="DIR", help="database and files")
    add("--demo", action="store_true", help="add the demo class and its log-ins")
    add("--setup-only", action="store_true", help="set up and stop, ready to start offline")
    add("--get-model", action="store_true", help=f"fetch {VIBETHINKER} (3.1 GB) and use it")
    add("--tls-cert", type=Path, metavar="FILE", help="serve HTTPS with this certificate")
    add("--tls-key", type=Path, metavar="FILE", help="the certificate's key")
    given = parser.parse_args(argv)
    if bool(given.tls_cert) != bool(given.tls_key):
        parser.error("--tls-cert and --tls-key go together")
    if given.get_model and given.model_path:
        parser.error("--get-model and --model-path name two models: give one of them")
    given.data = given.data.resolve()
    return Options(**vars(given))


def check_folders(options: Options) -> None:
    for folder in (ROOT, options.data):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".write-test-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Stop(
                f"Thinktrail cannot write to {folder} ({error.strerror}). Give yourself write "
                "permission there, or choose another folder with --data DIR."
            ) from error


def check_port(options: Options) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Stop(
                    f"Port {options.port} is taken, perhaps by another Thinktrail. Stop that "
                    f"program, or choose another port: --port {options.port + 1}."
                ) from error
            raise Stop(
                f"Cannot serve on {options.host}:{options.port} ({error.strerror}). "
                "Choose another --host or --port."
            ) from error


def check_model(path: Path) -> None:
    """One sentence for each way a directory is not a model; the engine checks the weights."""
    if not path.is_dir():
        raise Stop(f"There is no model directory {path}. Check --model-path.")
    config = path / "config.json"
    if not config.is_file():
        raise Stop(
            f"{path} holds no config.json, so it is not a model in the Hugging Face layout. "
            "Give the folder that holds config.json, tokenizer.json and *.safetensors."
        )
    try:
        kind = json.loads(config.read_text()).get("model_type")
    except (ValueError, AttributeError) as error:
        raise Stop(f"{config} is not valid JSON. Fetch the model again.") from error
    if kind != "qwen2":
        raise Stop(f"{path} is a {kind!r} model; Thinktrail runs the Qwen2 architecture.")
    if not any(path.glob("*.safetensors")):
        raise Stop(f"{path} holds no *.safetensors weights. Other formats are not loaded.")
    if not (path / "tokenizer.json").is_file():
        raise Stop(f"{path} holds no tokenizer.json. Copy it from where the model came from.")
