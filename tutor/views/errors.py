"""What is said when a request cannot be taken."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

from tutor.middleware import too_large, wants_json


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if wants_json(request):
        error = {"code": "not_found", "message": "There is nothing here that you may read."}
        return JsonResponse({"error": error}, status=404)
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    message = "This page was open for too long. Load it again and send it once more."
    if wants_json(request):
        return JsonResponse({"error": {"code": "csrf", "message": message}}, status=403)
    return render(request, "403_csrf.html", {"message": message}, status=403)
