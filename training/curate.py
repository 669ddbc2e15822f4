"""From problem files to rows worth training on, with a count at every stage.

    python -m training.curate data/train.jsonl --against data/test.jsonl --out var/rows.jsonl

Stages, in order: read (any format `problems.schema` knows), normalise, drop invalid and trivial
rows, drop exact and near duplicates, drop whatever shares ten words in a row with an evaluation
set or is a problem that a generated family is measured on, and check the lines of each solution.

With `--model DIR` each row is then asked `--samples` times: the share of right replies is its
difficulty for that model (`OUT.rates.jsonl`), `--complete` gives answer-only rows the shortest
confirmed reply as their solution, and `--rates 0.1 0.9` keeps what is neither hopeless nor known.
The same input gives the same bytes; with a model, on the same kind of machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grading import check_steps
from problems.schema import ProblemRow, RowError, read_rows
from training.cleaning import (
    has_complexity,
    has_edge_cases,
    is_invalid,
    is_trivial,
    normalise,
    only_answer,
)
from training.duplicates import Contamination, GeneratedEvaluation, NearDuplicates, hash_of, words

if TYPE_CHECKING:
    from training.complete import Rated

SOLUTIONS = 4  # different solutions of one problem that are kept at most


@dataclass
class Report:
    """How many rows went into each stage and why some did not come out."""

    read: int = 0
    refused: int = 0
    invalid: int = 0
    trivial: int = 0
    exact_duplicates: int = 0
    further_solutions: int = 0  # kept: the same problem solved in another way
    near_duplicates: int = 0
    contaminated: int = 0
    generated_evaluation: int = 0  # problems that generated families are measured on
    contradicted: int = 0
    kept: int = 0
    lines: int = 0
    lines_checked: int = 0
    code: int = 0  # programs among the kept, and those whose solution speaks of …
    code_edge_cases: int = 0
    code_complexity: int = 0
    answer_only: int = 0  # kept rows without a solution
    completed: int = 0  # of those, by the model
    rated: int = 0
    never_right: int = 0
    always_right: int = 0
    outside_rates: int = 0  # left out for their pass rate
    pass_rates: dict[str, int] = field(default_factory=dict)  # rows by right replies
    written: int = 0
    licences: dict[str, int] = field(default_factory=dict)  # of the rows written


def curate(
    rows: Iterable[ProblemRow | RowError],
    against: Iterable[str],
    report: Report,
    *,
    completing: bool = False,
) -> Iterator[ProblemRow]:
    """The rows that survive every stage, in their order; `report` is filled on the way.

    With `completing`, a solution that only repeats the answer is taken away and not its row.
    """
    contamination, near, generated = Contamination(against), NearDuplicates(), GeneratedEvaluation()
    solved: dict[int, set[int]] = {}  # the solutions kept so far of every statement
    for found in rows:
        report.read += 1
        if isinstance(found, RowError):
            report.refused += 1
            continue
        row = normalise(found)
        if completing and row.kind == "math" and only_answer(row):
            row = replace(row, solution="")
        identity, print_ = hash_of(words(row.problem)), near.fingerprint(row.problem)
        solution, others = hash_of(words(row.solution)), solved.get(identity, set())
        if is_invalid(row):
            report.invalid += 1
        elif is_trivial(row):
            report.trivial += 1
        elif others and (solution in others or not row.solution or len(others) >= SOLUTIONS):
            report.exact_duplicates += 1
        elif not others and near.knows(print_):
            report.near_duplicates += 1
        elif contamination.hits(row.problem) or contamination.hits(row.solution):
            report.contaminated += 1
        elif generated.hits(row):
            report.generated_evaluation += 1
        elif _contradicted(row, report):
            report.contradicted += 1
        else:
            report.further_solutions += bool(others)
            if not others:
                near.add(print_)
            solved.setdefault(identity, set()).add(solution)
            _count(row, report)
            yield row


def _count(row: ProblemRow, report: Report) -> None:
    report.kept += 1
    report.answer_only += not row.solution
    report.licences[row.licence] = report.licences.get(row.licence, 0) + 1
    if row.kind == "code":
        report.code += 1
        report.code_edge_cases += has_edge_cases(row)
        report.code_complexity += has_complexity(row)


def _contradicted(row: ProblemRow, report: Report) -> bool:
    """Whether a rule contradicts a line of the solution; counts what could be checked."""
    if row.kind != "math" or not row.solution:
        return False
    checks = check_steps(row.solution, row.problem)
    report.lines += len(row.solution.splitlines())
    report.lines_checked += sum(c.status == "checked" for c in checks)
    return any(c.status == "contradicted" for c in checks)


def read_all(paths: Sequence[Path], licence: str) -> Iterator[ProblemRow | RowError]:
    for path in paths:
        yield from read_rows(path, licence=licence)


def write_rows(rows: Iterable[ProblemRow], path: Path) -> str:
    """JSON lines with sorted keys; returns their sha256."""
    digest = hashlib.sha256()
    with path.open("wb") as target:
        for row in rows:
            data = {k: v for k, v in asdict(row).items() if k != "line"}
            line = json.dumps(data, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            digest.update(line)
            target.write(line)
    return digest.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", type=Path, nargs="+")
    parser.add_argument("--against", type=Path, nargs="*", default=[], help="evaluation sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--licence", default="", help="for rows that name none")
    parser.add_argument("--model", default="", help="samples replies: a checkpoint or a server")
    parser.add_argument("--complete", action="store_true", help="answer-only rows get solutions")
    parser.add_argument("--samples", type=int, default=8, help="replies to each row")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--rates", type=float, nargs=2, metavar=("LOW", "HIGH"), help="kept")
    parser.add_argument("--seed", type=int, default=0, help="of the replies")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    if (options.complete or options.rates) and not options.model:
        parser.error("--complete and --rates need --model")
    report = Report()
    evaluation = (
        text
        for row in read_all(options.against, "evaluation")
        if isinstance(row, ProblemRow)
        for text in (row.problem, row.solution)
        if text
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    found = read_all(options.inputs, options.licence)
    rows = list(curate(found, evaluation, report, completing=options.complete))
    if options.model:
        rows = _ask_model(rows, report, options)
    report.written = len(rows)
    report.licences = dict(sorted(Counter(row.licence for row in rows).items()))
    digest = write_rows(rows, options.out)
    options.out.with_suffix(".report.json").write_text(json.dumps(asdict(report), indent=2) + "\n")
    for name, value in asdict(report).items():
        print(f"{name:20} {value}")
    print(f"sha256 {digest}")


def _ask_model(
    rows: Sequence[ProblemRow], report: Report, options: argparse.Namespace
) -> list[ProblemRow]:
    """Completed rows within the wanted rates; what each was rated stands beside the rows."""
    # They need torch, which the other stages do without.
    from training.asking import open_engine
    from training.complete import rate_rows, write_rates
    from training.passk import Sampling

    engine = open_engine(options.model, device=options.device)
    sampling = Sampling(options.samples, options.temperature, seed=options.seed)
    rated = rate_rows(engine, rows, sampling, completing=options.complete)
    kept = within_rates(rated, options.rates, report)
    write_rates(kept, engine.info, sampling, options.out.with_suffix(".rates.jsonl"))
    return [each.row for each in kept]


def within_rates(
    rated: Sequence[Rated], rates: tuple[float, float] | None, report: Report
) -> list[Rated]:
    """The rows whose pass rate lies in the closed range; rows without one stay. Counts all."""
    kept = []
    for each in rated:
        report.completed += each.completed
        if each.rate is not None:
            report.rated += 1
            report.never_right += each.rate == 0
            report.always_right += each.rate == 1
            share = f"{each.right}/{each.judged}"
            report.pass_rates[share] = report.pass_rates.get(share, 0) + 1
            if rates and not rates[0] <= each.rate <= rates[1]:
                report.outside_rates += 1
                continue
        kept.append(each)
    report.pass_rates = dict(sorted(report.pass_rates.items()))
    return kept


if __name__ == "__main__":
    main()
