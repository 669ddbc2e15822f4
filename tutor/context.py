"""What every page is given beside its own context."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tutor.models import Mark

SECTIONS = {
    "problem": "problems",
    "trail": "trails",
    "classroom": "classes",
    "set": "sets",
    "assignment": "assignments",
    "review": "classes",
}


def page(request: HttpRequest) -> dict[str, Any]:
    """`section`: which part of the navigation is here; `unseen_marks`: comments not read yet."""
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    user = getattr(request, "user", None)
    unseen = 0
    if user is not None and user.is_authenticated and not user.is_teacher:
        unseen = Mark.objects.unseen_by(user).count()
    return {"section": SECTIONS.get(name.split("_")[0], name), "unseen_marks": unseen}
