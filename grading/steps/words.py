"""How numbers are put into words for a student."""

from fractions import Fraction

from grading.steps.tokens import Token


def number(value: Fraction) -> str:
    """12, 7/3, 4.95: a decimal when that is short and exact, otherwise a fraction."""
    if value.denominator == 1:
        text = str(value.numerator)
        return text if len(text) <= 24 else f"a number of {len(text.lstrip('-'))} digits"
    for places in (1, 2, 3, 4):
        if (value * 10**places).denominator == 1:
            return f"{float(value):.{places}f}"
    text = f"{value.numerator}/{value.denominator}"
    return text if len(text) <= 20 else f"about {float(value):.6g}"


def rough(value: complex) -> str:
    """An approximate value, to six digits."""
    if abs(value.imag) < 1e-12 * max(1.0, abs(value)):
        return f"{value.real:.6g}"
    return f"{value.real:.4g}{value.imag:+.4g}i"


SHOWN = {
    "*": "·",
    "frac": r"\frac",
    "sqrt": "√",
    "binom": r"\binom",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
}


def written(tokens: list[Token]) -> str:
    """The tokens as they are shown to the student, without LaTeX's furniture."""
    out: list[str] = []
    for token in tokens:
        text = SHOWN.get(token.text, token.text)
        tight = text in ")]},!%^_⌋⌉" or (out and out[-1][-1:] in "([{^_√⌊⌈") or text == "("
        out.append(text if tight or not out else f" {text}")
    text = "".join(out).strip()
    return text if len(text) <= 60 else text[:57] + "…"
