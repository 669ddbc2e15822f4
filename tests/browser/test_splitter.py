"""The streaming splitter: no prefix of any text may show what the whole text does not have."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("node"), reason="node is not on PATH"),
]

PIECES = [
    "So $7^2 = 49$ and \\(7^4 = 2401\\).", "\n", "\n\n", "<think>", "</think>", "\\[ \\sum_{k=1}^{n} k \\]",
    "$$\nx = \\frac{1}{2}\n$$", "It costs $5 and $7 today.", "```python\nprint('$x$')\n```\n", "**Step 1:** count\n",
    "## A heading\n", "- one\n- two\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "\\begin{align*} a &= b \\\\ c &= d \\end{align*}",
    "\\boxed{42}", "$ 8 + 2 = 10 $, and", "`code $x$`", "\\$5", "$", "\\(", "\\[", "$$", "```", "\\", "a" * 700 + ". ",
    "“naïve” 𝔽 ↔ é", "\\text{if $x$}", "\\begin{cases} 1 \\end{cases}", "x < y > z & w", "1. first\n   2. inner\n", "\t", "  ",
]  # fmt: skip


def node(script: str, data: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "browser" / script)],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_prefix_of_three_hundred_documents() -> None:
    rng = random.Random(7)
    texts = ["".join(rng.choices(PIECES, k=rng.randint(1, 9))) for _ in range(300)]
    result = node("splitter.mjs", {"texts": texts, "every": 1})
    assert result["problems"] == []
    assert result["prefixes"] > 40_000


def test_chunks_of_any_size_give_the_same_rows() -> None:
    rng = random.Random(8)
    texts = ["".join(rng.choices(PIECES, k=60)) for _ in range(60)]
    for every in (3, 17, 400, 5000):
        assert node("splitter.mjs", {"texts": texts, "every": every})["problems"] == []


def test_one_endless_line_is_cut_at_sentences() -> None:
    text = "This goes on and on without a line ending. " * 4000
    assert node("splitter.mjs", {"texts": [text], "every": 97})["problems"] == []
