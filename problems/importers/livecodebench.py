"""LiveCodeBench rows, for evaluation only: its problems belong to the contest sites.

Its hidden tests are often a pickled string, compressed and in base64. A pickle can run anything
when it is loaded, so it never is: the one string is read out of its opcodes.
"""

from __future__ import annotations

import base64
import binascii
import json
import pickletools
import zlib
from typing import Any

from problems.importers.base import Defaults, Record, slug_of, text_of
from problems.rows import Case, ProblemRow, Skip

MAX_TESTS = 50_000_000  # bytes after decompression
_LEVELS = {"easy": 1, "medium": 3, "hard": 4}
_TEXT = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}
_HARMLESS = {"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "STOP"}


class LiveCodeBench:
    """question_title, question_content, public_test_cases, private_test_cases, platform, …"""

    name = "LiveCodeBench"

    def matches(self, record: Record) -> bool:
        return {"question_content", "public_test_cases"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        public = _cases(record["public_test_cases"])
        hidden = _cases(record.get("private_test_cases") or "[]")
        if text_of(record, "starter_code") or any(
            case.get("testtype") == "functional" for case in [*public, *hidden]
        ):
            raise Skip("asks for a function; programs here read standard input")
        platform = text_of(record, "platform") or "contest"
        return ProblemRow(
            slug=slug_of("lcb", platform, record.get("question_id", "")),
            title=text_of(record, "question_title")[:120] or "Untitled",
            kind="code",
            level=_LEVELS.get(text_of(record, "difficulty").lower(), 3),
            problem=text_of(record, "question_content"),
            question_type="evaluation only",
            samples=tuple(Case(case["input"], case["output"]) for case in public),
            tests=tuple(Case(case["input"], case["output"]) for case in [*public, *hidden]),
            source=defaults.source
            or f"LiveCodeBench {platform} {text_of(record, 'contest_date')[:10]}".strip(),
            licence=text_of(record, "licence", "license") or defaults.licence or "evaluation only",
            time_s=6.0,
            memory_mb=1024,
            line=line,
        )


def _cases(value: Any) -> list[dict[str, str]]:
    """[{input, output, testtype}] from JSON text, or from the packed form of it."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        value = text_in_pickle(_unpacked(value))
    cases = json.loads(value) if isinstance(value, str) else value
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise ValueError("the tests are not a list of {input, output}")
    return cases


def _unpacked(packed: str) -> bytes:
    try:
        decoder = zlib.decompressobj()
        raw = decoder.decompress(base64.b64decode(packed, validate=True), MAX_TESTS)
    except (binascii.Error, zlib.error, ValueError):
        raise ValueError("the hidden tests are neither JSON nor packed JSON") from None
    if decoder.unconsumed_tail:
        raise ValueError(f"the hidden tests unpack to more than {MAX_TESTS:,} bytes")
    return raw


def text_in_pickle(raw: bytes) -> str:
    """The string of a pickle that holds one string and nothing else; nothing is ever executed.

    Raises ValueError for any other pickle.
    """
    found: list[str] = []
    foreign = ""
    try:
        for opcode, argument, _ in pickletools.genops(raw):
            if opcode.name in _TEXT:
                found.append(str(argument))
            elif opcode.name not in _HARMLESS:
                foreign = opcode.name
                break
    except (IndexError, ValueError) as error:
        raise ValueError(f"the hidden tests are damaged: {error}") from None
    if foreign:
        raise ValueError(f"the hidden tests hold more than text ({foreign})")
    if len(found) != 1:
        raise ValueError("the hidden tests do not hold one text")
    return found[0]
