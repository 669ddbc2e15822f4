"""A teacher's problem sets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tutor.forms import ProblemFilterForm, ProblemSetForm
from tutor.models import ProblemSet
from tutor.services import assigning, permitting
from tutor.views.problems import filtered
from tutor.views.requests import user_of

FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
def set_list(request: HttpRequest) -> HttpResponse:
    teacher = permitting.teacher(user_of(request))
    form = ProblemSetForm(request.POST or None, instance=ProblemSet(owner=teacher))
    if request.method == "POST" and form.is_valid():
        return redirect(form.save())
    sets = ProblemSet.objects.owned_by(teacher).with_counts()
    status = 400 if form.errors else 200
    return render(request, "sets/list.html", {"sets": sets, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def set_detail(request: HttpRequest, set_id: int) -> HttpResponse:
    """The problems in order, and a search for more. Changes are POSTs of one button each."""
    user = user_of(request)
    found = permitting.owned_set(user, set_id)
    if request.method == "POST":
        back = _change(request, found)
        return redirect(back)
    form = ProblemFilterForm(request.GET)
    form.is_valid()
    inside = found.items.values("problem__slug")
    bank = filtered(user, form).filter(owner=None).exclude(slug__in=inside)
    context = {
        "set": found,
        "items": found.items.select_related("problem").prefetch_related("problem__topics"),
        "form": form,
        "searching": any(form.cleaned_data.values()),
        "found": bank[:FOUND],
        "more": max(0, bank.count() - FOUND),
        "assignments": found.assignments.select_related("classroom"),
    }
    return render(request, "sets/detail.html", context)


def _change(request: HttpRequest, found: ProblemSet) -> str:
    """One of: rename, add=<slug>, remove/up/down=<item id>. Returns where to go back to."""
    data = request.POST
    if title := data.get("title", "").strip():
        found.rename(title[:120])
    elif slug := data.get("add"):
        problem = permitting.visible_problem(user_of(request), slug)
        if problem.owner_id is None:
            assigning.add_problem(problem_set=found, problem=problem)
    try:
        for verb in assigning.VERBS:
            if (item := data.get(verb, "")).isdigit():
                assigning.change_item(problem_set=found, item_id=int(item[:18]), verb=verb)
    except assigning.WorkExists as error:
        messages.error(request, str(error))
    query = request.GET.urlencode()
    return f"{found.get_absolute_url()}{'?' + query if query else ''}"
