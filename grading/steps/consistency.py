"""What only the whole trail shows: the one equation that does not fit its neighbours."""

from dataclasses import replace
from fractions import Fraction

from grading.steps import polynomials as P
from grading.steps.closed import Outcome
from grading.steps.facts import gap_of, single
from grading.steps.judging import Finding
from grading.steps.numeric import letters_of
from grading.steps.parser import Node
from grading.steps.sampling import sampled
from grading.steps.solutions import Coefficients, share_solution

BOUNDS = ("=", "<", ">", "<=", ">=")  # an inequality of the first degree holds from its bound on
Placed = tuple[int, int, Finding]  # line, place in the line, finding


def odd_identities(placed: list[Placed], stated: list[Finding]) -> dict[tuple[int, int], Finding]:
    """Equations that hold for no reason where every other one with these letters holds for all
    values.

    In a text that only rewrites expressions, a single equation that is no identity is a slip.
    """
    open_: list[Placed] = []
    holds: list[Placed] = []
    for item in placed:
        f = item[2]
        if f.symbolic and f.relation in ("=", "is") and f.left is not None and f.right is not None:
            if f.outcome.truth and "both sides" in f.outcome.why:
                holds.append(item)
            elif f.outcome.truth is None and _is_open(f):
                open_.append(item)
    out: dict[tuple[int, int], Finding] = {}
    if len(open_) > 3:
        return out
    for line, place, f in open_:
        names = _names(f)
        if f.left is None or f.right is None or letters_of(f.left) != letters_of(f.right):
            continue
        others = [o for o in open_ if o[2] is not f and _names(o[2]) & names]
        equations = [
            s
            for s in stated
            if s.symbolic and s.relation == "=" and _names(s) & names and _is_open(s)
        ]
        support = [h for h in holds if _names(h[2]) & names]
        same_chain = any(h[0] == line and h[2].at == f.at for h in support)
        if (
            others
            or equations
            or not (same_chain or len(support) >= 2)
            or _defines(f)
            or _has_closed_side(f)
        ):
            continue
        why = "the two sides are not equal for all values, as they are everywhere else here"
        out[(line, place)] = replace(f, outcome=Outcome(False, why))
    return out


def _names(f: Finding) -> set[str]:
    return (letters_of(f.left) if f.left else set()) | (letters_of(f.right) if f.right else set())


def _defines(f: Finding) -> bool:
    """Whether a side is a bare letter or a call: y = …, f(x) = …"""
    return any(
        n is not None and (n[0] == "s" or (n[0] == "f" and n[1][0] == "·"))
        for n in (f.left, f.right)
    )


def _has_closed_side(f: Finding) -> bool:
    return any(n is not None and not letters_of(n) for n in (f.left, f.right))


def _is_open(f: Finding) -> bool:
    """Whether the two sides certainly differ somewhere."""
    if f.left is None or f.right is None or _defines(f):
        return not _defines(f)
    if not letters_of(f.left) or not letters_of(f.right):
        return True
    gap = gap_of(f.left, f.right)
    if gap is not None:
        return bool(gap)
    return sampled(f.left, f.right).truth is None


def odd_equations(placed: list[Placed], stated: list[Finding]) -> dict[tuple[int, int], Finding]:
    """An equation in one letter that shares no solution with those before and after it, which
    share theirs. Those of the statement come before all.
    """
    by_letter: dict[str, list[tuple[int, int, Finding, Coefficients]]] = {}
    for line, place, f in [*((-1, k, f) for k, f in enumerate(stated)), *placed]:
        if not f.symbolic or f.relation not in BOUNDS or f.left is None or f.right is None:
            continue
        gap = gap_of(f.left, f.right)
        if f.relation != "=" and gap and (_degree(gap) > 1 or "s" in (f.left[0], f.right[0])):
            continue
        one = single(gap) if gap and len(P.letters(gap)) == 1 else None
        if one is not None:
            by_letter.setdefault(one[0], []).append((line, place, f, one[1]))
    out: dict[tuple[int, int], Finding] = {}
    for letter, rows in by_letter.items():
        for k in range(len(rows)):
            line, place, f, mine = rows[k]
            if f.outcome.truth is not None or line < 0:
                continue
            before, after = rows[max(0, k - 2) : k], rows[k + 1 : k + 4]
            kind = f.relation == "="
            before = [r for r in before if (r[2].relation == "=") == kind]
            after = [r for r in after if (r[2].relation == "=") == kind]
            friends = [r for r in before + after if share_solution(mine, r[3])]
            pairs = [(a, b) for a in before for b in after if share_solution(a[3], b[3])]
            if pairs and not friends:
                a, _ = pairs[0]
                where = "the statement" if a[0] < 0 else f"line {a[0] + 1}"
                why = f"no value of {letter} satisfies both this and {a[2].claim} ({where})"
                out[(line, place)] = replace(f, outcome=Outcome(False, why))
    return out


def _degree(gap: P.Poly) -> int:
    return max((sum(e for _, e in mono) for mono in gap), default=0)


def near_identities(placed: list[Placed]) -> dict[tuple[int, int], Finding]:
    """A product or power written out with one term wrong: (y − 1)³ = y³ − 3y² + 3y − 2.

    Both sides, written out, agree in two terms or more and differ in one, or in two terms that are
    powers of the same letters; an equation to be solved does not look like that.
    """
    out: dict[tuple[int, int], Finding] = {}
    for line, place, f in placed:
        if not f.symbolic or f.relation not in ("=", "is") or f.outcome.truth is not None:
            continue
        if f.left is None or f.right is None or letters_of(f.left) != letters_of(f.right):
            continue
        if "s" in (f.left[0], f.right[0]):
            continue
        zero: Node = ("n", Fraction(0))
        a, b = gap_of(f.left, zero), gap_of(f.right, zero)
        if (
            a
            and b
            and len(a) == len(b) == 1
            and set(a) == set(b)
            and "+" in (f.left[0], f.right[0])
        ):
            why = "the like terms do not add up"
            out[(line, place)] = replace(f, outcome=Outcome(False, why))
            continue
        if not (_is_packed(f.left) or _is_packed(f.right)):
            continue
        if a and b and _nearly(a, b):
            why = "written out, the two sides differ in one term"
            out[(line, place)] = replace(f, outcome=Outcome(False, why))
    return out


def _nearly(a: P.Poly, b: P.Poly) -> bool:
    agree = sum(1 for m, c in a.items() if b.get(m) == c)
    differ = [m for m in {*a, *b} if a.get(m) != b.get(m)]
    if len(differ) == 1:
        return agree >= 2 or (agree >= 1 and bool(differ[0]) and len(a) == len(b))
    return len(differ) == 2 and agree >= 2 and P.ONE not in differ and max(len(a), len(b)) >= 3


def _is_packed(node: Node) -> bool:
    """Whether the expression is a product with a sum in it, or a power of a sum."""
    if node[0] == "neg":
        return _is_packed(node[1])
    if node[0] == "^":
        return bool(node[1][0] == "+" and node[2][0] == "n")
    if node[0] == "+":
        return any(_is_packed(part) or part[0] == "+" for part in node[1])
    if node[0] == "*":
        return any(part[0] == "+" or _is_packed(part) for part in node[1])
    return False
