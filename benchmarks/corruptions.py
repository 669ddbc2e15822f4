"""Breaks one line of a correct trail at a place drawn at random, before any checker has seen it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random

RELATION = re.compile(r"=|≡|\\equiv|\\le|\\ge|<|>")
NUMERAL = re.compile(r"(?<![\w.])\d+(?![\w]|\.\d)")


@dataclass(frozen=True, slots=True)
class Corruption:
    """The text with line `line` changed; `kind` says how.

    It is `arithmetic` when the changed formula is an equation of plain numbers that was true and is
    false now: then nothing but calculation is needed to find it.
    """

    text: str
    line: int
    kind: str
    before: str
    after: str
    arithmetic: bool


def corrupt(text: str, problem: str, rng: Random) -> Corruption | None:
    """One corruption: first its kind is drawn among those that have a place here, then the
    place.
    """
    lines = text.split("\n")
    choices: dict[str, list[tuple[int, str]]] = {}
    for i, line in enumerate(lines):
        if not RELATION.search(line):
            continue
        for kind, maker in KINDS.items():
            for changed in maker(line, problem, rng):
                if changed != line and not _still_true(line, changed):
                    choices.setdefault(kind, []).append((i, changed))
    if not choices:
        return None
    kind = rng.choice(sorted(choices))
    i, changed = rng.choice(choices[kind])
    text = "\n".join([*lines[:i], changed, *lines[i + 1 :]])
    return Corruption(text, i, kind, lines[i], changed, _now_false(lines[i], changed))


def _digit(line: str, problem: str, rng: Random) -> Iterator[str]:
    for m in NUMERAL.finditer(line):
        at = m.start() + rng.randrange(len(m.group()))
        digit = rng.choice([d for d in "123456789" if d != line[at]])
        yield line[:at] + digit + line[at + 1 :]


def _sign(line: str, problem: str, rng: Random) -> Iterator[str]:
    for m in re.finditer(r"(?<=[\w)}] )([+-])(?= [\w(\\])", line):
        yield line[: m.start()] + ("-" if m.group() == "+" else "+") + line[m.end() :]


def _dropped(line: str, problem: str, rng: Random) -> Iterator[str]:
    for m in re.finditer(r" (?:[+-]|\\cdot|\*) \d+(?![\w^.])(?! *[\^!])", line):
        yield line[: m.start()] + line[m.end() :]


def _modulus(line: str, problem: str, rng: Random) -> Iterator[str]:
    for m in re.finditer(r"(?:\\pmod\s*\{|\(mod )(\d+)", line):
        wrong = int(m.group(1)) + rng.choice([-2, -1, 1, 2, 3])
        if wrong > 1:
            yield line[: m.start(1)] + str(wrong) + line[m.end(1) :]


def _swapped(line: str, problem: str, rng: Random) -> Iterator[str]:
    found = list(NUMERAL.finditer(line))
    for a, b in pairwise(found):
        between = line[a.end() : b.start()]
        plain = re.fullmatch(r"\s*(?:\+|\*|\\cdot|\\times|,)\s*", between)
        ordered = re.search(r"[-/^=≡]|\\equiv|\}\{", between)
        if a.group() != b.group() and not plain and ordered:
            yield line[: a.start()] + b.group() + between + a.group() + line[b.end() :]


def _copy(line: str, problem: str, rng: Random) -> Iterator[str]:
    given = set(NUMERAL.findall(problem))
    for m in NUMERAL.finditer(line):
        if m.group() in given and int(m.group()) > 2:
            wrong = int(m.group()) + rng.choice([-1, 1, 10])
            yield line[: m.start()] + str(wrong) + line[m.end() :]


def _binomial(line: str, problem: str, rng: Random) -> Iterator[str]:
    for m in re.finditer(r"\\d?binom\{(\d+)\}\{(\d+)\}", line):
        n, k = int(m.group(1)), int(m.group(2))
        wrong = k + rng.choice([-1, 1])
        if 0 <= wrong <= n and wrong != n - k:
            yield line[: m.start(2)] + str(wrong) + line[m.end(2) :]


KINDS: dict[str, Callable[[str, str, Random], Iterator[str]]] = {
    "digit": _digit, "sign": _sign, "dropped term": _dropped, "wrong modulus": _modulus,
    "swapped numbers": _swapped, "wrong copy": _copy, "wrong binomial": _binomial,
}  # fmt: skip


def _still_true(line: str, changed: str) -> bool:
    """Whether the change left every plain relation of numbers in the line true: then it is no
    error.

    Written apart from the checker on purpose: Python's own parser does the arithmetic.
    """
    modulus = re.search(r"\\pmod\s*\{(\d+)\}|\(mod (\d+)\)", changed)
    if modulus:
        m = int(modulus.group(1) or modulus.group(2))
        sides = [_residue(part, m) for part in re.split(r"=|≡|\\equiv", changed[: modulus.start()])]
        return len(sides) > 1 and None not in sides and len(set(sides)) == 1
    new, old = _formulas(changed), _formulas(line)
    touched = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    return len(old) == len(new) and bool(touched) and all(_holds(a, b) for a, b in touched)


def _now_false(line: str, changed: str) -> bool:
    """Whether the change made an equation of plain numbers false, by Python's own parser."""
    new, old = _formulas(changed), _formulas(line)
    touched = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    return len(old) == len(new) and any(_holds(a, a) and _breaks(b) for a, b in touched)


def _breaks(formula: str) -> bool:
    values = [_value(part) for part in _plain(formula).split("=")]
    return len(values) > 1 and None not in values and len(set(values)) > 1


def _formulas(line: str) -> list[str]:
    return (
        re.findall(r"\\\((.*?)\\\)|\$(.*?)\$", line)
        and [a or b for a, b in re.findall(r"\\\((.*?)\\\)|\$(.*?)\$", line)]
    ) or [line]


def _holds(old: str, new: str) -> bool:
    """Whether both are equations of plain numbers, and the new one is true."""
    values = [_value(part) for part in _plain(new).split("=")]
    before = [_value(part) for part in _plain(old).split("=")]
    return len(values) > 1 and None not in values + before and len(set(values)) == 1


def _residue(text: str, m: int) -> int | None:
    power = re.fullmatch(r"\W*(\d+)\^\{?(\d+)\}?\W*", text)
    if power:
        return pow(int(power.group(1)), int(power.group(2)), m)
    value = _value(_plain(text))
    return None if value is None or value.denominator != 1 else value.numerator % m


def _plain(line: str) -> str:
    line = re.sub(r"\\[()\[\]]|\$|\\left|\\right", " ", line)
    line = re.sub(r"\\cdot|\\times|×", "*", line)
    line = re.sub(r"\\div|÷", "/", line)
    line = re.sub(r"\\lfloor (\d+) / (\d+) \\rfloor", r"(\1 // \2)", line)
    line = re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"((\1)/(\2))", line)
    return line.replace("^", "**").replace("{", "(").replace("}", ")").rstrip(" .")


def _value(text: str) -> Fraction | None:
    try:
        return _fold(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, MemoryError, RecursionError):
        return None


def _fold(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return Fraction(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_fold(node.operand)
    if isinstance(node, ast.BinOp):
        a, b = _fold(node.left), _fold(node.right)
        if isinstance(node.op, ast.Add):
            return a + b
        if isinstance(node.op, ast.Sub):
            return a - b
        if isinstance(node.op, ast.Mult):
            return a * b
        if isinstance(node.op, ast.Div):
            return a / b
        if isinstance(node.op, ast.FloorDiv):
            return Fraction(a // b)
        if isinstance(node.op, ast.Pow) and b.denominator == 1 and abs(b) < 64 and abs(a) < 10**6:
            return Fraction(a**b.numerator)
    raise ValueError("not plain arithmetic")
