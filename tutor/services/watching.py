"""What a socket asks of the rows: may this user, what waits, and what a settled row tells."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from inference import client
from tutor.events import Checks, End, Have, ServerMessage, Snap
from tutor.models import Generation, Trail, User
from tutor.services import ringing
from tutor.services.generating import Started, start_generation
from tutor.services.refusing import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNED_OUT = "You are signed out."


def hash_of(session_key: str) -> str:
    """How a session is named in Redis: never by its key, which would open it."""
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


def signed_in(*, session_key: str, user_id: int) -> bool:
    """Whether this session still is this active user's, with the password it began with."""
    if not session_key:
        return False
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or store.get(SESSION_KEY) != str(user_id) or not store.get(BACKEND_SESSION_KEY):
        return False
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    held = store.get(HASH_SESSION_KEY, "")
    return any(constant_time_compare(held, known) for known in hashes)


def end_session(*, session_key: str) -> None:
    """Call at sign-out, with the key from before: this session's sockets close at once."""
    client.spread_news(settings.REDIS_URL, "logout", session=hash_of(session_key))


def end_all_sessions(*, user_id: int) -> None:
    """Call when an account is closed or its password changed elsewhere."""
    client.spread_news(settings.REDIS_URL, "logout", user=str(user_id))


def start(
    *,
    session_key: str,
    user: User,
    trail_id: UUID,
    idem: str,
    purpose: str,
    options: Mapping[str, Any],
) -> Started:
    """start_generation for a socket: signed in now, and on this user's own trail."""
    if not signed_in(session_key=session_key, user_id=user.pk):
        raise Refused("policy", SIGNED_OUT)
    trail = Trail.objects.owned_by(user).select_related("problem").filter(pk=trail_id).first()
    if trail is None:
        raise Refused("not_found", "There is no such trail.")
    return start_generation(user=user, trail=trail, idem=idem, purpose=purpose, options=options)


def readable(*, session_key: str, user: User, gen: str) -> Generation | None:
    """The row, if this user, signed in now, may read it; the same None for all other cases."""
    if not signed_in(session_key=session_key, user_id=user.pk):
        return None
    return Generation.objects.readable_by(user).filter(pk=gen).first()


def places_of(*, ids: list[str]) -> tuple[dict[str, tuple[int, int]], str]:
    """Place and seconds for those that wait, and the state of the engine they wait for."""
    return ringing.places(ids), client.engine_status(settings.REDIS_URL).state


PART = 128 * 1024


def told(row: Generation, have: Have | None) -> Iterator[ServerMessage]:
    """A settled row on the wire. A browser that has all of it gets only the end, whose sha256
    proves it; any other gets the whole again."""
    gen, se = str(row.pk), have.se if have else 0
    if not have or have.n != row.token_count or not have.n:
        yield Snap(gen, se, row.token_count, row.text, row.state)
    usage = {"completion_tokens": row.token_count, **row.timings, "model": row.model}
    yield End(gen, se, row.token_count, row.sha256, row.finish_reason, usage, row.error or None)
    yield Checks(
        gen,
        json.loads(json.dumps(row.checks)),
        row.answer,
        row.format_ok,
        row.verdict or None,
        row.verdict_reason or None,
    )
