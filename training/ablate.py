"""What each part of the recipe is worth: nano models trained on equal tokens, one part left out.

    python -m training.ablate --out var/training/ablations [--tokens 4000000] [--only NAME …]

Every variant sees the same number of tokens with the same seed, tokenizer and evaluation: greedy
pass@1 on held-out problems, and how often the answer survives a renaming, idle data or another
wording. Differences to the full recipe come with paired 95 % bootstrap intervals. Finished variants
are kept in `ablations.json`, so that a stopped run goes on.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from problems.families import FAMILIES
from training.asking import open_engine
from training.evaluate import held_out_problems, mean
from training.figures import paired
from training.log import write_whole
from training.passk import greedy
from training.recipe import Recipe
from training.sft import train
from training.steadiness import consistency
from training.tokenizer import train_tokenizer

VARIANTS: dict[str, dict[str, Any]] = {
    "full": {},
    "no step weights": {"step_weights": False},
    "no curriculum": {"curriculum": False},
    "one method per family": {"one_method": True},
    "no perturbation": {"perturbation": False},
}
PER_FAMILY = 48


def run_variant(out: Path, recipe: Recipe) -> dict[str, Any]:
    """Train one variant and mark every evaluation problem as right or wrong."""
    tokens = train(out, recipe, log_steps=100).tokens
    engine = open_engine(str(out))
    problems = [p for name in FAMILIES for p in held_out_problems(name, PER_FAMILY, seed=7)]
    marks = [outcome.right for outcome in greedy(engine, problems)]
    single = [p for p in problems if p.level < 4]
    steady = consistency(engine, single[::2], seed=7)
    engine.close()
    return {
        "tokens": tokens,
        "marks": "".join("01"[m] for m in marks),
        "pass1": mean(marks),
        "single": mean(m for m, p in zip(marks, problems, strict=True) if p.level < 4),
        "hard": mean(m for m, p in zip(marks, problems, strict=True) if p.level == 4),
        "survived": {name: groups["all"] for name, groups in steady.items()},
    }


def table(found: dict[str, dict[str, Any]]) -> str:
    """The ablation table in Markdown."""
    heads = ("recipe", "pass@1", "levels 1–3", "level 4", "against the full one", "renamed", "idle")
    lines = [" | ".join(("", *heads, "")).strip(), "|" + "---|" * len(heads)]
    full = [float(m) for m in found["full"]["marks"]]
    for name, row in found.items():
        gap, low, high = paired([float(m) for m in row["marks"]], full)
        against = "" if name == "full" else f"{gap:+.3f} ({low:+.3f} to {high:+.3f})"
        figures = [f"{row[k]:.3f}" for k in ("pass1", "single", "hard")]
        kept = [f"{row['survived'][k]['consistent'][0]:.2f}" for k in ("rename", "distract")]
        lines.append(" | ".join(("", name, *figures, against, *kept, "")).strip())
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=4_000_000, help="for each variant")
    parser.add_argument("--size", default="nano")
    parser.add_argument("--only", nargs="*", choices=tuple(VARIANTS), default=list(VARIANTS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    record = options.out / "ablations.json"
    found = json.loads(record.read_text()) if record.exists() else {}
    tokenizer = options.out / "tokenizer.json"
    if not tokenizer.exists():
        train_tokenizer().save(str(tokenizer))
    base = Recipe(size=options.size, tokens=options.tokens)
    for name in options.only:
        if name in found:
            continue
        folder = options.out / name.replace(" ", "-")
        folder.mkdir(exist_ok=True)
        (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
        found[name] = run_variant(folder, replace(base, **VARIANTS[name]))
        write_whole(record, (json.dumps(found, indent=2) + "\n").encode())
        print(name, {k: v for k, v in found[name].items() if k != "marks"}, flush=True)
    if "full" in found:
        print(table(found))


if __name__ == "__main__":
    main()
