"""Programs inside a trail: assignments are not equations, so a rule for equations must not see them."""

import re

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)")
HIDDEN = "program"  # stands in for a line of a listing, so that every line keeps its number


def hide_listings(text: str) -> str:
    """`text` with the lines between fences put out of sight; an unclosed fence hides the rest."""
    inside = False
    lines = []
    for line in text.split("\n"):
        fence = _FENCE.match(line) is not None
        lines.append(HIDDEN if line.strip() and (inside or fence) else line)
        inside ^= fence
    return "\n".join(lines)
