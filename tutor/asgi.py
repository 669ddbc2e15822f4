"""The web process: Django's pages and, at /ws/, the socket."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutor.settings")
pages = get_asgi_application()  # before anything that needs the models

# ruff: noqa: E402
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host
from django.urls import path

import tutor.celery  # noqa: F401  # the app by which tasks are sent from here
from tutor.consumers import TrailConsumer


class SameOrigin:
    """Refuse a socket opened by a page of another site: browsers always send Origin.

    Channels' own validator compares host names only; port and scheme matter as well.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
        if not same_origin(origin, host):
            return await WebsocketDenier()(scope, receive, send)
        return await self.inner(scope, receive, send)


def same_origin(origin: str, host: str) -> bool:
    """Whether `origin` names this very site, or one that the settings trust."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    allowed = settings.ALLOWED_HOSTS
    name = parts.hostname or ""
    if ":" in name:
        name = f"[{name}]"
    return (
        parts.scheme in ("http", "https") and parts.netloc == host and validate_host(name, allowed)
    )


sockets = URLRouter([path("ws/", TrailConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {"http": pages, "websocket": SameOrigin(AuthMiddlewareStack(sockets))}
)
