"""Whether an answer can be read from a hint: written apart from `grading.leaks`, to measure it.

It shares no code with the filter: Python's own parser reads the arithmetic, every run of terms
that stands
in the hint is tried, and equations in one letter are solved by SymPy.
"""

import ast
import re
from fractions import Fraction

import sympy

_NAMES = "zero one two three four five six seven eight nine ten eleven twelve"
WORDS = {word: n for n, word in enumerate(_NAMES.split())}
NUMBER = r"\d+(?:\.\d+)?"
TERM = rf"\(*\s*-?\s*{NUMBER}(?:\s*(?:\*\*\s*\d+|!))?\s*\)*"
RUN = re.compile(rf"{TERM}(?:\s*[-+*/]\s*{TERM})*")


def readable(hint: str, answer: str) -> bool:
    """Whether the value of `answer`, or the answer as it is written, stands in the hint or
    follows from it.
    """
    target = value_of(answer)
    if target is None:
        squeezed, inside = squeeze(answer), squeeze(hint)
        return bool(squeezed) and (
            re.search(rf"(?<!\w){re.escape(squeezed)}(?!\w)", inside) is not None
            if re.fullmatch(r"\w+", squeezed)
            else squeezed in inside
        )
    return target in shown(hint)


def squeeze(text: str) -> str:
    text = re.sub(r"\\(?:left|right|dfrac|frac|text|mathrm|boxed|[,;! ()\[\]])", "", text)
    return re.sub(r"[\s${}]", "", text).lower()


def value_of(text: str) -> Fraction | None:
    text = plain(text).strip(" .$")
    return fold(text) if text else None


def plain(text: str) -> str:
    text = re.sub(r"(\d),(?=\d{3}(?!\d))|(\d)\{,\}", lambda m: m.group(1) or m.group(2), text)
    text = re.sub(r"\\[()\[\]]|\$|\\left|\\right|\\,|\\!", " ", text)
    text = re.sub(r"\\d?frac\s*\{([^{}]+)\}\s*\{([^{}]+)\}", r"((\1)/(\2))", text)
    text = re.sub(r"\\cdot|\\times|×|·", "*", text)
    text = re.sub(r"\\div|÷", "/", text)
    text = text.replace("−", "-").replace("{", "(").replace("}", ")").replace("^", "**")
    return re.sub(r"\b[a-z]+\b", lambda m: str(WORDS.get(m.group(), m.group())), text)


def fold(text: str) -> Fraction | None:
    try:
        return _fold(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError):
        return None


def _fold(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _fold(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        a, b = _fold(node.left), _fold(node.right)
        if isinstance(node.op, ast.Pow):
            if b.denominator != 1 or abs(b) > 64 or abs(a) > 10**6:
                raise ValueError("power")
            return Fraction(a**b.numerator)
        signs = {
            ast.Add: a.__add__,
            ast.Sub: a.__sub__,
            ast.Mult: a.__mul__,
            ast.Div: a.__truediv__,
        }
        return Fraction(signs[type(node.op)](b))
    raise ValueError("not arithmetic")


def shown(hint: str) -> set[Fraction]:
    """Numerals, values of runs of terms and of their parts, and solutions of equations in one
    letter.
    """
    text = plain(hint)
    out = {Fraction(n) for n in re.findall(NUMBER, text)}
    for run in RUN.findall(text):
        pieces = re.split(r"(\s*(?<!\*)[-+*/](?!\*)\s*)", run)
        for i in range(0, len(pieces), 2):
            for j in range(i + 1, min(len(pieces), i + 12) + 1, 2):
                part = "".join(pieces[i:j])
                for candidate in (part, part.lstrip("( "), part.rstrip(") ")):
                    value = fold(candidate)
                    if value is not None:
                        out.add(value)
    return out | solved(text)


def solved(text: str) -> set[Fraction]:
    """Rational solutions of the equations in one letter that stand in the text."""
    out: set[Fraction] = set()
    for piece in re.split(r"[,;:]|\.\s|\b(?:and|so|that|is|the|of|becomes)\b", text):
        if piece.count("=") != 1 or len(piece) > 80:
            continue
        letters = set(re.findall(r"(?<![a-zA-Z])[a-zA-Z](?![a-zA-Z])", piece))
        if len(letters) != 1 or re.search(r"[a-zA-Z]{2,}|\\", piece):
            continue
        letter = letters.pop()
        left, right = (re.sub(rf"(\d)\s*(?=[{letter}(])", r"\1*", s) for s in piece.split("="))
        try:
            x = sympy.Symbol(letter)
            gap = sympy.sympify(left, {letter: x}) - sympy.sympify(right, {letter: x})
            for root in sympy.roots(sympy.Poly(gap, x)):
                if root.is_rational:
                    out.add(Fraction(int(root.p), int(root.q)))
        except (
            sympy.SympifyError,
            sympy.PolynomialError,
            TypeError,
            ValueError,
            AttributeError,
            SyntaxError,
        ):
            continue
    return out
