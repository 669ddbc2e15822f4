"""Asking the model: from a student's wish to a row that is the job, and stopping it again."""

from __future__ import annotations

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from inference import client
from inference.protocol import SamplingParams
from problems.prompts import build_messages
from problems.restraint import examine
from tutor.models import Generation, Trail, User
from tutor.services import permitting
from tutor.services.refusing import Refused
from tutor.services.reusing import ContextItem, context_for
from tutor.services.ringing import ring, spec_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Refused", "Started", "cancel_generation", "start_generation"]

log = logging.getLogger(__name__)

# A vocabulary for mathematics needs a token for about two characters; the engine counts exactly.
CHARACTERS_PER_TOKEN = 2
CONTEXT_TOKENS = 4096  # assumed until a worker has announced its own
LEAST_REPLY = 128  # tokens that must remain for the reply
MOST_REPLY = 32_768
# Sending a task to a broker that is away takes a second; no request waits for that.
_ringer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ring")


@dataclass(frozen=True, slots=True)
class Started:
    generation: Generation
    dup: bool  # the same key had started it before


def start_generation(
    *,
    user: User,
    trail: Trail,
    idem: str,
    purpose: str = "solve",
    options: Mapping[str, Any] | None = None,
) -> Started:
    """One generation for one key, however often and in parallel it is asked for.

    Options: `context` (ids of earlier trails), `seed`. Raises Refused.
    """
    options = options or {}
    if trail.student_id != user.pk:
        raise Refused("not_found", "There is no such trail.")
    if found := _earlier(user, idem):
        return _same(found, trail, purpose, options)
    allowed = permitting.help_allowed(trail)
    if not allowed.ok:
        raise Refused("policy", allowed.reason)
    row = _draft(user, trail, purpose, options)
    row.idem = idem
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # one start at a time per student
            if found := _earlier(user, idem):
                return _same(found, trail, purpose, options)
            running = _room(user)
            row.rung_at = timezone.now() if running else None
            row.save(force_insert=True)
            transaction.on_commit(lambda: publish(row))
    except IntegrityError:
        if found := _earlier(user, idem):
            return _same(found, trail, purpose, options)
        raise
    return Started(row, dup=False)


def publish(row: Generation) -> None:
    """From a thread: write the job to Redis and, if it may run now, ring. Outages are swallowed;
    the reaper does it again."""
    spec = spec_of(row)
    if row.rung_at:
        _ringer.submit(client.submit, settings.REDIS_URL, spec)
    else:
        _ringer.submit(ring, row, only_write=True)


def _earlier(user: User, idem: str) -> Generation | None:
    return Generation.objects.filter(user=user, idem=idem).first()


def _same(found: Generation, trail: Trail, purpose: str, options: Mapping[str, Any]) -> Started:
    """The generation of this key, if it was asked for with the same words."""
    given = [item["trail"] for item in found.context]
    wanted = list(dict.fromkeys(str(id).lower() for id in _context_ids(options)))
    seed = options.get("seed")
    if (
        found.trail_id != trail.pk
        or found.purpose != purpose
        or given != wanted
        or (seed is not None and seed != found.params["seed"])
    ):
        raise Refused("conflict", "This key was used for another request.")
    return Started(found, dup=True)


def _room(user: User) -> bool:
    """Whether one more may run now; Refused("quota") when not even waiting is possible."""
    mine = Generation.objects.unsettled().filter(user=user)
    if mine.count() >= settings.RUNNING_PER_USER + settings.WAITING_PER_USER:
        message = "You have enough reasoning running and waiting. Stop one, or wait for it to end."
        raise Refused("quota", message, retry_after=30)
    return mine.exclude(rung_at=None).count() < settings.RUNNING_PER_USER


def _context_ids(options: Mapping[str, Any]) -> list[Any]:
    ids = options.get("context") or []
    if not isinstance(ids, (list, tuple)):
        raise Refused("context", "The context is a list of trails.")
    return list(ids)


def _seed(options: Mapping[str, Any]) -> int:
    seed = options.get("seed")
    return seed if type(seed) is int and 0 <= seed < 2**53 else secrets.randbits(53)


def _draft(user: User, trail: Trail, purpose: str, options: Mapping[str, Any]) -> Generation:
    """The row, not saved yet: what the model will be given, and the receipt of it."""
    info = client.engine_status(settings.REDIS_URL).info
    room = (info.context_tokens if info else CONTEXT_TOKENS) - LEAST_REPLY
    problem = trail.problem
    statement = _statement(trail)
    _examine(trail, statement, room * CHARACTERS_PER_TOKEN)
    # A quarter of the context at most: the reply needs the rest.
    budget = min(room // 4, room - len(statement) // CHARACTERS_PER_TOKEN) * CHARACTERS_PER_TOKEN
    items = context_for(user=user, trail_ids=_context_ids(options), budget=budget)
    _examine_context(items)
    messages = build_messages(
        problem.kind,  # type: ignore[arg-type]  # a CharField of the two kinds
        statement,
        earlier=[item.as_excerpt() for item in items],
    )
    most = min(MOST_REPLY, info.context_tokens if info else MOST_REPLY)
    wanted = {"max_tokens": most, **settings.SAMPLING, "seed": _seed(options)}
    return Generation(
        trail=trail,
        user=user,
        purpose=purpose,
        messages=messages,
        params=asdict(SamplingParams(**wanted)),
        context=[asdict(item) for item in items],
        deadline=Generation.default_deadline(),
    )


def _statement(trail: Trail) -> str:
    """What the model reads: statement and samples, each once, as those it was trained on."""
    problem = trail.problem
    told = problem.statement_alone != problem.statement  # the first sample closes the statement
    samples = [
        f"Sample input:\n{sample['input']}\nSample output:\n{sample['output']}"
        for sample in problem.samples[told:]
    ]
    return "\n\n".join([problem.statement.strip(), *samples])


def _examine(trail: Trail, statement: str, characters: int) -> None:
    """English, on the subject, and short enough; the bank's own problems are only measured."""
    if len(statement) > characters:
        raise Refused("length", "This problem is too long for the model that is running.")
    if trail.problem.owner_id is None:
        return
    found = examine(trail.problem.statement, trail.problem.kind)
    if not found.ok:
        if found.code == "language" or found.code == "subject":
            raise Refused(found.code, found.reason)
        raise Refused("length", found.reason)


def _examine_context(items: list[ContextItem]) -> None:
    for item in items:
        found = examine(item.text)
        if found.code == "language":
            raise Refused("language", f"“{item.title}” cannot be re-used: {found.reason}")


def cancel_generation(*, user: User, generation: Generation) -> None:
    """Only who started it may stop it. Refused("unavailable") while the queue is away."""
    if generation.user_id != user.pk:
        raise Refused("not_found", "There is no such reasoning.")
    if generation.settled_at:
        return
    try:
        if client.cancel(settings.REDIS_URL, str(generation.pk)) == "missing":
            client.prepare(client.shared(settings.REDIS_URL), spec_of(generation))
            client.cancel(settings.REDIS_URL, str(generation.pk))
    except redis.RedisError:
        raise Refused(
            "unavailable", "The queue is not reachable just now; try again.", retry_after=2
        ) from None
