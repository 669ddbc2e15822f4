"""Figures of `benchmarks.engine`: what weights of eight and of four bits change in what is said."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path
from typing import Any

import torch

from inference.engine import Engine, SamplingParams
from inference.engine.model import Chunk, Row
from problems.families import FAMILIES
from problems.prompts import build_messages
from training.asking import SLOTS
from training.evaluate import held_out_problems
from training.figures import mean, paired
from training.passk import greedy

BITS = ("int8", "int4")
BANK = Path(__file__).resolve().parent.parent / "problems" / "bank" / "families.jsonl"


def _all_logits(engine: Engine, ids: list[int], prompt: int) -> torch.Tensor:
    """Logits that predict ids[prompt:], given what stands before each."""
    for start in range(0, prompt - 1, 64):
        chunk = Chunk(0, start, ids[start : min(start + 64, prompt - 1)])
        engine.model.forward(engine.cache, [chunk], [])
    rows = [Row(0, p, ids[p]) for p in range(prompt - 1, len(ids) - 1)]
    parts = [rows[i : i + 16] for i in range(0, len(rows), 16)]
    return torch.cat([engine.model.forward(engine.cache, [], part).clone() for part in parts])


def replies_kept(small: Path) -> dict[str, Any]:
    """The small model's own replies to problems of the bank, as quantised weights would go on."""
    problems = [json.loads(line) for line in BANK.read_text().splitlines()[::4]][:12]
    plain = Engine.load(small, device="cpu")
    engines = {None: plain} | {q: Engine.load(small, device="cpu", quantize=q) for q in BITS}
    losses, same, count = dict.fromkeys(engines, 0.0), dict.fromkeys(BITS, 0), 0
    for problem in problems:
        prompt = plain.encode(build_messages("math", problem["problem"]))
        plain.add(prompt, SamplingParams(temperature=0, max_tokens=150))
        reply: list[int] = []
        while plain.busy:
            reply += [t for d in plain.step() for t in d.token_ids]
        count += len(reply)
        wanted = torch.tensor(reply)
        best = torch.empty(0)
        for kind, engine in engines.items():
            logits = _all_logits(engine, prompt + reply, len(prompt))
            loss = torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
            losses[kind] += float(loss)
            if kind is None:
                best = logits.argmax(1)
            else:
                same[kind] += int((best == logits.argmax(1)).sum())
    for engine in engines.values():
        engine.close()
    figures: dict[str, Any] = {}
    for kind in BITS:
        figures[f"{kind}_greedy_agreement"] = round(same[kind] / count, 4)
        figures[f"{kind}_perplexity_ratio"] = round(exp((losses[kind] - losses[None]) / count), 4)
    return figures


def logits_error(large: Path) -> dict[str, Any]:
    """Relative error of the logits of random weights at full width, a mean over prompts.

    Of a single prompt the error moves by a tenth when one sum is rounded otherwise.
    """
    prompts = [[(7 * i * i + k * i + k) % 251 for i in range(32 + k)] for k in range(12)]
    outs = {}
    for kind in (None, *BITS):
        engine = Engine.load(large, device="cpu", quantize=kind, slots=1)
        logits = [engine.model.forward(engine.cache, [Chunk(0, 0, p)], []) for p in prompts]
        outs[kind] = torch.cat(logits)
        engine.close()
    exact = outs[None]
    return {
        f"{kind}_logits_error": round(
            float(((outs[kind] - exact).norm(dim=1) / exact.norm(dim=1)).mean()), 4
        )
        for kind in BITS
    }


def problems_kept(small: Path, count: int = 40) -> dict[str, Any]:
    """Held-out problems solved, `count` a family, and the paired change that fewer bits bring."""
    problems = [p for name in FAMILIES for p in held_out_problems(name, count)]
    right: dict[str | None, list[float]] = {}
    for kind in (None, *BITS):
        engine = Engine.load(small, device="cpu", slots=SLOTS, quantize=kind)
        right[kind] = [float(o.right) for o in greedy(engine, problems)]
        engine.close()
    figures: dict[str, Any] = {"problems": len(problems), "solved": mean(right[None])}
    for kind in BITS:
        figures[f"{kind}_solved"] = mean(right[kind])
        figures[f"{kind}_solved_change"] = paired(right[kind], right[None])
    return figures
