"""The colours of both themes, by the arithmetic of WCAG 2.2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {
    name: (light, dark) for name, light, dark in TOKEN.findall((CSS / "tokens.css").read_text())
}
GROUNDS = ("paper", "sheet", "sunk")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    ("colour", "least"),
    [
        ("ink", 7.0),
        ("ink-2", 4.5),
        ("accent", 4.5),
        ("checked", 4.5),
        ("contradicted", 4.5),
        ("teacher", 4.5),
        ("hint", 4.5),
        ("edge", 3.0),
    ],
)
def test_contrast(theme: int, ground: str, colour: str, least: float) -> None:
    assert contrast(TOKENS[colour][theme], TOKENS[ground][theme]) >= least


def test_colours_stand_in_the_tokens_alone() -> None:
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])", sheet.read_text()), sheet.name
