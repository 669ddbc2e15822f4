"""What the judge does where the sandbox is missing, and the weaker fallback."""

import os
import shutil
import struct

import pytest

from grading import code, judge, sandbox, seccomp
from grading.prepared import memory_file

ONE = [{"input": "1 2", "output": "3"}]
SUM = "a, b = map(int, input().split())\nprint(a + b)"


@pytest.fixture
def no_bwrap(monkeypatch):
    real = shutil.which

    def which(name):
        return None if name == "bwrap" else real(name)

    monkeypatch.setattr(sandbox.shutil, "which", which)
    sandbox.sandbox_trouble.cache_clear()
    yield
    sandbox.sandbox_trouble.cache_clear()


def test_without_a_sandbox_nothing_is_run(no_bwrap, monkeypatch):
    monkeypatch.delenv(sandbox.WEAK_SWITCH, raising=False)
    result = judge(SUM, ONE, 2, 64)
    assert result.verdict == "unjudged"
    assert "bwrap is not installed" in result.reason


def test_the_weak_fallback_has_to_be_allowed(no_bwrap, monkeypatch):
    monkeypatch.setenv(sandbox.WEAK_SWITCH, "1")
    assert judge(SUM, ONE, 2, 64).verdict == "accepted"
    assert judge("while True: pass", ONE, 0.3, 64).verdict == "time_limit"
    assert judge("import time\ntime.sleep(99)", ONE, 0.2, 64).verdict == "time_limit"
    assert judge("x = bytearray(1 << 30)", ONE, 2, 64).verdict == "memory_limit"
    writing = "import tempfile\nwith tempfile.TemporaryFile() as f:\n    f.write(b'x' * 100000)"
    assert judge(writing, ONE, 2, 64).verdict == "runtime_error"
    assert judge("import os\nos.fork()", ONE, 2, 64).verdict == "runtime_error"
    result = judge("x = 1\nx / 0", ONE, 2, 64)
    assert (result.verdict, result.tests[0].source_line) == ("runtime_error", 2)
    assert judge(SUM, ONE, 2, 64, language="cpp").verdict == "unjudged"


def test_a_sandbox_that_does_not_start_is_said(monkeypatch):
    monkeypatch.setattr(
        code, "sandbox_trouble", lambda: "Programs cannot be judged: no namespaces."
    )
    monkeypatch.delenv(sandbox.WEAK_SWITCH, raising=False)
    assert judge(SUM, ONE, 2, 64).reason == "Programs cannot be judged: no namespaces."


def test_the_filter_is_well_formed_on_both_architectures():
    for machine in ("x86_64", "aarch64"):
        for processes in (False, True):
            program = seccomp.build_filter(processes=processes, machine=machine)
            steps = [struct.unpack("=HBBI", program[i : i + 8]) for i in range(0, len(program), 8)]
            assert steps[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)
            for place, (_, yes, no, _) in enumerate(steps):
                assert place + 1 + max(yes, no) < len(steps) or (yes, no) == (0, 0)
    assert seccomp.build_filter(processes=False, machine="mips") == b""


def test_memory_files_are_sealed():
    fd = memory_file(b"hello")
    try:
        with pytest.raises(OSError, match="not permitted"):
            os.write(fd, b"x")
        assert os.read(fd, 10) == b"hello"
    finally:
        os.close(fd)
