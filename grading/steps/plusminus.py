"""Two expressions with ± in them, (5 ± √49)/6 = (5 ± 7)/6: both values against both values."""

from grading.steps.closed import UNKNOWN, Outcome, compare
from grading.steps.emit import Token
from grading.steps.leniency import read
from grading.steps.numeric import letters_of
from grading.steps.parser import Node

SIGN = "±"


def has_sign(tokens: list[Token]) -> bool:
    return any(t.text == SIGN and t.kind == "op" for t in tokens)


def both_signs(a: list[Token], b: list[Token]) -> Outcome:
    """Whether the two values of a are those of b, in either order."""
    left, right = _values(a), _values(b)
    if left is None or right is None:
        return UNKNOWN
    results = [[compare(x, y, "=") for y in right] for x in left]
    if any(r.truth is None or r.sloppy for row in results for r in row):
        return UNKNOWN
    straight = results[0][0].truth and results[1][1].truth
    crossed = results[0][1].truth and results[1][0].truth
    if straight or crossed:
        return Outcome(True, "both values agree")
    wrong = next(
        row[0] if not row[0].truth else row[1]
        for row in results
        if not (row[0].truth and row[1].truth)
    )
    return Outcome(False, f"the values with + and with − are not the same: {wrong.why}")


def _values(tokens: list[Token]) -> tuple[Node, Node] | None:
    """The values with + and with −; None when there are letters, or more than one ±."""
    if sum(t.text == SIGN for t in tokens) != 1:
        return None
    nodes = [
        read([t._replace(text=sign) if t.text == SIGN else t for t in tokens]) for sign in "+-"
    ]
    if nodes[0] is None or nodes[1] is None or letters_of(nodes[0]):
        return None
    return nodes[0], nodes[1]
