"""`manage.py import_problems`: what each line becomes in the database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.people import assign, make_set, person
from tutor.models import Classroom, Problem, Solution, Trail

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.django_db

ROW = {
    "slug": "a-sum",
    "title": "A Sum",
    "kind": "math",
    "level": 1,
    "problem": "What is 1 + 1?",
    "answer": "2",
    "solution": "It is 2.",
    "topics": ["Algebra"],
    "source": "Thinktrail",
    "licence": "MIT",
}
PROGRAM = {
    "slug": "b-sum",
    "title": "B Sum",
    "kind": "code",
    "level": 2,
    "problem": "Print the sum.",
    "topics": ["Strings", "Algebra"],
    "samples": [{"input": "1 1", "output": "2"}],
    "tests": [{"input": "1 2", "output": "3"}],
    "reference": "print(3)",
    "time_s": 1.5,
    "memory_mb": 64,
}


@pytest.fixture
def run(tmp_path):
    def run(*rows, **options):
        path = tmp_path / "rows.jsonl"
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
        out = io.StringIO()
        call_command("import_problems", str(path), stdout=out, **options)
        return out.getvalue()

    return run


def test_problems_and_solutions_are_taken_apart(run):
    out = run(ROW, PROGRAM)
    assert "line 1: taken: a-sum, A Sum" in out
    assert "2 taken, 0 skipped, 0 refused" in out
    problem = Problem.objects.get(slug="b-sum")
    assert (problem.kind, problem.level, problem.time_s, problem.memory_mb) == ("code", 2, 1.5, 64)
    assert problem.samples == PROGRAM["samples"]
    assert sorted(topic.name for topic in problem.topics.all()) == ["Algebra", "Strings"]
    assert problem.solution.tests == PROGRAM["tests"]
    assert problem.solution.reference == "print(3)"
    first = Problem.objects.get(slug="a-sum")
    assert (first.solution.answer, first.solution.worked) == ("2", "It is 2.")
    assert (first.source, first.licence) == ("Thinktrail", "MIT")


def test_running_again_changes_nothing(run):
    run(ROW, PROGRAM)
    before = list(Problem.objects.values())
    assert "0 taken, 2 skipped, 0 refused" in run(ROW, PROGRAM)
    assert list(Problem.objects.values()) == before


def test_bad_lines_are_named_and_the_rest_is_taken(run):
    out = run("{", {**ROW, "level": 9}, ROW, {**ROW, "slug": "z", "kind": "art"})
    assert "line 1: refused: not JSON" in out
    assert "line 2: refused: level is 9" in out
    assert "line 3: taken: a-sum" in out
    assert "line 4: refused: kind is 'art'" in out
    assert "1 taken, 0 skipped, 3 refused" in out


def test_what_is_left_out_is_skipped_with_its_reason(run):
    proof = {"problem": "Prove it.", "answer": "proof", "question_type": "proof"}
    out = run(ROW, proof)
    assert "line 2: skipped: a proof" in out
    assert "1 taken, 1 skipped, 0 refused" in out


def test_a_changed_problem_nobody_uses_is_updated(run):
    run(ROW)
    out = run({**ROW, "answer": "II", "topics": ["Sequences"]})
    assert "line 1: taken, changed here: a-sum" in out
    problem = Problem.objects.get(slug="a-sum")
    assert (problem.revision, problem.solution.answer) == (1, "II")
    assert [topic.name for topic in problem.topics.all()] == ["Sequences"]


@pytest.mark.parametrize("use", ["assigned", "begun"])
def test_a_changed_problem_in_use_becomes_a_new_revision(run, use):
    run(ROW)
    old = Problem.objects.get(slug="a-sum")
    if use == "assigned":
        weekly = make_set(person("grace", "teacher"), old)
        assign(weekly, Classroom.objects.create(name="Tuesday circle"))
    else:
        Trail.objects.create(student=person("ada"), problem=old)
    out = run({**ROW, "problem": "What is 1 + 1, in words?", "answer": "two"})
    assert "line 1: taken as a new revision: a-sum" in out
    old.refresh_from_db()
    new = Problem.objects.get(slug="a-sum", superseded=False)
    assert (old.superseded, old.statement, old.solution.answer) == (True, ROW["problem"], "2")
    assert (new.revision, new.solution.answer) == (2, "two")
    assert list(Problem.objects.current()) == [new]
    assert "1 skipped" in run({**ROW, "problem": "What is 1 + 1, in words?", "answer": "two"})


def test_a_problem_in_a_set_that_was_never_assigned_is_updated(run):
    run(ROW)
    make_set(person("grace", "teacher"), Problem.objects.get())
    assert "changed here" in run({**ROW, "title": "Another Title"})
    assert Problem.objects.get().title == "Another Title"


def test_a_dry_run_reports_the_same_and_keeps_nothing(run):
    out = run(ROW, "{", dry_run=True)
    assert "line 1: taken: a-sum" in out and "line 2: refused" in out
    assert "1 taken, 0 skipped, 1 refused (dry run: nothing was kept)" in out
    assert not Problem.objects.exists() and not Solution.objects.exists()


def test_a_students_own_problem_is_never_overwritten(run):
    private = Problem.objects.create(
        slug="a-sum", title="Mine", kind="math", level=1, statement="?", owner=person("ada")
    )
    with pytest.raises(CommandError, match="no line could be read"):
        run(ROW)
    private.refresh_from_db()
    assert private.title == "Mine"


def test_licence_and_source_of_the_command_fill_the_gaps(run):
    bare = {"problem": "Find 2+3.", "answer": "5"}
    assert "(no licence named)" in run(bare)
    run({**bare, "problem": "Find 2+4."}, ROW, licence="CC0", source="our club")
    assert Problem.objects.get(slug="a-sum").licence == "MIT"
    club = Problem.objects.get(statement="Find 2+4.")
    assert (club.licence, club.source) == ("CC0", "our club")


def test_programs_without_tests_are_said_to_stay_unjudged(run):
    row = {"input": "Read two numbers, print the sum.", "output": "…", "solution": "print(3)"}
    assert "programs will stay unjudged" in run(row)


def test_files_that_cannot_be_read_give_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_problems", str(tmp_path / "missing.jsonl"))
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(CommandError, match="expected a file ending in"):
        call_command("import_problems", str(tmp_path / "a.txt"))


def test_a_folder_stands_for_its_files(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW))
    (tmp_path / "b.csv").write_text("slug,title,kind,level,problem,answer\nc,C,math,1,2+2?,4\n")
    out = io.StringIO()
    call_command("import_problems", str(tmp_path), stdout=out)
    assert "2 taken" in out.getvalue()


def test_the_bank_is_taken_whole():
    out = io.StringIO()
    call_command("import_problems", "problems/bank", stdout=out)
    last = out.getvalue().splitlines()[-1]
    assert ", 0 skipped, 0 refused" in last
    assert Problem.objects.filter(kind="code", solution__tests=[]).count() == 0
    assert Problem.objects.filter(kind="math", solution__answer="").count() == 0


@pytest.mark.parametrize(
    ("name", "count"), [("olympiadbench-half.jsonl", 337), ("amc23.jsonl", 40)]
)
def test_published_problems_are_imported(name, count):
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not on this machine")
    out = io.StringIO()
    call_command("import_problems", str(SHARED / name), stdout=out)
    assert f"{count} taken, 0 skipped, 0 refused" in out.getvalue()
    assert Problem.objects.count() == count


def test_an_answer_no_rule_can_read_is_said(run):
    out = run({**ROW, "answer": "\\frac{1}{"})
    assert "taken: a-sum" in out and "only the same text will count" in out


def test_an_unknown_kind_of_answer_is_refused(run):
    out = run({**ROW, "answer_kind": "poem"}, {**ROW, "slug": "b"})
    assert "line 1: refused: Unknown kind of answer: 'poem'" in out
    assert [problem.slug for problem in Problem.objects.all()] == ["b"]


def test_a_long_file_is_taken_in_parts_and_reported_in_order(run):
    rows = [{**ROW, "slug": f"row-{n}"} for n in range(1, 206)]
    assert "205 taken" in run(*rows, dry_run=True)
    assert not Problem.objects.exists()
    out = run(*rows)
    lines = [int(line.split()[1].rstrip(":")) for line in out.splitlines()[1:-1]]
    assert lines == list(range(1, 206)) and Problem.objects.count() == 205


OWN = (
    "python:\ndef check(given, expected, output):\n    return sum(map(int, output.split())) == 3\n"
)


def test_a_checker_of_the_problems_own_is_kept_whole(run):
    assert "1 taken" in run({**PROGRAM, "checker": OWN})
    solution = Problem.objects.get(slug="b-sum").solution
    assert solution.checker == OWN.strip()
    assert solution.checker_name == "its own, 2 lines"
    assert "0 taken, 1 skipped" in run({**PROGRAM, "checker": OWN})


@pytest.mark.parametrize(
    ("checker", "words"),
    [
        ("closely", "the checker 'closely' is unknown"),
        ("python:def check(:", "the checker is not python: line 1"),
        ("python:print(1)", "does not define check(input, expected, output)"),
    ],
)
def test_a_checker_that_cannot_be_used_is_refused_with_the_reason(run, checker, words):
    out = run(ROW, {**PROGRAM, "checker": checker})
    assert words in out.lower() and "line 2: refused" in out
    assert not Problem.objects.filter(slug="b-sum").exists()
