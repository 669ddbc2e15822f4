"""Solution sets of equations in one letter, compared without computing the solutions."""

from fractions import Fraction

Coefficients = list[Fraction]  # lowest power first, the last one not zero
MAX_DEGREE = 12


def trim(a: Coefficients) -> Coefficients:
    while a and not a[-1]:
        a = a[:-1]
    return a


def remainder(a: Coefficients, b: Coefficients) -> Coefficients:
    a = list(a)
    while len(a) >= len(b):
        factor = a[-1] / b[-1]
        shift = len(a) - len(b)
        for i, c in enumerate(b):
            a[shift + i] -= factor * c
        a = trim(a[:-1])
    return a


def common(a: Coefficients, b: Coefficients) -> Coefficients:
    """The greatest common divisor, with leading coefficient 1."""
    a, b = trim(a), trim(b)
    while b:
        a, b = b, remainder(a, b)
    return [c / a[-1] for c in a] if a else []


def share_solution(a: Coefficients, b: Coefficients) -> bool:
    return len(common(a, b)) > 1


def same_solutions(a: Coefficients, b: Coefficients) -> bool:
    """Whether both have the same solutions, multiplicities aside."""
    g = common(a, b)
    return len(g) > 1 and _only_powers(a, g) and _only_powers(b, g)


def _only_powers(a: Coefficients, g: Coefficients) -> bool:
    """Whether every solution of a is one of g."""
    for _ in range(MAX_DEGREE + 1):
        if len(a) <= 1:
            return True
        d = common(a, g)
        if len(d) <= 1:
            return False
        a = quotient(a, d)
    return False


def contains(a: Coefficients, b: Coefficients) -> bool:
    """Whether every solution of b solves a."""
    return _only_powers(b, a)


def quotient(a: Coefficients, b: Coefficients) -> Coefficients:
    a = list(a)
    out = [Fraction(0)] * max(len(a) - len(b) + 1, 0)
    while len(a) >= len(b):
        factor = a[-1] / b[-1]
        shift = len(a) - len(b)
        out[shift] = factor
        for i, c in enumerate(b):
            a[shift + i] -= factor * c
        a = trim(a[:-1])
    return out


def rational_value(a: Coefficients) -> Fraction | None:
    """The solution of a linear equation."""
    return -a[0] / a[1] if len(a) == 2 else None


Vector = dict[tuple[tuple[str, int], ...], Fraction]


def left_over(rows: list[Vector], target: Vector) -> Vector | None:
    """What is left of `target` after taking multiples of `rows` away; None when the rows
    contradict each other.

    Empty: it follows from them. A constant alone: it contradicts them.
    """
    basis: list[tuple[tuple[tuple[str, int], ...], Vector]] = []
    for row in rows:
        vector = _reduce(dict(row), basis)
        pivot = next((k for k in vector if k), None)
        if pivot is not None:
            basis.append((pivot, vector))
        elif vector:
            return None
    return _reduce(dict(target), basis)


def _reduce(vector: Vector, basis: list[tuple[tuple[tuple[str, int], ...], Vector]]) -> Vector:
    for pivot, other in basis:
        if pivot in vector:
            factor = vector[pivot] / other[pivot]
            for k, c in other.items():
                value = vector.get(k, Fraction(0)) - factor * c
                if value:
                    vector[k] = value
                else:
                    vector.pop(k, None)
    return vector
