"""What the processes are told through their environment."""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path

from launch import ROOT
from launch.options import Options
from launch.valkey import socket_path

# Read aloud in a classroom, typed on a phone: no capitals, no look-alikes.
SYLLABLES = [consonant + vowel for consonant in "bdfklmnprstv" for vowel in "aei"]


def environment(options: Options) -> dict[str, str]:
    """Settings of every process, on top of this one's own environment."""
    env = dict(os.environ)
    env.setdefault("REDIS_URL", f"unix://{socket_path(options.data / 'valkey')}")
    env.setdefault("THINKTRAIL_HOSTS", ",".join(allowed_hosts(options.host)))
    env.setdefault("THINKTRAIL_SAMPLING", json.dumps(sampling(options.model)))
    if options.tls_cert:
        env.setdefault("THINKTRAIL_HTTPS", "1")
    env |= {
        "THINKTRAIL_DATA": str(options.data),
        "THINKTRAIL_MODEL": str(options.model.resolve()),
        "THINKTRAIL_DEVICE": options.device,
        "THINKTRAIL_QUANTIZE": options.quantize,
        "DJANGO_SETTINGS_MODULE": "tutor.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        # Nothing leaves the building, not even a look-up.
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    return env


def sampling(model: Path) -> dict[str, float]:
    """How this model wants to be asked, from its generation_config.json: greedily, or how drawn."""
    try:
        config = json.loads((model / "generation_config.json").read_text())
    except (OSError, ValueError):
        return {}
    if config.get("do_sample") is False:
        return {"temperature": 0}
    names = ("temperature", "top_p", "top_k")
    return {name: config[name] for name in names if isinstance(config.get(name), int | float)}


def allowed_hosts(host: str) -> list[str]:
    """Names under which a browser may reach this server."""
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    if host in ("0.0.0.0", "::"):
        hosts += [socket.gethostname(), f"{socket.gethostname()}.local", *own_addresses()]
    elif host not in hosts:
        hosts.append(f"[{host}]" if ":" in host else host)
    return hosts


def own_addresses() -> list[str]:
    """This machine's addresses; connecting a datagram socket sends nothing."""
    found = set()
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                address = probe.getsockname()[0]
                found.add(f"[{address}]" if family == socket.AF_INET6 else address)
        except OSError:
            continue
    return sorted(found)


def new_password(path: Path) -> None:
    words = "-".join("".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(3))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(words + "\n")
