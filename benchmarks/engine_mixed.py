"""Figures of `benchmarks.engine` without a peer: mixed load, gaps, reuse, resume."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from inference.engine import Engine, SamplingParams

GREEDY = SamplingParams(temperature=0, ignore_eos=True)


def _ids(rng: random.Random, count: int) -> list[int]:
    return [rng.randrange(200) for _ in range(count)]


def mixed_ratio(model: Path, rounds: int) -> dict[str, Any]:
    """32 requests of short and long prompts, some cancelled, against the same tokens evenly split.

    The steady batch has as many requests, prompt tokens and new tokens; both rates count every
    token that was prefilled or generated.
    """
    engine, rng = Engine.load(model, device="cpu"), random.Random(1)
    room = engine.info.context_tokens

    def rate(sizes: list[tuple[int, int]], cancels: float) -> tuple[float, float]:
        """Tokens per second, and new tokens per request."""
        waiting = [(_ids(rng, prompt), replace(GREEDY, max_tokens=new)) for prompt, new in sizes]
        count, new, alive = 0, 0, dict[int, int]()
        began = time.perf_counter()
        while waiting or engine.busy:
            while waiting and len(alive) < 12:
                prompt, params = waiting.pop()
                alive[engine.add(prompt, params)] = len(prompt)
            if alive and rng.random() < cancels:
                engine.cancel(rng.choice(list(alive)))
            for delta in engine.step():
                new += len(delta.token_ids)
                if delta.token_ids:  # its prompt was computed
                    count += alive[delta.id]
                    alive[delta.id] = 0
                if delta.finish_reason:
                    del alive[delta.id]
        return (count + new) / (time.perf_counter() - began), new / len(sizes)

    long = min(400, room // 3)
    sizes = [(rng.choice((10, 40, long)), rng.randint(60, 240)) for _ in range(32)]
    mean = sum(prompt for prompt, _ in sizes) // 32
    ratios = []
    for _ in range(rounds):
        mixed, new = rate(sizes, 0.003)
        steady, _ = rate([(mean, max(1, round(new)))] * 32, 0.0)
        ratios.append(mixed / steady)
    engine.close()
    return {"mixed_ratio": round(median(ratios), 3)}


def prefix_reuse(model: Path) -> dict[str, Any]:
    """A second student's wait on the same problem ÷ the first one's."""
    engine, rng = Engine.load(model, device="cpu"), random.Random(2)
    length = min(1024, engine.info.context_tokens - 64) // 64 * 64
    ratios = []
    for _ in range(5):
        shared, waits = _ids(rng, length), []
        for own in (_ids(rng, 8), _ids(rng, 8)):
            id, began = engine.add(shared + own, replace(GREEDY, max_tokens=2)), time.perf_counter()
            while not engine.step():
                pass
            waits.append(time.perf_counter() - began)
            engine.cancel(id)
            engine.step()
        ratios.append(waits[1] / waits[0])
    engine.close()
    return {"prefix_reuse": round(median(ratios), 3)}


def resume_same(model: Path) -> dict[str, Any]:
    """Of 100 replies killed at a random token and resumed in another batch: the share unchanged."""
    engine, rng = Engine.load(model, device="cpu"), random.Random(3)
    prompts = [_ids(rng, rng.randint(5, 150)) for _ in range(100)]
    params = [SamplingParams(temperature=0.9, max_tokens=48, seed=i) for i in range(100)]

    def run(resumed: list[list[int]]) -> list[list[int]]:
        order = rng.sample(range(100), 100)
        ids = {engine.add(prompts[i], params[i], resume_ids=resumed[i]): i for i in order}
        out = [list(r) for r in resumed]
        while engine.busy:
            for delta in engine.step():
                out[ids[delta.id]] += delta.token_ids
        return out

    whole = run([[]] * 100)
    again = run([reply[: rng.randrange(len(reply) + 1)] for reply in whole])
    engine.close()
    return {"resume_same": sum(a == b for a, b in zip(whole, again, strict=True)) / 100}


def gap(model: Path) -> dict[str, Any]:
    """The 95th percentile gap of running streams while 2,000 tokens are prefilled ÷ the median."""
    engine, rng = Engine.load(model, device="cpu", quantize="int8"), random.Random(4)
    for _ in range(4):
        engine.add(_ids(rng, 30), replace(GREEDY, max_tokens=400))

    def step() -> float:
        began = time.perf_counter()
        engine.step()
        return time.perf_counter() - began

    for _ in range(8):
        step()
    calm = [step() for _ in range(8)]
    engine.add(_ids(rng, 2000), replace(GREEDY, max_tokens=4))
    during = [step() for _ in range(60)]
    engine.close()
    worst = quantiles(during, n=20)[-1]
    print(f"\nGaps: {median(calm):.3f} s alone, {median(during):.3f} s beside a 2,000-token prompt")
    return {
        "gap_p95_vs_median": round(worst / median(during), 2),
        "gap_p95_vs_calm": round(worst / median(calm), 2),
    }
