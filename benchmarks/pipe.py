"""What the way from the engine to a browser costs: `python -m benchmarks.pipe [--quick]`.

A WebSocket client on this machine receives from the whole system (web, Valkey, Celery, worker,
desk) on a real model; the bare engine runs the same requests in a process of its own, in turns
with it. `ratio` = tokens per second received ÷ tokens per second of the bare engine, over the
time in which all streams run. `ttft_added_ms` = time from `start` to the first token here − time
from `add` to the first token there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import connect

from benchmarks.models import LARGE, SEEDLING, random_model
from problems.prompts import build_messages
from tests.stream.reader import Person
from tests.system import ROOT, System, running_system

CACHE = Path(os.environ.get("THINKTRAIL_DATA", ROOT / "var")) / "bench"
STATEMENT = "What is the remainder when $7^{20} + 12$ is divided by $13$?"
QUICK_S = 26  # when the small model took longer, the large one would not end in time
PASSWORD = "long-enough-for-tests"
Stream = list[tuple[float, int]]  # (seconds, tokens so far)


class Bare:
    """The bare engine, kept loaded and idle while the system has its turn."""

    def __init__(self, model: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bare", str(model), ""],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("The bare engine ended.")
        found: dict[str, Any] = json.loads(line)
        return found

    def run(self, params: list[dict[str, Any]]) -> list[Stream]:
        assert self.process.stdin
        wanted = {"messages": build_messages("math", STATEMENT), "params": params}
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return [[tuple(at) for at in stream] for stream in self._hear()["streams"]]

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)


class Client:
    """Students at their sockets; two streams each, as the limits allow."""

    def __init__(self, system: System) -> None:
        self.system = system
        names = [f"student{i}" for i in range(4)]
        made = system.django(
            f"""
p = Problem.objects.create(slug="bench", title="Bench", kind="math", level=1,
                           statement={STATEMENT!r})
for name in {names!r}:
    u = User.objects.create_user(name, password={PASSWORD!r})
    t = Trail.objects.create(student=u, problem=p)
    Attempt.objects.create(trail=t, answer="1", verdict="wrong")
    print(t.pk)
"""
        )
        self.trails = made.split()
        self.people = [Person(system, name) for name in names]

    def run(self, seeds: list[int]) -> list[Stream]:
        return asyncio.run(self._run(seeds))

    async def _run(self, seeds: list[int]) -> list[Stream]:
        shares = [seeds[i::4] for i in range(4)]
        parts = [self._student(i, share) for i, share in enumerate(shares) if share]
        return [stream for part in await asyncio.gather(*parts) for stream in part]

    async def _student(self, who: int, seeds: list[int]) -> list[Stream]:
        person = self.people[who]
        cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        async with connect(
            self.system.ws_url,
            origin=self.system.base_url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            compression=None,
        ) as socket:
            began = time.perf_counter()
            for seed in seeds:
                start = {"type": "start", "idem": uuid4().hex, "trail": self.trails[who]}
                await socket.send(
                    json.dumps({**start, "purpose": "solve", "options": {"seed": seed}})
                )
            return await self._listen(socket, began, len(seeds))

    async def _listen(self, socket: Any, began: float, count: int) -> list[Stream]:
        streams: dict[str, Stream] = {}
        ended = 0
        async for raw in socket:
            message = json.loads(raw)
            kind = message["type"]
            if kind == "d":
                stream = streams.setdefault(message["gen"], [(0.0, 0)])
                stream.append((time.perf_counter() - began, stream[-1][1] + message["c"]))
            elif kind == "err":
                raise RuntimeError(str(message))
            elif kind == "checks":  # settled: the place is free again
                ended += 1
                if ended == count:
                    return list(streams.values())
        raise RuntimeError("The socket closed.")


def rate(streams: list[Stream]) -> float:
    """Tokens per second of all streams together while every one of them runs."""
    begin = max(stream[1][0] for stream in streams)
    end = min(stream[-1][0] for stream in streams)
    total = 0.0
    for stream in streams:
        inside = [n for at, n in stream if begin <= at <= end]
        total += inside[-1] - inside[0]
    return total / (end - begin)


def first(streams: list[Stream]) -> float:
    return statistics.median(stream[1][0] for stream in streams)


def compare(model: Path, sizes: list[int], *, tokens: int, rounds: int) -> dict[str, Any]:
    """Ratios by number of streams, from rounds in turns; medians over the rounds."""
    sampling = {"ignore_eos": True, "max_tokens": tokens}
    found: dict[str, Any] = {"model": model.name}
    bare = Bare(model)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_system(
            Path(folder),
            engine="engine",
            model=str(model),
            threads=os.environ.get("OMP_NUM_THREADS"),
            wait=False,
            THINKTRAIL_SAMPLING=json.dumps(sampling),
        ) as system,
    ):
        system.wait_healthy(600)  # a large model is quantised while it is loaded
        client = Client(system)
        found["dtype"] = system.health()[1]["engine"]["dtype"]
        for size in sizes:
            theirs, ours, late = [], [], []
            for turn in range(rounds + 1):
                seeds = [100 * turn + i for i in range(size)]
                there = bare.run([{**sampling, "seed": seed} for seed in seeds])
                here = client.run(seeds)
                if turn:  # the first turn warms both
                    theirs.append(rate(there))
                    ours.append(rate(here))
                    late.append(1000 * (first(here) - first(there)))
                    print(f"  {size} × {tokens}: bare {theirs[-1]:.1f}, here {ours[-1]:.1f}")
            found[f"bare_{size}"] = statistics.median(theirs)
            found[f"here_{size}"] = statistics.median(ours)
            found[f"ratio_{size}"] = statistics.median(
                a / b for a, b in zip(ours, theirs, strict=True)
            )
            found[f"late_{size}"] = statistics.median(late)
        found["worker_mb"] = resident_mb(system.processes["gpu"].pid)
    bare.close()
    return found


def resident_mb(pid: int) -> float:
    """Resident memory, Linux only; 0 elsewhere."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def seedling() -> Path:
    shipped = ROOT / "checkpoints" / "seedling"
    if (shipped / "config.json").exists():
        return shipped
    print("checkpoints/seedling is not there; random weights in its shape are used.")
    return random_model(CACHE / "seedling-shape", SEEDLING)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ends within 50 s")
    parser.add_argument("--skip-large", action="store_true")
    args = parser.parse_args()
    began = time.monotonic()
    small = compare(
        seedling(), [1, 8], tokens=200 if args.quick else 1200, rounds=2 if args.quick else 5
    )
    show(small, [1, 8])
    figures = {
        "ratio_1": small["ratio_1"],
        "ratio_8": small["ratio_8"],
        "ttft_added_ms": small["late_1"],
    }
    if args.quick and time.monotonic() - began > QUICK_S:
        print("This machine is busy: no time is left for the large shape.")
    elif not args.skip_large:
        layers = 4 if args.quick else LARGE["num_hidden_layers"]
        shape = {**LARGE, "num_hidden_layers": layers}
        large = random_model(CACHE / f"large-shape-{layers}", shape)
        found = compare(large, [1], tokens=24 if args.quick else 96, rounds=1 if args.quick else 3)
        show(found, [1])
        figures["ratio_large"] = found["ratio_1"]
    print(json.dumps({"name": "pipe", "figures": {k: round(v, 3) for k, v in figures.items()}}))


def show(found: dict[str, Any], sizes: list[int]) -> None:
    print(f"{found['model']} ({found['dtype']}), worker {found['worker_mb']:.0f} MB")
    print("streams  bare tok/s  here tok/s  ratio  first token later by")
    for size in sizes:
        print(
            f"{size:7}  {found[f'bare_{size}']:10.1f}  {found[f'here_{size}']:10.1f}  "
            f"{found[f'ratio_{size}']:5.3f}  {found[f'late_{size}']:.0f} ms"
        )


if __name__ == "__main__":
    main()
