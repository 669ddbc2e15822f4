"""How right and how fast answers are judged, what line checks find, and whether the sandbox holds.

    .venv/bin/python -m benchmarks.grading [--quick] [--data DIR] [--show]

The table is tests/grading/answer_pairs.jsonl, written for this project; real answers come from
--data (default ../shared/data) and are left out when it is absent. The last line is JSON.
"""

import argparse
import contextlib
import json
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.restatements import neighbours, restatements
from benchmarks.steps import measure
from grading import check_answer, judge
from grading.answers import _check
from grading.sandbox import sandbox_trouble

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "grading" / "answer_pairs.jsonl"
Figures = dict[str, Any]


def on_pairs(show: bool) -> Figures:
    """Our verdicts on the table, and math-verify's on the pairs that are right or wrong."""
    pairs = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    check_answer(r"\sum_{k=1}^n k", "n(n+1)/2")  # starts the pool once
    check_answer("0.5", r"\sqrt{2}")
    _check.cache_clear()
    spent: list[float] = []
    seen: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        began = time.perf_counter()
        verdict = check_answer(pair["gold"], pair["answer"], pair["kind"])
        spent.append((time.perf_counter() - began) * 1000)
        seen[pair["verdict"], verdict.value] += 1
        if show and verdict.value != pair["verdict"]:
            print(
                f"  {pair['gold']!r} ← {pair['answer']!r}: {verdict} instead of {pair['verdict']}"
            )
    decided = [pair for pair in pairs if pair["verdict"] != "unknown"]
    right = sum(seen[word, word] for word in ("correct", "wrong"))
    wanted = sum(pair["verdict"] == "correct" for pair in pairs)
    theirs = sum(math_verify(p) == (p["verdict"] == "correct") for p in decided)
    return {
        "pairs": len(pairs),
        "accuracy": round(right / len(decided), 4),
        "accuracy_with_unknown": round((right + seen["unknown", "unknown"]) / len(pairs), 4),
        "mathverify_accuracy": round(theirs / len(decided), 4),
        "false_correct": seen["wrong", "correct"] + seen["unknown", "correct"],
        "false_wrong_rate": round(seen["correct", "wrong"] / wanted, 5),
        "median_ms": round(statistics.median(spent), 3),
        "p99_ms": round(sorted(spent)[len(spent) * 99 // 100], 1),
    }


def math_verify(pair: dict[str, str]) -> bool:
    """math-verify with its defaults; plain text without dollars gets them when it needs them."""
    from math_verify import parse, verify

    gold, answer = (parse(pair[k]) or parse(f"${pair[k]}$") for k in ("gold", "answer"))
    return bool(verify(gold, answer))


def on_olympiad(data: Path, show: bool) -> Figures:
    """Each gold against itself, its restatements and at least five wrong neighbours."""
    path = data / "olympiadbench-half.jsonl"
    if not path.exists():
        print(f"no {path}: the figures on OlympiadBench are left out (--data DIR)")
        return {}
    draw = random.Random(7)
    itself: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        gold = row["final_answer"][0]
        for name, text in restatements(gold, row["is_multiple_answer"], row["unit"]).items():
            verdict = check_answer(gold, text).value
            (itself if name == "itself" else ways)[verdict] += 1
            if show and verdict != "correct":
                print(f"  {gold!r} ← {name} {text!r}: {verdict}")
        for text in neighbours(gold, draw):
            verdict = check_answer(gold, text).value
            near[verdict] += 1
            if show and verdict == "correct":
                print(f"  {gold!r} ← neighbour {text!r}: {verdict}")
    return {
        "olympiad_itself": round(itself["correct"] / itself.total(), 4),
        "olympiad_restated": round(ways["correct"] / ways.total(), 4),
        "olympiad_restated_wrong": ways["wrong"],
        "olympiad_restatements": ways.total(),
        "olympiad_neighbours": near.total(),
        "olympiad_neighbours_accepted": near["correct"],
    }


ATTACKS = [
    "print(3)",
    "print(4)",
    "import os\nwhile True: os.fork()",
    "open('/proc/1/environ').read()",
    "import os\nos.symlink('/etc/passwd', '/link')",
    "while True: print('x' * 100000)",
    "import socket\nsocket.socket()",
    "x = bytearray(1 << 32)",
    "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
    "    except OSError: pass\nwhile True: pass",
    "import time\ntime.sleep(1000)",
]


@contextlib.contextmanager
def noted_spaces() -> Iterator[list[int]]:
    """The pid namespaces of the sandboxes started meanwhile, held open: numbers are used again."""
    spaces: list[int] = []
    real = os.pidfd_open

    def note(pid: int, flags: int = 0) -> int:
        with contextlib.suppress(OSError):
            spaces.append(os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY))
        return real(pid, flags)

    os.pidfd_open = note
    try:
        yield spaces
    finally:
        os.pidfd_open = real
        for space in spaces:
            os.close(space)


def inhabitants(spaces: list[int]) -> int:
    """How many processes live in these pid namespaces; dead ones wait for the machine's process 1
    to bury them, which some do every second or two only, and do not count."""
    count, inodes = 0, {os.fstat(space).st_ino for space in spaces}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and os.stat(entry / "ns/pid").st_ino in inodes:
                state = (entry / "stat").read_text().rpartition(") ")[2][0]
                count += state not in "ZX"
    return count


def on_sandbox(count: int) -> Figures:
    """`count` judgements, most of them attacks; what is left afterwards."""
    if sandbox_trouble():
        print(sandbox_trouble())
        return {"judgements": 0}
    test = [{"input": "", "output": "3"}]
    files, began = set(os.listdir(tempfile.gettempdir())), time.perf_counter()
    with noted_spaces() as spaces:
        verdicts = Counter(
            judge(ATTACKS[n % len(ATTACKS)], test, 0.1, 64).verdict for n in range(count)
        )
        alive = inhabitants(spaces)
    spent = time.perf_counter() - began
    left = set(os.listdir(tempfile.gettempdir())) - files
    print(f"  {count} judgements in {spent:.1f} s: {dict(verdicts)}")
    return {
        "judgements": count,
        "sandboxes_seen": len(spaces),
        "accepted_attacks": verdicts["accepted"] - (count + len(ATTACKS) - 1) // len(ATTACKS),
        "left_processes": alive,
        "left_files": len([name for name in left if "bwrap" in name or "grading" in name]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ends within 50 s")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--show", action="store_true", help="print every miss")
    options = parser.parse_args()
    figures: Figures = {}
    parts = [
        ("answer pairs", on_pairs(options.show)),
        ("OlympiadBench answers", on_olympiad(options.data, options.show)),
        ("sandbox", on_sandbox(20 if options.quick else 200)),
    ]
    parts.append(("lines", measure(options.quick, options.data, options.show)[0]))
    for title, part in parts:
        print(f"\n{title}")
        for key, value in part.items():
            print(f"  {key:<32} {value}")
        figures |= part
    print(json.dumps({"name": "grading", "figures": figures}))


if __name__ == "__main__":
    main()
