"""The bare engine in a process of its own, told by lines of JSON what to run; for `pipe`."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the worker does

from inference.engine import Engine
from inference.protocol import SamplingParams


def run(engine: Engine, messages: list[Any], params: list[dict[str, Any]]) -> dict[str, Any]:
    """Arrival times (seconds from the start) and token counts, as a client would note them."""
    prompt = engine.encode(messages)
    began = time.perf_counter()
    streams = {}
    for wanted in params:
        most = min(wanted["max_tokens"], engine.info.context_tokens - len(prompt))
        id = engine.add(prompt, SamplingParams(**{**wanted, "max_tokens": most}))
        streams[id] = [(0.0, 0)]
    left = set(streams)
    while left:
        deltas = engine.step()
        now = time.perf_counter() - began
        for delta in deltas:
            if delta.token_ids:
                streams[delta.id].append((now, streams[delta.id][-1][1] + len(delta.token_ids)))
            if delta.finish_reason:
                left.discard(delta.id)
    return {"streams": list(streams.values())}


def main() -> None:
    path, quantize = sys.argv[1], sys.argv[2] or "auto"
    engine = Engine.load(path, device="cpu", quantize=quantize, slots=8)
    print(json.dumps({"ready": True, "dtype": engine.info.dtype}), flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        print(json.dumps(run(engine, wanted["messages"], wanted["params"])), flush=True)


if __name__ == "__main__":
    main()
