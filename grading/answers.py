"""Compares an answer with the reference answer: `check_answer` is the whole interface.

The reference is read first and decides what kind of answer is wanted; the answer is then read
and compared by exact rules. What no rule can read goes to a symbolic checker in another process.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from grading.boxed import extract_boxed
from grading.clean import clean
from grading.compare import compare
from grading.kinds import KIND_ALIASES, coerce, tolerance_of
from grading.kinds import KIND_NAMES as KINDS
from grading.literals import literal_value
from grading.nodes import Overlong, Unreadable, symbols
from grading.readings import Reading, read
from grading.render import to_latex
from grading.values import Number, Text, Value
from grading.verdicts import Verdict, correct, unknown
from grading.words import (
    compare_words,
    is_choice_reference,
    is_known_word,
    is_wordy,
    plain_words,
    read_choice,
)

MAX_REMEMBERED = 1000  # characters of a question that the cache may hold
MAX_TEXT = 200_000  # characters; a longer answer is not looked at


def check_answer(gold: str, answer: str, kind: str = "auto") -> Verdict:
    r"""Judge `answer` against the reference `gold`, which is always given first.

    Both may be LaTeX or plain typing; the last balanced \boxed{} counts. `kind` is one of KINDS
    ("auto" detects it; "decimal:0.01" gives a tolerance). ValueError for an unknown kind.
    Numbers must be written out: 2+8 is not accepted for 10. Never raises for what was typed.
    """
    name, _, option = kind.partition(":")
    name = KIND_ALIASES.get(name, name)
    if name not in KINDS:
        raise ValueError(f"Unknown kind of answer: {kind[:40]!r}.")
    if len(answer) > MAX_TEXT or len(gold) > MAX_TEXT:
        return unknown("The answer is too long.")
    given = extract_boxed(answer)
    wanted = extract_boxed(gold)
    given = answer if given is None else given
    wanted = gold if wanted is None else wanted
    if not given.strip():
        return unknown("There is no answer.")
    wanted, given = wanted.strip(), given.strip()
    remembered = len(wanted) + len(given) <= MAX_REMEMBERED
    check = _check if remembered else _check.__wrapped__
    try:
        return check(wanted, given, name, option)
    except RecursionError:
        return unknown("The answer is nested too deeply.")


@lru_cache(maxsize=4096)
def _check(gold: str, answer: str, kind: str, option: str) -> Verdict:
    if kind == "text" or (kind == "auto" and is_known_word(gold)):
        return compare_words(gold, answer)
    if kind == "choice" or (kind == "auto" and is_choice_reference(gold)):
        return _check_choice(gold, answer)
    try:
        references, tolerance = _reference(gold, kind, option)
    except Overlong as error:
        return correct() if _same_text(gold, answer) else unknown(str(error))
    except Unreadable:
        return _unread_reference(gold, answer)
    try:
        letters = frozenset().union(*(symbols(r.node) for r in references if r.node is not None))
        readings = read(answer, letters)
    except Overlong as error:
        return correct() if _same_text(gold, answer) else unknown(str(error))
    except Unreadable as error:
        return _unread_answer(gold, answer, references[0].value, str(error))
    first: Verdict | None = None
    for doubt in ("", "list", "slash"):
        for reference in references:
            for reading in readings:
                if reading.doubt != doubt or reference.doubt not in ("", doubt):
                    continue
                verdict = compare(reference.value, reading.value, tolerance)
                first = first or verdict
                if verdict.value == "correct":
                    if doubt == "slash":
                        return unknown("Two readings are possible here; write brackets.")
                    return verdict
    verdict = first or unknown("The answer could not be compared.")
    return _second_look(gold, answer, verdict)


def _second_look(gold: str, answer: str, verdict: Verdict) -> Verdict:
    if verdict.value == "unknown" and _same_text(gold, answer):
        return correct()
    return verdict


@lru_cache(maxsize=1024)
def _reference(gold: str, kind: str, option: str) -> tuple[list[Reading], Fraction | None]:
    """Readings of the reference as `kind`, and the tolerance of a decimal."""
    tolerance: Fraction | None = None
    if kind == "decimal":
        parts = re.split(r"\\pm|±|\+/-", gold)
        gold = parts[0]
        tolerance = tolerance_of(option or (parts[1] if len(parts) == 2 else ""), gold)
    readings = read(gold)
    return [Reading(coerce(r.value, kind), r.node, r.doubt) for r in readings], tolerance


def _check_choice(gold: str, answer: str) -> Verdict:
    wanted = read_choice(gold)
    if wanted is None:
        return _unread_reference(gold, answer)
    given = read_choice(answer)
    if given is not None:
        return compare(wanted, given)
    if wanted.rest:
        return _check(wanted.rest, answer, "auto", "")
    return compare(wanted, given if given is not None else Text(answer))


def _unread_reference(gold: str, answer: str) -> Verdict:
    if _same_text(gold, answer):
        return correct()
    if is_wordy(gold):
        return compare_words(gold, answer)
    return _symbolic(gold, answer)


def _unread_answer(gold: str, answer: str, wanted: Value, why: str) -> Verdict:
    if _same_text(gold, answer):
        return correct()
    labelled = read_choice(answer)
    if labelled is not None and labelled.rest:
        return _check(gold, labelled.rest, "auto", "")
    if is_wordy(gold):
        return compare_words(gold, answer)
    if isinstance(wanted, Number) and literal_value(wanted.node) is not None:
        return unknown(f"Your answer is not readable as a number. {why}")
    if is_wordy(answer):
        return unknown("Words cannot be compared with this answer.")
    return _symbolic(gold, answer)


def _symbolic(gold: str, answer: str) -> Verdict:
    """Ask the symbolic checker, in its own process, about what our rules could not read."""
    from grading.pool import PoolError, shared_pool

    if len(gold) > 400 or len(answer) > 400:
        return unknown("The answer is too long to compare.")
    try:
        equal = shared_pool().call("grading.symbolic:equivalent", gold, answer)
    except PoolError as error:
        return unknown(str(error))
    if equal:
        return correct("Equal by symbolic comparison.")
    return unknown("No rule could read both answers.")


def _same_text(gold: str, answer: str) -> bool:
    a, b = re.sub(r"\s+", "", clean(gold)), re.sub(r"\s+", "", clean(answer))
    return a == b or (
        bool(plain_words(gold)) and is_wordy(gold) and plain_words(gold) == plain_words(answer)
    )


def read_answer(text: str) -> str:
    """LaTeX of how an answer is read, for the page to typeset; "" when it is not understood."""
    boxed = extract_boxed(text) if len(text) <= MAX_TEXT else None
    if is_choice_reference(text):
        return rf"\text{{{re.sub(r'[^A-H() ]', '', text.replace('text', ''))}}}"
    try:
        reading = read(text if boxed is None else boxed)[0]
    except Unreadable:
        return rf"\text{{{plain_words(text)}}}" if is_wordy(text) else ""
    if reading.node is None:
        return rf"\text{{{plain_words(text)}}}"
    return to_latex(reading.node)
