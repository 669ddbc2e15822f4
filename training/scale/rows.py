"""Rows of a file for a released checkpoint: its own tokenizer and chat template, our step weights.

Nothing here needs TRL, so that the everyday tests cover it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from problems.families import GeneratedProblem
from problems.prompts import build_messages
from problems.schema import ProblemRow, RowError, read_rows
from training.rewards import Reward, reward
from training.rows import Row, file_rows
from training.tokenizer import token_weights

IGNORED = -100  # the label of a token without a loss, as transformers has it


def encode(tokenizer: Any, row: Row) -> dict[str, list[Any]]:
    """`input_ids`, `labels` (IGNORED on the prompt) and `weights` (0 there), all of one length.

    `tokenizer` is a fast tokenizer of transformers; its chat template writes the prompt, and the
    reply ends with its end token.
    """
    prompt = tokenizer.apply_chat_template(
        list(row.messages), add_generation_prompt=True, tokenize=False
    )
    head = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    reply = tokenizer(row.reply, add_special_tokens=False, return_offsets_mapping=True)
    weights = token_weights(reply["offset_mapping"], row)
    tail = [*reply["input_ids"], tokenizer.eos_token_id]
    return {
        "input_ids": [*head, *tail],
        "labels": [IGNORED] * len(head) + tail,
        "weights": [0.0] * len(head) + weights + [row.base_weight],
    }


def encode_file(tokenizer: Any, path: Path, longest: int) -> list[dict[str, list[Any]]]:
    """Every row of the file that is no longer than `longest` tokens; ValueError if none is."""
    rows = [encode(tokenizer, row) for row in file_rows(path)]
    kept = [row for row in rows if len(row["input_ids"]) <= longest]
    if not kept:
        raise ValueError(f"{path.name} holds no row of at most {longest} tokens")
    return kept


@dataclass(frozen=True, slots=True)
class Collator:
    """Pads on the right; `pad` may be any id, since what it fills is masked and weighs nothing."""

    pad: int

    def __call__(self, rows: Sequence[dict[str, list[Any]]]) -> dict[str, Tensor]:
        length = max(len(row["input_ids"]) for row in rows)

        def filled(name: str, value: float) -> Tensor:
            return torch.tensor(
                [[*row[name], *[value] * (length - len(row[name]))] for row in rows]
            )

        mask = [[1] * len(r["input_ids"]) + [0] * (length - len(r["input_ids"])) for r in rows]
        return {
            "input_ids": filled("input_ids", self.pad),
            "labels": filled("labels", IGNORED),
            "weights": filled("weights", 0.0),
            "attention_mask": torch.tensor(mask),
        }


@dataclass
class Judge:
    """The rule reward by number of the problem; TRL asks for it in parts, and each reply is
    judged once. The parts add up to `training.rewards.reward`."""

    problems: Sequence[GeneratedProblem]
    known: dict[tuple[int, str], Reward] = field(default_factory=dict)

    def of(self, number: int, reply: str) -> Reward:
        key = (number, reply)
        if key not in self.known:
            if len(self.known) > 10_000:
                self.known.clear()
            self.known[key] = reward(self.problems[number], reply)
        return self.known[key]

    def right(self, completions: Sequence[Any], number: Sequence[int], **_: Any) -> list[float]:
        """1 for a right answer: what the pass rate is made of."""
        return [float(self.of(n, c[0]["content"]).right) for n, c in _pairs(number, completions)]

    def rest(self, completions: Sequence[Any], number: Sequence[int], **_: Any) -> list[float]:
        """What format adds and a contradicted line takes away."""
        earned = [self.of(n, c[0]["content"]) for n, c in _pairs(number, completions)]
        return [r.value - float(r.right) for r in earned]

    def prompts(self) -> list[dict[str, Any]]:
        """One row per problem for a GRPO data set."""
        return [
            {"prompt": list(build_messages(p.kind, p.statement)), "number": n}
            for n, p in enumerate(self.problems)
        ]


def _pairs(number: Sequence[int], completions: Sequence[Any]) -> Iterable[tuple[int, Any]]:
    return zip(number, completions, strict=True)


def judgeable(path: Path) -> tuple[list[GeneratedProblem], int]:
    """The problems of a file whose own answer or program earns a reward, and how many do not.

    What the rules would not reward even when it is right (an expression, a proof) teaches nothing
    here. ValueError if nothing is left.
    """
    found = [row for row in read_rows(path) if not isinstance(row, RowError)]
    problems = [problem_of(row) for row in found]
    kept = [
        problem
        for row, problem in zip(found, problems, strict=True)
        if reward(problem, own_reply(row)).right
    ]
    if not kept:
        raise ValueError(f"{path.name} holds no problem that the rules can reward")
    return kept, len(found) - len(kept)


def own_reply(row: ProblemRow) -> str:
    if row.kind == "code":
        return f"```python\n{row.reference}\n```"
    return rf"Answer: \(\boxed{{{row.answer}}}\)"


def problem_of(row: ProblemRow) -> GeneratedProblem:
    """A problem of a file as the reward takes it."""
    return GeneratedProblem(
        family=row.family,
        level=row.level,
        statement=row.problem,
        solution=row.solution,
        answer=row.answer,
        params=(row.slug,),
        method="",
        advice="",
        worked=(),
        held_out=False,
        kind=row.kind,
        tests=tuple((case.input, case.output) for case in (*row.samples, *row.tests)),
    )
