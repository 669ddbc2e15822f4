"""Whether the answer's value can be read from a hint: written there, computed there, or as an
equation's solution.
"""

import re
from fractions import Fraction
from itertools import pairwise

from grading.steps.claims import Chain, find_chains
from grading.steps.closed import value_of
from grading.steps.facts import gap_of, single
from grading.steps.judging import read
from grading.steps.numeric import letters_of, value_or_none
from grading.steps.parser import READINGS, Node
from grading.steps.solutions import rational_value

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
NUMBER_WORDS: dict[str, Fraction] = {w: Fraction(n) for n, w in enumerate(_SMALL.split())} | {
    "thirty": Fraction(30), "forty": Fraction(40), "fifty": Fraction(50), "sixty": Fraction(60),
    "seventy": Fraction(70), "eighty": Fraction(80), "ninety": Fraction(90),
    "hundred": Fraction(100), "thousand": Fraction(1000), "half": Fraction(1, 2),
    "once": Fraction(1), "twice": Fraction(2), "thrice": Fraction(3), "dozen": Fraction(12),
}  # fmt: skip


def leaks(text: str, answer: str, problem: str = "") -> bool:
    """Whether `answer` can be read from `text`. When in doubt, yes."""
    if _plain(answer) and _plain(answer) in _plain(text):
        return (
            not _digits_only(answer) or _number_stands(answer, text) or _values_leak(text, answer)
        )
    return _values_leak(text, answer)


def _plain(text: str) -> str:
    text = re.sub(r"\\(?:boxed|text|mathrm|left|right|d?frac|[,;! ])|[\s${}\\]", "", text)
    return text.lower().rstrip(".")


def _digits_only(answer: str) -> bool:
    return re.fullmatch(r"-?[\d.]+", _plain(answer)) is not None


def _number_stands(answer: str, text: str) -> bool:
    n = re.escape(_plain(answer).lstrip("-"))
    return (
        re.search(rf"(?<![\d.]){n}(?!\d|\.\d)", text.replace(",", "").replace("{,}", ""))
        is not None
    )


def _answer_values(answer: str) -> list[complex]:
    """The numbers that the answer consists of: one, or the items of a list, an interval or an
    equation's right side.
    """
    out: list[complex] = []
    for chain in find_chains(f"${answer.strip().strip('$')}$"):
        for member in chain.members:
            for part in (member, *_items(chain)):
                node = read(part)
                value = value_or_none(node) if node is not None and not letters_of(node) else None
                if value is not None:
                    out.append(value)
    return out


def _items(chain: Chain) -> list[list]:  # type: ignore[type-arg]
    items: list[list] = []  # type: ignore[type-arg]
    for member in chain.members:
        if any(t.kind == "comma" for t in member):
            current: list = []  # type: ignore[type-arg]
            for t in [*member, None]:
                if t is None or t.kind == "comma":
                    items.append([x for x in current if x.kind not in ("open", "close")])
                    current = []
                else:
                    current.append(t)
    return items


def _values_leak(text: str, answer: str) -> bool:
    targets = _answer_values(answer)
    if not targets:
        return False
    shown = shown_values(text)
    return all(any(abs(t - v) <= 1e-9 * max(1.0, abs(t)) for v in shown) for t in targets)


def shown_values(text: str) -> list[complex]:
    """Every value that can be read from a text: numerals and words, parts of expressions,
    solutions of equations.
    """
    out: list[complex] = [
        complex(NUMBER_WORDS[w]) for w in re.findall(r"[a-z]+", text.lower()) if w in NUMBER_WORDS
    ]
    for line in text.split("\n"):
        for chain in find_chains(line):
            nodes = []
            for member in chain.members:
                out += [complex(t.value) for t in member if t.kind == "num" and t.value is not None]
                for reading in READINGS[:3]:
                    node = read(member, reading)
                    if node is not None:
                        out += _parts(node)
                nodes.append(read(member))
            for left, right in pairwise(nodes):
                out += _solutions(left, right)
    return out


def _parts(node: Node) -> list[complex]:
    """The values of an expression and of everything inside it, runs of its terms or factors
    included.
    """
    out: list[complex] = []
    if not letters_of(node):
        exact = value_of(node)
        value = (
            complex(exact) if exact is not None and abs(exact) < 10**300 else value_or_none(node)
        )
        if value is not None:
            out += [value, -value]
    for part in node[1:]:
        if isinstance(part, tuple) and part:
            if isinstance(part[0], str):
                out += _parts(part)
            else:
                for child in part:
                    out += _parts(child)
                if node[0] in ("+", "*") and 2 < len(part) <= 8:
                    for i in range(len(part)):
                        for j in range(i + 2, len(part) + 1):
                            if j - i < len(part):
                                out += _parts_value((node[0], part[i:j]))
    return out


def _parts_value(node: Node) -> list[complex]:
    if letters_of(node):
        return []
    value = value_or_none(node)
    return [] if value is None else [value]


def _solutions(left: Node | None, right: Node | None) -> list[complex]:
    if left is None or right is None:
        return []
    gap = gap_of(left, right)
    one = single(gap) if gap else None
    if one is None:
        return []
    root = rational_value(one[1])
    if root is not None:
        return [complex(root)]
    if len(one[1]) == 3:
        c, b, a = (float(x) for x in one[1])
        d = complex(b * b - 4 * a * c) ** 0.5
        return [(-b + d) / (2 * a), (-b - d) / (2 * a)]
    return []
