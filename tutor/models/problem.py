"""Problems, their topics, and the reference solutions only teachers can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from grading.checkers import CUSTOM_PREFIX, checker_trouble
from problems.examples import without_example

if TYPE_CHECKING:
    from tutor.models.people import User


class Topic(models.Model):
    """A subject heading such as "number theory" or "dynamic programming"."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProblemQuerySet(models.QuerySet["Problem"]):
    def current(self) -> Self:
        """The newest revision of each problem."""
        return self.filter(superseded=False)

    def visible_to(self, user: User) -> Self:
        """The shared bank, and what this user pasted."""
        return self.filter(Q(owner=None) | Q(owner=user))

    def search(self, words: str) -> Self:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(title__icontains=word)
                | Q(statement__icontains=word)
                | Q(topics__name__icontains=word)
            )
        return found.distinct()


class Problem(models.Model):
    """A statement, its kind, topics and level; immutable once assigned (a new revision instead)."""

    class Kind(models.TextChoices):
        MATH = "math", "Mathematics"
        CODE = "code", "Programming"

    slug = models.SlugField(max_length=80)
    revision = models.PositiveIntegerField(default=1)
    superseded = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    level = models.PositiveSmallIntegerField()
    topics = models.ManyToManyField(Topic, related_name="problems", blank=True)
    statement = models.TextField(max_length=20_000)
    samples = models.JSONField(default=list, blank=True)  # [{input, output}], programming only
    time_s = models.FloatField(default=2.0)
    memory_mb = models.PositiveIntegerField(default=256)
    source = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    family = models.CharField(max_length=40, blank=True)  # of a generated problem
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="pasted_problems",
        help_text="Set for a private problem a student pasted.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["level", "title"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "revision"], name="problem_slug_revision"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(superseded=False), name="problem_one_current"
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1) & Q(level__lte=4), name="problem_level_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["math", "code"]), name="problem_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(time_s__gt=0) & Q(memory_mb__gt=0), name="problem_limits_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("problem", args=[self.slug])

    @property
    def is_code(self) -> bool:
        return self.kind == self.Kind.CODE

    @property
    def statement_alone(self) -> str:
        """The statement without an example that it repeats from the samples."""
        return without_example(self.statement, self.samples)

    @property
    def has_reference(self) -> bool:
        return hasattr(self, "solution")


def usable_checker(checker: str) -> None:
    """Refuses a checker that the judge would refuse, while somebody can still mend it."""
    if trouble := checker_trouble(checker):
        raise ValidationError(trouble, code="checker")


class Solution(models.Model):
    """The reference answer, worked solution and hidden tests; never sent to a student's browser
    before policy allows, and never part of what the model is given."""

    problem = models.OneToOneField(Problem, models.CASCADE, related_name="solution")
    answer = models.TextField(blank=True, max_length=2_000)
    answer_kind = models.CharField(max_length=20, default="auto")
    worked = models.TextField(blank=True)
    tests = models.JSONField(default=list, blank=True)  # [{input, output}], hidden
    reference = models.TextField(blank=True)  # a program that passes the tests
    checker = models.TextField(
        default="tokens",
        validators=[usable_checker],
        help_text="exact, tokens, float, float:1e-9, or python: and a program that defines "
        "check(input, expected, output) and returns whether the output is right, or a pair of "
        "that and the reason.",
    )

    def __str__(self) -> str:
        return f"Solution of {self.problem_id}"

    @property
    def checker_name(self) -> str:
        """The checker in a word or two; of a custom one only its length."""
        if not self.checker.startswith(CUSTOM_PREFIX):
            return self.checker
        lines = self.checker.removeprefix(CUSTOM_PREFIX).strip().count("\n") + 1
        return f"its own, {lines} line{'' if lines == 1 else 's'}"
