"""`python -m problems.verify`: every answer of the bank computed a second time, every program run.

For mathematics: the answer is computed from the numbers of the statement (problems/proofs) and
must equal `answer`; so must the box at the end of the written solution. For programs: the
reference passes every sample and hidden test in the judge, and agrees with a literal method
wherever that is quick enough. Exit status 1 if anything disagrees.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import sympy

import grading
from problems.proofs import PROOFS
from problems.schema import ProblemRow, RowError, read_rows

BANK = Path(__file__).parent / "bank"
JUDGES = 2
AREAS = (
    "algebra",
    "number_theory",
    "combinatorics",
    "geometry",
    "programs",
    "programs_hard",
)


class Finding(NamedTuple):
    """What was found about one problem: `trouble` is empty when all is well."""

    slug: str
    trouble: str
    note: str = ""


def read_answer(latex: str) -> sympy.Expr:
    r"""The bank's own answers as numbers: \frac, \sqrt and \pi over whole numbers, nothing else."""
    text = latex.replace(r"\pi", "*pi").replace(r"\cdot", "*").replace(" ", "")
    text = re.sub(r"(?<=\d)\\sqrt", r"*\\sqrt", text)
    for _ in range(4):
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"(sqrt(\1))", text)
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    if not re.fullmatch(r"[\d+\-*/().]*(?:(?:sqrt|pi)[\d+\-*/().]*)*", text):
        raise ValueError(f"cannot read the answer {latex!r}")
    return sympy.sympify(text.removeprefix("*"), rational=True)


def examine_mathematics(row: ProblemRow) -> Finding:
    """The answer against its proof, the box, and the rules that check single lines."""
    boxed = grading.extract_boxed(row.solution) or ""
    if boxed != row.answer:
        return Finding(row.slug, f"the solution boxes {boxed!r}, the answer is {row.answer!r}")
    if not row.family:
        if row.slug not in PROOFS:
            return Finding(row.slug, "no second computation in problems/proofs")
        computed = PROOFS[row.slug]()
        if sympy.simplify(sympy.sympify(computed) - read_answer(row.answer)) != 0:
            return Finding(row.slug, f"computed {computed}, the answer is {row.answer}")
    verdict = grading.check_answer(row.answer, boxed)
    if verdict.value != "correct":
        return Finding(row.slug, f"check_answer says {verdict.value}: {verdict.reason}")
    checks = grading.check_steps(row.solution, row.problem)
    wrong = [check for check in checks if check.status == "contradicted"]
    if wrong:
        line = row.solution.splitlines()[wrong[0].line]
        return Finding(
            row.slug, f"line {wrong[0].line + 1} contradicted ({wrong[0].reason}): {line}"
        )
    confirmed = sum(check.status == "checked" for check in checks)
    return Finding(row.slug, "", f"{row.answer}; {confirmed} lines checked")


def examine_program(row: ProblemRow) -> Finding:
    """The reference against all tests, and against the literal method."""
    from problems.proofs.programs import LITERAL

    cases = [*row.samples, *row.tests]
    result = grading.judge(
        row.reference,
        [asdict(case) for case in cases],
        row.time_s,
        row.memory_mb,
        checker=row.checker,
    )
    if result.verdict != "accepted":
        return Finding(row.slug, f"the reference is judged {result.verdict}: {result.reason}")
    slowest = max(test.time_ms for test in result.tests)
    if slowest > 500 * row.time_s:
        return Finding(row.slug, f"the reference needs {slowest} ms: more than half the limit")
    note = f"{len(cases)} tests, slowest {slowest} ms"
    if row.family:
        return Finding(row.slug, "", note)
    if row.slug not in LITERAL:
        return Finding(row.slug, "no literal method in problems/proofs/programs.py")
    again = [(case, LITERAL[row.slug](case.input)) for case in cases]
    known = [(case, output) for case, output in again if output is not None]
    for case, output in known:
        if grading.check_output(output, asdict(case), row.checker).verdict != "accepted":
            return Finding(row.slug, f"input {case.input[:60]!r}: literally {output[:60]!r}")
    return Finding(row.slug, "", f"{note}, {len(known)} computed a second time")


EXAMINE = {"math": examine_mathematics, "code": examine_program}


def findings(paths: list[Path]) -> Iterator[Finding]:
    """One Finding for each row, in order; slugs are unique over all files."""
    for area in AREAS:
        importlib.import_module(f"problems.proofs.{area}")
    seen: dict[str, str] = {}
    with ThreadPoolExecutor(JUDGES) as pool:  # a judge mostly waits for the program it runs
        coming: list[Future[Finding]] = []
        for path in paths:
            for row in read_rows(path):
                if isinstance(row, RowError):
                    trouble = Finding(f"{path.name}:{row.line}", row.reason)
                elif row.slug in seen:
                    trouble = Finding(row.slug, f"in {seen[row.slug]} and again in {path.name}")
                else:
                    seen[row.slug] = path.name
                    coming.append(pool.submit(EXAMINE[row.kind], row))
                    continue
                coming.append(pool.submit(lambda finding: finding, trouble))
        yield from (future.result() for future in coming)


def main(arguments: list[str] | None = None) -> int:
    """Prints one line for each problem and a total; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="by default the whole bank")
    parser.add_argument("--quiet", action="store_true", help="only what disagrees")
    options = parser.parse_args(arguments)
    start, total, bad = time.monotonic(), 0, 0
    for finding in findings(options.files or sorted(BANK.glob("*.jsonl"))):
        total += 1
        bad += bool(finding.trouble)
        if finding.trouble or not options.quiet:
            print(
                f"{'NO ' if finding.trouble else 'ok '} {finding.slug}: {finding[1] or finding[2]}"
            )
    print(f"{total} problems, {bad} in trouble, {time.monotonic() - start:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
