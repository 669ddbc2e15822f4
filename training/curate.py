"""From problem files to rows worth training on, with a count at every stage.

    python -m training.curate data/train.jsonl --against data/test.jsonl --out var/rows.jsonl

Stages, in order: read (any format `problems.schema` knows), normalise, drop invalid and trivial
rows, drop exact and near duplicates, drop whatever shares ten words in a row with an evaluation
set, and check the lines of each solution. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from datasketch import MinHash, MinHashLSH

from grading import check_answer, check_steps
from problems.schema import ProblemRow, RowError, read_rows

NGRAM = 10  # words in a row shared with an evaluation item: contaminated
SHINGLE = 5  # words per shingle of a near-duplicate comparison
PERMUTATIONS = 128
SIMILAR = 0.8  # Jaccard similarity from which two statements are one
SHORTEST = 20  # characters of a statement worth keeping

_WORD = re.compile(r"[a-z0-9]+")
_ANNOTATION = re.compile(r"<<[^<>]*>>")


@dataclass
class Report:
    """How many rows went into each stage and why some did not come out."""

    read: int = 0
    refused: int = 0
    invalid: int = 0
    trivial: int = 0
    exact_duplicates: int = 0
    near_duplicates: int = 0
    contaminated: int = 0
    contradicted: int = 0
    kept: int = 0
    lines: int = 0
    lines_checked: int = 0
    licences: dict[str, int] = field(default_factory=dict)


def normalise(row: ProblemRow) -> ProblemRow:
    """NFC, no calculator annotations, single spaces, at most one empty line."""
    return replace(row, problem=_clean(row.problem), solution=_clean(row.solution))


def _clean(text: str) -> str:
    text = _ANNOTATION.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(s.strip() for s in text.split("\n"))).strip()


def words(text: str) -> list[str]:
    """Letters and digits only, lower case: what is compared between sets."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def is_invalid(row: ProblemRow) -> bool:
    """Marked invalid, or without an answer that the rules can judge against itself."""
    if row.problem_is_valid != "Yes" or row.solution_is_valid not in ("Yes", ""):
        return True
    if row.kind == "code":
        return not row.tests and not row.samples
    return check_answer(row.answer, row.answer).value != "correct"


def is_trivial(row: ProblemRow) -> bool:
    """Too short to be a problem, or a solution that only repeats the answer."""
    return len(row.problem) < SHORTEST or (
        bool(row.solution) and words(row.solution) == words(row.answer)
    )


def _hash(gram: Sequence[str]) -> int:
    digest = hashlib.blake2b(" ".join(gram).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def grams(text: str, size: int = NGRAM) -> set[int]:
    """Hashes of all runs of `size` words; of the whole text when it is shorter."""
    listed = words(text)
    if len(listed) < size:
        return {_hash(listed)} if listed else set()
    return {_hash(listed[i : i + size]) for i in range(len(listed) - size + 1)}


class Contamination:
    """Evaluation items: their runs of ten words, and short items as a whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.runs: set[int] = set()
        self.short: set[int] = set()
        for text in texts:
            (self.runs if len(words(text)) >= NGRAM else self.short).update(grams(text))

    def hits(self, text: str) -> bool:
        return not self.runs.isdisjoint(grams(text)) or _hash(words(text)) in self.short


class NearDuplicates:
    """Statements seen so far, compared by MinHash over shingles of five words."""

    def __init__(self) -> None:
        self.index = MinHashLSH(threshold=SIMILAR, num_perm=PERMUTATIONS)
        self.prints: dict[str, MinHash] = {}

    @staticmethod
    def fingerprint(text: str) -> MinHash:
        listed = words(text)
        print_ = MinHash(num_perm=PERMUTATIONS, seed=1)
        for i in range(max(1, len(listed) - SHINGLE + 1)):
            print_.update(" ".join(listed[i : i + SHINGLE]).encode())
        return print_

    def knows(self, print_: MinHash) -> bool:
        """Whether a statement as similar as `SIMILAR` was added before."""
        found = self.index.query(print_)
        return any(print_.jaccard(self.prints[key]) >= SIMILAR for key in found)

    def add(self, print_: MinHash) -> None:
        key = str(len(self.prints))
        self.prints[key] = print_
        self.index.insert(key, print_)


def curate(
    rows: Iterable[ProblemRow | RowError], against: Iterable[str], report: Report
) -> Iterator[ProblemRow]:
    """The rows that survive every stage, in their order; `report` is filled on the way."""
    contamination, near = Contamination(against), NearDuplicates()
    exact: set[int] = set()
    for found in rows:
        report.read += 1
        if isinstance(found, RowError):
            report.refused += 1
            continue
        row = normalise(found)
        identity, print_ = _hash(words(row.problem)), near.fingerprint(row.problem)
        if is_invalid(row):
            report.invalid += 1
        elif is_trivial(row):
            report.trivial += 1
        elif identity in exact:
            report.exact_duplicates += 1
        elif near.knows(print_):
            report.near_duplicates += 1
        elif contamination.hits(row.problem) or contamination.hits(row.solution):
            report.contaminated += 1
        elif _contradicted(row, report):
            report.contradicted += 1
        else:
            exact.add(identity)
            near.add(print_)
            report.kept += 1
            report.licences[row.licence] = report.licences.get(row.licence, 0) + 1
            yield row


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
    options = parser.parse_args()
    report = Report()
    evaluation = (
        text
        for row in read_all(options.against, "evaluation")
        if isinstance(row, ProblemRow)
        for text in (row.problem, row.solution)
        if text
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    digest = write_rows(
        curate(read_all(options.inputs, options.licence), evaluation, report), options.out
    )
    options.out.with_suffix(".report.json").write_text(json.dumps(asdict(report), indent=2) + "\n")
    for name, value in asdict(report).items():
        print(f"{name:18} {value}")
    print(f"sha256 {digest}")


if __name__ == "__main__":
    main()
