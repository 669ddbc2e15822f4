"""`manage.py import_problems FILE…`: problem files into the bank, with a report of each line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, transaction

from problems.schema import ProblemRow, RowError, read_rows
from tutor.services.importing import import_row

BATCH = 100  # lines of one transaction: a long import must not keep others from writing
WORDS = {
    "added": "taken",
    "updated": "taken, changed here",
    "revised": "taken as a new revision",
    "unchanged": "skipped: already here, unchanged",
}


class Command(BaseCommand):
    help = (
        "Import problems from .jsonl, .csv, .lean or .thy files, or folders of them: this "
        "project's format, NuminaMath-1.5, DeepMath, DeepScaleR, OpenMathReasoning, verl, "
        "OlympiadBench, AMC, MathArena, GSM8K, TACO, OpenCodeReasoning, LiveCodeBench, formal "
        "statements. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="report everything, keep nothing"
        )
        parser.add_argument("--licence", default="", help="for rows that name none of their own")
        parser.add_argument("--source", default="", help="for rows that name none of their own")

    def handle(self, *args: Any, **options: Any) -> None:
        totals: Counter[str] = Counter()
        for path in _files(options["files"]):
            self.stdout.write(f"{path.name}")
            try:
                totals += self._import(path, options)
            except OperationalError as error:
                raise CommandError(f"the database cannot be used: {error}") from error
            except (OSError, ValueError) as error:
                raise CommandError(str(error)) from error
        kept = " (dry run: nothing was kept)" if options["dry_run"] else ""
        self.stdout.write(
            f"{totals['taken']} taken, {totals['skipped']} skipped, "
            f"{totals['refused']} refused{kept}"
        )
        if totals["refused"] and not totals["taken"] and not totals["skipped"]:
            raise CommandError("no line could be read as a problem")

    def _import(self, path: Path, options: dict[str, Any]) -> Counter[str]:
        totals: Counter[str] = Counter()
        rows = read_rows(path, licence=options["licence"], source=options["source"])
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                outcomes = [(row.line, *_take(row)) for row in batch]
                transaction.set_rollback(options["dry_run"])
            for line, status, words in outcomes:
                totals[status] += 1
                if options["verbosity"] > 1 or status != "skipped" or "already" not in words:
                    self.stdout.write(f"  line {line}: {words}")
        return totals


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted([*path.glob("*.jsonl"), *path.glob("*.csv")])
        else:
            yield path


def _take(row: ProblemRow | RowError) -> tuple[str, str]:
    """What became of the line: taken, skipped or refused, and the words that say why."""
    if isinstance(row, RowError):
        return row.status, f"{row.status}: {row.reason}"
    try:
        problem, action, note = import_row(row=row)
    except ValidationError as error:
        return "refused", f"refused: {'; '.join(error.messages)}"
    except ValueError as error:
        return "refused", f"refused: {error}"
    notes = [note, "" if row.licence else "no licence named"]
    note = "".join(f" ({text.rstrip('.')})" for text in notes if text)
    words = f"{WORDS[action]}: {row.slug}, {problem.title}{note}"
    return "skipped" if action == "unchanged" else "taken", words
