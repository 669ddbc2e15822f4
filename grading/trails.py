"""A trail's shape: reasoning told from reply, titled sections, and the few lines that carry the
solution.

All of it is decided by words and numbers that stand in the text, so the same text always gives
the same result.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grading.steps.check import Check

OPEN, CLOSE = "<think>", "</think>"
MIN_SECTION = 3  # lines; shorter pieces join the one before


@dataclass(frozen=True, slots=True)
class KeyStep:
    """A line worth seeing first, and why, in a few words."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines `start` up to but not including `end` of the whole text, under a title."""

    title: str
    start: int
    end: int


def split_reasoning(text: str) -> tuple[str, str]:
    """(reasoning, reply), without the tags. A missing opening tag is supplied, a missing closing
    tag means that
    the model was still reasoning; text without either is all reply."""
    opened, closed = text.find(OPEN), text.rfind(CLOSE)
    if closed >= 0:
        start = opened + len(OPEN) if 0 <= opened < closed else 0
        reasoning, reply = text[start:closed], text[closed + len(CLOSE) :]
        return reasoning.replace(OPEN, "").replace(CLOSE, "").strip("\n"), reply.strip("\n")
    if opened >= 0:
        return text[opened + len(OPEN) :].strip("\n"), ""
    return "", text.strip("\n")


_HEADING = re.compile(r"^\s*(?:#{1,6}\s+(.{2,80}?)\s*#*|\*\*([^*]{2,80})\*\*:?)\s*$")
_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Case", re.compile(r"^\W*(?:case|sub-?case)\s+([\w\d]+)", re.I)),
    ("Step", re.compile(r"^\W*step\s+(\d+)", re.I)),
    ("Second thoughts", re.compile(
        r"^\W*(?:but\s+|hmm\W+|oh\W+|ok(?:ay)?\W+)?(?:wait|hold on|oops|no,|scratch that|"
        r"actually,|that(?:'s| is) (?:wrong|not))",
        re.I)),
    ("Another way", re.compile(
        r"^\W*(?:alternatively|another (?:way|approach|method|idea)|let me try (?:another|a "
        r"different)|"
        r"different approach|instead,)", re.I)),
    ("Checking", re.compile(
        r"^\W*(?:(?:so |now |ok(?:ay)?\W+)?(?:let me|let's|to|we|i(?:'ll| will)?)\s+(?:\w+\s+)?"
        r"(?:check|verify|double[- ]check|test|confirm|make sure)|check(?:ing)?\b|verif|sanity)",
        re.I)),
    ("Answer", re.compile(
        r"^\W*(?:(?:so|therefore|thus|hence)\W+)?(?:the (?:final )?answer|final answer|\\boxed|"
        r"in conclusion|"
        r"answer\s*:)", re.I)),
)  # fmt: skip


def sections(text: str) -> list[Section]:
    """The trail folded into titled pieces that follow each other and cover every line."""
    lines = text.split("\n")
    starts: list[tuple[int, str]] = [(0, "Setting up")]
    in_reasoning = OPEN in text
    plain = 0
    for i, line in enumerate(lines):
        if CLOSE in line:
            rest = line.split(CLOSE, 1)[1].strip()
            starts.append((i if rest and i else min(i + 1, len(lines) - 1), "Reply"))
            in_reasoning, plain = False, 0
            continue
        title = _title(line)
        if not title and in_reasoning and plain >= 12 and not line.strip():
            title = "Working on"
        if title:
            starts.append((i, title))
            plain = 0
        elif line.strip():
            plain += 1
    return _fold(starts, len(lines))


def _title(line: str) -> str:
    heading = _HEADING.match(line)
    if heading:
        return (heading.group(1) or heading.group(2)).strip().rstrip(":")
    for name, cue in _CUES:
        m = cue.match(line)
        if m:
            return f"{name} {m.group(1)}" if m.groups() else name
    return ""


def _fold(starts: list[tuple[int, str]], count: int) -> list[Section]:
    """Joins pieces too short to fold on their own, except cases, headings, the reply and the
    answer.
    """
    kept: list[tuple[int, str]] = []
    for index, (start, title) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else count
        if kept and start == kept[-1][0]:
            kept[-1] = (start, title)
        elif (
            kept
            and title in ("Second thoughts", "Checking", "Working on", "Another way")
            and (end - start < MIN_SECTION or kept[-1][1] == title)
        ):
            continue
        else:
            kept.append((start, title))
    return [
        Section(title, start, kept[i + 1][0] if i + 1 < len(kept) else count)
        for i, (start, title) in enumerate(kept)
    ]


_INTRODUCES = re.compile(
    r"\b(?:let|denote|define|set|write|call|put)\b.{0,60}?(?:\$?[A-Za-z](?:_\w+)?(?:\([a-z]\))"
    r"?\$?)\s*(?:be\b|=|\\equiv|denote|for\b)|"
    r"\bwhere\s+\$?[A-Za-z]\$?\s+(?:is|=)", re.I
)  # fmt: skip
_DECIDES = re.compile(
    r"\b(?:key|notice|observe|crucial|by (?:the )?[A-Z]\w+|theorem|formula|identity|telescop|"
    r"factor(?:s|ise|ize)|symmetr|"
    r"pigeonhole|induction|substitut|recurrence|bijection|modulo|period(?:ic)?|complement|"
    r"inclusion|vieta|fermat|euler)", re.I
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CONCLUDES = re.compile(r"\\boxed|\b(?:the (?:final )?answer|final answer)\b", re.I)


def key_steps(text: str, checks: Sequence[Check]) -> list[KeyStep]:
    """About one line in four and at most five, in order: what introduces, what decides, what ends.

    A contradicted line is never a key step. The decisive lines are those that a rule checked and
    whose result is used most in later lines.
    """
    lines = text.split("\n")
    usable = [c.line for c in checks if c.status != "contradicted" and c.line < len(lines)]
    if not usable:
        return []
    most = max(2, min(5, round(len(checks) / 4)))
    last = next((i for i in reversed(usable) if _CONCLUDES.search(lines[i])), usable[-1])
    chosen = {last: "the conclusion"}
    first = next((i for i in usable if _INTRODUCES.search(lines[i])), None)
    if first is not None:
        chosen.setdefault(first, "introduces the quantities")
    checked = {c.line for c in checks if c.status == "checked"}
    scores = _uses(lines, [i for i in usable if i in checked and i != last])
    for i in scores:
        scores[i] += 2 if _DECIDES.search(lines[i]) else 0
    for i, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score > 0 and len(chosen) < most:
            chosen.setdefault(i, "checked, and later lines build on its result")
    for i in usable:
        if len(chosen) < min(most, 4) and _DECIDES.search(lines[i]) and "=" in lines[i]:
            chosen.setdefault(i, "names the idea that decides")
    return [KeyStep(i, chosen[i]) for i in sorted(chosen)]


def _uses(lines: list[str], candidates: list[int]) -> Counter[int]:
    """How many later lines use the last number of each candidate line, numbers below 3 aside."""
    where: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        for n in set(_NUMBER.findall(line)):
            where.setdefault(n, []).append(i)
    counts: Counter[int] = Counter()
    for i in candidates:
        numbers = _NUMBER.findall(lines[i])
        if not numbers or numbers[-1] in ("0", "1", "2"):
            counts[i] = 0
            continue
        seen = where[numbers[-1]]
        first = seen[0] == i
        counts[i] = min(len([j for j in seen if j > i]), 5) + (1 if first else 0)
    return counts
