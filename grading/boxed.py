"""Finds the answer a text gives: the last balanced box."""

from __future__ import annotations

import re

_BOX = re.compile(r"\\f?boxed\s*(?=\{)|\\fbox\s*(?=\{)")


def extract_boxed(text: str) -> str | None:
    r"""What stands in the last balanced \boxed{…} (or \fbox{…}); None when there is none."""
    for match in reversed(list(_BOX.finditer(text))):
        inside = balanced(text, match.end())
        if inside is not None:
            return inside.strip()
    return None


def balanced(text: str, start: int) -> str | None:
    r"""What stands between the brace at `start` and the one that closes it; \{ and \} are text."""
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 2
            continue
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : position]
        position += 1
    return None
