"""Sampled replies from the engine over a policy's present weights, and what they earned."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from inference.engine import Engine, SamplingParams
from problems.families import GeneratedProblem
from problems.prompts import build_messages
from training.asking import SLOTS, seed_of
from training.export import export
from training.model import Qwen2
from training.rewards import Reward, reward, shape_by_length
from training.tokenizer import END, render


@dataclass(frozen=True, slots=True)
class Rollout:
    """One sampled reply: prompt and reply token ids, and what it earned."""

    prompt: list[int]
    reply: list[int]
    reward: Reward
    value: float  # the reward after shaping
    fault_token: int  # first token to blame, 0 for the whole reply


def roll_out(
    model: Qwen2,
    tokenizer: Tokenizer,
    problems: Sequence[GeneratedProblem],
    replies: int,
    *,
    max_tokens: int,
    seed: int,
    shape_length: bool = False,
    consistency: bool = True,
) -> list[list[Rollout]]:
    """`replies` sampled replies to each problem at temperature 1, a group for each problem."""
    with tempfile.TemporaryDirectory() as folder:
        export(model.state_dict(), model.shape, tokenizer, Path(folder), name="rollout")
        engine = Engine.load(folder, device="cpu", slots=SLOTS)
    prompts = [tokenizer.encode(render(build_messages(p.kind, p.statement))).ids for p in problems]
    owner: dict[int, int] = {}
    for index, prompt in enumerate(prompts):
        for copy in range(replies):
            params = SamplingParams(
                temperature=1.0, top_p=1.0, max_tokens=max_tokens, seed=seed_of(seed, index, copy)
            )
            owner[engine.add(prompt, params)] = index
    ids: dict[int, list[int]] = {key: [] for key in owner}
    texts = dict.fromkeys(owner, "")
    left = set(owner)
    while left:
        for delta in engine.step():
            ids[delta.id] += delta.token_ids
            texts[delta.id] += delta.text
            if delta.finish_reason:
                left.discard(delta.id)
    engine.close()
    groups: list[list[Rollout]] = []
    for index, problem in enumerate(problems):
        keys = [key for key, value in owner.items() if value == index]
        earned = [reward(problem, texts[key], consistency=consistency) for key in keys]
        values = [r.value for r in earned]
        if shape_length:
            values = shape_by_length(earned, [len(ids[key]) for key in keys])
        groups.append(
            [
                Rollout(
                    prompts[index], ended(ids[key]), r, v, fault_token(tokenizer, texts[key], r)
                )
                for key, r, v in zip(keys, earned, values, strict=True)
            ]
        )
    return groups


def ended(ids: list[int]) -> list[int]:
    return ids if ids and ids[-1] == END else [*ids, END]


def fault_token(tokenizer: Tokenizer, text: str, earned: Reward) -> int:
    """The index of the first token of the first contradicted line."""
    if earned.fault is None:
        return 0
    return len(tokenizer.encode(text[: earned.fault]).ids)
