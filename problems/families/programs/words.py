"""Words of a line chosen by their letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

from problems.families.programs.letters import LETTERS, OFTEN, letters
from problems.families.programs.spec import Programs, Task, reply
from problems.families.split import Params

# name: (words, condition on w, the same by literal means)
KEEP: dict[str, tuple[str, str, Callable[[str], bool]]] = {
    "palindrome": (
        "are palindromes",
        "w == w[::-1]",
        lambda w: all(w[i] == w[-1 - i] for i in range(len(w))),
    ),
    "starts": ("start with a", 'w[0] == "a"', lambda w: w.find("a") == 0),
    "ends": ("end with b", 'w[-1] == "b"', lambda w: w.rfind("b") == len(w) - 1),
    "has": ("contain the letter c", '"c" in w', lambda w: w.count("c") > 0),
    "lacks": ("do not contain the letter a", '"a" not in w', lambda w: w.count("a") == 0),
    "same": ("start and end with the same letter", "w[0] == w[-1]", lambda w: w.endswith(w[:1])),
    "long": ("have more than 3 letters", "len(w) > 3", lambda w: w[3:] != ""),
    "short": ("have at most 3 letters", "len(w) <= 3", lambda w: w[3:] == ""),
    "evenly": (
        "have an even number of letters",
        "len(w) % 2 == 0",
        lambda w: len(w[::2]) == len(w[1::2]),
    ),
}
GATHER: dict[str, tuple[str, str, str, str]] = {  # question, value, last line, output
    "count": ("Count the words", "w", "print(len(r))", "the number of them."),
    "letters": ("Count the letters of all words", "len(w)", "print(sum(r))", "their number."),
    "longest": (
        "Find the length of the longest of the words",
        "len(w)",
        "print(max(r, default=0))",
        "the length, 0 if there is none.",
    ),
    "list": ("List the words", "w", "print(*r)", "the words on one line."),
    "reversed": ("Print backwards each of the words", "w[::-1]", "print(*r)", "them on one line."),
    "capital": ("Print in capitals the words", "w.upper()", "print(*r)", "them on one line."),
    "sorted": (
        "Print in alphabetical order the words",
        "w",
        "print(*sorted(r))",
        "them on one line.",
    ),
    "last": (
        "Find the last of the words",
        "w",
        'print(r[-1] if r else "none")',
        "that word, or none.",
    ),
}
LETTERED = ("starts", "ends", "has", "lacks")
SHAPED = ("palindrome", "long", "short", "evenly", "same")

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(KEEP, ("count", "letters", "list", "last"))),
    tuple(product(OFTEN, LETTERS)),
    tuple(product(KEEP, ("reversed", "capital", "sorted", "longest"))),
    tuple(product(LETTERED, ("and", "or"), SHAPED, list(GATHER)[:6])),
)


def spell(params: Params) -> Task:
    words = [str(part) for part in params]
    if words[0] in OFTEN:
        return letters(*words)
    if len(words) == 2:
        keep, gather = words
        kept, condition, chosen = KEEP[keep]
    else:
        first, joint, second, gather = words
        kept = f"{KEEP[first][0]} {joint} {KEEP[second][0]}"
        condition = f"{KEEP[first][1]} {joint} {KEEP[second][1]}"
        chosen = partial(_joined, first, joint, second)
    asked, value, last, prints = GATHER[gather]
    constraints = "at most 100 words, so one pass over them is enough."
    empty = {
        "count": "0",
        "letters": "0",
        "longest": "0",
        "last": "none",
    }.get(gather, "an empty line")
    edges = f"no words, or none of them chosen: {empty}."
    return Task(
        asks=(
            f"{asked} that {kept}.",
            f"A line holds words. {asked} that {kept}.",
        ),
        reads="one line of at most 100 words of small letters, perhaps empty.",
        prints=prints,
        worked=(
            reply(
                "loop",
                plan="Go through the words with a loop.",
                constraints=constraints,
                edges=edges,
                strategy=f"take {value} for each w with {condition}.",
                program=[
                    "a = input().split()",
                    "r = []",
                    "for w in a:",
                    f"    if {condition}:",
                    f"        r.append({value})",
                    last,
                ],
                time=r"n \log n" if gather == "sorted" else "n",
                memory="n",
            ),
            reply(
                "recursion",
                plan="Let a function treat one word and call itself.",
                constraints=constraints,
                edges=edges,
                strategy=f"f(i) lists {value} from word i on, where {condition}.",
                program=[
                    "a = input().split()",
                    "def f(i):",
                    "    if i == len(a):",
                    "        return []",
                    "    w = a[i]",
                    f"    if {condition}:",
                    f"        return [{value}] + f(i + 1)",
                    "    return f(i + 1)",
                    "r = f(0)",
                    last,
                ],
                time="n^2",
                memory="n^2",
            ),
        ),
        draw=_words,
        edges=("\n", "a\n", "b\n", "abba abab\n", "cabbac ac ab b\n"),
        largest=100,
        solve=partial(_solve, chosen, gather),
    )


def _joined(first: str, joint: str, second: str, word: str) -> bool:
    votes = KEEP[first][2](word) + KEEP[second][2](word)
    return votes == 2 if joint == "and" else votes > 0


def _words(rng: Random, size: int) -> str:
    words = []
    for _ in range(size):
        half = "".join(rng.choice("aabbcd") for _ in range(rng.randint(1, 3)))
        middle = "".join(rng.choice("abcd") for _ in range(rng.randint(0, 2)))
        words.append(half + middle + (half[::-1] if rng.random() < 0.4 else ""))
    return " ".join(words) + "\n"


def _solve(chosen: Callable[[str], bool], gather: str, text: str) -> str:
    found = [w for w in text.split() if chosen(w)]
    sizes = sorted(sum(1 for _ in w) for w in found)
    return {
        "count": f"{len(found)}\n",
        "letters": f"{len(''.join(found))}\n",
        "longest": f"{sizes[-1] if sizes else 0}\n",
        "list": " ".join(found) + "\n",
        "reversed": " ".join("".join(reversed(w)) for w in found) + "\n",
        "capital": " ".join(found).upper() + "\n",
        "sorted": " ".join(sorted(found)) + "\n",
        "last": f"{([*found] or ['none'])[-1]}\n",
    }[gather]


WORDS = Programs("words", "Words and letters", LEVELS, spell)
