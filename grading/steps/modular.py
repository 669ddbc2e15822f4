"""Values modulo m, for congruences whose numbers are too large to write out."""

from grading.steps.exact import NotRational, exact
from grading.steps.parser import Node


def residues(left: Node, right: Node, m: int) -> tuple[int, int] | None:
    """Both values modulo m, or None."""
    try:
        return residue(left, m), residue(right, m)
    except (NotRational, ValueError, RecursionError):
        return None


def residue(node: Node, m: int) -> int:
    """The value of `node` modulo m. Raises NotRational or ValueError."""
    kind = node[0]
    if kind == "+":
        return sum(residue(p, m) for p in node[1]) % m
    if kind == "neg":
        return -residue(node[1], m) % m
    if kind == "*":
        out = 1
        for part in node[1]:
            out = out * residue(part, m) % m
        return out
    if kind == "/":
        try:
            value = exact(node)
        except NotRational:
            return residue(node[1], m) * pow(residue(node[2], m), -1, m) % m
        return value.numerator * pow(value.denominator, -1, m) % m
    if kind == "^":
        exponent = exact(node[2]) if not _is_tower(node[2]) else None
        if exponent is None or exponent.denominator != 1 or exponent.numerator.bit_length() > 4096:
            raise NotRational("exponent")
        return pow(residue(node[1], m), exponent.numerator, m)
    if kind == "!":
        n = exact(node[1])
        if n.denominator != 1 or not 0 <= n <= 20000:
            raise NotRational("factorial")
        out = 1
        for k in range(2, min(int(n), m) + 1):
            out = out * k % m
        return out % m if n < m else 0
    value = exact(node)
    if value.denominator != 1:
        return value.numerator * pow(value.denominator, -1, m) % m
    return value.numerator % m


def _is_tower(node: Node) -> bool:
    return bool(node[0] == "^" and node[2][0] == "^")
