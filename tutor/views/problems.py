"""The problem list, a problem, and problems of the student's own."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import grading
from tutor.forms import PasteForm, ProblemFilterForm
from tutor.models import Assignment, Attempt, Problem, Trail, User
from tutor.services import attempting, pasting, permitting
from tutor.views.requests import user_of

PER_PAGE = 30


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    return render(request, "problems/list.html", list_context(request))


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The filtered page of problems, with what this user has done on each."""
    form = ProblemFilterForm(request.GET)
    form.is_valid()
    found = filtered(user_of(request), form)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    return {"form": form, "page": page, "query": query.urlencode(), "chosen": chosen}


def filtered(user: User, form: ProblemFilterForm) -> QuerySet[Problem]:
    wanted = form.cleaned_data
    tries = Attempt.objects.filter(trail__problem=OuterRef("pk"), trail__student=user)
    found = Problem.objects.current().visible_to(user).prefetch_related("topics")
    right = tries.filter(verdict="correct")
    found = found.annotate(tried=Exists(tries), solved=Exists(right))
    if words := wanted.get("q"):
        found = found.search(words)
    if kind := wanted.get("kind"):
        found = found.filter(kind=kind)
    if level := wanted.get("level"):
        found = found.filter(level=level)
    if topic := wanted.get("topic"):
        found = found.filter(topics=topic)
    if (state := wanted.get("state")) == "solved":
        found = found.filter(Exists(right))
    elif state == "new":
        found = found.filter(~Exists(tries))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    """The statement; POST opens this user's trail on it."""
    user = user_of(request)
    if request.method == "POST":
        return redirect(open_from(user, slug, request.POST.get("assignment", "")))
    found = permitting.visible_problem(user, slug)
    mine = Trail.objects.owned_by(user).filter(problem__slug=slug).for_list()
    given = Assignment.objects.open().for_student(user).containing(found).distinct()
    context = {
        "problem": found,
        "cpp": found.is_code and grading.can_compile_cpp(),
        "trails": mine,
        "assignments": given.select_related("problem_set", "classroom"),
        "solution": found.solution if user.is_teacher and found.has_reference else None,
    }
    return render(request, "problems/detail.html", context)


def open_from(user: User, slug: str, assignment: object) -> Trail:
    """The trail on this problem, for the assignment when one is named. 404 for what this user
    may not work on."""
    if assignment in ("", None):
        return attempting.open_trail(user=user, problem=permitting.visible_problem(user, slug))
    number = int(assignment) if isinstance(assignment, int | str) and _digits(assignment) else 0
    given, revision = permitting.workable_assignment(user, number, slug)
    return attempting.open_trail(user=user, problem=revision, assignment=given)


def _digits(value: int | str) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 19


@require_http_methods(["GET", "HEAD", "POST"])
def problem_new(request: HttpRequest) -> HttpResponse:
    """A problem of one's own: private, with no reference answer."""
    form = PasteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            trail = pasting.paste_problem(user=user_of(request), **form.cleaned_data)
            return redirect(trail)
        except pasting.Unsuitable as error:
            form.add_error("statement", str(error))
    status = 400 if form.errors else 200
    return render(request, "problems/new.html", {"form": form}, status=status)
