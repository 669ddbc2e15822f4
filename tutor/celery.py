"""The desk's Celery app: `celery -A tutor.celery worker -P threads -Q desk`."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutor.settings")

import django
from celery import signals
from django.conf import settings

from inference import client

app = client.make_app("tutor", settings.REDIS_URL)
app.conf.imports = ("tutor.tasks",)
app.conf.worker_consumer = "inference.eager:EagerConsumer"
app.set_default()

_stop = threading.Event()


@signals.worker_ready.connect
def start_reaper(sender: Any = None, **_: Any) -> None:
    """A thread of the worker instead of a beat process: there is no child to outlive it."""
    django.setup()
    from tutor.services.reaping import Reaper

    name = f"desk-{socket.gethostname()}-{os.getpid()}"
    threading.Thread(target=Reaper(name).run, args=(_stop,), name="reaper", daemon=True).start()


@signals.worker_shutting_down.connect
def stop_reaper(**_: Any) -> None:
    _stop.set()
