"""The first account of an installation without the demo class."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tutor.models import User


class Command(BaseCommand):
    help = "Adds the teacher and administrator `teacher`, unless there is a teacher already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(role=User.Role.TEACHER).exists():
            self.stdout.write("There is a teacher already.")
            return
        User.objects.create_user(
            "teacher",
            password=options["password"],
            role=User.Role.TEACHER,
            is_staff=True,
            is_superuser=True,
        )
        self.stdout.write("Added the account `teacher`.")
