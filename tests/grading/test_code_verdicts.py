"""Every verdict of the judge on honest programs, in Python and C++."""

import shutil

import pytest

from grading import judge
from grading.outcomes import TestResult

pytestmark = pytest.mark.usefixtures("sandbox")

SUMS = [{"input": "1 2\n", "output": "3\n"}, {"input": "5 6\n", "output": "11\n"}]
ONE = SUMS[:1]


def test_accepted():
    result = judge("a, b = map(int, input().split())\nprint(a + b)", SUMS, 2, 64)
    assert (result.verdict, result.reason) == ("accepted", "All 2 tests passed.")
    assert [test.verdict for test in result.tests] == ["accepted", "accepted"]
    assert isinstance(result.tests[0], TestResult)


def test_wrong_answer_names_the_first_differing_line():
    tests = [{"input": "", "output": "1\n2\n3\n"}]
    result = judge("print(1)\nprint(7)\nprint(3)", tests, 2, 64)
    assert result.verdict == "wrong_answer"
    assert result.reason == "Test 1: Line 2 differs."
    assert (result.tests[0].line, result.tests[0].expected, result.tests[0].got) == (2, "2", "7")


def test_every_test_has_its_own_verdict():
    result = judge("a, b = map(int, input().split())\nprint(3)", SUMS, 2, 64)
    assert [test.verdict for test in result.tests] == ["accepted", "wrong_answer"]
    assert result.reason.startswith("Test 2:")


def test_runtime_error_points_at_the_students_own_line():
    source = "import json\n\ndef f(x):\n    return json.loads(x)\n\nf('{')\n"
    result = judge(source, ONE, 2, 64)
    assert result.verdict == "runtime_error"
    assert result.tests[0].source_line == 4
    assert "Line 4: json.decoder.JSONDecodeError" in result.reason
    assert "return json.loads(x)" in result.reason


def test_a_syntax_error_is_a_runtime_error_with_its_line():
    result = judge("x = 1\nif x\n    pass\n", ONE, 2, 64)
    assert (result.verdict, result.tests[0].source_line) == ("runtime_error", 2)


def test_exit_status_without_a_traceback():
    assert judge("raise SystemExit(3)", ONE, 2, 64).verdict == "runtime_error"
    assert judge("print(3)\nexit()", ONE, 2, 64).verdict == "accepted"


def test_deep_recursion_is_the_students_error_not_ours():
    result = judge("def f(n):\n    return f(n + 1)\nf(0)", ONE, 2, 64)
    assert (result.verdict, "RecursionError" in result.reason) == ("runtime_error", True)


def test_time_limit():
    result = judge("while True:\n    pass", ONE, 0.4, 64)
    assert (result.verdict, result.reason) == ("time_limit", "Test 1: Not finished within 0.4 s.")
    assert result.tests[0].time_ms >= 400


def test_after_two_time_outs_the_rest_is_not_run():
    result = judge("while True:\n    pass", SUMS * 3, 0.2, 64)
    assert [test.verdict for test in result.tests] == ["time_limit"] * 2 + ["unjudged"] * 4


def test_memory_limit():
    assert judge("x = bytearray(200 << 20)", ONE, 2, 64).verdict == "memory_limit"
    assert judge("x = bytearray(32 << 20)\nprint(3)", ONE, 2, 64).verdict == "accepted"
    slow = "x = []\nwhile True:\n    x.append('a' * 1000000)"
    assert judge(slow, ONE, 2, 64).verdict == "memory_limit"


def test_output_limit():
    assert judge("while True:\n    print('x' * 100000)", ONE, 5, 64).verdict == "output_limit"


def test_threads_with_a_large_stack_work():
    source = (
        "import sys, threading\n"
        "sys.setrecursionlimit(10**6)\nthreading.stack_size(16 << 20)\n"
        "def depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)\n"
        "t = threading.Thread(target=lambda: print(depth(3000) // 1000))\nt.start()\nt.join()\n"
    )
    assert judge(source, ONE, 2, 128).verdict == "accepted"


def test_standard_library_and_text_beyond_ascii():
    source = "import heapq, math, itertools, collections, fractions, decimal\nprint('π ≈ 3')"
    assert judge(source, [{"input": "", "output": "π ≈ 3"}], 2, 64).verdict == "accepted"


def test_large_input_and_output():
    numbers = "\n".join(str(n) for n in range(100_000))
    source = "import sys\ndata = sys.stdin.read().split()\nprint('\\n'.join(data))"
    tests = [{"input": numbers, "output": numbers}]
    assert judge(source, tests, 5, 128).verdict == "accepted"


def test_input_that_nobody_reads_is_no_trouble():
    assert judge("print(3)", [{"input": "x" * 300_000, "output": "3"}], 2, 64).verdict == "accepted"


def test_what_is_asked_of_the_judge_is_checked():
    assert judge("print(3)", [], 2, 64).verdict == "unjudged"
    assert judge("print(3)", ONE, 2, 64, language="cobol").verdict == "unjudged"
    assert judge("print(3)", ONE, 2, 64, checker="magic").verdict == "unjudged"
    assert judge("#" * 300_000, ONE, 2, 64).verdict == "unjudged"
    assert judge("print(3)", ONE, -1, 64).verdict == "unjudged"


cpp = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")


@cpp
def test_cpp_accepted_and_wrong():
    source = "#include <iostream>\nint main(){long a,b;std::cin>>a>>b;std::cout<<a+b<<'\\n';}"
    result = judge(source, [*SUMS, {"input": "1 2", "output": "4"}], 2, 64, language="cpp")
    assert [t.verdict for t in result.tests] == ["accepted", "accepted", "wrong_answer"]


@cpp
def test_cpp_that_does_not_compile_says_where():
    result = judge("int main(){\n  return x;\n}", ONE, 2, 64, language="cpp")
    assert result.verdict == "runtime_error"
    assert "does not compile: line 2" in result.reason


@cpp
def test_cpp_crash_memory_and_time():
    crash = "int main(){int *p = nullptr; return *p;}"
    assert judge(crash, ONE, 2, 64, language="cpp").verdict == "runtime_error"
    greedy = "int main(){char *p = new char[1u << 30]; return p[5];}"
    assert judge(greedy, ONE, 2, 64, language="cpp").verdict == "memory_limit"
    loop = "int main(){volatile int x = 0; while (true) x = x + 1;}"
    assert judge(loop, ONE, 0.3, 64, language="cpp").verdict == "time_limit"


@cpp
def test_cpp_cannot_include_what_lies_outside():
    source = '#include "/etc/passwd"\nint main(){}'
    result = judge(source, ONE, 2, 64, language="cpp")
    assert (result.verdict, "No such file" in result.reason) == ("runtime_error", True)
