"""A text with one slip put in: what the tests of single rules ask of the line checker."""

from grading.steps import check_steps


def contradicted(text, problem=""):
    return [c.line for c in check_steps(text, problem) if c.status == "contradicted"]


def check_slip(text, problem, was, now, line):
    """The right text is left alone, and with `now` for `was` the first line blamed is `line`."""
    assert was in text
    assert contradicted(text, problem) == []
    assert contradicted(text.replace(was, now, 1), problem)[:1] == [line]
