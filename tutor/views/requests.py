"""Reading what a browser sent, and answering in the form it asked for."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse, QueryDict

from tutor.middleware import wants_json
from tutor.models import User

__all__ = ["BadInput", "data_of", "json_error", "user_of", "uuid_of", "wants_json"]


class BadInput(ValueError):
    """The body is not what this door takes."""


def user_of(request: HttpRequest) -> User:
    """The signed-in user; the middleware has sent everybody else to the sign-in page."""
    user = request.user
    assert isinstance(user, User)
    return user


def data_of(request: HttpRequest) -> QueryDict | dict[str, Any]:
    """The fields of a form or of a JSON object. BadInput when it is neither."""
    if request.content_type != "application/json":
        return request.POST
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput("This is not JSON.") from error
    if not isinstance(data, dict):
        raise BadInput("A JSON object is expected.")
    return {key: clean_text(value) for key, value in data.items()}


def clean_text(value: Any) -> Any:
    """Lone surrogates and NULs, which JSON can carry and databases cannot."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "")


def uuid_of(value: object) -> UUID | None:
    """An id that may be left out. BadInput when it is none."""
    try:
        return UUID(str(value)) if value else None
    except ValueError as error:
        raise BadInput("This is not an id.") from error


def json_error(code: str, message: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
