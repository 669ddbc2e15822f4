"""Earlier trails as context: the student's own rows, read again here, trimmed, and quoted as data.

The browser sends only ids. What is given to the model is what this server holds, and the receipt
kept with the generation is exactly what was given. Hints are left out: they may be cut from the
reference solution, which never enters a prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from tutor.models import Generation, Trail
from tutor.services.refusing import Refused

if TYPE_CHECKING:
    from tutor.models import User

MOST_TRAILS = 4
CUT = " […]"


@dataclass(frozen=True, slots=True)
class ContextItem:
    """One line of the receipt: what was given of which trail."""

    trail: str
    title: str
    text: str

    def as_excerpt(self) -> str:
        return f"{self.title}\n{self.text}"


def context_for(*, user: User, trail_ids: Sequence[object], budget: int) -> list[ContextItem]:
    """The excerpts of these trails, in the order asked for, `budget` characters together.

    Refused("not_found") when one is not this user's own, Refused("context") when there are too
    many or there is no room.
    """
    wanted = _ids(trail_ids)
    if not wanted:
        return []
    found = {
        trail.pk: trail
        for trail in Trail.objects.owned_by(user).filter(pk__in=wanted).select_related("problem")
    }
    if len(found) != len(wanted):
        raise Refused("not_found", "One of the trails to re-use does not exist.")
    if budget < 80 * len(wanted):
        raise Refused("context", "There is no room for earlier trails beside this problem.")
    share = budget // len(wanted)
    return [_item(found[pk], share) for pk in wanted]


def _ids(values: Sequence[object]) -> list[UUID]:
    if len(values) > MOST_TRAILS:
        raise Refused("context", f"At most {MOST_TRAILS} earlier trails can be re-used.")
    ids: list[UUID] = []
    for value in values:
        try:
            id = value if isinstance(value, UUID) else UUID(str(value))
        except ValueError:
            raise Refused("not_found", "One of the trails to re-use does not exist.") from None
        if id not in ids:
            ids.append(id)
    return ids


def _item(trail: Trail, characters: int) -> ContextItem:
    title = trail.problem.title
    parts = [("Problem", trail.problem.statement), *_work(trail)]
    # The problem may take a third of the room; the work gets the rest.
    texts = [f"{name}: {trimmed(text, characters // 3)}" for name, text in parts[:1]]
    room = characters - len(title) - len(texts[0])
    for name, text in parts[1:]:
        piece = f"{name}: {trimmed(text, room)}"
        if room > 40:
            texts.append(piece)
            room -= len(piece)
    return ContextItem(str(trail.pk), title, "\n".join(texts))


def _work(trail: Trail) -> list[tuple[str, str]]:
    """The student's best attempt, else the model's last reply that is not known to be wrong."""
    attempts = list(trail.attempts.order_by("created_at"))
    right = [attempt for attempt in attempts if attempt.verdict == "correct"]
    best = (right or attempts)[-1:]
    work = [
        (name, text)
        for attempt in best
        for name, text in (
            ("Working", attempt.program or attempt.working),
            ("Answer", attempt.answer),
        )
        if text.strip()
    ]
    reply = trail.generations.filter(state=Generation.State.DONE).exclude(verdict="wrong").last()
    if reply is not None and not right:
        work.append(("Reasoning", reply.text.rsplit("</think>", 1)[-1]))
    return work


def trimmed(text: str, characters: int) -> str:
    """At most so many characters, cut at a line or word, and marked where it was cut."""
    text = text.strip()
    if len(text) <= characters:
        return text
    head = text[: max(0, characters - len(CUT))]
    cut = max(head.rfind("\n"), head.rfind(" "))
    return (head[:cut] if cut > len(head) // 2 else head).rstrip() + CUT
