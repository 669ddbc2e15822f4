"""Assignments: set by teachers, worked on by students."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tutor.forms import AssignmentForm
from tutor.models import Assignment
from tutor.services import permitting, progress
from tutor.views.requests import user_of


@require_safe
def assignment_list(request: HttpRequest) -> HttpResponse:
    """A teacher's, or a student's open and past ones."""
    user = user_of(request)
    if user.is_teacher:
        found = Assignment.objects.taught_by(user)
    else:
        found = Assignment.objects.visible_to(user).for_student(user)
    found = found.select_related("problem_set", "classroom").distinct()
    now = timezone.now()
    coming = found.filter(due_at__gt=now).order_by("due_at")
    past = found.filter(due_at__lte=now).order_by("-due_at")[:40]
    if user.is_teacher:
        return render(request, "assignments/taught.html", {"coming": coming, "past": past})
    context = {
        "coming": progress.for_student(user, coming),
        "past": progress.for_student(user, past),
    }
    return render(request, "assignments/list.html", context)


@require_safe
def assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """A student's problems and where she is; a teacher is sent to the class table."""
    user = user_of(request)
    found = permitting.visible_assignment(user, assignment_id)
    if Assignment.objects.taught_by(user).filter(pk=found.pk).exists():
        return redirect(f"{found.classroom.get_absolute_url()}?assignment={found.pk}")
    ((_, row),) = progress.for_student(user, [found])
    return render(request, "assignments/detail.html", {"assignment": found, "row": row})


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request: HttpRequest) -> HttpResponse:
    """`?set=` and `?class=` choose beforehand."""
    teacher = permitting.teacher(user_of(request))
    initial = {"problem_set": request.GET.get("set"), "classroom": request.GET.get("class")}
    form = AssignmentForm(request.POST or None, teacher=teacher, initial=initial)
    return _saved(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(request: HttpRequest, assignment_id: int) -> HttpResponse:
    teacher = permitting.teacher(user_of(request))
    found = permitting.taught_assignment(teacher, assignment_id)
    form = AssignmentForm(request.POST or None, teacher=teacher, instance=found)
    return _saved(request, form)


def _saved(request: HttpRequest, form: AssignmentForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        return redirect(form.save())
    status = 400 if form.errors else 200
    return render(request, "assignments/form.html", {"form": form}, status=status)
