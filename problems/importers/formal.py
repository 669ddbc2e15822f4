"""Formal statements beside their informal text: Lean and Isabelle files, and JSONL collections.

`read_formal` yields every pair, for training and for formal work. Where the informal text names
its answer ("Show that it is 7."), the pair is a problem like any other and `Formal` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from problems.importers.base import (
    Defaults,
    Record,
    slug_of,
    text_of,
    title_of,
    topics_of,
    without_dollars,
)
from problems.rows import ProblemRow, Skip

_INFORMAL = ("informal_statement", "informal_stmt", "informal_prefix", "nl_statement",
             "natural_language_statement")  # fmt: skip
_FORMAL = ("formal_statement", "lean4_statement", "lean_statement", "isabelle_statement", "formal")
_PROOF = ("informal_proof", "informal_solution", "nl_proof")
_NAME = ("name", "problem_name", "id", "theorem_name")

# miniF2F and its relatives close the informal text of a computation with its answer.
_SHOWN = re.compile(
    r"\s*(?:Show|Prove) that (?:it|the (?:answer|result|value)) is (?:equal to )?(.+?)\.?\s*\Z",
    re.S,
)
_LEAN = re.compile(
    r"(?:/--(?P<doc>.*?)-/\s*)?^(?:theorem|lemma|problem)\s+(?P<name>[^\s:({\[]+)"
    r"(?P<claim>.*?)\s*:=\s*(?P<proof>.*?)(?=^(?:/--|theorem|lemma|problem|end|namespace|def|@\[)|\Z)",
    re.S | re.M,
)
_ISABELLE = re.compile(
    r"(?:(?:text\s*(?:‹|\\<open>)(?P<doc>.*?)(?:›|\\<close>)|\(\*(?P<comment>.*?)\*\))\s*)?"
    r"^(?:theorem|lemma)\s+(?P<name>[\w']+)\s*(?:\[[^\]]*\])?\s*:(?P<claim>.*?)"
    r"(?P<proof>^\s*(?:proof|by|sorry|oops|apply|using|unfolding)\b.*?)"
    r"(?=^(?:(?:text|theorem|lemma|end)\b|\(\*)|\Z)",
    re.S | re.M,
)
_COMMENT = re.compile(r"\A/--\s*|\s*-/\Z")


@dataclass(frozen=True, slots=True)
class FormalPair:
    """One theorem in a proof language, and what it says in words."""

    name: str
    language: str  # "lean" or "isabelle"
    formal: str  # the claim, without its proof
    informal: str  # "" if the file gives none
    proof: str = ""  # formal; "" if it is left open
    line: int = 0


class Formal:
    """JSONL rows with an informal and a formal statement (miniF2F, ProofNet, Lean Workbook, …)."""

    name = "formal statements"

    def matches(self, record: Record) -> bool:
        return any(name in record for name in _FORMAL) and any(
            name in record for name in (*_INFORMAL, "problem")
        )

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        informal = _COMMENT.sub("", text_of(record, *_INFORMAL, "problem"))
        answer = without_dollars(text_of(record, "answer"))
        if shown := _SHOWN.search(informal):
            answer, informal = answer or without_dollars(shown[1]), informal[: shown.start()]
        if not answer or answer.lower() in ("proof", "none", "n/a"):
            raise Skip("a theorem: there is no answer to compare with")
        name = text_of(record, *_NAME) or title_of(informal)
        tags = record.get("tags") or record.get("topic") or ""
        return ProblemRow(
            slug=slug_of(defaults.name, name),
            title=title_of(informal),
            kind="math",
            level=3,
            problem=informal.strip(),
            topics=topics_of(*([tags] if isinstance(tags, str) else map(str, tags)), name),
            solution=text_of(record, *_PROOF),
            answer=answer,
            question_type="formal",
            source=text_of(record, "source") or defaults.source or defaults.name,
            licence=text_of(record, "licence", "license") or defaults.licence,
            line=line,
        )


def read_formal(path: str | Path) -> Iterator[FormalPair]:
    """The theorems of a .lean or .thy file with the comment before each. Nothing is run.

    Raises OSError if the file cannot be read and ValueError for another ending.
    """
    path = Path(path)
    grammars = {".lean": ("lean", _LEAN), ".thy": ("isabelle", _ISABELLE)}
    if path.suffix not in grammars:
        raise ValueError(f"{path.name}: expected a file ending in .lean or .thy")
    language, grammar = grammars[path.suffix]
    text = path.read_text(encoding="utf-8")
    for match in grammar.finditer(text):
        groups = match.groupdict()
        informal = groups["doc"] or groups.get("comment") or ""
        proof = groups["proof"].strip()
        yield FormalPair(
            name=groups["name"],
            language=language,
            formal=" ".join(groups["claim"].split()).removeprefix(": "),
            informal=" ".join(informal.split()),
            proof="" if re.fullmatch(r"(?:by\s+)?(?:sorry|oops)", proof) else proof,
            line=text.count("\n", 0, match.start("name")) + 1,
        )


def formal_records(path: Path) -> Iterator[tuple[int, Record]]:
    """The pairs of a file as records for `Formal`; theorems without words are left out there."""
    for pair in read_formal(path):
        yield (
            pair.line,
            {
                "name": pair.name,
                "informal_statement": pair.informal,
                "formal_statement": pair.formal,
            },
        )
