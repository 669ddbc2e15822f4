"""Which checkpoint of a run is best at what, and whether the mean of those is better than the last.

    python -m training.spectrum RUN --out DIR

The "spectrum" of VibeThinker-1.5B (arXiv 2511.06221): Pass@K of every checkpoint on probing
problems of each domain, the best checkpoint of each domain, and the mean of their parameters with
equal weights. It stands beside the plain mean of the last checkpoints, the best single one and the
last, on held-out problems that choosing never saw, with paired intervals. RUN holds
`snapshots/<tokens>/`; DIR gets `report.json`, `probes.jsonl` (so that a stopped run goes on) and
the fused checkpoint.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from problems.families import EVERY, GeneratedProblem
from training.asking import open_engine
from training.comparing import compare
from training.export import WEIGHTS, sha256
from training.figures import interval, mean
from training.fusion import average, checkpoint_directories
from training.passk import Sampling, Trial, pass_at_k, sample_problems
from training.probing import split
from training.record import Record


def probe(
    checkpoints: Sequence[Path],
    problems: dict[str, list[GeneratedProblem]],
    sampling: Sampling,
    k: int,
    out: Path,
) -> dict[str, dict[str, list[float]]]:
    """Pass@K as [value, low, high] of each checkpoint (by name) in each domain."""
    settings = {
        "checkpoints": {path.name: sha256(path / WEIGHTS) for path in checkpoints},
        "problems": {domain: [p.statement for p in some] for domain, some in problems.items()},
        "sampling": asdict(sampling),
    }
    record = Record(out, "probes", settings)
    for path in checkpoints:
        wanted = [d for d in problems if f"{path.name}/{d}" not in record.done]
        engine = open_engine(str(path)) if wanted else None
        for domain in wanted:
            assert engine is not None
            trials = sample_problems(engine, problems[domain], sampling)
            line = {"key": f"{path.name}/{domain}", "right": [_rights(t) for t in trials]}
            record.add(line)
            print(f"{path.name} {domain}", flush=True)
        if engine is not None:
            engine.close()
    rights = {line["key"]: line["right"] for line in record.lines}
    return {
        path.name: {
            domain: _pass_at_k(rights[f"{path.name}/{domain}"], sampling.samples, k)
            for domain in problems
        }
        for path in checkpoints
    }


def _rights(trial: Trial) -> int | None:
    return trial.right if all(o.judged for o in trial.outcomes) else None


def _pass_at_k(rights: Sequence[int | None], samples: int, k: int) -> list[float]:
    values = [pass_at_k(samples, right, k) for right in rights if right is not None]
    return [mean(values), *interval(values)] if values else [0.0, 0.0, 0.0]


def best_of(found: dict[str, dict[str, list[float]]], domain: str) -> str:
    """The checkpoint with the highest Pass@K, the later of two equal ones."""
    names = list(found)
    return max(names, key=lambda name: (found[name][domain][0], names.index(name)))


def best_alone(found: dict[str, dict[str, list[float]]]) -> str:
    """The checkpoint with the highest mean over the domains, the later of two equal ones."""
    names = list(found)
    return max(names, key=lambda n: (mean(v[0] for v in found[n].values()), names.index(n)))


def study(
    run: Path,
    out: Path,
    *,
    sampling: Sampling,
    k: int = 4,
    probes: int = 16,
    tests: int = 40,
    last: int = 3,
    families: Sequence[str] = tuple(EVERY),
) -> dict[str, Any]:
    """Probe, choose, fuse and compare; everything that was measured, as it stands in the report."""
    checkpoints = checkpoint_directories(run, out)
    sides = split(families, probes, tests)
    problems = sides.probes
    found = probe(checkpoints, problems, sampling, k, out)
    best = {domain: best_of(found, domain) for domain in problems}
    by_name = {path.name: path for path in checkpoints}
    chosen = [by_name[name] for name in best.values()]
    fused = average(chosen, out / "fused", name="fused")
    plain = average(checkpoints[-last:], out / "mean", name="mean")
    alone = best_alone(found)
    models = {"fused": fused, "mean": plain, "best": by_name[alone], "last": checkpoints[-1]}
    report = {
        "run": run.name,
        "sampling": asdict(sampling),
        "k": k,
        "checkpoints": {path.name: sha256(path / WEIGHTS) for path in checkpoints},
        "probing_problems": {domain: len(some) for domain, some in problems.items()},
        "probes_lent_by_the_benchmark": sides.lent,
        "pass_at_k": found,
        "best": best,
        "best_alone": alone,
        "weights": {name: list(best.values()).count(name) / len(best) for name in best.values()},
        "mean_of_last": len(checkpoints[-last:]),
        "fused_sha256": sha256(fused / WEIGHTS),
        "test": compare(models, sides.tests, list(best.values())),
    }
    (out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    return report


def table(report: dict[str, Any]) -> str:
    """Pass@K of every checkpoint by domain with the best marked, then the comparison."""
    domains = list(report["best"])
    lines = [f"Pass@{report['k']:<9} " + " ".join(f"{d:>22}" for d in domains)]
    for name, row in report["pass_at_k"].items():
        marks = ["*" if report["best"][d] == name else " " for d in domains]
        cells = [f"{row[d][0]:.3f}{m}" for d, m in zip(domains, marks, strict=True)]
        lines.append(f"{name:15} " + " ".join(f"{c:>22}" for c in cells))
    test = report["test"]
    for name, scores in test["models"].items():
        value, low, high = scores["pass1"]
        lines.append(f"{name:6} pass@1 {value:.3f} ({low:.3f} – {high:.3f})")
    return "\n".join([*lines, f"{test['problems']} held-out problems. {test['verdict']}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="a directory with snapshots/, or with checkpoints")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--k", type=int, default=4)
    parser.add_argument("--samples", type=int, default=4, help="to each probing problem; k or more")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--probes", type=int, default=16, help="probing problems per family")
    parser.add_argument("--tests", type=int, default=40, help="held-out problems per family")
    parser.add_argument("--last", type=int, default=3, help="checkpoints in the plain mean")
    parser.add_argument("--families", nargs="*", choices=tuple(EVERY), default=list(EVERY))
    options = parser.parse_args()
    report = study(
        options.run,
        options.out,
        sampling=Sampling(options.samples, options.temperature),
        k=options.k,
        probes=options.probes,
        tests=options.tests,
        last=options.last,
        families=options.families,
    )
    print(table(report))


if __name__ == "__main__":
    main()
