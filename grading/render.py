"""Typesets the tree of an answer as LaTeX, so that a student sees how it was read."""

from __future__ import annotations

from grading.functions import FIGURES
from grading.nodes import (
    Based,
    Call,
    Const,
    Group,
    Matrix,
    Neg,
    Node,
    Num,
    Op,
    Rel,
    Seq,
    Sym,
)

_CONSTANTS = {
    "pi": r"\pi", "e": "e", "i": "i", "inf": r"\infty", "empty": r"\emptyset",
    "reals": r"\mathbb{R}", "integers": r"\mathbb{Z}", "naturals": r"\mathbb{N}",
    "rationals": r"\mathbb{Q}", "complexes": r"\mathbb{C}",
}  # fmt: skip
_RELATIONS = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∈": r"\in", "≡": r"\equiv", "≈": r"\approx"}
_SIGNS = {"±": r"\pm", "∓": r"\mp", "∪": r"\cup", "∩": r"\cap", "\\": r"\setminus"}
_STRENGTH = {"∪": 0, "∩": 0, "\\": 0, "+": 1, "-": 1, "±": 1, "∓": 1, "*": 2, "/": 4, "^": 3}
_NAMED = {"sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "ln", "exp",
          "sinh", "cosh", "tanh", "max", "min", "gcd"}  # fmt: skip


def to_latex(node: Node) -> str:
    """LaTeX of a tree; every brace is balanced, whatever was typed."""
    return _write(node, 0)


def _write(node: Node, around: int) -> str:
    match node:
        case Num():
            return _number(node)
        case Based(digits, base):
            return rf"{digits}_{{{base}}}"
        case Sym(name):
            return _symbol(name)
        case Const(name):
            return _CONSTANTS.get(name, "?")
        case Neg(body):
            return _wrap("-" + _write(body, 2), 1, around)
        case Op():
            return _operation(node, around)
        case Call(name, args):
            return _call(name, args)
        case Group(opening, closing, items):
            inner = ", ".join(_write(item, 0) for item in items)
            opened = r"\langle" if opening == "<" else opening
            closed = r"\rangle" if closing == ">" else closing
            return rf"\left{opened} {inner}\right{closed}"
        case Seq(items, word):
            joint = ",\\; " if word == "," else rf"\text{{ {word} }}"
            return joint.join(_write(item, 0) for item in items)
        case Rel(ops, terms, modulus):
            parts = [_write(terms[0], 0)]
            for op, term in zip(ops, terms[1:], strict=True):
                parts += [_RELATIONS.get(op, op), _write(term, 0)]
            if modulus is not None:
                parts.append(rf"\pmod{{{_write(modulus, 0)}}}")
            return " ".join(parts)
        case Matrix(rows, style):
            inside = r" \\ ".join(" & ".join(_write(item, 0) for item in row) for row in rows)
            return rf"\begin{{{style}}} {inside} \end{{{style}}}"
    return ""


def _wrap(text: str, strength: int, around: int) -> str:
    return rf"\left({text}\right)" if strength < around else text


def _number(node: Num) -> str:
    if node.form == "mixed":
        whole, _, part = node.text.partition(" ")
        top, _, bottom = part.partition("/")
        return rf"{whole}\tfrac{{{top}}}{{{bottom}}}"
    if node.form == "scientific":
        mantissa, _, exponent = node.text.lower().partition("e")
        return rf"{mantissa}\times 10^{{{int(exponent)}}}"
    if node.form == "repeating" and "(" in node.text:
        start, _, block = node.text.partition("(")
        return rf"{start}\overline{{{block.rstrip(')')}}}"
    if node.form in ("repeating", "cut") and "overline" not in node.text:
        return node.text.split("\\")[0].rstrip(".") + r"\ldots"
    return node.text


def _symbol(name: str) -> str:
    base, _, sub = name.partition("_")
    shown = base if len(base) == 1 else rf"\{base}"
    if base in FIGURES:
        return rf"\{base} {sub}" if base.endswith("angle") else rf"\{base}{{{sub}}}"
    sub = _safe(sub)
    if not sub:
        return shown
    return rf"{shown}_{{{sub}}}" if len(sub) < 3 else rf"{shown}_{{\text{{{sub}}}}}"


def _safe(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c in " +-,'")


def _operation(node: Op, around: int) -> str:
    strength = _STRENGTH.get(node.op, 0)
    if node.op == "/":
        return rf"\frac{{{_write(node.left, 0)}}}{{{_write(node.right, 0)}}}"
    if node.op == "^":
        base = _write(node.left, 4)
        if isinstance(node.left, Op) and node.left.op == "/":
            base = rf"\left({base}\right)"
        return rf"{base}^{{{_write(node.right, 0)}}}"
    if node.op == "*":
        left, right = _write(node.left, 2), _write(node.right, 2)
        dotted = right[:1].isdigit() or (right[:5] == r"\frac" and left[-1:].isdigit())
        return _wrap(left + (r" \cdot " if dotted else " ") + right, strength, around)
    left, right = _write(node.left, strength), _write(node.right, strength + (node.op in "-±∓"))
    if node.op in "±∓" and isinstance(node.left, Num) and node.left.value == 0:
        return _wrap(f"{_SIGNS[node.op]} {right}", strength, around)
    return _wrap(f"{left} {_SIGNS.get(node.op, node.op)} {right}", strength, around)


def _call(name: str, args: tuple[Node, ...]) -> str:
    first = _write(args[0], 0)
    tight = _write(args[0], 5)
    if isinstance(args[0], Op) and args[0].op in "/^":
        tight = rf"\left({first}\right)"
    listed = ", ".join(_write(arg, 0) for arg in args)
    match name:
        case "sqrt":
            return rf"\sqrt{{{first}}}"
        case "root":
            return rf"\sqrt[{_write(args[1], 0)}]{{{first}}}"
        case "abs":
            return rf"\left|{first}\right|"
        case "det":
            return rf"\det {first}"
        case "floor":
            return rf"\left\lfloor {first}\right\rfloor"
        case "ceil":
            return rf"\left\lceil {first}\right\rceil"
        case "binom":
            return rf"\binom{{{first}}}{{{_write(args[1], 0)}}}"
        case "fact":
            return tight + "!"
        case "doublefact":
            return tight + "!!"
        case "percent":
            return tight + r"\%"
        case "degree":
            return tight + r"^\circ"
        case "log":
            base = rf"_{{{_write(args[1], 0)}}}" if len(args) == 2 else ""
            return rf"\log{base}\left({first}\right)"
    if name.startswith("@"):
        return rf"{name[1:]}\left({listed}\right)"
    shown = rf"\{name}" if name in _NAMED else rf"\operatorname{{{name}}}"
    return rf"{shown}\left({listed}\right)"
