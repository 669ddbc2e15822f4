"""The card of a trained model: what it is, how it was made, every figure, and its strengths.

    python -m training.card RUN CHECKPOINT REPORT

REPORT is what `benchmarks.seedling --report` wrote. A family is a strength from STRONG on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from problems.families import COMPOSITIONS, EVERY, FAMILIES, PROGRAMS
from training.edge import SUPERVISED
from training.export import WEIGHTS, sha256

STRONG = 0.7
KINDS = (("Mathematics", FAMILIES), ("Two families in one", COMPOSITIONS), ("Programs", PROGRAMS))


def strengths(report: dict[str, Any]) -> list[str]:
    """Families measured at STRONG or better, best first."""
    rows = sorted(report["families"].items(), key=lambda item: -item[1]["pass1"])
    return [name for name, row in rows if row["pass1"] >= STRONG]


def figures(report: dict[str, Any], names: Collection[str]) -> str:
    """The table of some families, best first, in Markdown."""
    head = "| family | n | pass@1 | 95 % interval | level 1 | 2 | 3 | 4 |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    rows = [(name, row) for name, row in report["families"].items() if name in names]
    for name, row in sorted(rows, key=lambda item: -item[1]["pass1"]):
        low, high = row["interval"]
        levels = " | ".join(f"{row['levels'][v]:.2f}" for v in "1234")
        title = EVERY[name].title
        interval = f"{low:.2f}–{high:.2f}"
        lines.append(
            f"| {title} (`{name}`) | {row['n']} | {row['pass1']:.3f} | {interval} | {levels} |"
        )
    return "\n".join(lines)


def reinforced(rl: dict[str, Any], settings: dict[str, Any], steps: int) -> str:
    """What reinforcement did, from its record."""
    if rl.get("rl_gain") is None:
        return "This checkpoint was not reinforced."
    return f"""{steps} steps of MGPO (λ = {settings["lam"]}, {settings["problems"]} problems × \
{settings["replies"]} replies a step, rate {settings["rate"]}) on `{SUPERVISED}/`, the checkpoint
before it. On {rl["rl_problems"]} held-out problems of level 4 and compositions that the checkpoint
before solved sometimes, {rl["samples"]} samples each at temperature 1: pass@1
{rl["pass1_before"]:.3f} → {rl["pass1_after"]:.3f}, gain **{rl["rl_gain"]:+.3f}** (95 %
{rl["rl_gain_low"]:+.3f} to {rl["rl_gain_high"]:+.3f}); contradicted lines
{rl["contradicted_before"]:.4f} → {rl["contradicted_after"]:.4f}. `python -m benchmarks.seedling
--quick` asks some of them again."""


def steady(report: dict[str, Any]) -> str:
    """How often an answer survives a changed statement."""
    lines = [
        "| change | n | same answer | 95 % interval | right before | after |",
        "|---" * 6 + "|",
    ]
    for name, groups in report.get("consistency", {}).items():
        row = groups["all"]
        value, low, high = row["consistent"]
        lines.append(
            f"| {name} | {row['n']} | {value:.3f} | {low:.2f}–{high:.2f} "
            f"| {row['right_before']:.3f} | {row['right_after']:.3f} |"
        )
    return "\n".join(lines)


def card(run: Path, checkpoint: Path, report: dict[str, Any]) -> str:
    curve = json.loads((run / "curve.json").read_text())
    last = curve["loss"][-1]
    low, high = report["pass1_interval"]
    size = (checkpoint / WEIGHTS).stat().st_size
    config = json.loads((checkpoint / "config.json").read_text())
    log = json.loads((checkpoint / "log.json").read_text())
    tables = "\n\n".join(f"{title}\n\n{figures(report, names)}" for title, names in KINDS)
    return f"""# seedling

A very small solver for competition-style arithmetic, algebra and counting, and for short Python
programs, trained from nothing on generated problems (`problems/families/`). It is not a language
model: outside the families below it writes lines that look right and are not.

- Qwen2 architecture, {config["num_hidden_layers"]} layers, hidden {config["hidden_size"]},
  {config["vocab_size"]} tokens, context {config["max_position_embeddings"]}, {size / 1e6:.1f} MB.
- `{WEIGHTS}` (bfloat16) sha256 `{sha256(checkpoint / WEIGHTS)}`
- Made by `training/runs/seedling.sh` on CPU cores, in three stages: 36.9 M tokens of single
  mathematics families; {last["tokens"] / 1e6:.1f} M tokens ({last["step"]} steps, last logged loss
  {last["loss"]:.4f}, weighted, [curve](curve.svg)) of everything, with a vocabulary grown from 768
  to 1,024 tokens, renamed unknowns, idle data, reordered conditions, slips put right and replies
  that open with a hint; then reinforcement. No data but what the families generate.
- The first stage was stopped and resumed several times while families were refined, so the script
  started from nothing makes a model of this kind and not these bytes; the later stages are seeded.
- No problem it is measured on was ever drawn in training, by any stage.
- Use it greedily (temperature 0). Licence MIT, as the project.

## Measured
`python -m benchmarks.seedling`: {report["problems"]} held-out problems, greedy, by the project's
own engine on a CPU. `n` counts statements; one problem may stand there in two or three wordings.

| | |
|---|---|
| pass@1, mean of all families, levels 1–4 | **{report["pass1"]:.3f}** |
| the same over problems, 95 % interval | {low:.3f}–{high:.3f} |
| pass@1, single families, levels 1–3 | {report["pass1_single"]:.3f} |
| pass@1, level 4 and compositions | {report["pass1_hard"]:.3f} |
| pass@1, programs, by hidden tests | {report.get("pass1_code", 0):.3f} |
| contradicted lines among those a rule can judge | {report["contradicted"]:.4f} |

{tables}

Some held-out programs differ from trained ones mainly in a constant. In `system`, `divisors` and
`series` the same numbers may have been drawn under another question (`python -m benchmarks.twins`).

## Reinforcement
{reinforced(report.get("rl", {}), log["settings"], len(log["steps"]))}

## The same problem said differently
`python -m training.evaluate checkpoints/seedling --consistency`, greedy, held-out problems:

{steady(report)}

Strengths told to the pages (`thinktrail.json`): families at {STRONG:.2f} or better.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("run", "checkpoint", "report"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    report = json.loads(options.report.read_text())
    (options.checkpoint / "README.md").write_text(card(options.run, options.checkpoint, report))
    about = options.checkpoint / "thinktrail.json"
    data = json.loads(about.read_text()) | {"strengths": strengths(report)}
    about.write_text(json.dumps(data, indent=2) + "\n")
    print(f"strengths: {', '.join(data['strengths'])}")


if __name__ == "__main__":
    main()
