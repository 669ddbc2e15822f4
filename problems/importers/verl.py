"""Rows as verl's evaluation files have them: data_source, prompt, reward_model.ground_truth."""

from __future__ import annotations

import re

from problems.importers.base import (
    Defaults,
    Record,
    number_text,
    slug_by_content,
    slug_of,
    text_of,
    title_of,
    topics_of,
    without_dollars,
)
from problems.rows import ProblemRow, Skip

# The request for a format that these files append to the statement.
_REQUEST = re.compile(
    r"\s*(?:Please\s+reason|Let's\s+think|Please\s+think)\s+step\s+by\s+step.*\Z"
    r"|\s*(?:Please\s+)?(?:put|output)\s+(?:your\s+|the\s+)?final\s+answer\s+.*\\boxed.*\Z",
    re.I | re.S,
)


class Verl:
    name = "verl"

    def matches(self, record: Record) -> bool:
        return {"prompt", "reward_model"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        if text_of(record, "ability").lower().startswith("cod"):
            raise Skip("a programming row: its tests are not in a form that can be judged here")
        asked = [turn["content"] for turn in record["prompt"] if turn.get("role") == "user"]
        if not asked:
            raise ValueError("prompt has no user turn")
        statement = _REQUEST.sub("", asked[-1]).strip()
        origin = text_of(record, "data_source") or defaults.name
        return ProblemRow(
            slug=slug_by_content(slug_of(origin)[:60] or "verl", statement),
            title=title_of(statement),
            kind="math",
            level=4 if re.search(r"hmmt|olymp", origin, re.I) else 3,
            problem=statement,
            topics=topics_of(text_of(record.get("extra_info") or {}, "topic", "subject")),
            # int64 in one published file, text in another
            answer=without_dollars(number_text(record["reward_model"]["ground_truth"])),
            source=defaults.source or origin,
            licence=text_of(record, "licence", "license") or defaults.licence,
            line=line,
        )
