"""Letters of a word chosen by how often they occur."""

from __future__ import annotations

from collections.abc import Callable

from problems.families.programs.spec import Task, reply

OFTEN: dict[str, tuple[str, str, Callable[[int], bool]]] = {
    "once": ("exactly once", "k == 1", lambda k: k in (1,)),
    "twice": ("exactly twice", "k == 2", lambda k: k in (2,)),
    "again": ("more than once", "k > 1", lambda k: k not in (0, 1)),
    "oddly": ("an odd number of times", "k % 2 == 1", lambda k: k in range(1, 99, 2)),
    "thrice": ("at least three times", "k >= 3", lambda k: k not in (0, 1, 2)),
}


LETTERS: dict[str, tuple[str, str, str]] = {
    "number": ("Count the different letters", "print(len(r))", "the number of letters."),
    "letters": (
        "Print the letters",
        'print("".join(r))',
        "the letters in alphabetical order, without spaces.",
    ),
    "first": (
        "Find the alphabetically first letter",
        'print(r[0] if r else "none")',
        "that letter, or none.",
    ),
    "latest": (
        "Find the alphabetically last letter",
        'print(r[-1] if r else "none")',
        "that letter, or none.",
    ),
}


def letters(often: str, gather: str) -> Task:
    times, condition, chosen = OFTEN[often]
    asked, last, prints = LETTERS[gather]
    constraints = "at most 100 letters, 26 different ones."
    empty = {"number": "0", "letters": "an empty line"}.get(gather, "none")
    edges = f"an empty line, or no such letter: {empty}."

    def solve(text: str) -> str:
        line = sorted(text.strip())
        found = sorted({c for c in line if chosen(sum(c == d for d in line))})
        if gather == "number":
            return f"{len(found)}\n"
        if gather == "letters":
            return "".join(found) + "\n"
        return f"{found[0 if gather == 'first' else -1]}\n" if found else "none\n"

    return Task(
        asks=(
            f"{asked} that occur{'s' if 'Find' in asked else ''} {times} in a word.",
            f"Given a word. {asked} occurring {times} in it.",
        ),
        reads="one line with a word of at most 100 small letters, perhaps empty.",
        prints=prints,
        worked=(
            reply(
                "dictionary",
                plan="Count the letters in a dictionary.",
                constraints=constraints,
                edges=edges,
                strategy=f"count every letter, then keep those with {condition}.",
                program=[
                    "s = input().strip()",
                    "d = {}",
                    "for c in s:",
                    "    d[c] = d.get(c, 0) + 1",
                    f"r = [c for c, k in sorted(d.items()) if {condition}]",
                    last,
                ],
                time="n",
                memory="n",
            ),
            reply(
                "runs",
                plan="Sort the letters and count each run.",
                constraints=constraints,
                edges=edges,
                strategy=f"equal letters are neighbours; keep runs with {condition}.",
                program=[
                    "s = sorted(input().strip())",
                    "r = []",
                    "i = 0",
                    "while i < len(s):",
                    "    k = 1",
                    "    while i + k < len(s) and s[i + k] == s[i]:",
                    "        k += 1",
                    f"    if {condition}:",
                    "        r.append(s[i])",
                    "    i += k",
                    last,
                ],
                time=r"n \log n",
                memory="n",
            ),
        ),
        draw=lambda rng, size: "".join(rng.choice("abcdefgh") for _ in range(size + 2)) + "\n",
        edges=("\n", "a\n", "zz\n", "aab\n", "cccbba\n"),
        largest=98,
        solve=solve,
    )
