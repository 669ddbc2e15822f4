"""Judges an untrusted program against tests in the sandbox: `judge` is the whole interface."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grading import checkers
from grading.compiling import NO_COMPILER, NotCompiled, can_compile_cpp, compile_cpp
from grading.outcomes import CodeVerdict, Spent, TestResult, failed
from grading.prepared import Limits, memory_file
from grading.running import Finished, run
from grading.sandbox import prepare, python_inside, sandbox_trouble, weak_allowed
from grading.weak import prepare_weak

MAX_SOURCE = 256 << 10  # characters
MAX_SLOW_TESTS = 2  # after so many time-outs the remaining tests are not run
SOURCE_INSIDE = "/main.py"
BINARY_INSIDE = "/main"
NOTHING: Spent = {"time_ms": 0, "memory_mb": 0}


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """The whole judgement: the first test that was not accepted decides."""

    verdict: CodeVerdict
    tests: tuple[TestResult, ...]  # empty when the program does not compile
    reason: str
    source_line: int = 0  # where it does not compile, from 1


def judge(
    source: str,
    tests: Sequence[Mapping[str, Any]],
    time_s: float,
    memory_mb: int,
    language: str = "python",
    checker: str = "tokens",
) -> JudgeResult:
    """Run `source` on each `{"input", "output"}` within `time_s` processor seconds and `memory_mb`.

    `language` is "python" or "cpp"; `checker` is "exact", "tokens", "float", "float:1e-9" or
    "python:" and a program that defines `check(input, expected, output)`. Never raises for what
    a student wrote; when no sandbox works here, the verdict is "unjudged" and the reason says why.
    """
    trouble = _refusal(source, tests, time_s, memory_mb, language, checker)
    if trouble:
        return JudgeResult("unjudged", (), trouble)
    limits = Limits(cpu_s=time_s, memory_mb=memory_mb)
    if language == "cpp":
        compiled = compile_cpp(source)
        if isinstance(compiled, NotCompiled):
            return JudgeResult("runtime_error", (), compiled.reason, compiled.line)
        command, files = [BINARY_INSIDE], {BINARY_INSIDE: compiled}
    else:
        command = [python_inside(), "-I", "-B", "-X", "utf8", SOURCE_INSIDE]
        files = {SOURCE_INSIDE: source.encode("utf-8", "replace")}
    results: list[TestResult] = []
    for number, test in enumerate(tests, 1):
        finished = _run_once(command, files, limits, str(test["input"]))
        results.append(_judge_run(finished, test, limits, checker, source))
        if sum(r.verdict == "time_limit" for r in results) >= MAX_SLOW_TESTS and number < len(
            tests
        ):
            results += [TestResult("unjudged", "Not run, after two time-outs.")] * (
                len(tests) - number
            )
            break
        if results[-1].verdict == "unjudged":
            break
    return _summary(results)


def _refusal(
    source: str,
    tests: Sequence[Mapping[str, Any]],
    time_s: float,
    memory_mb: int,
    language: str,
    checker: str,
) -> str:
    if len(source) > MAX_SOURCE:
        return "The program is longer than 256 KiB."
    if language not in ("python", "cpp"):
        return f"Programs in {language[:20]} cannot be judged, only Python and C++."
    if not tests:
        return "This problem has no tests."
    if not (0 < time_s <= 60 and math.isfinite(time_s) and 16 <= memory_mb <= 4096):
        return "The problem's limits make no sense: time up to 60 s, memory 16 to 4096 MB."
    if not checkers.is_checker(checker):
        return f"Unknown checker: {checker[:40]!r}."
    if language == "cpp" and not can_compile_cpp():
        return NO_COMPILER
    trouble = sandbox_trouble()
    if trouble and not (weak_allowed() and language == "python"):
        return trouble
    return ""


def _run_once(command: list[str], files: dict[str, bytes], limits: Limits, text: str) -> Finished:
    stdin = memory_file(text.encode("utf-8", "replace"))
    try:
        if sandbox_trouble():
            ready = prepare_weak(files[SOURCE_INSIDE], limits)
        else:
            ready = prepare(command, limits, files)
        return run(ready, limits, stdin)
    finally:
        os.close(stdin)


def _judge_run(
    done: Finished, test: Mapping[str, Any], limits: Limits, checker: str, source: str
) -> TestResult:
    spent: Spent = {"time_ms": round(done.cpu_s * 1000), "memory_mb": round(done.memory_mb)}
    error = done.error.decode("utf-8", "replace")
    if done.stopped == "setup":
        return TestResult("unjudged", "The sandbox could not start the program.", **spent)
    if done.stopped == "time" or (done.code in (128 + 24, 128 + 9) and done.cpu_s >= limits.cpu_s):
        return TestResult("time_limit", f"Not finished within {limits.cpu_s:g} s.", **spent)
    if done.stopped == "output":
        size = limits.output_bytes >> 20
        return TestResult("output_limit", f"More than {size} MB of output.", **spent)
    if done.code != 0:
        return failed(done, error, limits, spent, source)
    return check_output(done.output.decode("utf-8", "replace"), test, checker, spent)


def check_output(
    output: str, test: Mapping[str, Any], checker: str, spent: Spent = NOTHING
) -> TestResult:
    """What the checker says of an output to this test; a custom one runs inside the sandbox."""
    expected = str(test["output"])
    if checker.startswith(checkers.CUSTOM_PREFIX):
        return _ask_custom(checker, str(test["input"]), expected, output, spent)
    found = checkers.compare(expected, output, checker)
    if found.ok:
        return TestResult("accepted", "", **spent)
    return TestResult(
        "wrong_answer",
        found.reason,
        line=found.line,
        expected=found.expected,
        got=found.got,
        **spent,
    )


_ASK = """
import json, sys
job = json.load(sys.stdin)
space = {"__name__": "checker"}
exec(compile(job["checker"], "/checker.py", "exec"), space)
said = space["check"](job["input"], job["expected"], job["output"])
ok, why = said if isinstance(said, tuple) else (said, "")
print(json.dumps([bool(ok), str(why)[:300]]))
"""


def _ask_custom(checker: str, given: str, expected: str, output: str, spent: Spent) -> TestResult:
    """Run the teacher's checker inside the same walls, on the output as data."""
    job = {
        "checker": checker.removeprefix(checkers.CUSTOM_PREFIX),
        "input": given,
        "expected": expected,
        "output": output,
    }
    command = [python_inside(), "-I", "-B", "-X", "utf8", SOURCE_INSIDE]
    done = _run_once(command, {SOURCE_INSIDE: _ASK.encode()}, Limits(5, 256), json.dumps(job))
    try:
        ok, why = json.loads(done.output)
    except ValueError:
        last = done.error.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        return TestResult("unjudged", f"The problem's checker failed: {last[0][:160]}", **spent)
    if ok:
        return TestResult("accepted", "", **spent)
    return TestResult("wrong_answer", why or "The checker refused the output.", **spent)


def _summary(results: list[TestResult]) -> JudgeResult:
    for number, result in enumerate(results, 1):
        if result.verdict != "accepted":
            return JudgeResult(result.verdict, tuple(results), f"Test {number}: {result.reason}")
    count = len(results)
    return JudgeResult("accepted", tuple(results), f"All {count} tests passed.")
