"""Where a person starts: the work that is due and the problems, or the classes she teaches."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tutor.models import Approval, Assignment, Mark, Trail
from tutor.services import progress
from tutor.views.problems import list_context
from tutor.views.requests import user_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    if user.is_teacher:
        return redirect("classroom_list")
    due = Assignment.objects.open().for_student(user).distinct()
    context = list_context(request) | {
        "due": progress.for_student(user, due.select_related("problem_set", "classroom")),
        "unseen": Mark.objects.unseen_by(user).select_related(
            "review__teacher", "review__trail__problem"
        )[:5],
        "approved": Approval.objects.unanswered_by(user).select_related(
            "teacher", "attempt__trail__problem"
        )[:5],
        "recent": Trail.objects.owned_by(user).for_list()[:3],
        "first_time": not Trail.objects.owned_by(user).exists(),
        "in_a_class": user.memberships.exists(),
    }
    return render(request, "problems/home.html", context)
