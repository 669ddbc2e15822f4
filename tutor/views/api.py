"""The JSON doors. Names and meanings are a contract; see the design's Commands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.views.decorators.http import require_http_methods, require_safe

import grading
from tutor.models import Generation, Problem, Trail
from tutor.services import attempting, following, permitting, telling
from tutor.views.problems import open_from
from tutor.views.requests import BadInput, data_of, json_error, user_of, uuid_of


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What this user may see."""
    found = Problem.objects.current().visible_to(user_of(request)).prefetch_related("topics")
    rows = [
        {
            "slug": problem.slug,
            "title": problem.title,
            "kind": problem.kind,
            "level": problem.level,
            "topics": [topic.name for topic in problem.topics.all()],
        }
        for problem in found
    ]
    return JsonResponse(rows, safe=False)


@require_http_methods(["GET", "HEAD", "POST"])
def trails(request: HttpRequest) -> HttpResponse:
    """GET: this user's trails, `?after=` those changed since. POST: one trail, made or found."""
    if request.method == "POST":
        try:
            data = data_of(request)
        except BadInput as error:
            return json_error("input", str(error))
        slug = data.get("problem")
        if not isinstance(slug, str) or not slug:
            return json_error("input", 'Name the problem: {"problem": slug}.')
        trail = open_from(user_of(request), slug, data.get("assignment"))
        return JsonResponse({"id": str(trail.pk), "url": trail.get_absolute_url()})
    found = Trail.objects.owned_by(user_of(request)).for_list()
    found = found.prefetch_related(
        Prefetch("generations", Generation.objects.only("id", "state", "trail_id")), "attempts"
    )
    if (after := _moment(request.GET.get("after", ""))) is not None:
        found = found.filter(updated_at__gt=after)
    return JsonResponse([trail_row(trail) for trail in found], safe=False)


def trail_row(trail: Trail) -> dict[str, Any]:
    attempts = list(trail.attempts.all())
    verdicts = [attempt.verdict for attempt in attempts]
    return {
        "id": str(trail.pk),
        "problem": telling.problem_json(trail.problem, full=False),
        "updated_at": trail.updated_at.isoformat(),
        "attempts": len(attempts),
        "generations": [{"id": str(g.pk), "state": g.state} for g in trail.generations.all()],
        "verdict": "correct" if "correct" in verdicts else (verdicts[-1] if verdicts else ""),
    }


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return make_aware(found) if found and is_naive(found) else found


@require_safe
def trail(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    user = user_of(request)
    found = permitting.readable_trail(user, trail_id)
    return JsonResponse(telling.trail_json(found, user))


@require_http_methods(["PUT"])
def draft(request: HttpRequest, trail_id: UUID) -> HttpResponse:
    found = permitting.own_trail(user_of(request), trail_id)
    try:
        data = data_of(request)
        text, attempt = data.get("draft"), data.get("attempt_id")
        if not isinstance(text, str):
            raise BadInput('Send {"draft": text}.')
        saved = attempting.keep_draft(trail=found, draft=text, attempt_id=uuid_of(attempt))
    except ValueError as error:
        return json_error("input", str(error))
    return JsonResponse({"saved": saved})


@require_safe
def generation(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    found = permitting.readable_generation(user_of(request), generation_id)
    return JsonResponse(telling.generation_json(following.catch_up(generation=found)))


@require_safe
def read_answer(request: HttpRequest) -> HttpResponse:
    """How an answer is read, as LaTeX; empty when it cannot be."""
    text = request.GET.get("text", "")[:2_000]
    try:
        latex = grading.read_answer(text) if text.strip() else ""
    except Exception:  # reading ahead is a courtesy; the verdict says what is wrong
        latex = ""
    return JsonResponse({"latex": latex})
