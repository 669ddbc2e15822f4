"""Primes up to n or between two bounds: a sieve, or trial division."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from random import Random

from problems.families.programs.spec import Programs, Task, read_numbers, reply
from problems.families.split import Params


@cache
def is_prime(p: int) -> bool:
    """By counting the divisors."""
    return sum(p % d == 0 for d in range(1, p + 1)) == 2


# name: (words, condition on p in the program, the same by literal means)
RULES: dict[str, tuple[str, str, Callable[[int], bool]]] = {
    "all": ("", "", lambda p: True),
    "ends1": (" whose last digit is 1", "p % 10 == 1", lambda p: str(p)[-1] == "1"),
    "ends3": (" whose last digit is 3", "p % 10 == 3", lambda p: str(p)[-1] == "3"),
    "ends7": (" whose last digit is 7", "p % 10 == 7", lambda p: str(p)[-1] == "7"),
    "ends9": (" whose last digit is 9", "p % 10 == 9", lambda p: str(p)[-1] == "9"),
}
for _m, _r in ((3, 1), (3, 2), (4, 1), (4, 3), (5, 2), (6, 1), (6, 5), (8, 5)):
    RULES[f"{_r}mod{_m}"] = (
        f" that leave remainder {_r} when divided by {_m}",
        f"p % {_m} == {_r}",
        partial(lambda m, r, p: p in range(r, 10**5, m), _m, _r),
    )
GAPS = (2, 4, 6, 8, 10)
for _k in GAPS:
    RULES[f"gap{_k}"] = (
        f" for which p + {_k} is prime too",
        f"p + {_k}",
        partial(lambda k, p: is_prime(p + k), _k),
    )
GATHER = {
    "count": ("Count the primes p", "the number of them.", "0"),
    "sum": ("Add up the primes p", "the sum.", "0"),
    "largest": ("Find the largest prime p", "that prime, or none.", "none"),
    "list": ("List the primes p", "the primes on one line in increasing order.", "an empty line"),
}
PLAIN = [name for name in RULES if "mod" not in name and "gap" not in name]
REMAINDERS = [name for name in RULES if "mod" in name]
CLOSE = [name for name in RULES if "gap" in name]
TOP = 1000

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(PLAIN, GATHER, ("upto",))),
    tuple(product(REMAINDERS, GATHER, ("upto",))),
    tuple(product(CLOSE, GATHER, ("upto",))),
    tuple(product([*PLAIN, *REMAINDERS, *CLOSE], GATHER, ("between",))),
)


def spell(params: Params) -> Task:
    rule, gather, where = (str(part) for part in params)
    words, condition, chosen = RULES[rule]
    asked, prints, empty = GATHER[gather]
    between = where == "between"
    gap = int(rule[3:]) if rule.startswith("gap") else 0
    span = "from a to b" if between else "up to n"
    if gather == "largest":  # the words of the plural rules, for one prime
        words = words.replace("that leave", "that leaves")
    low, high = ("a", "b") if between else ("2", "n")
    read = "a, b = map(int, input().split())" if between else "n = int(input())"
    size = f"{high} + {gap + 1}" if gap else f"{high} + 1"
    last = {
        "count": "print(len(r))",
        "sum": "print(sum(r))",
        "largest": 'print(max(r) if r else "none")',
        "list": "print(*r)",
    }[gather]
    test = f"is_prime(p + {gap})" if gap else condition
    also = f" and {test}" if test else ""
    marked = f" and s[p + {gap}]" if gap else also
    constraints = f"{high} is at most {TOP}."
    edges = f"1 is not a prime; none found: {empty}."
    return Task(
        asks=(
            f"{asked} {span}{words}.",
            f"Consider the primes p {span}{RULES[rule][0]}. "
            + {
                "count": "How many are there?",
                "sum": "What is their sum?",
                "largest": "Which one is the largest?",
                "list": "Print all of them.",
            }[gather],
        ),
        reads=f"one line with a and b, 1 <= a <= b <= {TOP}."
        if between
        else f"one line with n, from 1 to {TOP}.",
        prints=prints,
        worked=(
            reply(
                "sieve",
                plan="Use the sieve of Eratosthenes.",
                constraints=f"{constraints} A list of that size is small.",
                edges=edges,
                strategy="strike out the multiples of every prime, then read the list.",
                program=[
                    read,
                    f"m = {size}",
                    "s = [True] * (m + 1)",
                    "s[0] = s[1] = False",
                    "for i in range(2, m + 1):",
                    "    if s[i]:",
                    "        for j in range(i * i, m + 1, i):",
                    "            s[j] = False",
                    f"r = [p for p in range({low}, {high} + 1) if s[p]{marked}]",
                    last,
                ],
                time=r"m \log \log m",
                memory="m",
            ),
            reply(
                "trial",
                plan="Use trial division.",
                constraints=f"{constraints} Trying divisors is quick.",
                edges=edges,
                strategy="p is prime if no d with d * d <= p divides it.",
                program=[
                    "def is_prime(p):",
                    "    d = 2",
                    "    while d * d <= p:",
                    "        if p % d == 0:",
                    "            return False",
                    "        d += 1",
                    "    return p > 1",
                    read,
                    f"r = [p for p in range({low}, {high} + 1) if is_prime(p){also}]",
                    last,
                ],
                time=r"n \sqrt n",
                memory="n",
            ),
        ),
        draw=partial(_draw, between),
        edges=("1 1\n", "2 2\n", "990 1000\n", "1 1000\n", "24 28\n")
        if between
        else ("1\n", "2\n", "10\n", "1000\n"),
        largest=45,
        solve=partial(_solve, chosen, gather),
    )


def _draw(between: bool, rng: Random, size: int) -> str:
    n = rng.randint(2, min(TOP, 22 * size))
    return f"{rng.randint(1, n)} {n}\n" if between else f"{n}\n"


def _solve(chosen: Callable[[int], bool], gather: str, text: str) -> str:
    low, high = [1, *read_numbers(text)][-2:]
    found = [p for p in range(low, high + 1) if is_prime(p) and chosen(p)]
    if gather == "list":
        return " ".join(map(str, found)) + "\n"
    if gather == "largest":
        return f"{found[-1]}\n" if found else "none\n"
    return f"{len(found) if gather == 'count' else sum(found)}\n"


PRIMES = Programs("primes", "Primes", LEVELS, spell)
