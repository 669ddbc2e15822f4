"""Contest files asked by a published protocol, resumable at every reply.

    python -m training.contests MODEL --protocol vibethinker --out DIR --set aime25=aime25.jsonl

MODEL is a checkpoint directory or the address of an OpenAI-compatible server. Files are read by
`problems.schema` (verl-style, MathArena, LiveCodeBench and others, as .jsonl or .csv). Every
finished reply is one line of DIR/NAME.jsonl at once; the same command after a stop asks only for
the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grading import extract_boxed
from inference.protocol import EngineProtocol, SamplingParams
from problems.schema import ProblemRow, read_rows
from training.asking import Reply, Request, ask, open_engine, seed_of
from training.evaluate import row_verdict
from training.export import sha256
from training.figures import interval, mean
from training.protocols import PROTOCOLS, Protocol
from training.record import Record

PROGRESS_S = 30.0


@dataclass(frozen=True, slots=True)
class Contest:
    """One file under the name that published figures have it by."""

    name: str
    path: Path
    rows: tuple[ProblemRow, ...]
    left_out: int  # rows that could not be read or judged here

    @classmethod
    def read(cls, name: str, path: Path, limit: int = 0) -> Contest:
        """ValueError if the file holds no problem at all."""
        found = list(read_rows(path, source=name))
        rows = tuple(r for r in found if isinstance(r, ProblemRow))
        if not rows:
            raise ValueError(f"{path.name} holds no problem that can be judged here.")
        return cls(name, path, rows[:limit] if limit else rows, len(found) - len(rows))


def settings_of(
    engine: EngineProtocol, contest: Contest, protocol: Protocol, max_tokens: int
) -> dict[str, Any]:
    """What must stay the same between the runs that fill one record."""
    info = engine.info
    return {
        "protocol": protocol.name,
        "model": info.model,
        # A server says "created" anew each time it starts; its weights cannot be seen from here.
        "weights": info.revision if info.engine != "remote" else f"served by {info.device}",
        "file": sha256(contest.path),
        "max_tokens": max_tokens,
    }


def requests_of(
    contest: Contest, protocol: Protocol, samples: int, max_tokens: int, done: set[str]
) -> Iterator[Request]:
    """What is still missing, sample by sample, so that a stopped run has asked every problem."""
    for copy in range(samples or max(d.samples for d in protocol.draws.values())):
        for row in contest.rows:
            draws = protocol.draws[row.kind]
            key = f"{row.slug}/{copy}"
            if key in done or copy >= (samples or draws.samples):
                continue
            params = SamplingParams(
                temperature=draws.temperature,
                top_p=protocol.top_p,
                max_tokens=max_tokens,
                seed=seed_of(protocol.name, row.slug, copy),
                loop_guard=False,
            )
            yield Request(key, protocol.messages(row.kind, row.problem), params)


def run_contest(
    engine: EngineProtocol,
    contest: Contest,
    protocol: Protocol,
    folder: Path,
    *,
    samples: int = 0,
    max_tokens: int = 0,
) -> dict[str, Any]:
    """Ask what is missing and report; `samples` and `max_tokens` of 0 are the protocol's own."""
    limit = max_tokens or protocol.max_tokens
    record = Record(folder, contest.name, settings_of(engine, contest, protocol, limit))
    rows = {row.slug: row for row in contest.rows}
    wanted = list(requests_of(contest, protocol, samples, limit, record.done))
    failed, began, told, asked = 0, time.monotonic(), time.monotonic(), 0
    for reply in ask(engine, wanted):
        if reply.reason == "error":
            failed += 1
            print(f"{contest.name} {reply.key}: {reply.error}", file=sys.stderr)
            continue
        record.add(line_of(rows[reply.key.rpartition("/")[0]], reply))
        asked += 1
        if time.monotonic() - told > PROGRESS_S:
            told = time.monotonic()
            left = (told - began) / asked * (len(wanted) - asked) / 60
            print(f"{contest.name}: {asked} of {len(wanted)}, {left:.0f} min left", flush=True)
    return figures(contest, protocol, record.lines, samples, limit) | {"failed": failed}


def line_of(row: ProblemRow, reply: Reply) -> dict[str, Any]:
    """One judged reply as it is kept; `right` is None where no sandbox could run the program."""
    return {
        "key": reply.key,
        "problem": row.slug,
        "sample": int(reply.key.rpartition("/")[2]),
        "right": row_verdict(row, reply.text),
        "answer": extract_boxed(reply.text) if row.kind == "math" else None,
        "tokens": reply.tokens,
        "limit": reply.limit,
        "reason": reply.reason,
        "reply": reply.text,
    }


def figures(
    contest: Contest, protocol: Protocol, lines: list[dict[str, Any]], samples: int, limit: int
) -> dict[str, Any]:
    """Mean pass@1 over problems of the mean over their replies, the interval over problems."""
    marks: dict[str, list[bool]] = {row.slug: [] for row in contest.rows}
    for line in lines:
        if line["problem"] in marks and line["right"] is not None:
            marks[line["problem"]].append(line["right"])
    rates = [sum(m) / len(m) for m in marks.values() if m]
    wanted = sum(samples or protocol.draws[row.kind].samples for row in contest.rows)
    return {
        "problems": len(contest.rows),
        "left_out": contest.left_out,
        "replies": sum(map(len, marks.values())),
        "wanted": wanted,
        "pass1": mean(rates),
        "interval": interval(rates) if rates else None,
        "cut": sum(line["reason"] == "length" for line in lines),
        "less_room": sum(line["limit"] < limit for line in lines),
        "unjudged": sum(line["right"] is None for line in lines),
        "published": protocol.published.get(contest.name),
    }


def table(found: dict[str, dict[str, Any]], protocol: Protocol) -> str:
    """Obtained beside published, one line a set; sets that were not run are named too."""
    head = f"{'set':8} {'problems':>8} {'replies':>13} {'obtained':>8} {'95 % interval':>15}"
    lines = [f"{head} {'published':>9}"]
    for name in [*found, *(n for n in protocol.published if n not in found)]:
        known = protocol.published.get(name)
        published = "—" if known is None else f"{known:.3f}"
        if name not in found:
            lines.append(f"{name:8} {'not run':>8} {published:>48}")
            continue
        row = found[name]
        low, high = row["interval"] or (0.0, 0.0)
        replies = f"{row['replies']} of {row['wanted']}"
        value = f"{row['pass1']:8.3f} {low:7.3f} – {high:.3f}"
        lines.append(f"{name:8} {row['problems']:8} {replies:>13} {value} {published:>9}")
        notes = {
            "left_out": "rows left out (asking for a function, or not readable)",
            "cut": "replies cut at the limit",
            "less_room": "replies had less room than the protocol gives: the context is smaller",
            "unjudged": "programs could not be judged here and do not count",
            "failed": "replies failed; the same command asks for them again",
        }
        lines += [f"  {row[key]} {text}" for key, text in notes.items() if row[key]]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a checkpoint directory or a server's address")
    parser.add_argument("--served", default="", help="the model's name at the server")
    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="vibethinker")
    parser.add_argument("--set", nargs="+", required=True, metavar="NAME=FILE", dest="sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=0, help="per problem; 0 as published")
    parser.add_argument("--max-tokens", type=int, default=0, help="of a reply; 0 as published")
    parser.add_argument("--limit", type=int, default=0, help="problems of each set; 0 is all")
    parser.add_argument("--slots", type=int, default=8, help="replies drawn together")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    protocol = PROTOCOLS[options.protocol]
    named = [text.partition("=")[::2] for text in options.sets]
    contests = [Contest.read(name, Path(path), options.limit) for name, path in named]
    engine = open_engine(
        options.model, slots=options.slots, device=options.device, served=options.served
    )
    found: dict[str, dict[str, Any]] = {}
    for contest in contests:
        found[contest.name] = run_contest(
            engine,
            contest,
            protocol,
            options.out,
            samples=options.samples,
            max_tokens=options.max_tokens,
        )
        report = {"model": engine.info.model, "protocol": protocol.name, "sets": found}
        (options.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(table(found, protocol))
    sys.exit(any(row["failed"] for row in found.values()))


if __name__ == "__main__":
    main()
