"""Several samples of each problem: pass@1, pass@k and maj@k with intervals over the problems.

pass@k is the unbiased estimator of Chen et al. 2021 (arXiv 2107.03374): of n samples with c right,
1 − C(n − c, k) / C(n, k). maj@k takes the answer that most of k samples agree on, where two
answers agree when grading says that they are equal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from grading import check_answer, extract_boxed
from inference.protocol import EngineProtocol, SamplingParams
from problems.families import GeneratedProblem
from problems.prompts import build_messages
from training.asking import Request, ask_all, seed_of
from training.evaluate import MAX_TOKENS, judge_reply
from training.figures import Outcome, interval, mean

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Trial:
    """All samples of one problem: how each was judged, and the answers where it has any."""

    outcomes: tuple[Outcome, ...]
    answers: tuple[str | None, ...]  # boxed; all None for a program
    answer: str  # the right one; empty for a program

    @property
    def right(self) -> int:
        return sum(o.right for o in self.outcomes)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How replies are drawn; the same settings give the same replies."""

    samples: int = 8
    temperature: float = 0.8
    top_p: float = 1.0
    max_tokens: int = MAX_TOKENS
    seed: int = 0

    def params(self, *parts: object) -> SamplingParams:
        """With a seed of its own for every problem and sample."""
        return SamplingParams(
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            seed=seed_of(self.seed, *parts),
        )


GREEDY = Sampling(samples=1, temperature=0.0)


def pass_at_k(samples: int, right: int, k: int) -> float:
    """Chance that one of k samples is right; ValueError if there are fewer than k samples."""
    if not 1 <= k <= samples:
        raise ValueError(f"pass@{k} needs {k} samples; there are {samples}")
    return 1 - comb(samples - right, k) / comb(samples, k)


def same_answer(first: str, second: str) -> bool:
    """Equal for grading, whichever of the two is taken as the reference."""
    if first == second:
        return True
    return "correct" in (check_answer(first, second).value, check_answer(second, first).value)


def majority(answers: Sequence[str | None]) -> str | None:
    """The answer most of them agree on, the earliest among equals; None if nobody answered."""
    groups: list[tuple[str, int]] = []
    for answer, count in Counter(a for a in answers if a is not None).items():
        for at, (first, size) in enumerate(groups):
            if same_answer(first, answer):
                groups[at] = (first, size + count)
                break
        else:
            groups.append((answer, count))
    return max(groups, key=lambda group: group[1])[0] if groups else None


def maj_at_k(trial: Trial, k: int) -> float:
    """Share of right majorities among the samples taken k by k; a remainder is left out."""
    votes = [trial.answers[at : at + k] for at in range(0, len(trial.answers) - k + 1, k)]
    won = [majority(part) for part in votes]
    return sum(w is not None and same_answer(trial.answer, w) for w in won) / len(votes)


def sample_problems(
    engine: EngineProtocol, problems: Sequence[GeneratedProblem], sampling: Sampling
) -> list[Trial]:
    """`sampling.samples` judged replies to each problem."""
    requests = [
        Request(
            f"{i}/{copy}", build_messages(p.kind, p.statement), sampling.params(p.statement, copy)
        )
        for i, p in enumerate(problems)
        for copy in range(sampling.samples)
    ]
    texts = ask_all(engine, requests)
    return [
        make_trial(problem, texts[i * sampling.samples : (i + 1) * sampling.samples])
        for i, problem in enumerate(problems)
    ]


def greedy(engine: EngineProtocol, problems: Sequence[GeneratedProblem]) -> list[Outcome]:
    """One judged reply to each problem, at temperature 0."""
    return [trial.outcomes[0] for trial in sample_problems(engine, problems, GREEDY)]


def make_trial(problem: GeneratedProblem, replies: Sequence[str]) -> Trial:
    boxes = [extract_boxed(r) if problem.kind == "math" else None for r in replies]
    return Trial(tuple(judge_reply(problem, r) for r in replies), tuple(boxes), problem.answer)


def figures(trials: Sequence[Trial], ks: Sequence[int]) -> dict[str, Any]:
    """Of some trials: each figure as [value, low, high]; `maj` over mathematics only."""
    kept = [t for t in trials if all(o.judged for o in t.outcomes)]
    found: dict[str, Any] = {"n": len(kept)}
    if not kept:
        return found

    def add(name: str, values: Sequence[float]) -> None:
        if values:
            found[name] = [mean(values), *interval(values)]

    for k in sorted({1, *ks}):
        add(f"pass@{k}", [pass_at_k(len(t.outcomes), t.right, k) for t in kept])
    for k in sorted(set(ks) - {1}):
        add(f"maj@{k}", [maj_at_k(t, k) for t in kept if t.answer])
    lines = sum(o.lines for t in kept for o in t.outcomes)
    faults = sum(o.contradicted for t in kept for o in t.outcomes)
    return found | {"contradicted": round(faults / max(lines, 1), 5)}


def report(trials: Sequence[Trial], ks: Sequence[int]) -> dict[str, Any]:
    """Per family and level, over all problems, and the mean in which each family counts once."""
    families: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        families[trial.outcomes[0].family].append(trial)
    rows = {}
    for name, own in families.items():
        levels = {str(v): [t for t in own if t.outcomes[0].level == v] for v in LEVELS}
        rows[name] = figures(own, ks) | {
            "levels": {v: figures(some, ks) for v, some in levels.items() if some}
        }
    whole = figures(trials, ks)
    names = [n for n in whole if n.startswith(("pass", "maj"))]
    means = {n: mean(row[n][0] for row in rows.values() if n in row) for n in names}
    return {"families": rows, "all": whole, "mean_of_families": means}


def table(found: dict[str, Any]) -> str:
    """One line a family, then everything."""
    names = [n for n in found["all"] if n.startswith(("pass", "maj"))]
    lines = [f"{'family':14} {'n':>4} " + " ".join(f"{n:>23}" for n in names)]
    for name, row in [*found["families"].items(), ("all", found["all"])]:
        cells = [
            f"{row[n][0]:.3f} ({row[n][1]:.3f} – {row[n][2]:.3f})" if n in row else ""
            for n in names
        ]
        lines.append(f"{name:14} {row['n']:4} " + " ".join(f"{c:>23}" for c in cells))
    means = "  ".join(f"{n} {v:.3f}" for n, v in found["mean_of_families"].items())
    return "\n".join([*lines, f"mean of families: {means}"])
