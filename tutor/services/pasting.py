"""Taking in a problem a student pasted."""

from __future__ import annotations

import re
import secrets

from django.db import transaction
from django.utils.text import slugify

from tutor.models import Problem, Trail, User
from tutor.services import attempting

TITLE_WORDS = 8


class Unsuitable(ValueError):
    """Why the tutor does not take this, in words for the student."""


@transaction.atomic
def paste_problem(*, user: User, statement: str, kind: str = "math", title: str = "") -> Trail:
    """A private problem without a reference answer, and the trail on it.

    A statement that the bank already has opens that problem instead, so that a class's help
    policy cannot be walked around by pasting. Unsuitable when it is not English, not a problem
    of mathematics or programming, or too long.
    """
    from problems import restraint  # loads a language model of a megabyte: only when needed

    looked = restraint.examine(statement, kind)
    if not looked.ok:
        raise Unsuitable(looked.reason)
    known = _same(user, statement)
    if known is not None:
        return attempting.open_trail(user=user, problem=known)
    title = " ".join(title.split()) or _title(statement)
    problem = Problem.objects.create(
        slug=f"{slugify(title)[:50].strip('-') or 'own'}-{secrets.token_hex(4)}",
        title=title,
        kind=kind,
        level=2,
        statement=statement,
        source="pasted",
        owner=user,
    )
    return attempting.open_trail(user=user, problem=problem)


def _same(user: User, statement: str) -> Problem | None:
    """The visible problem that reads the same, whatever the spaces and capitals."""
    wanted = _key(statement)
    for problem in Problem.objects.current().visible_to(user).only("statement", "slug").iterator():
        if _key(problem.statement) == wanted:
            return problem
    return None


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold() or text


def _title(statement: str) -> str:
    words = statement.split()
    title = " ".join(words[:TITLE_WORDS])
    if len(words) > TITLE_WORDS or len(title) > 80:
        title = title[:79].rstrip(" ,.;:") + "…"
    return title
