"""The pause after too many wrong passwords: django-axes counts them, here is when it ends."""

from __future__ import annotations

from datetime import datetime

from axes.helpers import get_client_ip_address, get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone


def free_at(*, request: HttpRequest) -> datetime:
    """When this name may be tried again from this address."""
    # The middleware gives no credentials when it runs asynchronously, so they are read again.
    failures = AccessAttempt.objects.filter(
        username=get_client_username(request, getattr(request, "axes_credentials", None)),
        ip_address=get_client_ip_address(request),
    )
    last: datetime | None = failures.aggregate(last=Max("attempt_time"))["last"]
    return (last or timezone.now()) + settings.AXES_COOLOFF_TIME
