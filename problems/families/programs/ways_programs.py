"""The programs that count ways: recursion with a memo, and the same values in a table."""

from __future__ import annotations

from problems.families.base import Worked
from problems.families.programs.spec import reply


def _tuple(steps: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, steps))})"


def ordered(kind: str, steps: tuple[int, ...], k: int) -> tuple[Worked, ...]:
    reach = kind == "reach"
    one, none = ("True", "False") if reach else ("1", "0")
    gather = "any" if reach else "sum"
    barred = f" or n % {k} == 0" if k else ""
    last = '"yes" if {} else "no"' if reach else "{}"
    constraints = "n is small, but the number of paths is huge: store results."
    edges = f"n = 0 gives {one}, a negative n gives {none}" + (
        f"; multiples of {k} give 0." if k else "."
    )
    body = f"        t[i] = {gather}(t[i - s] for s in {_tuple(steps)} if s <= i)"
    return (
        _memo(
            constraints,
            edges,
            f"the last step is s, so f(n) is the {gather} of f(n - s).",
            [
                "    if n == 0:",
                f"        return {one}",
                f"    if n < 0{barred}:",
                f"        return {none}",
                f"    return {gather}(f(n - s) for s in {_tuple(steps)})",
                f"print({last.format('f(int(input()))')})",
            ],
        ),
        _table(
            constraints,
            edges,
            f"t[i] is the {gather} of t[i - s] over the last steps s.",
            [
                f"t = [{one}] + [{none}] * n",
                "for i in range(1, n + 1):",
                *([f"    if i % {k}:", body] if k else [body.removeprefix("    ")]),
                f"print({last.format('t[n]')})",
            ],
        ),
    )


def _memo(constraints: str, edges: str, strategy: str, body: list[str], args: str = "n") -> Worked:
    return reply(
        "memo",
        plan="Use recursion with a memo.",
        constraints=constraints,
        edges=edges,
        strategy=strategy,
        program=["from functools import cache", "@cache", f"def f({args}):", *body],
        time="n",
        memory="n",
    )


def _table(constraints: str, edges: str, strategy: str, body: list[str]) -> Worked:
    return reply(
        "table",
        plan="Fill a table from 0 up to n.",
        constraints=constraints,
        edges=edges,
        strategy=strategy,
        program=["n = int(input())", *body],
        time="n",
        memory="n",
    )


def extreme(kind: str, steps: tuple[int, ...], k: int) -> tuple[Worked, ...]:
    best, far = ("min", "999") if kind == "fewest" else ("max", "-999")
    impossible = "r > 99" if kind == "fewest" else "r < 0"
    constraints = "n is small, but the number of paths is huge: store results."
    edges = f"n = 0 needs 0 coins; without any way the value stays near {far}, print -1."
    return (
        _memo(
            constraints,
            edges,
            f"the last coin is s, so f(n) is 1 + the {best} of f(n - s).",
            [
                "    if n == 0:",
                "        return 0",
                "    if n < 0:",
                f"        return {far}",
                f"    return 1 + {best}(f(n - s) for s in {_tuple(steps)})",
                "r = f(int(input()))",
                f"print(-1 if {impossible} else r)",
            ],
        ),
        _table(
            constraints,
            edges,
            f"t[i] is 1 + the {best} of t[i - s] over the coins s.",
            [
                f"t = [0] + [{far}] * n",
                "for i in range(1, n + 1):",
                f"    for s in {_tuple(steps)}:",
                "        if s <= i:",
                f"            t[i] = {best}(t[i], 1 + t[i - s])",
                "r = t[n]",
                f"print(-1 if {impossible} else r)",
            ],
        ),
    )


def coins(kind: str, steps: tuple[int, ...], k: int) -> tuple[Worked, ...]:
    last = '"yes" if {} % 2 else "no"' if kind == "odd" else "{}"
    constraints = "n is small, but there are many ways: store results."
    edges = "n = 0 has one way, the empty one; some n have none."
    return (
        _memo(
            constraints,
            edges,
            "f(n, i) uses coins from c[i] on: take c[i] once more or go on to i + 1.",
            [
                "    if n == 0:",
                "        return 1",
                "    if n < 0 or i == len(c):",
                "        return 0",
                "    return f(n - c[i], i) + f(n, i + 1)",
                f"c = {_tuple(steps)}",
                f"print({last.format('f(int(input()), 0)')})",
            ],
            args="n, i",
        ),
        _table(
            constraints,
            edges,
            "coin after coin: t[i] grows by t[i - s], so the order never counts.",
            [
                "t = [1] + [0] * n",
                f"for s in {_tuple(steps)}:",
                "    for i in range(s, n + 1):",
                "        t[i] += t[i - s]",
                f"print({last.format('t[n]')})",
            ],
        ),
    )
