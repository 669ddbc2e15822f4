"""LaTeX commands and named functions, as the parser reads them."""

from typing import TYPE_CHECKING

from grading.steps.reading import Node, Unreadable
from grading.steps.spelling import NAMED

if TYPE_CHECKING:
    from grading.steps.operands import Operands

CLOSERS = {"lfloor": ("rfloor", "floor"), "lceil": ("rceil", "ceil"), "lvert": ("rvert", "abs"),
           "vert": ("vert", "abs")}  # fmt: skip


def command(p: "Operands", depth: int) -> Node:
    """The expression that starts at the parser's command token. Raises Unreadable."""
    name = p.tokens[p.i].text
    p.i += 1
    if name in ("frac", "cfrac"):
        top = p.group(depth)
        return ("/", top, p.group(depth))
    if name in ("binom", "dbinom", "tbinom"):
        top = p.group(depth)
        return ("f", "comb", (top, p.group(depth)))
    if name == "sqrt":
        return _root(p, depth)
    if name in ("boxed", "cancel"):
        return p.group(depth)
    if name in CLOSERS:
        closer, function = CLOSERS[name]
        inner = p.sum(depth + 1)
        token = p.peek()
        if token is None or token.text != closer:
            raise Unreadable(name)
        p.i += 1
        return ("f", function, (inner,))
    if name in ("sum", "prod"):
        return _range(p, name, depth)
    if name in NAMED:
        return _named(p, name, depth)
    raise Unreadable(name)


def _root(p: "Operands", depth: int) -> Node:
    token = p.peek()
    index: Node | None = None
    if token is not None and token.text == "[":
        p.i += 1
        index = p.sum(depth + 1)
        p.expect("]")
    token = p.peek()
    if token is not None and token.kind == "num":  # \sqrt2 and a typed √12
        p.i += 1
        inner: Node = ("n", token.value)
    else:
        inner = p.group(depth)
    return ("f", "sqrt", (inner,)) if index is None else ("f", "root", (inner, index))


def _range(p: "Operands", name: str, depth: int) -> Node:
    """\\sum_{k=a}^{b} body; the body reaches as far as a product does."""
    if not p.is_op("_"):
        raise Unreadable("a sum without a range")
    p.i += 1
    p.expect("{")
    letter = p.peek()
    if letter is None or letter.kind != "sym":
        raise Unreadable("a sum without a letter")
    p.i += 1
    p.expect("=")
    low = p.sum(depth + 1)
    p.expect("}")
    if not p.is_op("^"):
        raise Unreadable("a sum without an end")
    p.i += 1
    high = p.group(depth)
    body = p.term(depth + 1)
    return ("range", name, letter.text, low, high, body)


def _named(p: "Operands", name: str, depth: int) -> Node:
    """sin x, log_2 8, gcd(a, b), sin^2 x."""
    exponent: Node | None = None
    base: Node | None = None
    while p.is_op("^", "_"):
        sign = p.tokens[p.i].text
        p.i += 1
        if sign == "^":
            exponent = p.group(depth)
        else:
            token = p.peek()
            if token is not None and token.kind == "num":
                p.i += 1
                base = ("n", token.value)
            else:
                base = p.group(depth)
    token = p.peek()
    if token is not None and token.text == "(":
        args = p.arguments(depth)
    elif name in ("gcd", "lcm", "max", "min", "comb"):
        raise Unreadable(name)
    elif token is not None and token.text == "{":
        args = (p.group(depth),)
    else:
        args = (_argument(p, depth),)
    node: Node = ("f", name, args if base is None else (*args, base))
    if base is not None and name != "log":
        raise Unreadable(name)
    return node if exponent is None else ("^", node, exponent)


def _argument(p: "Operands", depth: int) -> Node:
    """The argument of sin 2x: factors side by side, up to a sign or another function."""
    factors = [p.power(depth + 1)]
    while (token := p.peek()) is not None and (
        token.kind == "sym" or (token.kind == "cmd" and token.text in ("frac", "sqrt"))
    ):
        factors.append(p.power(depth + 1))
    return factors[0] if len(factors) == 1 else ("*", tuple(factors))
