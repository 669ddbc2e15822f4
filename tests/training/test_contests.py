"""Contest files by a published protocol: asked as published, resumed, counted honestly."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from inference.engine import Engine
from inference.remote import RemoteEngine
from inference.scripted import ScriptedEngine
from problems.prompts import build_messages
from problems.schema import Case, ProblemRow
from training.contests import Contest, figures, requests_of, run_contest, table
from training.evaluate import row_verdict
from training.protocols import PROTOCOLS, VIBETHINKER
from training.record import Record

from ..engine.openai_server import serving
from ..engine.tiny import make_tiny

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "checkpoints" / "seedling"


def verl(question, answer):
    turn = {"role": "user", "content": f"{question} Let's think step by step and output it."}
    truth = {"ground_truth": answer, "style": "rule"}
    return {"data_source": "aime25", "prompt": [turn], "ability": "math", "reward_model": truth}


def livecode(number, **more):
    cases = json.dumps([{"input": "3\n", "output": "6\n", "testtype": "stdin"}])
    row = {"question_title": "Double", "question_content": f"Print the double. ({number})"}
    row |= {"public_test_cases": cases, "platform": "atcoder", "question_id": str(number)}
    return row | {"difficulty": "easy", **more}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def aime(tmp_path):
    rows = [
        verl("[scripted tokens=40] What is 12 + 30?", 42),
        verl("[scripted tokens=40 answer=7] Which number is it?", "8"),
        verl("[scripted tokens=40 answer=1/2] Which share is it?", r"\frac{1}{2}"),
    ]
    return Contest.read("aime25", write(tmp_path / "aime.jsonl", rows))


def fast():
    return ScriptedEngine(speed=1e6, slots=2)


def test_mathematics_is_one_user_message_that_ends_in_the_published_sentence(aime):
    request = next(requests_of(aime, VIBETHINKER, 0, 40_960, set()))
    (turn,) = request.messages
    assert turn["role"] == "user" and turn["content"].startswith("[scripted tokens=40] What is 12")
    assert turn["content"].endswith(
        r"Let's think step by step and output the final answer within \boxed{}."
    )
    assert turn["content"].count("step by step") == 1
    params = request.params
    assert (params.temperature, params.top_p, params.top_k) == (1.0, 0.95, 0)
    assert params.max_tokens == 40_960 and not params.loop_guard


def test_mathematics_is_drawn_64_times_and_programs_8(aime, tmp_path):
    requests = list(requests_of(aime, VIBETHINKER, 0, 40_960, set()))
    assert len(requests) == 3 * 64 == len({r.params.seed for r in requests})
    path = write(tmp_path / "lcb.jsonl", [livecode(1), livecode(2, starter_code="class A:")])
    contest = Contest.read("lcb6", path)
    asked = list(requests_of(contest, VIBETHINKER, 0, 40_960, set()))
    assert len(asked) == 8 and asked[0].params.temperature == 0.6 and contest.left_out == 1
    (turn,) = asked[0].messages
    assert turn["role"] == "user" and "### Question:\nPrint the double. (1)" in turn["content"]


def test_the_mean_over_problems_stands_beside_what_was_published(aime, tmp_path):
    found = run_contest(fast(), aime, VIBETHINKER, tmp_path / "out", samples=2)
    assert found["pass1"] == round(2 / 3, 4) and found["replies"] == 6 == found["wanted"]
    assert found["published"] == 0.744
    text = table({"aime25": found}, VIBETHINKER)
    assert "0.667" in text and "0.744" in text and "6 of 6" in text
    assert "6 replies had less room" in text and "aime24    not run" in text


def test_a_stopped_run_goes_on_and_asks_nothing_twice(aime, tmp_path, monkeypatch):
    whole = run_contest(fast(), aime, VIBETHINKER, tmp_path / "whole", samples=3)
    keep, written = Record.add, []

    def add_then_stop(record, line):
        keep(record, line)
        written.append(line)
        if len(written) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(Record, "add", add_then_stop)
    with pytest.raises(KeyboardInterrupt):
        run_contest(fast(), aime, VIBETHINKER, tmp_path / "cut", samples=3)
    monkeypatch.setattr(Record, "add", lambda r, line: (written.append(line), keep(r, line)))
    log = tmp_path / "cut" / "aime25.jsonl"
    log.write_text(log.read_text() + '{"problem": "half a li')
    assert run_contest(fast(), aime, VIBETHINKER, tmp_path / "cut", samples=3) == whole
    assert len(written) == 9
    both = [(tmp_path / n / "aime25.jsonl").read_text().splitlines() for n in ("whole", "cut")]
    assert sorted(both[0]) == sorted(both[1])


def test_replies_of_another_model_are_not_mixed_in(aime, tmp_path):
    run_contest(fast(), aime, VIBETHINKER, tmp_path / "out", samples=1)
    with pytest.raises(ValueError, match="another model, file or setting"):
        run_contest(fast(), aime, VIBETHINKER, tmp_path / "out", samples=1, max_tokens=99)


def test_a_failed_reply_is_not_kept_and_is_asked_for_again(tmp_path):
    rows = [verl("[scripted fail_at=3] What is 1 + 1?", 2), verl("[scripted] What is 2 + 1?", 3)]
    contest = Contest.read("aime24", write(tmp_path / "a.jsonl", rows))
    for _ in range(2):
        found = run_contest(fast(), contest, VIBETHINKER, tmp_path / "out", samples=1)
        assert (found["failed"], found["replies"], found["pass1"]) == (1, 1, 1.0)
    assert "1 replies failed" in table({"aime24": found}, VIBETHINKER)


def test_what_makes_a_figure_not_comparable_is_counted(aime):
    line = {"problem": aime.rows[0].slug, "right": True, "reason": "stop", "limit": 9, "sample": 0}
    other = line | {"problem": aime.rows[1].slug, "right": None, "reason": "length", "limit": 5}
    found = figures(aime, VIBETHINKER, [line, other], 1, 9)
    assert (found["cut"], found["less_room"], found["unjudged"]) == (1, 1, 1)
    assert (found["replies"], found["pass1"]) == (1, 1.0)


def test_a_file_without_problems_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no problem"):
        Contest.read("aime24", write(tmp_path / "a.jsonl", [{"x": 1}]))


def test_a_program_is_judged_under_the_limits_of_its_row():
    row = ProblemRow("d", "Double", "code", 1, "Print the double.", tests=(Case("3\n", "6\n"),))
    assert row_verdict(row, "```python\nprint(2 * int(input()))\n```")
    assert not row_verdict(row, "```python\nprint(3)\n```") and not row_verdict(row, r"\boxed{6}")


def test_a_server_is_asked_as_the_protocol_says(aime, tmp_path):
    engine = Engine.load(make_tiny(tmp_path / "model"))
    with serving(engine, "vllm") as server:
        remote = RemoteEngine(server.url, "tiny")
        found = run_contest(remote, aime, VIBETHINKER, tmp_path / "out", samples=1, max_tokens=8)
        remote.close()
    assert found["replies"] == 3 and found["failed"] == 0
    body = server.bodies[0]
    assert (body["temperature"], body["top_p"], body["top_k"]) == (1.0, 0.95, -1)
    assert [m["role"] for m in body["messages"]] == ["user"] and body["max_tokens"] == 8


SHORT = ("--samples", "1", "--max-tokens", "120", "--device", "cpu")


def script(**variables):
    environment = {k: v for k, v in os.environ.items() if k not in ("AIME24", "LCB6")}
    return subprocess.run(
        [ROOT / "training" / "runs" / "reproduce_vibethinker.sh", *SHORT],
        env=environment | {k: str(v) for k, v in variables.items()},
        capture_output=True,
        text=True,
    )


def test_the_script_says_that_without_weights_or_files_there_is_nothing_to_run(tmp_path):
    done = script()
    assert done.returncode == 2 and "Nothing to run: VIBETHINKER_MODEL" in done.stderr
    done = script(VIBETHINKER_MODEL=SHIPPED)
    assert done.returncode == 2 and "none of AIME24" in done.stderr
    done = script(VIBETHINKER_MODEL=SHIPPED, AIME24=tmp_path / "gone.jsonl")
    assert done.returncode == 2 and "there is no file" in done.stderr


def test_the_script_runs_a_model_on_the_files_that_are_there(tmp_path):
    statement = r"Find the greatest common divisor of \(462\) and \(1071\)."
    math = write(tmp_path / "my aime.jsonl", [verl(statement, "21"), verl("What is 1?", 1)])
    code = write(tmp_path / "lcb.jsonl", [livecode(1), livecode(2, starter_code="def f():")])
    out = tmp_path / "out"
    done = script(VIBETHINKER_MODEL=SHIPPED, AIME24=math, LCB6=code, THINKTRAIL_REPRODUCTION=out)
    assert done.returncode == 0, done.stderr
    assert "2 of 2" in done.stdout and "1 rows left out" in done.stdout
    assert "0.803" in done.stdout and "0.511" in done.stdout and "not run" in done.stdout
    assert len((out / "aime24.jsonl").read_text().splitlines()) == 2


def test_the_tutors_own_protocol_asks_in_its_own_words():
    asked = PROTOCOLS["served"].messages("code", "Add two numbers.")
    assert asked == build_messages("code", "Add two numbers.")
