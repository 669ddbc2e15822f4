"""`manage.py export_trails OUT.jsonl --class CODE --licence …`: approved work as training rows."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tutor.models import Classroom
from tutor.services import exporting


class Command(BaseCommand):
    help = (
        "Write the work of a class that a teacher approved and its student shares, without names, "
        "as rows for training.curate. Consent is read anew each time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.jsonl")
        parser.add_argument("--class", dest="code", required=True, help="the class's join code")
        parser.add_argument(
            "--licence", required=True, help=f"of the work, e.g. {', '.join(exporting.LICENCES)}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out, code = options["out"], options["code"].upper()
        classroom = Classroom.objects.filter(join_code=code).first()
        if classroom is None:
            raise CommandError(f"no class has the join code {code}")
        if out.suffix != ".jsonl":
            raise CommandError(f"{out.name}: the name must end in .jsonl to be read again")
        try:
            export = exporting.gather(classroom=classroom, licence=options["licence"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{export.approved} approved, {export.shared} shared by their students")
        for reason, count in sorted(export.held.items()):
            self.stdout.write(f"{count} held back: {reason}")
        if not export.rows:
            raise CommandError("nothing to export")
        try:
            out.write_text(export.to_jsonl(), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{len(export.rows)} written to {out}")
