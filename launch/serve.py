"""`python -m launch.serve`: run the whole system until told to stop, or a part dies for good."""

from __future__ import annotations

import json
import os
import signal
import ssl
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from types import FrameType
from typing import Any

from launch import Stop, options, valkey
from launch.children import Child, children
from launch.environment import environment
from launch.options import Options


class Supervisor:
    def __init__(self, wanted: Options) -> None:
        self.options = wanted
        own_valkey = not os.environ.get("REDIS_URL")
        self.children = children(wanted, environment(wanted), own_valkey=own_valkey)
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            for child in self.children:
                self.start(child)
            self.announce()
            return self.watch()
        except Stop as stop:
            print(f"\n{stop}", file=sys.stderr)
            return 1
        finally:
            self.stop()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, child: Child) -> None:
        child.start()
        if child.name == "valkey" and child.process is not None:
            try:
                valkey.wait_until_ready(
                    valkey.socket_path(self.options.data / "valkey"), child.process
                )
            except RuntimeError as error:
                raise Stop(f"{error} Its last lines:\n{child.last_lines()}") from error

    def watch(self) -> int:
        """Restart what dies, unless it keeps dying."""
        told_ready = False
        while not self.stopping:
            time.sleep(0.25)
            if not told_ready:
                told_ready = self.tell_when_ready()
            for child in self.children:
                if child.alive or self.stopping:
                    continue
                if not child.may_restart():
                    raise Stop(
                        f"The {child.name} keeps stopping, so everything is being stopped. Its "
                        f"last lines ({child.log}):\n\n{child.last_lines()}"
                    )
                print(f"The {child.name} stopped; starting it again.", file=sys.stderr)
                time.sleep(0.5 * len(child.deaths))
                self.start(child)
        return 0

    def stop(self) -> None:
        """Web first, so that nobody is served half a system; Valkey last, so nothing is lost."""
        order = sorted(self.children, key=lambda child: child.name == "valkey")
        for child in order:
            if child.alive and child.process and child.name != "valkey":
                child.process.terminate()
        for child in order:
            child.stop(8)

    def announce(self) -> None:
        deadline = time.monotonic() + 30
        while fetch(self.options, "accounts/login/") is None and not self.stopping:
            web = next(child for child in self.children if child.name == "web")
            if not web.alive or time.monotonic() > deadline:
                raise Stop(f"The web process did not start. Its last lines:\n\n{web.last_lines()}")
            time.sleep(0.1)
        if self.stopping:
            return
        print(f"\nThinktrail is at {self.options.url}")
        name = "demo-password" if self.options.demo else "teacher-password"
        people = (
            "students ada and emmy, teacher grace" if self.options.demo else "first log-in teacher"
        )
        words = (self.options.data / name).read_text().strip()
        print(f"  {people}; password {words}")
        print("  Ctrl-C stops it.\n", flush=True)

    def tell_when_ready(self) -> bool:
        state = fetch(self.options, "healthz")
        engine: dict[str, Any] = (state or {}).get("engine") or {}
        if engine.get("state") == "failed":
            print(f"The model could not be loaded: {engine.get('message')}", file=sys.stderr)
            return True
        if not state or state.get("status") != "ok":
            return False
        print(f"The tutor is ready ({engine.get('model', 'model')}).", flush=True)
        return True


def fetch(wanted: Options, path: str) -> dict[str, Any] | None:
    """The JSON of a page, {} if it is not JSON, None if nothing answers."""
    context = ssl._create_unverified_context() if wanted.tls_cert else None
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(wanted.url + path, timeout=2) as reply:
            body = reply.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    except OSError:
        return None
    with suppress(ValueError):
        found = json.loads(body)
        return found if isinstance(found, dict) else {}
    return {}


def main(argv: list[str]) -> int:
    wanted = options.parse(argv)
    return Supervisor(wanted).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
