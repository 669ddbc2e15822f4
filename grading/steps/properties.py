"""Properties of whole numbers claimed in words: prime, even, a perfect square, factored; and the
radical conjugate of a sum.
"""

import re
from fractions import Fraction
from math import isqrt

from grading.steps.claims import find_chains
from grading.steps.closed import value_of
from grading.steps.judging import read
from grading.steps.words import number

_N = r"(?<![\w.,^{_*/+-])(?<![-+*/^=] )\$?(\d{1,9})\$?"
_CLAIM = re.compile(
    rf"{_N}\s+is\s+(?P<no>not\s+)?(?:(?:also|itself|clearly)\s+)?(?:an?\s+)?"
    r"(?P<what>prime|composite|even|odd|perfect\s+square|perfect\s+cube)\b(?!\s+(?:factor|power|to\b|divisor))",
    re.IGNORECASE,
)
_SO_IT = re.compile(
    rf"{_N}\s+is\s+(?:even|odd|prime|\w+)\s*,?\s*(?:and|so|hence|but|because)\s+it\s+is\s+(?P<no>not\s+)?"
    r"(?:divisible\s+by|a\s+multiple\s+of)\s+\$?(?P<by>\d{1,9})\b(?!\.\d|\s*[-+*/^])",
    re.IGNORECASE,
)
_TERM = r"\d{1,9}(?:\s?\^\s?\{?\d{1,2}\}?)?"
_SIGN = r"(?:\s*(?:[-+*/^x·×]|\\cdot|\\times)\s*)"
_END = r"(?![\d^]|\.\d|\s*[-+/*^]\s*\$?\d)"
_FACTORED = re.compile(
    rf"(?:(\d{{1,9}})\$?(?:'s|’s)\s+(?:prime\s+)?factori[sz]ation|(?:prime\s+)?factori[sz]ation\s+of\s+\$?(\d{{1,9}})\$?)"
    rf"\s+(?:is|=|would\s+be)\s+\$?({_TERM}(?:{_SIGN}{_TERM})*){_END}|"
    rf"\b(?:fact|know|notice|see)\s+that\s+\$?(\d{{1,9}})\s*=\s*({_TERM}(?:{_SIGN}{_TERM})+){_END}",
    re.IGNORECASE,
)
_PART = r"(-?(?:\d+|\\sqrt\{\d+\}|\d+\\sqrt\{\d+\}|\d*i))"
_SUM = rf"\$?\(?{_PART}\s*([-+*/^])\s*{_PART}\)?\$?"
_CONJUGATE = re.compile(
    rf"\bconjugate\s+of\s+(?:the\s+\w+\s+)?{_SUM}\s*(?:is|=|,\s*(?:which|that)\s+is)\s+{_SUM}",
    re.IGNORECASE,
)


def wrong_property(line: str) -> str:
    """The reason why such a claim is false; empty when there is none or all are true."""
    for m in _CLAIM.finditer(line):
        n, what = int(m.group(1)), " ".join(m.group("what").lower().split())
        if _has(n, what) == bool(m.group("no")):
            return f"{n} is {'' if m.group('no') else 'not '}{_ARTICLE.get(what, '')}{what}"
    for m in _SO_IT.finditer(line):
        n, by = int(m.group(1)), int(m.group("by"))
        if by and (n % by == 0) == bool(m.group("no")):
            return f"{n} = {by}·{n // by}" + (f" + {n % by}" if n % by else "")
    for m in _FACTORED.finditer(line):
        whole, product = m.group(1) or m.group(2) or m.group(4), m.group(3) or m.group(5)
        value = _value(product)
        if value is not None and value != int(whole):
            return f"{whole} = {product.strip()}: this is {number(value)}"
    sums = _CONJUGATE.search(line)
    if sums:
        a, sign, b, c, other, d = sums.groups()
        if (a, b) != (c, d) or {sign, other} != {"+", "-"}:
            return (
                f"the conjugate of {a} {sign} {b} changes the one sign between the same two terms"
            )
    return ""


_ARTICLE = {"perfect square": "a ", "perfect cube": "a "}


def _has(n: int, what: str) -> bool:
    if what in ("even", "odd"):
        return (n % 2 == 0) == (what == "even")
    if what == "perfect square":
        return isqrt(n) ** 2 == n
    if what == "perfect cube":
        return bool(round(n ** (1 / 3)) ** 3 == n)
    prime = n > 1 and all(n % d for d in range(2, isqrt(n) + 1))
    return prime if what == "prime" else n > 1 and not prime


def _value(formula: str) -> Fraction | None:
    chains = find_chains(f"${formula.replace('x', '*')}$")
    node = read(chains[0].members[0]) if len(chains) == 1 else None
    return None if node is None else value_of(node)
