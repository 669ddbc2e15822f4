"""Other ways of writing an answer, and wrong answers near it. Nothing of `grading` is used."""

import re
from random import Random

_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"


def bare(text: str) -> str:
    """The answer without dollars and spacing commands."""
    return re.sub(r"\\(?:quad|,|;|!)", "", text.replace("$", "")).strip()


def plain(text: str) -> str:
    """LaTeX as typed on a keyboard: (a)/(b), sqrt(a), pi, ^(n)."""
    text = bare(text)
    for _ in range(4):
        text = re.sub(rf"\\frac{_GROUP}{_GROUP}", r"((\1)/(\2))", text)
        text = re.sub(rf"\\sqrt\[(\d+)\]{_GROUP}", r"((\2)^(1/\1))", text)
        text = re.sub(rf"\\sqrt{_GROUP}", r"sqrt(\1)", text)
        text = re.sub(rf"\^{_GROUP}", r"^(\1)", text)
        text = re.sub(rf"\\binom{_GROUP}{_GROUP}", r"binom(\1,\2)", text)
    text = text.replace(r"^(\circ)", "°").replace(r"^{\circ}", "°")
    text = re.sub(r"\\left|\\right", "", text)
    for command, typed in ((r"\cdot", "*"), (r"\pi", "pi"), (r"\infty", "∞"), (r"\cup", "∪"),
                           (r"\geqslant", ">="), (r"\leqslant", "<="), (r"\%", "%")):  # fmt: skip
        text = text.replace(command, typed)
    return text


def unicode_signs(text: str) -> str:
    """The same with the signs of a phone's keyboard."""
    text = bare(text).replace("-", "−").replace(r"\pi", "π").replace(r"\cdot", "·")
    return re.sub(r"\\sqrt\{(\d+)\}", r"√\1", text)


def top_level(text: str) -> list[str]:
    """Split at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += character in "([{"
        depth -= character in ")]}"
        if character == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def thousands(text: str) -> str:
    return re.sub(r"(?<![\d.])\d{4,}(?![\d.])", lambda m: f"{int(m[0]):,}", text)


def restatements(gold: str, several: bool, unit: str | None) -> dict[str, str]:
    """Name → the same answer written otherwise."""
    inner = bare(gold)
    found = {
        "itself": gold,
        "boxed": rf"so the answer is \boxed{{{inner}}}.",
        "display": f"$${inner}$$",
        "dfrac": inner.replace(r"\frac", r"\dfrac"),
        "tight": re.sub(r"(?<![A-Za-z])\s+|\s+(?=[^A-Za-z])", "", inner),
        "big brackets": re.sub(
            r"(?<!\\left)\(", r"\\left(", re.sub(r"(?<!\\right)\)", r"\\right)", inner)
        ),
        "plain": plain(gold),
        "unicode": unicode_signs(gold),
        "full stop": inner + ".",
    }
    if r"\left" in inner:
        del found["big brackets"]
    parts = top_level(inner)
    if several and len(parts) > 1:
        found["reversed"] = ", ".join(reversed(parts))
        found["or"] = " or ".join(parts)
        found["and"] = ", ".join(parts[:-1]) + ", and " + parts[-1]
        if "=" not in inner:
            found["set"] = r"\{" + ", ".join(parts) + r"\}"
    elif "," not in inner and "=" not in inner and not re.search(r"\\le|\\ge", inner):
        found["named"] = "x=" + inner
        if re.fullmatch(r"-?\d{4,}", inner):
            found["thousands"] = thousands(inner)
        if re.fullmatch(r"-?\d+", inner):
            found["decimal"] = inner + ".0"
        if match := re.fullmatch(r"(-?)\\frac\{(\d+)\}\{(\d+)\}", inner):
            found["unreduced"] = rf"{match[1]}\frac{{{3 * int(match[2])}}}{{{3 * int(match[3])}}}"
            found["slash"] = f"{match[1]}{match[2]}/{match[3]}"
    if unit and unit not in ("%", "^{\\circ}"):
        found["unit"] = rf"{inner} \text{{ {bare(unit).replace('^2', '')}}}" + (
            "^2" if "^2" in unit else ""
        )
    return found


def neighbours(gold: str, draw: Random) -> list[str]:
    """Five or more wrong answers near the right one."""
    inner = bare(gold)
    found: list[str] = []
    numbers = list(re.finditer(r"(?<![_\d])\d+(?!\d)", inner))
    for step in (1, -1, 10):
        for match in draw.sample(numbers, min(2, len(numbers))):
            value = int(match[0]) + step
            if value > 0:
                found.append(inner[: match.start()] + str(value) + inner[match.end() :])
    if re.fullmatch(r"-?\d+", inner):
        number = int(inner)
        found += [str(number + 2), str(number * 2 + 1), f"{number}.5", str(-number - (number == 0))]
        digits = str(abs(number))
        if len(digits) > 1 and digits[0] != digits[1]:
            found.append(("-" if number < 0 else "") + digits[1] + digits[0] + digits[2:])
    if fraction := re.fullmatch(r"(-?)\\frac\{(\d+)\}\{(\d+)\}", inner):
        sign, top, bottom = fraction[1], fraction[2], fraction[3]
        found += [rf"{sign}\frac{{{bottom}}}{{{top}}}", sign + top]
        found.append(f"{int(top) / int(bottom):.3f}" if 1000 % int(bottom) else "0")
    if r"\sqrt" in inner:
        found += [inner.replace(r"\sqrt", "", 1), inner.replace(r"\sqrt", r"2\sqrt", 1)]
    parts = top_level(inner)
    if len(parts) > 1:
        found += [", ".join(parts[1:]), ", ".join([*parts, "77"])]
    found += [
        f"{inner}+1" if "," not in inner and "=" not in inner else "77",
        f"2({inner})",
        "no solution",
    ]
    return list(dict.fromkeys(found))
