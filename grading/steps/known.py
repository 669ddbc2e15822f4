"""What everybody may look up, stated wrongly: conversions of units, letters of the alphabet; and
what cannot be read: digits that a base does not have, a sign of division with nothing to divide.
"""

import re

_UNITS = {
    ("inch", "foot"): 12, ("foot", "yard"): 3, ("inch", "yard"): 36, ("second", "minute"): 60,
    ("minute", "hour"): 60, ("second", "hour"): 3600, ("hour", "day"): 24, ("day", "week"): 7,
    ("month", "year"): 12, ("cent", "dollar"): 100, ("millimeter", "centimeter"): 10,
    ("centimeter", "meter"): 100, ("millimeter", "meter"): 1000, ("meter", "kilometer"): 1000,
    ("gram", "kilogram"): 1000, ("ounce", "pound"): 16, ("milliliter", "liter"): 1000,
    ("pint", "quart"): 2, ("quart", "gallon"): 4, ("cup", "pint"): 2, ("foot", "mile"): 5280,
}  # fmt: skip
_PLURALS = {"inches": "inch", "feet": "foot"}
_LARGE = "|".join(sorted({large for _, large in _UNITS}))
_SMALL = "|".join(
    sorted({small.replace("foot", "feet").replace("inch", "inche") for small, _ in _UNITS})
)
_ONE_IS = re.compile(
    rf"\b(?:1|one)\s+({_LARGE})\s*(?:=|is|equals|is\s+equal\s+to|has|/)\s*(\d+(?:\.\d+)?)\s+"
    rf"((?:{_SMALL})s?)\b(?!\s+(?:of|and|long|more|less|after|before|late|early))",
    re.IGNORECASE,
)
_OVER_ONE = re.compile(
    rf"\b(\d+(?:\.\d+)?)\s+((?:{_SMALL})s?)\s*/\s*(?:1|one)\s+({_LARGE})\b", re.IGNORECASE
)
_ALPHABET = re.compile(
    r"\b(\d+)\$?\s+letters\s+(?:in|of)\s+the\s+(?:English\s+)?alphabet", re.IGNORECASE
)
_BASED = re.compile(r"(?<![\w.^_])(\d+)_(?:\{(\d+)\}|(\d)(?!\d))")
_HANGING = re.compile(
    r"(?:[=≤≥<>]|\b(?:is|us|me|get|gives?|equals|slope|value|by|and)\s|\s\$(?=[*/^]\d)|\\frac\{|\\sqrt\{|"
    r"&|\\\\|matrix\}|[(,])\s*\$?\s*(?:[*/]|(?<![\w)}])\^)\s?\$?\d[\d.]*"
)
LONGEST = 2000  # characters of a line in which a sum with dots is looked for
_SIGN = r"\s*([-+*/^])\s*"
_SERIES = re.compile(
    rf"(\d+(?:\s*[-+*/^]\s*\d+)+){_SIGN}(?:\\[cl]?dots|\.\.\.){_SIGN}(\d+(?:\s*[-+*/^]\s*\d+)*)"
)
_WORKING = re.compile(r"\b(?:work|shift|school|business|sleep|play|practi|stud)\w*", re.IGNORECASE)


def misremembered(line: str) -> str:
    """The reason why something in the line is not so; empty when nothing of the kind is found."""
    for m in _ONE_IS.finditer(line):
        large, count, small = m.group(1), m.group(2), m.group(3)
        if reason := _conversion(line, float(count), small, large):
            return reason
    for m in _OVER_ONE.finditer(line):
        if reason := _conversion(line, float(m.group(1)), m.group(2), m.group(3)):
            return reason
    hanging = _HANGING.search(line)
    if hanging:
        return f"{hanging.group().strip()}: the sign has nothing in front of it"
    short = len(line) <= LONGEST and ("dots" in line or "..." in line)
    if short and (series := _SERIES.search(line)):
        signs = re.findall(r"[-+*/^]", " ".join(series.groups()))
        odd = {s for s in series.groups()[1:3] if signs.count(s) == 1}
        if len(signs) >= 4 and len(set(signs)) == 2 and odd:
            return f"{series.group()}: one sign is {odd.pop()} where all others are another"
    letters = _ALPHABET.search(line)
    if letters and letters.group(1) != "26":
        return f"{letters.group(1)} letters in the alphabet: there are 26"
    for m in _BASED.finditer(line):
        base = int(m.group(2) or m.group(3))
        too_large = [d for d in m.group(1) if int(d) >= base]
        if 2 <= base <= 10 and too_large and _BASED.search(line[m.end() :] + line[: m.start()]):
            return f"{m.group(1)} in base {base}: base {base} has no digit {too_large[0]}"
    return ""


def _conversion(line: str, count: float, small: str, large: str) -> str:
    small, large = _single(small), _single(large)
    right = _UNITS.get((small, large))
    if right is None or right == count or (large in ("day", "week") and _WORKING.search(line)):
        return ""
    return f"1 {large} is {right} {_PLURAL.get(small, small + 's')}, not {count:g}"


_PLURAL = {single: plural for plural, single in _PLURALS.items()}


def _single(word: str) -> str:
    word = word.lower()
    return _PLURALS.get(word, word.removesuffix("s") if word not in ("foot", "inch") else word)
