"""Programs inside a reply or a trail: found in their fences, or put out of sight."""

import re

_LINE = re.compile(r"^[ \t]*(?:```|~~~)")
_FENCE = re.compile(
    r"^```[ \t]*(?P<name>[\w+-]*)[^\n]*\n(?P<body>.*?)^```", re.DOTALL | re.MULTILINE
)
_PYTHON = ("python", "python3", "py")
HIDDEN = "program"  # stands in for a line of a listing, so that every line keeps its number


def last_program(reply: str) -> str | None:
    """What the last fenced Python block holds; None when there is none that is closed.

    A fence without a language counts only where no block names Python.
    """
    found = [(m["name"].lower(), m["body"]) for m in _FENCE.finditer(reply)]
    named = [body for name, body in found if name in _PYTHON]
    bare = [body for name, body in found if not name]
    return (named or bare or [None])[-1]


def hide_listings(text: str) -> str:
    """`text` with the lines between fences put out of sight; an unclosed fence hides the rest.

    Assignments are not equations, so the rules for equations must not see them.
    """
    inside = False
    lines = []
    for line in text.split("\n"):
        fence = _LINE.match(line) is not None
        lines.append(HIDDEN if line.strip() and (inside or fence) else line)
        inside ^= fence
    return "\n".join(lines)
