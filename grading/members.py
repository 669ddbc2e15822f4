"""Compares sets, lists, tuples and matrices member by member."""

from __future__ import annotations

from collections.abc import Callable

from grading.values import (
    Assigned,
    Choice,
    Equation,
    Many,
    Number,
    Ordered,
    Rows,
    Span,
    Text,
    Value,
    name_of,
)
from grading.verdicts import Verdict, correct, unknown, wrong

Comparer = Callable[[Value, Value], Verdict]
MAX_MEMBERS = 60


def compare_many(gold: Many, answer: Value, compare: Comparer) -> Verdict:
    """Order does not count; repeated members count once in a set written with braces."""
    if isinstance(answer, Span) and not gold.items and not answer.pieces:
        return correct()
    if isinstance(answer, Ordered):
        return _tuple_for_list(gold, answer, compare)
    if isinstance(answer, Assigned) and isinstance(answer.value, Many | Ordered):
        answer = answer.value
        if isinstance(answer, Ordered):
            return _tuple_for_list(gold, answer, compare)
    if not isinstance(answer, Many):
        if isinstance(answer, Text | Equation | Choice):
            return unknown(f"You gave {name_of(answer)}; the answer is several values.")
        if len(gold.items) == 1:
            return compare(gold.items[0], answer)
        if any(compare(item, answer).value == "correct" for item in gold.items):
            return wrong(f"This is one of {len(gold.items)} values; the others are missing.")
        if not gold.items:
            return wrong("There is no such value.")
        return wrong("This is not among the values.")
    if not gold.items or not answer.items:
        same = not gold.items and not answer.items
        return correct() if same else wrong("One of the two is empty, the other is not.")
    named = _same_names(gold, answer)
    if named is not None:
        return compare_ordered(named[0], named[1], compare)
    return _match(gold, answer, compare)


def _same_names(gold: Many, answer: Many) -> tuple[Ordered, Ordered] | None:
    """Both sides sorted by name, when each defines the same names once."""
    a, b = _by_name(gold.items, whole=True), _by_name(answer.items, whole=True)
    if a is None or b is None or len(a) != len(b):
        return None
    names = [[item.name for item in side if isinstance(item, Assigned)] for side in (a, b)]
    return (Ordered(a), Ordered(b)) if names[0] == names[1] else None


def _tuple_for_list(gold: Many, answer: Ordered, compare: Comparer) -> Verdict:
    """Round brackets around a list of values: harmless when the order is the same."""
    if len(gold.items) == 1:
        return compare(gold.items[0], answer)
    if len(gold.items) == len(answer.items) and not gold.braces:
        pairs = zip(gold.items, answer.items, strict=True)
        if all(compare(a, b).value == "correct" for a, b in pairs):
            return correct()
    found = _match(gold, Many(answer.items), compare)
    if found.value == "correct":
        return unknown("The values are right; a tuple means an order that is not asked for.")
    return found


def _match(gold: Many, answer: Many, compare: Comparer) -> Verdict:
    if max(len(gold.items), len(answer.items)) > MAX_MEMBERS:
        return unknown("Too many values to compare.")
    wanted = _distinct(gold.items, compare) if gold.braces or answer.braces else list(gold.items)
    given = _distinct(answer.items, compare) if gold.braces or answer.braces else list(answer.items)
    left, found, doubtful = list(wanted), 0, False
    extra: list[Value] = []
    for item in given:
        place = _same_literal(left, item)
        if place is not None:
            left.pop(place)
            found += 1
            continue
        verdicts = [compare(candidate, item) for candidate in left]
        place = next((k for k, v in enumerate(verdicts) if v.value == "correct"), None)
        if place is not None:
            left.pop(place)
            found += 1
            continue
        doubtful = doubtful or any(v.value == "unknown" for v in verdicts)
        extra.append(item)
    if not left and not extra:
        return correct()
    if doubtful:
        return unknown("Some of the values could not be compared.")
    if extra and any(compare(w, item).value == "correct" for w in wanted for item in extra):
        return wrong("A value is given twice.") if not left else wrong("Some values are missing.")
    if not extra:
        return wrong(f"You found {found} of {len(wanted)} values.")
    if not left:
        return wrong(f"All values are there, and {len(extra)} too many.")
    return wrong(f"{found} of {len(wanted)} values are right.")


def _same_literal(candidates: list[Value], item: Value) -> int | None:
    """Where a candidate is written exactly alike; saves comparing a long list with itself."""
    return candidates.index(item) if item in candidates else None


def _distinct(items: tuple[Value, ...], compare: Comparer) -> list[Value]:
    kept: list[Value] = []
    for item in dict.fromkeys(items):
        if not any(compare(other, item).value == "correct" for other in kept):
            kept.append(item)
    return kept


def _by_name(items: tuple[Value, ...], *, whole: bool = False) -> tuple[Value, ...] | None:
    """x = 1, y = 2 as (1, 2): sorted by name when every member has its own.

    `whole` keeps the names.
    """
    named = [item for item in items if isinstance(item, Assigned) and item.name]
    if len(named) != len(items) or len({item.name for item in named}) != len(items):
        return None
    named.sort(key=lambda item: item.name)
    return tuple(named) if whole else tuple(item.value for item in named)


def compare_ordered(gold: Ordered, answer: Value, compare: Comparer) -> Verdict:
    """Members in order; a list without brackets in the same order counts too."""
    if isinstance(answer, Assigned):
        answer = answer.value
    if isinstance(answer, Rows):
        flat = [item for row in answer.rows for item in row]
        if 1 in (len(answer.rows), len(answer.rows[0])):
            answer = Ordered(tuple(flat))
        elif all(isinstance(item, Ordered) for item in gold.items):
            answer = Ordered(tuple(Ordered(row) for row in answer.rows))
    braces = False
    if isinstance(answer, Many):
        if len(answer.items) == 1:
            return compare_ordered(gold, answer.items[0], compare)
        braces = answer.braces
        answer = Ordered(_by_name(answer.items) or answer.items)
    if not isinstance(answer, Ordered):
        if isinstance(answer, Text | Equation | Choice):
            return unknown(f"You gave {name_of(answer)}; the answer is a tuple.")
        return wrong(f"You gave {name_of(answer)}; the answer is a tuple.")
    if len(answer.items) != len(gold.items):
        return wrong(f"The answer has {len(gold.items)} members, yours has {len(answer.items)}.")
    verdicts = [compare(a, b) for a, b in zip(gold.items, answer.items, strict=True)]
    if all(v.value == "correct" for v in verdicts):
        return unknown("The order is lost in a set.") if braces else correct()
    if any(v.value == "wrong" for v in verdicts):
        shuffled = _match(Many(gold.items), Many(answer.items), compare)
        if shuffled.value == "correct":
            return wrong("The members are right, but not in this order.")
        place = next(k for k, v in enumerate(verdicts, 1) if v.value == "wrong")
        return wrong(f"Member {place} is different.")
    return unknown("Some members could not be compared.")


def compare_rows(gold: Rows, answer: Value, compare: Comparer) -> Verdict:
    """Entry by entry; a matrix may also be typed as a list of rows."""
    if isinstance(answer, Ordered | Many):
        rows = [item.items for item in answer.items if isinstance(item, Ordered | Many)]
        spans = [item for item in answer.items if isinstance(item, Span)]
        if spans and len(spans) == len(answer.items):
            rows = [(Number(s.pieces[0].low), Number(s.pieces[0].high)) for s in spans]
        if len(rows) == len(answer.items):
            answer = Rows(tuple(rows))
        elif 1 in (len(gold.rows), len(gold.rows[0])):
            answer = Rows(tuple((item,) for item in answer.items))
            if len(gold.rows) == 1:
                answer = Rows((tuple(row[0] for row in answer.rows),))
    if not isinstance(answer, Rows):
        return wrong(f"You gave {name_of(answer)}; the answer is a matrix.")
    shape = (len(gold.rows), len(gold.rows[0]))
    if any(len(row) != shape[1] for row in answer.rows) or len(answer.rows) != shape[0]:
        return wrong(f"The answer is a matrix of {shape[0]} rows and {shape[1]} columns.")
    verdict = correct()
    for r, (wanted, given) in enumerate(zip(gold.rows, answer.rows, strict=True), 1):
        for c, (a, b) in enumerate(zip(wanted, given, strict=True), 1):
            found = compare(a, b)
            if found.value == "wrong":
                return wrong(f"The entry in row {r}, column {c} is different.")
            if found.value == "unknown":
                verdict = unknown("Some entries could not be compared.")
    return verdict
