"""The engines that `benchmarks.engine` compares, each in a child process of its own.

`python -m benchmarks.engine_peers ours|transformers|memory MODEL_DIRECTORY QUANTIZE THREADS`
answers one JSON line per request, as `llama_peer.py` does: time to the first token, and every step
after it.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")


def resident() -> int:
    """This process's resident bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Ours:
    def __init__(self, path: Path, quantize: str, threads: int) -> None:
        import torch

        from inference.engine import Engine

        torch.randn(64, 64) @ torch.randn(64, 64)
        before = resident()
        began = time.perf_counter()
        # Drafts would profit from how artificial prompt and weights are.
        self.engine = Engine.load(path, device="cpu", quantize=quantize or None, speculate=False)
        torch.set_num_threads(min(threads, torch.get_num_threads()))
        self.before = before
        self.about: dict[str, Any] = {
            "load_s": time.perf_counter() - began,
            "grown": resident() - before,
            "dtype": self.engine.info.dtype,
        }

    def run(self, streams: int, prompt: list[int], tokens: int) -> dict[str, Any]:
        from inference.engine import SamplingParams

        params = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True)
        self.engine.scheduler.blocks.kept.clear()  # as if nobody had asked this before
        start = time.perf_counter()
        left = {self.engine.add(prompt, params) for _ in range(streams)}
        first, steps = 0.0, list[float]()
        while left:
            began = time.perf_counter()
            deltas = self.engine.step()
            now = time.perf_counter()
            if deltas and not first:
                first = now - start
            elif len(left) == streams and first:
                steps.append(now - began)
            left -= {d.id for d in deltas if d.finish_reason}
        grown = resident() - self.before
        return {"first": first, "steps": steps, "grown": grown}


class Memory:
    """The roofline: how long it takes to read the int8 weights once and do nothing with them."""

    def __init__(self, path: Path, quantize: str, threads: int) -> None:
        import torch

        from inference.engine.weights import read_config

        torch.set_num_threads(threads)
        self.bytes = read_config(path).parameters
        self.data = torch.ones(1 << 26, dtype=torch.int64)
        self.about = {"dtype": f"{self.bytes / 1e9:.2f} GB"}

    def run(self, streams: int, prompt: list[int], tokens: int) -> dict[str, Any]:
        steps = []
        for _ in range(4):
            began = time.perf_counter()
            self.data.sum()
            steps.append((time.perf_counter() - began) * self.bytes / self.data.nbytes)
        return {"first": steps[0], "steps": steps}


class Transformers:
    def __init__(self, path: Path, quantize: str, threads: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        logging.set_verbosity_error()
        torch.set_num_threads(threads)
        dtype = "float32" if quantize == "float32" else "auto"
        began = time.perf_counter()
        self.model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype).eval()
        self.about = {"load_s": time.perf_counter() - began, "dtype": str(self.model.dtype)}

    def run(self, streams: int, prompt: list[int], tokens: int) -> dict[str, Any]:
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList

        times: list[float] = []

        class Clock(StoppingCriteria):  # called once after every step
            def __call__(self, ids: Any, scores: Any, **_: Any) -> Any:
                times.append(time.perf_counter())
                return torch.zeros(len(ids), dtype=torch.bool)

        ids = torch.tensor([prompt] * streams)
        start = time.perf_counter()
        self.model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=tokens,
            eos_token_id=None,
            pad_token_id=0,
            temperature=None,
            top_p=None,
            stopping_criteria=StoppingCriteriaList([Clock()]),
        )
        steps = [b - a for a, b in pairwise(times)]
        return {"first": times[0] - start, "steps": steps}


Environment = dict[str, str] | None


class Peer:
    """A child that answers; `reason` says why it cannot, where it cannot."""

    def __init__(
        self, name: str, command: list[str], wait_s: float = 900, environment: Environment = None
    ) -> None:
        self.name, self.reason, self.about = name, "", {}
        fixed = {"GOMP_SPINCOUNT": "100000", "TOKENIZERS_PARALLELISM": "false"}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | fixed | (environment or {}),
        )
        self.about = self._answer(wait_s)

    def _answer(self, wait_s: float = 300) -> dict[str, Any]:
        assert self.process.stdout and self.process.stderr
        ready, _, _ = select.select([self.process.stdout], [], [], wait_s)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            last = self.process.stderr.read().strip().splitlines()
            ended = f"it ended with status {self.process.wait()}"
            self.reason = last[-1] if last else ended if ready else "it did not answer in time"
            return {}
        return json.loads(line)

    def run(self, streams: int, prompt: list[int], tokens: int) -> dict[str, Any] | None:
        if self.reason:
            return None
        assert self.process.stdin
        request = {"streams": streams, "prompt": prompt, "tokens": tokens}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer() or None

    def close(self) -> None:
        if self.process.poll() is None:
            assert self.process.stdin
            self.process.stdin.close()
            self.process.wait(30)


def start(
    kind: str, model: Path, quantize: str, threads: int, environment: Environment = None
) -> Peer:
    """kind: ours, transformers, memory or llama.cpp (Python with it: THINKTRAIL_LLAMA_PYTHON)."""
    if kind == "llama.cpp":
        python = os.environ.get("THINKTRAIL_LLAMA_PYTHON", sys.executable)
        script = Path(__file__).with_name("llama_peer.py")
        bits = "q4" if quantize == "int4" else "q8"
        command = [python, str(script), str(model), f"{model}.{bits}.gguf", str(threads)]
        peer = Peer(kind, command)
        if peer.reason or peer.run(1, [1, 2, 3], 2):
            return peer
        return Peer(kind, [*command, "plain"])  # its code for matrix tiles crashes on some machines
    module = ["-m", "benchmarks.engine_peers"]
    command = [sys.executable, *module, kind, str(model), quantize, str(threads)]
    return Peer(kind, command, environment=environment)


def main() -> None:
    kind, path, quantize, threads = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    peers = {"ours": Ours, "transformers": Transformers, "memory": Memory}
    peer: Any = peers[kind](path, quantize, threads)
    print(json.dumps(peer.about), flush=True)
    for line in sys.stdin:
        print(json.dumps(peer.run(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
