"""Counts given in words, against what the lines around them count: choices and the product of them,
a list and its length, the ways to arrange so many things.
"""

import re
from fractions import Fraction
from math import factorial

from grading.steps.chains import Chain

_CHOICES = re.compile(
    r"(?<![\d.])(\d{1,6})\$?\s+(?:\w+\s+)?(?:choices|options|possibilities)\b", re.IGNORECASE
)
_ARRANGED = re.compile(
    r"\$?(\d{1,2})!\$?\s+(?:different\s+|possible\s+)?ways\s+to\s+(?:arrange|order|permute|line\s+up|seat)\s+"
    r"(?:the|these|those|all)\s+\$?(\d{1,2})\$?\s",
    re.IGNORECASE,
)
_CIRCLE = re.compile(
    r"circ|round|rotat|identical|same|indistinguish|necklace|reflect|table", re.IGNORECASE
)
_COUNT = re.compile(
    r"^\W*(?:(?:so|thus|hence|therefore|right|that\s+means)\W+)*(?:the\s+(?:total\s+)?number\s+of\s+[^.,;=]*?\s+is|there\s+are"
    r"(?=\s+\$?\d+\$?\s+(?:possible\s+)?(?:such|of\s+(?:them|these|those)|values|solutions|numbers|choices)))\s+\$?(\d{1,3})\$?(?![\d.]*\s*[-+*/^\\])",
    re.IGNORECASE,
)
_ITEM = r"\$?\\?\{?\s*-?\d+\s*\\?\}?\$?"
_LIST = re.compile(
    rf"(?<![\d,]\s)(?<![\d,.])({_ITEM}(?:\s*,\s*{_ITEM})+\s*,?\s*(?:and|or)\s+{_ITEM})\s*\.?\s*$"
)


def miscounted(lines: list[tuple[str, list[Chain]]], problem: str) -> dict[int, str]:
    """Lines with a count that the lines around them do not bear out, and the reason in words."""
    texts = [text for text, _ in lines]
    out = _wrong_choices(lines)
    for n, text in enumerate(texts):
        m = _ARRANGED.search(text)
        if m and m.group(1) != m.group(2) and not _CIRCLE.search(problem + text):
            ways, things = (int(g) for g in m.groups())
            if factorial(min(ways, 20)) != factorial(min(things, 20)):
                out[n] = f"{m.group().strip()}: {things} things can be arranged in {things}! ways"
        listed = _LIST.search(texts[n - 1]) if n else None
        count = _COUNT.match(text)
        if listed and count and "..." not in texts[n - 1] and "dots" not in texts[n - 1]:
            items = re.findall(r"-?\d+", listed.group(1))
            if int(count.group(1)) != len(items) and len(set(items)) == len(items):
                out[n] = f"the number is {count.group(1)}: the line before lists {len(items)}"
    return out


def _wrong_choices(lines: list[tuple[str, list[Chain]]]) -> dict[int, str]:
    """The one number of choices that the product of them below does not have."""
    announced: list[tuple[int, int]] = []
    out: dict[int, str] = {}
    for n, (text, chains) in enumerate(lines):
        for chain in chains:
            for member in chain.members:
                factors = [t.value for t in member if t.kind == "num"]
                signs = {t.text for t in member if t.kind != "num"}
                last = announced[-len(factors) :]
                if len(factors) < 3 or signs != {"*"} or len(last) < len(factors):
                    continue
                wrong = [
                    (k, said, f)
                    for (k, said), f in zip(last, factors, strict=True)
                    if f != Fraction(said)
                ]
                if len(wrong) == 1 and wrong[0][0] != n:
                    k, said, factor = wrong[0]
                    out.setdefault(k, f"{said} choices: line {n + 1} multiplies by {factor}")
        announced += [(n, int(m)) for m in _CHOICES.findall(text)]
    return out
