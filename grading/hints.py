"""Hints in four levels, cut from a checked trail or a reference solution, never written by a model.

1 where to look in the statement · 2 the idea · 3 the key step, with its result left open · 4 the
next line for
this student's work. A hint from which the answer's value could be read is refused.
"""

import re
from dataclasses import dataclass

from grading.divergence import first_divergence
from grading.ideas import COMMON_IDEA, named_ideas
from grading.leaks import leaks
from grading.steps import check_steps
from grading.steps.claims import find_chains
from grading.steps.results import results
from grading.trails import key_steps, split_reasoning

OPEN = "□"  # stands where a result was left out
NEXT, BUILD, STEP, IDEA = LEADS = (
    "Next: ",
    "Build on this: ",
    "A step on the way: ",
    "The idea: ",
)
MAX_CHARS = 400


@dataclass(frozen=True, slots=True)
class HintText:
    """`text` is shown to the student; when `refused`, it is empty because every candidate gave
    the answer away.
    """

    text: str
    refused: bool


def make_hint(
    level: int, *, problem: str, reference: str, answer: str, student: str = ""
) -> HintText:
    """The hint of `level` 1–4. Raises ValueError for another level."""
    makers = {1: _where, 2: _idea, 3: _key, 4: _next}
    if level not in makers:
        raise ValueError(f"a hint has level 1 to 4, not {level}")
    _, reply = split_reasoning(reference)
    reference = reply or reference
    for candidate in makers[level](problem, reference, answer, student):
        text = candidate.strip()
        if text and len(text) <= MAX_CHARS and not leaks(text, answer, problem):
            return HintText(text, False)
    return HintText("", True)


def _sentences(text: str) -> list[str]:
    parts = re.split(r"(?<=[.!?])\s+|\n+", text)
    return [p.strip() for p in parts if len(p.strip()) > 3]


def _words(text: str) -> set[str]:
    return {w.lower() for w in re.findall(r"[A-Za-z]{4,}|\d+", text)}


def _where(problem: str, reference: str, answer: str, student: str) -> list[str]:
    """The part of the statement that the solution starts from, then the question itself."""
    givens = [s for s in _sentences(problem) if not s.endswith("?")] or _sentences(problem)
    lines = [line for line in reference.split("\n") if line.strip()]
    start = _words(" ".join(lines[:2]))
    ranked = sorted(givens, key=lambda s: -len(_words(s) & start))
    out = [f"Look first at this part of the statement: “{s}”" for s in ranked[:3]]
    question = next((s for s in _sentences(problem) if s.endswith("?")), "")
    if question:
        out.append(f"Say in your own words what is asked: “{question}”")
    return [
        *out,
        "Write down what is given and what is asked, each on its own line, before you calculate.",
    ]


def _idea(problem: str, reference: str, answer: str, student: str) -> list[str]:
    """What the reference says in words alone, then the ideas that it names."""
    spoken = [
        line.strip()
        for line in reference.split("\n")
        if len(re.findall(r"[A-Za-z]{2,}", line)) >= 3 and not re.search(r"[=\\$]", line)
    ]
    named = named_ideas(reference)
    return [f"{IDEA}{line}" for line in spoken[:2]] + (named[:3] or [COMMON_IDEA])


def _key(problem: str, reference: str, answer: str, student: str) -> list[str]:
    """The first calculation that the rest builds on, with its result left open."""
    lines = reference.split("\n")
    checks = check_steps(reference, problem)
    marked = [s.line for s in key_steps(reference, checks) if "checked" in s.why]
    checked = [c.line for c in checks if c.status == "checked" and "\\boxed" not in lines[c.line]]
    out = []
    for i in dict.fromkeys([i for i in marked if i in checked] + checked):
        masked = mask_result(lines[i])
        if _still_says_something(masked):
            out.append(f"{STEP}{masked}")
    return out


def _still_says_something(masked: str) -> bool:
    """Whether a calculation or a relation is left to read."""
    before = masked.split(OPEN)[0]
    return len(re.findall(r"\d", before)) >= 2 or OPEN not in masked


def mask_result(line: str) -> str:
    """The line with the right end of its last equation left open, when that end is one numeral."""
    for chain in reversed(find_chains(line)):
        last = chain.members[-1]
        if len(chain.members) > 1 and len(last) == 1 and last[0].kind == "num":
            before, after = line[: chain.end - len(last[0].text)], line[chain.end :]
            if line[chain.end - len(last[0].text) : chain.end] == last[0].text:
                return before + OPEN + after
    return line


def _next(problem: str, reference: str, answer: str, student: str) -> list[str]:
    """The reference's lines after the last one that the student's work has reached, up to the
    next result.
    """
    lines = reference.split("\n")
    written = [i for i, line in enumerate(lines) if line.strip()]
    reached = _reached(lines, _sound(student, reference, problem))
    ahead = [i for i in written if i > reached]
    end = next((i for i in ahead if any(r.computed for r in results(lines[i]))), None)
    out = []
    if end is not None:
        start = max(reached, end - 3)
        piece = [lines[i].strip() for i in ahead if start < i <= end]
        out = ["\n".join(piece), piece[-1], "\n".join([*piece[:-1], mask_result(piece[-1])])]
    out += [lines[i].strip() for i in ahead[:2]]
    back = [f"{BUILD}{lines[i].strip()}" for i in reversed(written) if i <= reached]
    return [f"{NEXT}{text}" for text in out] + back[:2]


def _sound(student: str, reference: str, problem: str) -> str:
    """The student's lines before the first that departs."""
    if not student.strip():
        return ""
    line = first_divergence(student, reference, problem).line
    return student if line is None else "\n".join(student.split("\n")[:line])


def _reached(lines: list[str], sound: str) -> int:
    """The last reference line whose result stands in the student's sound lines; −1 for none."""
    own = {r.value for line in sound.split("\n") for r in results(line)}
    reached = -1
    for i, line in enumerate(lines):
        here = [r for r in results(line) if r.computed]
        if here and here[-1].value in own:
            reached = i
    return reached
