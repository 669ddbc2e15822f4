"""A request for the model that is not granted, with the reason the student reads."""

from __future__ import annotations

from typing import Literal

Code = Literal[
    "policy",  # help is off, or an attempt comes first
    "quota",  # enough is running and waiting already
    "language",
    "subject",
    "length",
    "context",  # what was asked to be re-used cannot be
    "not_found",
    "conflict",  # the same key came with another request
    "unavailable",  # the queue is away; worth another try
]


class Refused(Exception):
    """`retry_after` in seconds, when asking again later may help."""

    def __init__(self, code: Code, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.retry_after = retry_after
