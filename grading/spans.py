"""Intervals and their unions: reading, joining, intersecting and comparing."""

from __future__ import annotations

from grading.evaluate import evaluate
from grading.exact import TooBig
from grading.nodes import Const, Group, Neg, Node, Op, Unreadable
from grading.numbers import compare_values, is_number
from grading.special import Undefined
from grading.values import Piece, Span

INFINITY = Const("inf")
MINUS_INFINITY = Neg(INFINITY)
_WHOLE_LINE = Span((Piece(MINUS_INFINITY, False, INFINITY, False),))


def is_span_node(node: Node) -> bool:
    """Whether the node is written as a set of real numbers."""
    if isinstance(node, Const):
        return node.name == "reals"
    if isinstance(node, Group):
        return len(node.items) == 2 and node.opening in ("(", "[", "]") and _is_range(node)
    if isinstance(node, Op) and node.op in "∪∩\\":
        left_ok = is_span_node(node.left)
        if node.op == "\\" or node.op == "∪":
            return (left_ok and (is_span_node(node.right) or _is_points(node.right))) or (
                node.op == "∪" and _is_points(node.left) and is_span_node(node.right)
            )
        return left_ok and is_span_node(node.right)
    return False


def _is_points(node: Node) -> bool:
    items = node.items if isinstance(node, Group) and node.opening == r"\{" else ()
    return bool(items) and all(is_number(item) for item in items)


def _is_range(node: Group) -> bool:
    return all(is_number(item) or is_infinite(item) for item in node.items)


def is_infinite(node: Node) -> bool:
    return node in (INFINITY, MINUS_INFINITY)


def interval(node: Group) -> Piece:
    """One interval as written; French brackets ]a, b[ are open."""
    low, high = node.items
    return Piece(low, node.opening == "[", high, node.closing == "]")


def span_of(node: Node) -> Span:
    """The set of reals that a span node stands for."""
    if isinstance(node, Const):
        return _WHOLE_LINE
    if isinstance(node, Group):
        if node.opening == r"\{":
            return Span(tuple(Piece(item, True, item, True) for item in node.items))
        return Span((interval(node),))
    assert isinstance(node, Op)
    left, right = span_of(node.left), span_of(node.right)
    if node.op == "∪":
        return union([left, right])
    if node.op == "\\":
        right = complement(right)
    met = intersect([left, right])
    if met is None:
        raise Unreadable("These intervals cannot be intersected.")
    return met


def key(node: Node) -> float:
    """A float to sort ends by; infinite for ±∞."""
    if is_infinite(node):
        return float("inf") if node == INFINITY else float("-inf")
    try:
        value = evaluate(node, 40)
        return float(value)
    except (TooBig, Undefined, TypeError, ValueError, OverflowError):
        raise Unreadable("The ends of the interval are not numbers.") from None


def same_end(a: Node, b: Node) -> bool:
    if is_infinite(a) or is_infinite(b):
        return a == b
    return compare_values(a, b) == "same"


def normal(span: Span) -> Span:
    """Pieces sorted and joined where they touch; open at infinity; empty ones dropped."""
    kept = []
    for piece in span.pieces:
        low_closed = piece.low_closed and not is_infinite(piece.low)
        high_closed = piece.high_closed and not is_infinite(piece.high)
        low, high = key(piece.low), key(piece.high)
        alone = same_end(piece.low, piece.high)
        if (alone and not (low_closed and high_closed)) or (low > high and not alone):
            continue
        kept.append(Piece(piece.low, low_closed, piece.high, high_closed))
    kept.sort(key=lambda p: (key(p.low), not p.low_closed))
    joined: list[Piece] = []
    for piece in kept:
        if joined:
            last = joined[-1]
            touch = same_end(last.high, piece.low)
            overlaps = key(piece.low) < key(last.high) and not touch
            if overlaps or (touch and (last.high_closed or piece.low_closed)):
                joined[-1] = _covering(last, piece)
                continue
        joined.append(piece)
    return Span(tuple(joined), span.letter)


def _covering(last: Piece, piece: Piece) -> Piece:
    """Both pieces in one, where `last` begins first."""
    if same_end(last.high, piece.high):
        closed = last.high_closed or piece.high_closed
        return Piece(last.low, last.low_closed, last.high, closed)
    further = last if key(last.high) > key(piece.high) else piece
    return Piece(last.low, last.low_closed, further.high, further.high_closed)


def union(spans: list[Span]) -> Span:
    """All pieces of all spans."""
    letter = next((span.letter for span in spans if span.letter), "")
    return Span(tuple(piece for span in spans for piece in span.pieces), letter)


def complement(span: Span) -> Span:
    """Everything on the line outside the span."""
    pieces: list[Piece] = []
    low: Node = MINUS_INFINITY
    low_closed = False
    for piece in normal(span).pieces:
        pieces.append(Piece(low, low_closed, piece.low, not piece.low_closed))
        low, low_closed = piece.high, not piece.high_closed
    pieces.append(Piece(low, low_closed, INFINITY, False))
    return normal(Span(tuple(pieces), span.letter))


def intersect(spans: list[Span]) -> Span | None:
    """What all spans share; None when they speak of different letters."""
    letters = {span.letter for span in spans if span.letter}
    if len(letters) > 1:
        return None
    outside = union([complement(span) for span in spans])
    return Span(complement(outside).pieces, next(iter(letters), ""))


def point(value: Node) -> Piece:
    return Piece(value, True, value, True)


def whole_line_without(node: Node, letter: str) -> Span:
    """What x ≠ a means."""
    return Span(complement(Span((point(node),))).pieces, letter)


def compare_spans(gold: Span, answer: Span) -> str:
    """ "" when they are the same set, else what is wrong, in words."""
    a, b = normal(gold).pieces, normal(answer).pieces
    if len(a) != len(b):
        return "The intervals are not the same."
    ends_only = True
    for p, q in zip(a, b, strict=True):
        if not (same_end(p.low, q.low) and same_end(p.high, q.high)):
            return "An end of the interval is different."
        ends_only = ends_only and (p.low_closed, p.high_closed) == (q.low_closed, q.high_closed)
    return "" if ends_only else "The ends are right, but whether they belong to it is not."
