"""The card of a trained model: what it is, how it was made, every figure, and its strengths.

    python -m training.card RUN CHECKPOINT REPORT

REPORT is what `benchmarks.seedling --report` wrote. A family is a strength from STRONG on.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from problems.families import FAMILIES
from training.export import WEIGHTS, sha256

STRONG = 0.7
NOTES = """
The run was stopped and resumed several times while families were refined (finer lines for bases,
powers, choosing and divisors after 22 M tokens, series after 26 M, remainder searches after 32 M),
so the same script started from nothing makes a model of this kind and not these bytes.
"""


def strengths(report: dict[str, Any]) -> list[str]:
    """Families measured at STRONG or better, best first."""
    rows = sorted(report["families"].items(), key=lambda item: -item[1]["pass1"])
    return [name for name, row in rows if row["pass1"] >= STRONG]


def figures(report: dict[str, Any]) -> str:
    """The table of the card, in Markdown."""
    head = "| family | n | pass@1 | 95 % interval | level 1 | 2 | 3 | 4 |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for name, row in sorted(report["families"].items(), key=lambda item: -item[1]["pass1"]):
        low, high = row["interval"]
        levels = " | ".join(f"{row['levels'][v]:.2f}" for v in "1234")
        title = FAMILIES[name].title
        interval = f"{low:.2f}–{high:.2f}"
        lines.append(
            f"| {title} (`{name}`) | {row['n']} | {row['pass1']:.3f} | {interval} | {levels} |"
        )
    return "\n".join(lines)


def card(run: Path, checkpoint: Path, report: dict[str, Any]) -> str:
    curve = json.loads((run / "curve.json").read_text())
    recipe = json.loads((run / "recipe.json").read_text())
    last = curve["loss"][-1]
    low, high = report["pass1_interval"]
    size = (checkpoint / WEIGHTS).stat().st_size
    config = json.loads((checkpoint / "config.json").read_text())
    seen = f"{last['tokens'] / 1e6:.1f} M tokens in {last['step']} steps"
    return f"""# seedling

A very small solver for competition-style arithmetic, algebra and counting, trained from nothing on
generated problems (`problems/families/`). It is not a language model: outside the families below
it writes lines that look right and are not.

- Qwen2 architecture, {config["num_hidden_layers"]} layers, hidden {config["hidden_size"]},
  {config["vocab_size"]} tokens, context {config["max_position_embeddings"]}, {size / 1e6:.1f} MB.
- `{WEIGHTS}` (bfloat16) sha256 `{sha256(checkpoint / WEIGHTS)}`
- Made by `training/runs/seedling.sh` on two CPU cores: {seen} of at most {recipe["batch_tokens"]}
  tokens, last logged loss {last["loss"]:.4f} (weighted). No data but what the families generate.
- No problem it is measured on was ever drawn in training.
- Use it greedily (temperature 0). Licence MIT, as the project.
{NOTES}
## Measured
`python -m benchmarks.seedling`: {report["problems"]} held-out problems, greedy, by the project's
own engine on a CPU. `n` counts statements; one problem may stand there in two or three wordings.

| | |
|---|---|
| pass@1, mean of families, levels 1–4 | **{report["pass1"]:.3f}** |
| the same over problems, 95 % interval | {low:.3f}–{high:.3f} |
| pass@1, levels 1–3 | {report["pass1_single"]:.3f} |
| pass@1, level 4 | {report["pass1_hard"]:.3f} |
| contradicted lines among those a rule can judge | {report["contradicted"]:.4f} |

{figures(report)}

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
