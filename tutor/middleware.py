"""Headers and limits that hold for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # KaTeX places its glyphs with style attributes
        "connect-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HeadersMiddleware:
    """What may run on a page, and that pages are kept for nobody but their reader."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class TooLargeMiddleware:
    """Says kindly that a body is too large, before anything tries to read it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        if limit is None or size <= limit:
            return None
        return too_large(request)


def too_large(request: HttpRequest) -> HttpResponseBase:
    if wants_json(request):
        message = "This is too long to send. At most 100,000 characters fit; your draft is kept."
        return JsonResponse({"error": {"code": "length", "message": message}}, status=413)
    return render(request, "413.html", status=413)


class SignInMiddleware(LoginRequiredMiddleware):
    """Pages send a stranger to the sign-in page; JSON doors answer 401."""

    def handle_no_permission(  # type: ignore[override]  # the base only ever redirects
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if wants_json(request):
            error = {"code": "signed_out", "message": "Sign in to go on."}
            return JsonResponse({"error": error}, status=401)
        return super().handle_no_permission(request, view_func)


def wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or accept.startswith("application/json")
