"""Whether the same problem said differently gets the same answer, per family and level.

The changes are those of `training.perturb`; two answers are the same when grading says so. A
reply without an answer is not the same as anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from grading import extract_boxed
from inference.protocol import EngineProtocol, SamplingParams
from problems.families import GeneratedProblem
from problems.prompts import build_messages
from training.asking import Request, ask_all
from training.evaluate import MAX_TOKENS
from training.figures import interval, mean
from training.passk import same_answer
from training.perturb import PERTURBATIONS


@dataclass(frozen=True, slots=True)
class Pair:
    """The answers to a problem and to its changed statement."""

    problem: GeneratedProblem
    before: str | None
    after: str | None

    @property
    def same(self) -> bool:
        return None not in (self.before, self.after) and same_answer(
            str(self.before), str(self.after)
        )

    def right(self, answer: str | None) -> bool:
        return answer is not None and same_answer(self.problem.answer, answer)


def consistency(
    engine: EngineProtocol, problems: Sequence[GeneratedProblem], *, seed: int = 0
) -> dict[str, Any]:
    """Per perturbation, over the mathematics problems whose statement it changed at all.

    Each part holds `n`, `consistent` as [value, low, high], and accuracy before and after.
    """
    asked = [p for p in problems if p.kind == "math"]
    before = _answers(engine, [p.statement for p in asked])
    found = {}
    for name, change in PERTURBATIONS.items():
        texts = [change(p, Random(f"{seed}:{name}:{i}")) for i, p in enumerate(asked)]
        used = [i for i, p in enumerate(asked) if texts[i] != p.statement]
        after = _answers(engine, [texts[i] for i in used])
        pairs = [Pair(asked[i], before[i], a) for i, a in zip(used, after, strict=True)]
        found[name] = _grouped(pairs)
    return found


def _answers(engine: EngineProtocol, statements: Sequence[str]) -> list[str | None]:
    params = SamplingParams(temperature=0.0, max_tokens=MAX_TOKENS)
    requests = [
        Request(str(i), build_messages("math", s), params) for i, s in enumerate(statements)
    ]
    return [extract_boxed(reply) for reply in ask_all(engine, requests)]


def _grouped(pairs: Sequence[Pair]) -> dict[str, Any]:
    families: dict[str, list[Pair]] = defaultdict(list)
    levels: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        families[pair.problem.family].append(pair)
        levels[str(pair.problem.level)].append(pair)
    return {
        "all": _figures(pairs),
        "families": {name: _figures(some) for name, some in families.items()},
        "levels": {level: _figures(levels[level]) for level in sorted(levels)},
    }


def _figures(pairs: Sequence[Pair]) -> dict[str, Any]:
    if not pairs:
        return {"n": 0}
    same = [p.same for p in pairs]
    return {
        "n": len(pairs),
        "consistent": [mean(same), *interval(same)],
        "right_before": mean(p.right(p.before) for p in pairs),
        "right_after": mean(p.right(p.after) for p in pairs),
    }


def table(found: dict[str, Any]) -> str:
    lines = [f"{'change':10} {'n':>5} {'consistent':>23} right before  after"]
    for name, groups in found.items():
        row = groups["all"]
        if row["n"]:
            value, low, high = row["consistent"]
            same = f"{value:.3f} ({low:.3f} – {high:.3f})"
            accuracy = f"{row['right_before']:12.3f} {row['right_after']:6.3f}"
            lines.append(f"{name:10} {row['n']:5} {same:>23} {accuracy}")
    return "\n".join(lines)
