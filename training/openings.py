"""Replies that open with a hint of the product's ladder, so that hints can be calibrated.

The hint is cut from the reference solution by `grading.hints`, as the pages do it; the solution
goes on behind it. Level 4 is the solution's own next line, so such a reply is the solution itself.
"""

from __future__ import annotations

from grading.hints import LEADS, OPEN, make_hint


def advice(level: int, problem: str, solution: str, answer: str) -> str:
    """The hint's text without its lead; empty for a refused hint."""
    hint = make_hint(level, problem=problem, reference=solution, answer=answer)
    for lead in LEADS:
        if hint.text.startswith(lead):
            return hint.text.removeprefix(lead)
    return hint.text


def open_with_hint(level: int, problem: str, solution: str, answer: str) -> tuple[str, int]:
    """The reply that begins with a hint of `level` 1–4, and how many of its characters are hint.

    Level 1 names the part of the statement, level 2 the idea, level 3 the idea and the key step
    with its result for the reply to find, level 4 the first lines of the work.
    """
    text = advice(level, problem, solution, answer)
    lines = solution.split("\n")
    if not text:
        return solution, 0
    if level == 4:
        return solution, len(text) if solution.startswith(text) else 0
    if level < 3:
        same = lines[0] == text
        return (solution, len(text)) if same else (f"{text}\n{solution}", len(text))
    idea = advice(2, problem, solution, answer) or lines[0]
    before = text.split(OPEN)[0]
    key = next((line for line in lines if line.strip().startswith(before.strip())), "")
    if not key:
        return solution, 0
    work = lines[1:] if lines[0] == idea else lines
    return "\n".join([idea, key, *work]), len(idea) + 1 + len(before)
