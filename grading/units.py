"""Units at the end of an answer: recognised, set aside, and converted when both sides have one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_F = Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """`dimension` is "" for things that are only counted, such as students or ways."""

    name: str
    dimension: str = ""
    factor: Fraction = Fraction(1)  # to the dimension's base unit


def _table() -> dict[str, Unit]:
    known: dict[str, Unit] = {}

    def add(dimension: str, factor: Fraction | int, *names: str) -> None:
        for name in names:
            known[name] = Unit(names[0], dimension, _F(factor))

    add("length", 1, "m", "meter", "meters", "metre", "metres")
    add("length", _F(1, 100), "cm", "centimeter", "centimeters", "centimetre", "centimetres")
    add("length", _F(1, 1000), "mm", "millimeter", "millimeters", "millimetres")
    add("length", 1000, "km", "kilometer", "kilometers", "kilometre", "kilometres")
    add("length", _F(254, 10000), "in", "inch", "inches")
    add("length", _F(3048, 10000), "ft", "foot", "feet")
    add("length", _F(9144, 10000), "yd", "yard", "yards")
    add("length", _F(1609344, 1000), "mi", "mile", "miles")
    add("time", 1, "s", "sec", "second", "seconds", "secs")
    add("time", 60, "min", "minute", "minutes", "mins")
    add("time", 3600, "h", "hr", "hrs", "hour", "hours")
    add("time", 86400, "day", "days")
    add("time", 604800, "week", "weeks")
    add("years", 1, "year", "years", "yr", "yrs")
    add("mass", 1, "g", "gram", "grams")
    add("mass", 1000, "kg", "kilogram", "kilograms")
    add("mass", _F(1, 1000), "mg")
    add("volume", 1, "l", "L", "liter", "liters", "litre", "litres")
    add("volume", _F(1, 1000), "ml", "mL")
    add("money", 100, "dollar", "dollars", "usd", "USD", "bucks")
    add("money", 1, "cent", "cents")
    add("speed", _F(1000, 3600), "km/h", "kmh", "kph", "kmph")
    add("speed", _F(1609344, 3600000), "mph", "mi/h")
    add("speed", 1, "m/s")
    add("angle", 1, "degree", "degrees", "deg")
    add("radian", 1, "radian", "radians", "rad")
    add("unit", 1, "unit", "units")
    return known


_UNITS = _table()
_LETTERS_ONLY_SPACED = {"m", "s", "h", "g", "l", "L", "in", "min"}
_POWER = re.compile(r"\s*\^\s*(?:\{\s*([23])\s*\}|([23]))\s*$")
_TEXT_END = re.compile(
    r"\\(?:text|textnormal|mathrm|operatorname\*?|mbox|hbox)\s*\{\s*([^{}]*?)\s*\}\s*$"
)
_WORD_END = re.compile(
    r"(?<=[\d})!%.])(\s*)([A-Za-z]+(?:\s*/\s*[A-Za-z]+)?(?:[ ]+[A-Za-z]+){0,3})\s*$"
)
_NAMES_OF_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_LARGE = re.compile(
    r"^(-?[\d.]+)\s*(?:\\text\s*\{\s*)?(hundred|thousand|million|billion|trillion)\b\s*\}?"
)
_DEGREES_OF = re.compile(r"\^\\circ\s*(?:\\(?:text|mathrm)\s*\{\s*)?[CF]\}?\s*$")
NOT_UNITS = {
    "about", "and", "approximately", "base", "billion", "choose", "cos", "cube", "cubed",
    "divided", "double", "dozen", "dozens", "even", "factorial", "false", "fewer", "fifth",
    "fifths", "for", "gross", "half", "halves", "hundred", "hundreds", "hundredth",
    "hundredths", "if", "incorrect", "inf", "infinity", "integer", "integers", "is",
    "least", "less", "ln", "log", "maybe", "million", "minus", "mod", "more", "most",
    "negative", "no", "none", "not", "nothing", "odd", "only", "oo", "or", "over", "pair",
    "pairs", "percent", "pi", "plus", "positive", "prime", "quarter", "quarters", "root",
    "score", "sin", "solutions", "sqrt", "square", "squared", "tan", "tens", "tenth",
    "tenths", "theta", "third", "thirds", "thousand", "thousandth", "thousandths", "times",
    "trillion", "triple", "true", "twice", "when", "where", "wrong",
}  # fmt: skip


def look_up(name: str, power: int) -> Unit | None:
    """The unit of a phrase such as cm, square units, students; None when it is none."""
    words = name.replace(" / ", "/").split()
    if not words:
        return None
    if words[0] in ("square", "sq", "sq.", "cubic"):
        power, words = (3 if words[0] == "cubic" else 2), words[1:]
    if words and words[-1] in ("squared", "cubed"):
        power, words = (3 if words[-1] == "cubed" else 2), words[:-1]
    if not words:
        return None
    phrase = " ".join(words)
    phrase = {"miles per hour": "mph", "kilometers per hour": "km/h"}.get(phrase, phrase)
    unit = _UNITS.get(phrase) or _UNITS.get(phrase.lower())
    if unit is not None:
        if power == 1:
            return unit
        return Unit(f"{unit.name}^{power}", f"{unit.dimension}^{power}", unit.factor**power)
    if power == 1 and all(len(w) > 2 and w.isalpha() and w.lower() not in NOT_UNITS for w in words):
        return Unit(phrase)
    return None


def split_unit(text: str) -> tuple[str, Unit | None]:
    """A cleaned answer without its unit, and the unit."""
    if match := _LARGE.match(text):  # 5 million is a number, not five of something
        text = f"{match[1]}e{_NAMES_OF_POWERS[match[2]]}{text[match.end() :]}"
    if match := _DEGREES_OF.search(text):
        return text[: match.start()].rstrip(), Unit("°C", "temperature")
    body, power = text, 1
    if match := _POWER.search(text):
        before = text[: match.start()]
        if (before.endswith("}") and _TEXT_END.search(before)) or re.search(
            r"[a-z]{2}$|\sm$", before
        ):
            body, power = before, int(match[1] or match[2])
    if match := _TEXT_END.search(body):
        unit = look_up(match[1].strip(" .,"), power)
        rest = body[: match.start()].rstrip()
        if unit is not None and rest:
            return rest, unit
    if match := _WORD_END.search(body):
        spaced, name = bool(match[1]), match[2]
        first = name.split()[0].split("/")[0]
        known = look_up(name, power)
        if known is not None and (known.dimension or spaced):
            if first in _LETTERS_ONLY_SPACED and not spaced:
                return text, None
            return body[: match.start()].rstrip(), known
    return text, None
