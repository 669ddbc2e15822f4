"""Signing in and out, and the student's first account by a class's join code."""

from __future__ import annotations

import math
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from tutor.forms import SignUpForm
from tutor.services import joining, leaving, pausing
from tutor.views.requests import wants_json

PASSWORDS = "django.contrib.auth.backends.ModelBackend"


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    template_name = "accounts/login.html"
    redirect_authenticated_user = True


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ends the session and, at once, the sockets that were opened with it."""
        key = request.session.session_key
        response = super().post(request, *args, **kwargs)
        if key:
            leaving.close_sockets(session_key=key)
        return response


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """In place of a sign-in after too many wrong passwords: why, and when to come back.

    Called by the middleware of django-axes, in which further arguments depend on how it runs.
    """
    until = pausing.free_at(request=request)
    wait = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {
        "until": until,
        "minutes": math.ceil(wait / 60),
        "tries": settings.AXES_FAILURE_LIMIT,
    }
    response: HttpResponse
    if wants_json(request):
        message = f"Too many wrong passwords. Try again in {context['minutes']} min."
        error = {"code": "pause", "message": message, "retry_after": wait}
        response = JsonResponse({"error": error}, status=429)
    else:
        response = render(request, "accounts/pause.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """A new student's account; a class's join code opens the door."""
    if request.user.is_authenticated:
        return redirect("classroom_join")
    form = SignUpForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        try:
            login(request, joining.sign_up(form=form), backend=PASSWORDS)
            return redirect("home")
        except joining.NoSuchClass as error:
            form.add_error("code", str(error))
    status = 400 if form.errors else 200
    return render(request, "accounts/join.html", {"form": form}, status=status)
