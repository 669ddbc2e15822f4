"""Pass rates and completed solutions: only what rules confirm, the same each time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from inference.protocol import SamplingParams
from inference.scripted import ScriptedEngine
from problems.schema import Case, ProblemRow, read_rows
from training.asking import Reply
from training.complete import Rated, is_worked, rate_rows
from training.curate import Report, within_rates
from training.passk import Sampling

ROOT = Path(__file__).parents[2]
WORKED = "Multiply.\n" + r"\(6 \times 7 = 42\)" + "\n" + r"Answer: \(\boxed{42}\)"
LONGER = "Multiply step by step.\n" + r"\(6 \times 7 = 42\)" + "\n" + r"Answer: \(\boxed{42}\)"


def make(problem="How much is six times seven?", **more):
    fields = {"slug": "a", "title": "A", "kind": "math", "level": 1, "answer": "42"}
    return ProblemRow(**(fields | {"problem": problem, "licence": "MIT"} | more))


@pytest.fixture
def answering(monkeypatch):
    """Replies in place of an engine's: one list for every row, taken sample by sample."""

    def install(*texts, reason="stop"):
        def ask(engine, requests):
            for request in requests:
                copy = int(request.key.partition("/")[2])
                yield Reply(request.key, texts[copy % len(texts)], 9, reason, 99)

        monkeypatch.setattr("training.complete.ask", ask)

    return install


def rated(row, samples=4, *, completing=True):
    (found,) = rate_rows(None, [row], Sampling(samples), completing=completing)
    return found


def test_the_shortest_confirmed_reply_becomes_the_solution(answering):
    answering(LONGER, WORKED, r"\boxed{42}", WORKED.replace("Multiply", "X").replace("42", "41"))
    found = rated(make())
    assert found.row.solution == WORKED and found.completed
    assert found.row.licence == "MIT"
    assert rated(make(), completing=False).row.solution == ""


def test_a_bare_or_contradicted_or_cut_reply_does_not_become_a_solution(answering):
    wrong_line = WORKED.replace("Multiply.", r"\(6 \times 6 = 35\)")
    answering(r"\boxed{42}", wrong_line)
    found = rated(make())
    assert found.row.solution == "" and not found.completed and found.rate == 1.0
    answering(WORKED, reason="length")
    assert rated(make()).row.solution == ""
    assert is_worked(make(), WORKED) and not is_worked(make(), WORKED + "\nSo there.")


def test_a_solution_that_is_there_is_never_replaced(answering):
    answering(WORKED)
    assert rated(make(solution="By the table, 42.")).row.solution == "By the table, 42."


def test_the_rate_is_the_share_of_right_replies(answering):
    answering(WORKED, r"\boxed{41}", "nothing", r"\boxed{40 + 2}")
    found = rated(make())
    assert (found.right, found.judged, found.rate) == (1, 4, 0.25)


def test_a_program_is_completed_by_a_reply_that_passes_its_tests(answering):
    good = "Edge case: 0.\n```python\nprint(2 * int(input()))\n```"
    row = make(kind="code", answer="", tests=(Case("3\n", "6\n"), Case("0\n", "0\n")))
    answering("```python\nprint(6)\n```", good)
    found = rated(row)
    assert found.row.solution == good and found.rate == 0.5


def test_replies_that_nothing_could_judge_or_that_failed_give_no_rate(answering, monkeypatch):
    answering("", reason="error")
    assert rated(make()).rate is None
    answering("```python\nprint(6)\n```")
    monkeypatch.setattr("training.complete.row_verdict", lambda row, text: None)
    assert rated(make(kind="code", tests=(Case("3\n", "6\n"),))).rate is None


def test_rows_without_a_signal_are_counted_and_can_be_left_out():
    rows = [Rated(make(slug=f"r{n}"), n, 4) for n in range(5)] + [Rated(make(), 0, 0)]
    report = Report()
    kept = within_rates(rows, (0.01, 0.99), report)
    assert [r.right for r in kept] == [1, 2, 3, 0]
    assert (report.never_right, report.always_right, report.outside_rates) == (1, 1, 2)
    assert report.rated == 5 and report.pass_rates["0/4"] == 1
    assert len(within_rates(rows, None, Report())) == 6


def test_samples_of_a_row_have_seeds_of_their_own():
    engine, seeds = ScriptedEngine(speed=1e6), []
    add = engine.add

    def remember(ids, params: SamplingParams, **more):
        seeds.append(params.seed)
        return add(ids, params, **more)

    engine.add = remember
    rows = [make("[scripted tokens=20] What is 40 + 2?"), make("[scripted tokens=20] Say 41 + 2!")]
    found = rate_rows(engine, rows, Sampling(3), completing=False)
    assert [r.rate for r in found] == [1.0, 0.0] and len(set(seeds)) == 6


def test_curation_with_a_model_gives_the_same_bytes(tmp_path):
    fields = {"slug": "g", "title": "G", "kind": "math", "level": 1, "licence": "CC-BY-4.0"}
    row = fields | {"problem": r"Find \(x\) if \(7x + 5 = 54\).", "answer": "7"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n")
    written = []
    for seed in ("1", "2"):
        out = tmp_path / f"out{seed}.jsonl"
        command = [sys.executable, "-m", "training.curate", tmp_path / "rows.jsonl", "--out", out]
        command += ["--model", ROOT / "checkpoints/seedling", "--complete", "--samples", "3"]
        subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": seed})
        written.append(out.read_bytes() + out.with_suffix(".rates.jsonl").read_bytes())
        report = json.loads(out.with_suffix(".report.json").read_text())
        assert (report["answer_only"], report["completed"], report["rated"]) == (1, 1, 1)
        assert report["licences"] == {"CC-BY-4.0": 1} and report["written"] == 1
    assert written[0] == written[1]
    (kept,) = read_rows(tmp_path / "out1.jsonl")
    assert r"\boxed{7}" in kept.solution and kept.licence == "CC-BY-4.0"
