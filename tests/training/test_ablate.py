"""The ablation table pairs every variant with the full recipe."""

from __future__ import annotations

from training.ablate import VARIANTS, table
from training.recipe import Recipe


def row(marks):
    survived = {name: {"consistent": [0.5, 0.4, 0.6]} for name in ("rename", "distract")}
    return {"marks": marks, "pass1": 0.5, "single": 0.6, "hard": 0.2, "survived": survived}


def test_each_row_stands_against_the_full_recipe():
    lines = table({"full": row("1100" * 40), "no curriculum": row("1000" * 40)}).splitlines()
    assert lines[2].startswith("| full | 0.500 | 0.600 | 0.200 |  |")
    assert "-0.250 (-0.3" in lines[3] and lines[3].endswith("| 0.50 | 0.50 |")


def test_a_variant_changes_one_part_of_the_recipe():
    full = Recipe()
    for name, change in VARIANTS.items():
        assert len(change) == (name != "full")
        assert all(getattr(full, key) != value for key, value in change.items())
