"""A teacher's classes; joining one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from tutor.forms import ClassroomForm, ExportForm, JoinForm
from tutor.models import Classroom, Trail
from tutor.services import exporting, joining, permitting, progress
from tutor.views.requests import user_of


@require_http_methods(["GET", "HEAD", "POST"])
def classroom_list(request: HttpRequest) -> HttpResponse:
    """The classes this person teaches or attends; a teacher opens a new one by POST."""
    user = user_of(request)
    form = ClassroomForm(request.POST or None)
    if request.method == "POST" and permitting.teacher(user) and form.is_valid():
        return redirect(joining.open_classroom(teacher=user, name=form.cleaned_data["name"]))
    context = {
        "taught": Classroom.objects.taught_by(user).with_counts(),
        "attended": Classroom.objects.attended_by(user),
        "form": form,
    }
    status = 400 if form.errors else 200
    return render(request, "classes/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def classroom(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """The class with its progress table, for its teachers."""
    found = permitting.taught_classroom(user_of(request), classroom_id)
    if request.method == "POST":
        return _change(request, found)
    assignments = found.assignments.select_related("problem_set").order_by("-due_at")
    chosen = next(
        (a for a in assignments if str(a.pk) == request.GET.get("assignment")),
        assignments.first(),
    )
    students = found.memberships.filter(role="student").select_related("user")
    context = {
        "classroom": found,
        "assignments": assignments,
        "chosen": chosen,
        "table": progress.for_class(chosen) if chosen else None,
        "students": students.order_by("user__last_name", "user__first_name", "user__username"),
        "teachers": found.memberships.filter(role="teacher").select_related("user"),
        "free": Trail.objects.reviewable_by(user_of(request))
        .filter(assignment=None, student__memberships__classroom=found)
        .worked_on()
        .for_list()
        .select_related("student")[:20],
        "export": exporting.gather(classroom=found, licence=exporting.LICENCES[0]),
        "export_form": ExportForm(),
    }
    return render(request, "classes/detail.html", context)


def _change(request: HttpRequest, found: Classroom) -> HttpResponse:
    if request.POST.get("action") == "renew":
        joining.renew_code(classroom=found)
        messages.success(request, "The class has a new join code. The old one no longer works.")
    elif (student := request.POST.get("remove", "")).isdigit():
        joining.remove_student(classroom=found, user_id=int(student[:18]))
        messages.success(request, "Taken out of the class. Their trails stay theirs.")
    return redirect(found)


@require_POST
def classroom_export(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """The file of approved and shared work, for the class's teachers."""
    found = permitting.taught_classroom(user_of(request), classroom_id)
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a licence for the file.")
        return redirect(f"{found.get_absolute_url()}#approved")
    export = exporting.gather(classroom=found, licence=form.cleaned_data["licence"])
    if not export.rows:
        messages.error(request, "There is nothing to export: nothing approved is shared yet.")
        return redirect(f"{found.get_absolute_url()}#approved")
    name = f"{slugify(found.name) or 'class'}-approved-work.jsonl"
    response = HttpResponse(export.to_jsonl(), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def classroom_join(request: HttpRequest) -> HttpResponse:
    form = JoinForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            found = joining.join_classroom(user=user_of(request), code=code)
            messages.success(request, f"You are in {found.name}.")
            return redirect("home")
        except joining.NoSuchClass as error:
            form.add_error("code", str(error))
    status = 400 if form.errors else 200
    return render(request, "classes/join.html", {"form": form}, status=status)
