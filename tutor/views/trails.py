"""The trail page and what a student does on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tutor.forms import AttemptForm, HintForm, ShareForm, with_plain_newlines
from tutor.models import Approval, Mark, Trail
from tutor.services import (
    approving,
    attempting,
    checking,
    hinting,
    permitting,
    presenting,
    telling,
)
from tutor.services.engine import engine_state
from tutor.views.requests import BadInput, data_of, json_error, user_of, uuid_of, wants_json

REUSABLE = 12


@require_safe
def trail_list(request: HttpRequest) -> HttpResponse:
    """My trails, newest work first."""
    found = Trail.objects.owned_by(user_of(request)).for_list()
    page = Paginator(found, 40).get_page(request.GET.get("page"))
    return render(request, "trails/list.html", {"page": page})


@require_safe
def trail(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    """The owner's page; a teacher who follows the link reads it as a review."""
    found = permitting.readable_trail(user_of(request), trail_id)
    if found.student_id != user_of(request).pk:
        return redirect("review", trail_id=found.pk)
    page = render(request, "trails/detail.html", trail_context(found))
    Mark.objects.unseen_by(found.student).filter(review__trail=found).update(seen_at=timezone.now())
    return page


def trail_context(found: Trail, **forms: Any) -> dict[str, Any]:
    """What templates/trails/detail.html is given."""
    rows = presenting.entries(found)
    help = permitting.help_allowed(found)
    reader = found.student
    return {
        "trail": found,
        "problem": found.problem,
        "entries": rows,
        "trail_json": telling.trail_json(found, reader, rows),
        "generations": [row.row for row in rows if row.type == "generation"],
        "marks": [row.row for row in rows if row.type == "mark"],
        "reviews": [r for r in found.reviews.select_related("teacher") if r.summary],
        "approvals": Approval.objects.filter(attempt__trail=found).select_related(
            "attempt", "teacher"
        ),
        "help": help,
        "may_ask": help.ok,
        "may_check": permitting.check_allowed(found),
        "solution": found.problem.solution
        if found.problem.has_reference and permitting.may_see_solution(reader, found)
        else None,
        "next_hint_level": hinting.next_level(found),
        "hint_names": hinting.LEVELS,
        "reuse_candidates": reuse_candidates(found),
        "engine": engine_state(),
        "attempt_id": uuid4(),
        "languages": attempting.languages(found),
        "checks": None,
    } | forms


def reuse_candidates(found: Trail) -> list[dict[str, str]]:
    """Earlier trails the student may hand to the tutor; those of the same topics first."""
    topics = set(found.problem.topics.values_list("pk", flat=True))
    earlier = list(
        Trail.objects.owned_by(found.student).worked_on().exclude(pk=found.pk).for_list()[:60]
    )
    earlier.sort(key=lambda t: not topics & {topic.pk for topic in t.problem.topics.all()})
    return [
        {"id": str(t.pk), "title": t.problem.title, "when": t.updated_at.isoformat()}
        for t in earlier[:REUSABLE]
    ]


@require_POST
def attempt_new(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    found = permitting.own_trail(user_of(request), trail_id)
    try:
        form = AttemptForm(data_of(request))
    except BadInput as error:
        return json_error("input", str(error))
    if not form.is_valid():
        return _refused_attempt(request, found, form)
    attempt = attempting.submit_attempt(trail=found, **form.cleaned_data)
    if not wants_json(request):
        return redirect(f"{found.get_absolute_url()}#attempt-{attempt.pk}")
    rows = presenting.entries(found)
    entry = next(row for row in rows if row.row.pk == attempt.pk)
    whole = telling.trail_json(found, found.student, rows)
    told = {key: whole[key] for key in ("help", "solved", "solution")}
    return JsonResponse({"entry": telling.entry_json(entry)} | told, status=201)


def _refused_attempt(request: HttpRequest, found: Trail, form: AttemptForm) -> HttpResponse:
    """Says what is missing; what was typed stays in the form and in the draft."""
    message = " ".join(str(error) for errors in form.errors.values() for error in errors)
    typed = form.data.get("working") or form.data.get("program") or ""
    if isinstance(typed, str) and typed.strip():
        attempting.keep_draft(trail=found, draft=typed[: attempting.DRAFT_LIMIT])
    if wants_json(request):
        return json_error("attempt", message)
    return render(request, "trails/detail.html", trail_context(found, form=form), status=400)


@require_POST
def hint_open(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    found = permitting.own_trail(user_of(request), trail_id)
    try:
        form = HintForm(data_of(request))
        if not form.is_valid():
            raise hinting.HintRefused(next(iter(form.errors.values()))[0])
        hint = hinting.open_hint(trail=found, **form.cleaned_data)
    except (hinting.HintRefused, BadInput) as error:
        if wants_json(request):
            return json_error("hint", str(error))
        messages.error(request, str(error))
        return redirect(found)
    if not wants_json(request):
        return redirect(f"{found.get_absolute_url()}#hint-{hint.pk}")
    entry = presenting.Entry("hint", hint.created_at, hint)
    told = {"entry": telling.entry_json(entry), "next_level": hinting.next_level(found)}
    return JsonResponse(told, status=201)


@require_POST
def share(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    """The student's yes or no to passing on a piece of her approved work."""
    found = permitting.own_trail(user_of(request), trail_id)
    form = ShareForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        approving.answer(trail=found, attempt_id=said["attempt"], share=said["share"])
    return redirect(f"{found.get_absolute_url()}#approved")


@require_POST
def work_check(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    """Has the lines of her own working checked, without submitting them."""
    found = permitting.own_trail(user_of(request), trail_id)
    allowed = permitting.check_allowed(found)
    try:
        data = data_of(request)
        typed, attempt = data.get("working", ""), uuid_of(data.get("attempt_id"))
    except BadInput as error:
        return json_error("input", str(error))
    working = with_plain_newlines(str(typed))[: attempting.DRAFT_LIMIT]
    attempting.keep_draft(trail=found, draft=working or found.draft, attempt_id=attempt)
    if allowed.ok and working:
        result = checking.check_work(trail=found, working=working)
        if wants_json(request):
            return JsonResponse(result)
        return render(request, "trails/detail.html", trail_context(found, checks=result))
    reason = allowed.reason or "Write some lines first; they are checked one by one."
    if wants_json(request):
        return json_error("check", reason)
    messages.error(request, reason)
    return redirect(found)
