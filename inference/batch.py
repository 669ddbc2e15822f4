"""Who is in the engine's batch and who waits to be let in; the engine thread alone touches it.

Everybody is let in at once, except suspects: of these only one at a time, and nobody new beside it
until it is well past the token at which an engine broke. Replies depend on seed and position alone,
so what broke an engine breaks it at the same place again, and then it is known who it was.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from inference.job import Job, Outcome

PAST = 64  # tokens behind the place after which a suspect is cleared


@dataclass(slots=True)
class Batch:
    live: dict[int, Job] = field(default_factory=dict)  # by the engine's id
    waiting: deque[Job] = field(default_factory=deque)
    entering: Job | None = None  # the engine is just taking it in

    def next(self) -> Job | None:
        """Who is let in now; None when nobody waits, or while a suspect is on trial."""
        if not self.waiting or any(job.suspect_at is not None for job in self.live.values()):
            return None
        return self.waiting.popleft()

    def ids_of(self, job: Job) -> list[int]:
        return [id for id, other in self.live.items() if other is job]

    def wrote(self, job: Job, tokens: int) -> None:
        """Counts what it wrote, and clears it when that is far enough."""
        job.written += tokens
        if job.suspect_at is not None and job.written >= job.suspect_at + PAST:
            job.suspect_at = None

    def taken_down(self) -> list[tuple[Job, Outcome]]:
        """The engine broke: everybody who was in it, emptied out, and what it means for each.

        "crashed" is charged with a death; "suspected" may have been the one; "spared" was not.
        """
        jobs = list(self.live.values())
        guilty = [job for job in jobs if job.suspect_at is not None]
        if self.entering is not None:  # it broke the engine before it was in the batch
            guilty = [self.entering]
            jobs.append(self.entering)
        elif len(jobs) == 1:
            guilty = jobs
        otherwise: Outcome = "spared" if guilty else "suspected"
        self.live, self.entering = {}, None
        return [(job, "crashed" if job in guilty else otherwise) for job in jobs]
