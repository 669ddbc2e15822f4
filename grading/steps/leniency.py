"""A second look at a relation that fails as it was read: other readings, roundings, units,
percentages.
"""

from fractions import Fraction

from grading.steps.chains import Chain
from grading.steps.closed import UNKNOWN, Outcome, compare, value_of
from grading.steps.emit import Token
from grading.steps.numeric import letters_of
from grading.steps.parser import PLAIN, READINGS, Node, Reading, Unreadable, parse
from grading.steps.units import convertible, scales
from grading.steps.words import number, written


def read(tokens: list[Token], reading: Reading = PLAIN) -> Node | None:
    """The expression, or None."""
    try:
        return parse(tokens, reading)
    except Unreadable:
        return None


def places_of(tokens: list[Token]) -> int:
    digits = [t for t in tokens if t.kind == "num"]
    return max(digits[0].places, 0) if len(digits) == 1 and len(tokens) <= 3 else -1


def second_look(
    chain: Chain, a: list[Token], b: list[Token], relation: str, outcome: Outcome
) -> Outcome:
    """A relation that fails as it was read: other readings, roundings, units and percentages are
    tried.
    """
    for reading in READINGS[1:]:
        left, right = read(a, reading), read(b, reading)
        if left is None or right is None or letters_of(left) or letters_of(right):
            continue
        if compare(left, right, relation, places_of(b)).truth:
            return Outcome(True, "true as it is meant here")
    at = next((i for i, t in enumerate(b) if t.places == -2 and i), 0)
    left, right = (read(a), read(b[:at])) if at else (None, None)
    if (
        left is not None
        and right is not None
        and compare(left, right, relation, places_of(b[:at])).truth
    ):
        return Outcome(True, f"{written(a)} is {written(b[:at])}")
    if chain.tail and chain.tail[0].lower().rstrip("s") == "cent" and (left := read(a)) is not None:
        cents = compare(
            ("*", (("n", Fraction(100)), left)), read(b) or left, relation, places_of(b)
        )
        if cents.truth:
            return Outcome(True, "the same amount in cents")
    if any(w.lower() in ("remainder", "rest") for w in chain.tail[:4]):
        return UNKNOWN
    if outcome.sloppy and not (
        chain.math and relation == "=" and places_of(b) <= 0 and _integral(a)
    ):
        return Outcome(None, "this looks rounded: " + outcome.why, sloppy=True)
    if chain.dashed or _truncated(chain, a, b, relation):
        return UNKNOWN
    if relation in ("=", "is"):
        if not chain.math and _restates(chain, a, b):
            return UNKNOWN
        if _percent(a, b):
            return Outcome(None, "the percentages are written loosely")
        if any(w in scales for w in chain.units + [t.lower() for t in chain.tail[:3]]):
            return UNKNOWN
        if convertible(chain.units + [t.lower() for t in chain.tail[:2]]):
            return Outcome(None, "the units differ")
        if _from_rounded(a + b) and _within(a, b, 0.04):
            return Outcome(None, "the decimals look rounded: " + outcome.why)
    return outcome


def _integral(tokens: list[Token]) -> bool:
    """Whether a calculation uses whole numbers only, so that nothing was rounded before."""
    return all(t.places < 0 for t in tokens) and not any(t.text == "sqrt" for t in tokens)


def _restates(chain: Chain, a: list[Token], b: list[Token]) -> bool:
    """“2/5 is equal to 12.8 hectares”, “4 students drank 1.5 quarts = 4·1.5”: a quantity, not a
    sum of the line.
    """
    if _bare(a) and _bare(b):
        return bool(chain.units or chain.tail or chain.lead)
    return _bare(a) and bool(chain.lead or chain.units) and a is chain.members[0]


def _bare(tokens: list[Token]) -> bool:
    """Whether the tokens are one numeral, percentage or fraction of numerals, with a sign or
    without.
    """
    texts = "".join(t.text if t.kind != "num" else "0" for t in tokens).lstrip("-")
    if texts in ("0/0", "frac{0}{0}"):
        top, low = (t for t in tokens if t.kind == "num")
        return top.places < 0 and low.places < 0 and (top.value or 0) < (low.value or 0)
    return texts in ("0", "0%")


def _truncated(chain: Chain, a: list[Token], b: list[Token], relation: str) -> bool:
    """Plain text where the start of the left side may belong to the sentence: “day 2 - 5·3 =
    15”.
    """
    if chain.math or not chain.lead:
        return False
    depth = 0
    for i, token in enumerate(a[1:-1], start=1):
        depth += (token.kind == "open") - (token.kind == "close")
        spaced = token.space and a[i + 1].space
        if (
            depth == 0
            and token.kind == "op"
            and token.text in "-/+"
            and spaced
            and token.text == "-"
        ):
            left, right = read(a[i + 1 :]), read(b)
            if left is None or right is None or i > 1:
                continue
            if left[0] != "n" and compare(left, right, relation, places_of(b)).truth:
                return True
    return False


def _percent(a: list[Token], b: list[Token]) -> bool:
    """Whether leaving the percent signs out, or taking a − 25 % as 25 % off, makes the sides
    equal.
    """
    has_sign = any(t.text == "%" for t in a + b)
    bare_a, bare_b = ([t for t in side if t.text != "%"] for side in (a, b))
    left, right = read(bare_a), read(bare_b)
    if left is None or right is None:
        return False
    x, y = value_of(left), value_of(right)
    if x is None or y is None:
        return False
    if has_sign and (len(a) == 1 or len(b) == 1) and not (a[-1].text == b[-1].text == "%"):
        return True  # 48 = 100% + 20%: the whole goes without saying
    if has_sign and (x == y or x == 100 * y or 100 * x == y):
        return True
    if a and a[-1].text == "%" and len(a) >= 4 and a[-3].text in "+-" and a[-2].value is not None:
        base = read(a[:-3])
        share = a[-2].value / 100
        start = value_of(base) if base is not None else None
        if start is not None:
            return start * (1 + share if a[-3].text == "+" else 1 - share) == y
    return False


def _within(a: list[Token], b: list[Token], share: float) -> bool:
    """Whether both sides differ by at most this share of the larger."""
    left, right = read(a), read(b)
    x, y = (value_of(n) if n is not None else None for n in (left, right))
    return x is None or y is None or abs(x - y) <= share * max(abs(x), abs(y))


def _from_rounded(tokens: list[Token]) -> bool:
    """Whether a numeral among them looks like a rounded one: 3.33, 0.667, 3.14159."""
    for t in tokens:
        if t.kind == "num" and t.places >= 2:
            digits = t.text.split(".")[1]
            if t.places >= 4 or digits[-2:] in (
                "33",
                "34",
                "66",
                "67",
                "14",
                "17",
                "83",
                "11",
                "22",
            ):
                return True
            if t.places == 3 and digits[-1] not in "05":
                return True
    return False


def _first_operand(node: Node) -> Node:
    while node[0] in ("+", "*"):
        node = node[1][0]
    while node[0] == "/" or node[0] in ("+", "*"):
        node = node[1] if node[0] == "/" else node[1][0]
    return node


def which_gives(
    outcome: Outcome, left: Node, right: Node, nodes: list[Node | None], i: int
) -> Outcome:
    """“5 + 3 = 8·2 = 16”: the equals sign is used as “which gives”, and each calculation is
    right.
    """
    a, start = value_of(left), value_of(_first_operand(right))
    if a is not None and a == start and right[0] in ("+", "*", "/") and i + 2 < len(nodes):
        nxt = nodes[i + 2]
        b, c = value_of(right), value_of(nxt) if nxt is not None else None
        if c is not None and b is not None:
            follow = value_of(_first_operand(nxt)) if nxt is not None else None
            if b in (c, follow):
                return Outcome(
                    True, f"“=” is used as “which gives” here: {number(a)}, then {number(b)}"
                )
            return Outcome(None, "“=” is used as “which gives” here")
    return outcome
