"""Pages without data of their own."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The shell that is kept for when there is no network; it carries nobody's data."""
    return render(request, "pages/offline.html", {"shell": True})


@login_not_required
@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, at the root so that it may serve every page."""
    path = finders.find("dist/sw.js")
    if not path:
        raise Http404
    response = FileResponse(open(path, "rb"), content_type="text/javascript")  # noqa: SIM115
    response["Service-Worker-Allowed"] = "/"
    return response


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every element in both themes; for those who work on the pages."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "pages/styleguide.html")
