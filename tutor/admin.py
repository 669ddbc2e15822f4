"""Everything that is kept, for administrators."""

# mypy: disable-error-code="type-arg"
# The admin classes are generic for the type checker only.

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from tutor import models


@admin.register(models.User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "display_name", "role", "is_staff", "is_active"]
    list_filter = ["role", "is_staff", "is_active"]
    fieldsets = [*(UserAdmin.fieldsets or ()), ("Thinktrail", {"fields": ["role"]})]
    add_fieldsets = [*UserAdmin.add_fieldsets, ("Thinktrail", {"fields": ["role"]})]


class MembershipInline(admin.TabularInline):
    model = models.Membership
    raw_id_fields = ["user"]
    extra = 0


@admin.register(models.Classroom)
class ClassroomAdmin(admin.ModelAdmin):
    list_display = ["name", "join_code", "created_at"]
    search_fields = ["name", "join_code"]
    inlines = [MembershipInline]


@admin.register(models.Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "classroom", "role", "joined_at"]
    list_filter = ["role", "classroom"]
    raw_id_fields = ["user"]


class SolutionInline(admin.StackedInline):
    model = models.Solution


@admin.register(models.Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]


@admin.register(models.Problem)
class ProblemAdmin(admin.ModelAdmin):
    """An assigned problem is not changed: whoever needs that makes a new revision."""

    list_display = ["title", "kind", "level", "slug", "revision", "superseded", "owner"]
    list_filter = ["kind", "level", "superseded", "topics", "family"]
    search_fields = ["title", "slug", "statement"]
    raw_id_fields = ["owner"]
    inlines = [SolutionInline]

    def get_readonly_fields(
        self, request: object, obj: models.Problem | None = None
    ) -> tuple[str, ...]:
        if obj is not None and obj.set_items.filter(problem_set__assignments__isnull=False):
            return ("slug", "revision", "statement", "samples", "kind", "time_s", "memory_mb")
        return ()


@admin.register(models.Solution)
class SolutionAdmin(admin.ModelAdmin):
    list_display = ["problem", "answer_kind", "checker_short"]
    search_fields = ["problem__title", "problem__slug"]
    raw_id_fields = ["problem"]

    @admin.display(description="checker")
    def checker_short(self, solution: models.Solution) -> str:
        return solution.checker_name


class ItemInline(admin.TabularInline):
    model = models.ProblemSetItem
    raw_id_fields = ["problem"]
    extra = 0


@admin.register(models.ProblemSet)
class ProblemSetAdmin(admin.ModelAdmin):
    list_display = ["title", "owner", "created_at"]
    search_fields = ["title"]
    raw_id_fields = ["owner"]
    inlines = [ItemInline]


@admin.register(models.ProblemSetItem)
class ProblemSetItemAdmin(admin.ModelAdmin):
    list_display = ["problem_set", "position", "problem"]
    raw_id_fields = ["problem_set", "problem"]


@admin.register(models.Assignment)
class AssignmentAdmin(admin.ModelAdmin):
    list_display = ["problem_set", "classroom", "opens_at", "due_at", "help_policy"]
    list_filter = ["help_policy", "classroom"]
    date_hierarchy = "due_at"


@admin.register(models.Trail)
class TrailAdmin(admin.ModelAdmin):
    list_display = ["problem", "student", "assignment", "updated_at"]
    search_fields = ["student__username", "problem__title", "id"]
    raw_id_fields = ["student", "problem", "assignment"]


@admin.register(models.Attempt)
class AttemptAdmin(admin.ModelAdmin):
    list_display = ["trail", "verdict", "answer", "language", "created_at"]
    list_filter = ["verdict", "language"]
    raw_id_fields = ["trail"]


@admin.register(models.Generation)
class GenerationAdmin(admin.ModelAdmin):
    list_display = ["id", "trail", "state", "model", "token_count", "tries", "created_at"]
    list_filter = ["state", "purpose", "model"]
    search_fields = ["id", "user__username"]
    raw_id_fields = ["trail", "user"]


@admin.register(models.Hint)
class HintAdmin(admin.ModelAdmin):
    list_display = ["trail", "level", "created_at"]
    list_filter = ["level"]
    raw_id_fields = ["trail"]


@admin.register(models.Approval)
class ApprovalAdmin(admin.ModelAdmin):
    """Whether the work is shared is its student's word alone."""

    list_display = ["attempt", "teacher", "shared", "answered_at"]
    list_filter = ["shared"]
    raw_id_fields = ["attempt", "teacher"]
    readonly_fields = ["shared", "answered_at"]


@admin.register(models.Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["trail", "teacher", "updated_at"]
    raw_id_fields = ["trail", "teacher"]


@admin.register(models.Mark)
class MarkAdmin(admin.ModelAdmin):
    list_display = ["review", "line", "comment", "seen_at"]
    raw_id_fields = ["review", "attempt", "generation"]


@admin.register(models.Correction)
class CorrectionAdmin(admin.ModelAdmin):
    list_display = ["teacher", "line", "said", "status", "created_at"]
    list_filter = ["said", "status"]
    raw_id_fields = ["teacher", "attempt", "generation"]
