"""A teacher reads a trail and comments on its lines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tutor.forms import ApprovalForm, CorrectionForm, MarkForm, SummaryForm
from tutor.models import Attempt, Trail, User
from tutor.services import approving, checking, permitting, presenting, reviewing
from tutor.views.requests import user_of


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    """Her work and the tutor's in order, checks and marks in the margin."""
    teacher = user_of(request)
    found = permitting.reviewable_trail(teacher, trail_id)
    if request.method == "POST":
        return _act(request, found)
    entries = presenting.entries(found)
    _say_where_it_departs(entries)
    _open_pen(entries, request.GET.get("at", ""))
    attempts = [entry.row for entry in entries if isinstance(entry.row, Attempt)]
    own = found.reviews.filter(teacher=teacher).first()
    context = {
        "trail": found,
        "problem": found.problem,
        "entries": [entry for entry in entries if entry.type != "mark"],
        "reviews": found.reviews.exclude(teacher=teacher).select_related("teacher"),
        "approvable": {a.pk for a in attempts if approving.approvable(a).ok},
        "summary_form": SummaryForm(initial={"summary": own.summary if own else ""}),
        "solution": found.problem.solution if found.problem.has_reference else None,
        "next": _next(teacher, found),
    }
    return render(request, "review/detail.html", context)


def _say_where_it_departs(entries: list[presenting.Entry]) -> None:
    for entry in entries:
        if isinstance(entry.row, Attempt):
            at, why = checking.departure(entry.row)
            for line in entry.lines[at : at + 1] if at is not None else ():
                line.departs = why or "other values than the reference's"


def _open_pen(entries: list[presenting.Entry], at: str) -> None:
    """`?at=attempt:<uuid>:<line>` opens the form under that line, also without scripts."""
    target, _, number = at.rpartition(":")
    for entry in entries:
        for line in entry.lines if entry.target == target else ():
            line.open = str(line.n) == number


def _next(teacher: User, found: Trail) -> Trail | None:
    """The next student's trail on the same problem of the same assignment."""
    beside = Trail.objects.reviewable_by(teacher).filter(
        assignment=found.assignment, problem=found.problem
    )
    return (
        beside.filter(student__username__gt=found.student.username)
        .order_by("student__username")
        .first()
    )


def _act(request: HttpRequest, found: Trail) -> HttpResponse:
    """mark, unmark, overrule, approve, unapprove or summary; back to where the teacher was."""
    teacher, action = user_of(request), request.POST.get("action", "mark")
    place = ""
    try:
        if action == "unmark" and (mark := request.POST.get("mark", "")).isdigit():
            reviewing.remove_mark(trail=found, teacher=teacher, mark_id=int(mark[:18]))
        elif action == "summary":
            summary = _valid(SummaryForm(request.POST))
            reviewing.summarise(trail=found, teacher=teacher, **summary)
        elif action == "overrule":
            data = _valid(CorrectionForm(request.POST))
            reviewing.overrule(trail=found, teacher=teacher, **data)
            place = _place(data)
        elif action == "mark":
            data = _valid(MarkForm(request.POST))
            reviewing.leave_mark(trail=found, teacher=teacher, **data)
            place = _place(data)
        elif action in ("approve", "unapprove"):
            attempt = _valid(ApprovalForm(request.POST))["attempt"]
            place = f"#approval-{attempt}"
            if action == "approve":
                approving.approve(trail=found, teacher=teacher, attempt_id=attempt)
            else:
                approving.take_back(trail=found, attempt_id=attempt)
    except (reviewing.NoSuchLine, approving.NotApprovable, Invalid) as error:
        messages.error(request, str(error))
    return redirect(f"/review/{found.pk}/{place}")


def _place(data: dict[str, Any]) -> str:
    return f"#{data['target'].replace(':', '-')}-{data['line']}"


class Invalid(ValueError):
    """What the form said."""


def _valid(form: MarkForm | CorrectionForm | SummaryForm | ApprovalForm) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid(next(iter(form.errors.values()))[0])
    return form.cleaned_data
