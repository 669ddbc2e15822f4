"""Terms of a recurrence: carried along in a loop, or by a function that calls itself."""

from __future__ import annotations

from functools import partial
from itertools import product
from random import Random

from problems.families.programs.spec import Programs, Task, reply
from problems.families.split import Params

TOP = 40
RULES: dict[str, tuple[str, str]] = {  # asked condition on a term x
    "even": ("even", "x % 2 == 0"),
    "odd": ("odd", "x % 2 == 1"),
    "by3": ("divisible by 3", "x % 3 == 0"),
    "by5": ("divisible by 5", "x % 5 == 0"),
}
SECOND = tuple(product((1, 2, 3), (1, 2)))  # p, q of f(n) = p f(n-1) + q f(n-2)
STARTS = ((0, 1), (1, 1), (2, 1), (1, 3))


def _term(factor: int, back: int) -> str:
    return ("" if factor == 1 else f"{factor} * ") + f"f(n - {back})"


def _times(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor} * {name}"


def spell(params: Params) -> Task:
    kind, *numbers = params
    if kind == "first":
        start, p, c = (int(number) for number in numbers)
        return _task(f"f(1) = {start}", f"f(n) = {_term(p, 1)} + {c}", "first", (start, p, c), "")
    a, b, p, q = (int(number) for number in numbers[:4])
    extra = str(numbers[4]) if len(numbers) > 4 else ""
    rule = f"f(n) = {_term(p, 1)} + {_term(q, 2)}"
    return _task(f"f(1) = {a}, f(2) = {b}", rule, str(kind), (a, b, p, q), extra)


def _task(start: str, rule: str, kind: str, numbers: tuple[int, ...], extra: str) -> Task:
    what, prints = {
        "first": ("f(n)", "f(n)."),
        "second": ("f(n)", "f(n)."),
        "modulo": (f"f(n) modulo {extra}", f"the remainder of f(n) divided by {extra}."),
        "count": (
            f"how many of f(1), ..., f(n) are {RULES.get(extra, ('', ''))[0]}",
            "the number of them.",
        ),
    }[kind]
    constraints = f"n is at most {TOP}; Python's integers do not overflow."
    edges = "n = 1 gives the start." if kind == "first" else "n = 1 and n = 2 are the starts."
    if kind == "count":
        edges = "n = 1 looks at one term only; 0 counts as divisible."
    loop, recursion = _programs(kind, numbers, extra)
    carried = "the last term" if kind == "first" else "the last two terms"
    return Task(
        asks=(
            f"Let {start} and {rule}. Find {what}.",
            f"A sequence starts with {start} and goes on with {rule}. Compute {what}.",
        ),
        reads=f"one line with n, from 1 to {TOP}.",
        prints=prints,
        worked=(
            reply(
                "loop",
                plan="Carry the terms along in a loop.",
                constraints=constraints,
                edges=edges,
                strategy=f"keep {carried} and replace them n - 1 times.",
                program=loop,
                time="n",
                memory="1",
            ),
            reply(
                "recursion",
                plan="Use recursion" + ("." if kind == "first" else " with a memo."),
                constraints=constraints,
                edges=edges,
                strategy="write the rule as a function"
                + (" that calls itself." if kind == "first" else "; the memo stops repeats."),
                program=recursion,
                time="n",
                memory="n",
            ),
        ),
        draw=_draw,
        edges=("1\n", "2\n", "3\n", f"{TOP}\n"),
        largest=TOP,
        solve=partial(_solve, kind, numbers, extra),
    )


def _draw(rng: Random, size: int) -> str:
    return f"{rng.randint(min(size, TOP - 1), min(TOP, 3 * size))}\n"


def _programs(kind: str, numbers: tuple[int, ...], extra: str) -> tuple[list[str], list[str]]:
    modulo = f" % {extra}" if kind == "modulo" else ""
    if kind == "first":
        start, p, c = numbers
        return (
            [
                "n = int(input())",
                f"x = {start}",
                "for i in range(n - 1):",
                f"    x = {p} * x + {c}",
                "print(x)",
            ],
            [
                "def f(n):",
                "    if n == 1:",
                f"        return {start}",
                f"    return {p} * f(n - 1) + {c}",
                "print(f(int(input())))",
            ],
        )
    a, b, p, q = numbers
    step = f"{_times(p, 'y')} + {_times(q, 'x')}"
    onward = f"({step}){modulo}" if modulo else step
    value = f"{_term(p, 1)} + {_term(q, 2)}"
    function = [
        "from functools import cache",
        "@cache",
        "def f(n):",
        "    if n < 3:",
        f"        return ({a}, {b})[n - 1]",
        f"    return {f'({value}){modulo}' if modulo else value}",
    ]
    head = ["n = int(input())", f"x, y = {a}, {b}"]
    if kind != "count":
        return (
            [*head, "for i in range(n - 1):", f"    x, y = y, {onward}", "print(x)"],
            [*function, "print(f(int(input())))"],
        )
    test = RULES[extra][1]
    return (
        [
            *head,
            "c = 0",
            "for i in range(n):",
            f"    if {test}:",
            "        c += 1",
            f"    x, y = y, {onward}",
            "print(c)",
        ],
        [
            *function,
            "n = int(input())",
            "a = [f(i) for i in range(1, n + 1)]",
            f"print(sum({test} for x in a))",
        ],
    )


def _solve(kind: str, numbers: tuple[int, ...], extra: str, text: str) -> str:
    """By closed forms: repeated addition for one term, matrix powers for two."""
    n = int(text)
    if kind == "first":
        start, p, c = numbers
        return f"{p ** (n - 1) * start + c * sum(p**i for i in range(n - 1))}\n"
    if kind == "count":
        divisor = {"even": 2, "odd": 2, "by3": 3, "by5": 5}[extra]
        rest = [_matrix_term(numbers, i) % divisor for i in range(1, n + 1)]
        return f"{rest.count(1) if extra == 'odd' else rest.count(0)}\n"
    term = _matrix_term(numbers, n)
    return f"{term % int(extra) if kind == 'modulo' else term}\n"


def _matrix_term(numbers: tuple[int, ...], n: int) -> int:
    """f(n) from the n-1st power of ((0, 1), (q, p)) applied to (f(1), f(2))."""
    a, b, p, q = numbers
    power = ((1, 0), (0, 1))
    for _ in range(n - 1):
        (w, x), (y, z) = power
        power = ((x * q, w + x * p), (z * q, y + z * p))
    return power[0][0] * a + power[0][1] * b


LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(("first",), (1, 2, 3, 5), (2, 3), (1, 2, 3, 4))),
    tuple(("second", a, b, p, q) for (a, b), (p, q) in product(STARTS, SECOND)),
    tuple(("modulo", a, b, p, q, m) for (a, b), (p, q), m in product(STARTS, SECOND, (7, 10, 100))),
    tuple(
        ("count", a, b, p, q, rule)
        for (a, b), (p, q), rule in product(STARTS, SECOND, RULES)
        if 5 < int(_solve("count", (a, b, p, q), str(rule), str(TOP))) < TOP - 5
    ),
)

TERMS = Programs("terms", "Recurrences as programs", LEVELS, spell)
