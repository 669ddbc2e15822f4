"""Counts given in words, against what the lines around them count: choices and the product of them,
a list and its length, the ways to arrange so many things.
"""

import re
from fractions import Fraction
from math import comb, factorial

from grading.steps.chains import Chain

_CHOICES = re.compile(
    r"(?<![\d.])(\d{1,6})\$?\s+(?:\w+\s+)?(?:choices|options|possibilities)\b", re.IGNORECASE
)
_ARRANGED = re.compile(
    r"\$?(\d{1,2})!\$?\s+(?:different\s+|possible\s+)?ways\s+to\s+(?:arrange|order|permute|line\s+up|seat)\s+"
    r"(?:the|these|those|all)\s+\$?(\d{1,2})\$?\s",
    re.IGNORECASE,
)
MOST = 8  # factors of a product of ways
_WAYS = re.compile(
    r"(\\[dt]?binom\{\d+\}\{\d+\}|\d{1,2}!)\$?\s+(?:different\s+|possible\s+)?ways\b", re.IGNORECASE
)
_TIMES = r"\s*(?:\*|x|\\cdot|\\times)\s*"
_FACTOR = r"(?:\\[dt]?binom\{\d{1,3}\}\{\d{1,3}\}|\d{1,2}!)"
_PRODUCT = re.compile(rf"{_FACTOR}(?:{_TIMES}{_FACTOR})+")
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
    out = _wrong_choices(lines) | _wrong_ways(texts)
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


def _wrong_ways(texts: list[str]) -> dict[int, str]:
    """The one factorial or binomial of ways that the product of them below does not have."""
    announced: list[tuple[int, str]] = []
    for n, text in enumerate(texts):
        for m in _PRODUCT.finditer(text):
            factors = [_plain(f) for f in re.split(_TIMES, m.group())]
            if not len(announced) <= len(factors) <= MOST or all(k == n for k, _ in announced):
                continue
            lone = []
            for k, said in announced:
                if said in factors:
                    factors.remove(said)
                else:
                    lone.append((k, said))
            if len(lone) != 1 or len(factors) != 1:
                continue
            k, said = lone[0]
            after = [text[m.end() :], *texts[n + 1 :]]
            if _holds(m.group(), after) and not _used(said, k, texts):
                return {k: f"{said} ways: line {n + 1} multiplies by {factors[0]} instead"}
        announced += [(n, _plain(m)) for m in _WAYS.findall(text)]
    return {}


def _plain(factor: str) -> str:
    return re.sub(r"\\[dt]binom", r"\\binom", factor.strip().strip("$"))


def _holds(product: str, after: list[str]) -> bool:
    """Whether the value of a product of factorials and binomials stands in the text after it."""
    return str(_value(product)) in re.findall(r"\d+", "\n".join(after).replace(",", ""))


def _used(said: str, line: int, texts: list[str]) -> bool:
    """Whether the ways, or their number, are spoken of in another line too."""
    others = "\n".join(t for n, t in enumerate(texts) if n != line).replace(",", "")
    return said in others or str(_value(said)) in re.findall(r"\d+", others)


def _value(product: str) -> int:
    value = 1
    for factor in map(_plain, re.split(_TIMES, product)):
        numbers = [int(d) for d in re.findall(r"\d+", factor)]
        value *= comb(*numbers) if "binom" in factor else factorial(numbers[0])
    return value


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
