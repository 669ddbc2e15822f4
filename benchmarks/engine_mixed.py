"""Figures of `benchmarks.engine` without a peer: mixed load, gaps, reuse, resume, int8's cost."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from math import exp
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import torch

from inference.engine import Engine, SamplingParams
from inference.engine.model import Chunk, Row
from problems.prompts import build_messages

GREEDY = SamplingParams(temperature=0, ignore_eos=True)


def _ids(rng: random.Random, count: int) -> list[int]:
    return [rng.randrange(200) for _ in range(count)]


def mixed_ratio(model: Path) -> dict[str, Any]:
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
    for _ in range(3):
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
    during = [step() for _ in range(31)]
    engine.close()
    worst = quantiles(during, n=20)[-1]
    print(f"\nGaps: {median(calm):.3f} s alone, {median(during):.3f} s beside a 2,000-token prompt")
    return {
        "gap_p95_vs_median": round(worst / median(during), 2),
        "gap_p95_vs_calm": round(worst / median(calm), 2),
    }


def _all_logits(engine: Engine, ids: list[int], prompt: int) -> torch.Tensor:
    """Logits that predict ids[prompt:], given what stands before each."""
    for start in range(0, prompt - 1, 64):
        chunk = Chunk(0, start, ids[start : min(start + 64, prompt - 1)])
        engine.model.forward(engine.cache, [chunk], [])
    rows = [Row(0, p, ids[p]) for p in range(prompt - 1, len(ids) - 1)]
    parts = [rows[i : i + 16] for i in range(0, len(rows), 16)]
    return torch.cat([engine.model.forward(engine.cache, [], part).clone() for part in parts])


def int8_quality(small: Path, large: Path) -> dict[str, Any]:
    """What int8 changes: the small model's replies to real problems, and a large one's logits."""
    bank = Path(__file__).resolve().parent.parent / "problems" / "bank" / "families.jsonl"
    problems = [json.loads(line) for line in bank.read_text().splitlines()[::4]][:12]
    plain = Engine.load(small, device="cpu")
    eight = Engine.load(small, device="cpu", quantize="int8")
    losses, same, count = [0.0, 0.0], 0, 0
    for problem in problems:
        prompt = plain.encode(build_messages("math", problem["problem"]))
        plain.add(prompt, SamplingParams(temperature=0, max_tokens=150))
        reply: list[int] = []
        while plain.busy:
            reply += [t for d in plain.step() for t in d.token_ids]
        both = [_all_logits(e, prompt + reply, len(prompt)) for e in (plain, eight)]
        for i, logits in enumerate(both):
            losses[i] += float(
                torch.nn.functional.cross_entropy(logits, torch.tensor(reply), reduction="sum")
            )
        same += int((both[0].argmax(1) == both[1].argmax(1)).sum())
        count += len(reply)
    plain.close()
    eight.close()
    # Of a single prompt the error moves by a tenth when one sum is rounded otherwise.
    prompts = [[(7 * i * i + k * i + k) % 251 for i in range(32 + k)] for k in range(12)]
    outs = []
    for quantize in (None, "int8"):
        engine = Engine.load(large, device="cpu", quantize=quantize, slots=1)
        logits = [engine.model.forward(engine.cache, [Chunk(0, 0, p)], []) for p in prompts]
        outs.append(torch.cat(logits))
        engine.close()
    error = ((outs[1] - outs[0]).norm(dim=1) / outs[0].norm(dim=1)).mean()
    return {
        "int8_greedy_agreement": round(same / count, 4),
        "int8_perplexity_ratio": round(exp((losses[1] - losses[0]) / count), 4),
        "int8_logits_error": round(float(error), 4),
    }
