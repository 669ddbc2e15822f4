"""Words of the rules as a page says them: `{{ test.verdict|spoken }}`."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def spoken(word: str) -> str:
    """`wrong_answer` as "wrong answer"."""
    return word.replace("_", " ")


@register.filter
def stopped(verdict: str) -> str:
    """What stands beside the line of a program at which it failed."""
    return "does not compile" if verdict == "compile_error" else "stopped here"
