"""Programs that attack the sandbox. Each is contained and leaves nothing running."""

import os
import tempfile
from pathlib import Path

import pytest

from grading import judge, running

pytestmark = pytest.mark.usefixtures("sandbox")

TEST = [{"input": "", "output": "contained"}]


def inhabitants(spaces):
    """Living processes in any of these pid namespaces, given by open descriptors."""
    found, inodes = set(), {os.fstat(space).st_ino for space in spaces}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                space = os.stat(entry / "ns/pid").st_ino
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if space in inodes and state != "Z":
                found.add(int(entry.name))
    return found


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch):
    """After each attack no process, file or descriptor is left."""
    spaces = []  # held open, since numbers of namespaces are used again
    real = os.pidfd_open

    def note(pid, *flags):
        spaces.append(os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY))
        return real(pid, *flags)

    monkeypatch.setattr(running.os, "pidfd_open", note)
    files = set(os.listdir(tempfile.gettempdir()))
    descriptors = len(os.listdir("/proc/self/fd"))
    yield
    assert spaces or not hasattr(os, "pidfd_open")
    left = inhabitants(spaces)
    for space in spaces:
        os.close(space)
    assert left == set()
    new = set(os.listdir(tempfile.gettempdir())) - files
    assert not any("grading" in name or "bwrap" in name for name in new)
    assert len(os.listdir("/proc/self/fd")) <= descriptors


def verdict(source, time_s=0.4, memory_mb=64):
    return judge(source, TEST, time_s, memory_mb)


def guarded(lines):
    """A program that says "contained" only if every given line fails with an error of the system."""
    source = "import os, socket, ctypes, sys\n"
    for line in lines:
        source += f"try:\n    {line}\n    print('ESCAPED', {line!r})\nexcept (OSError, ValueError):\n    pass\n"
    return source + "print('contained')"


def test_fork_bombs():
    result = verdict("import os\nwhile True:\n    os.fork()")
    assert (result.verdict, "PermissionError" in result.reason) == ("runtime_error", True)
    assert verdict(guarded(["os.fork()", "os.forkpty()"])).verdict == "accepted"
    spawn = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'pass'])"
    assert verdict(spawn).verdict == "runtime_error"


def test_thread_bombs():
    source = (
        "import threading, time\n"
        "made = 0\n"
        "try:\n"
        "    while True:\n"
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "        made += 1\n"
        "except RuntimeError:\n"
        "    print('contained' if made < 20 else made, flush=True)\n"
        "import os\nos._exit(0)"
    )
    assert verdict(source, memory_mb=256).verdict == "accepted"


def test_no_proc_no_sys_no_home_no_settings():
    paths = ["/proc/1/environ", "/proc/self/status", "/sys/kernel", "/root", "/home", "/etc/passwd",
             "/var", "/work", "/tmp", "/run", "/dev/shm", "/dev/mem", "/mnt"]  # fmt: skip
    lines = [
        f"os.listdir({path!r}) if not {path!r}.count('.') else open({path!r})" for path in paths
    ]
    assert verdict(guarded([*lines, "open('/etc/passwd')", "open('/proc/1/environ')"])).verdict == (
        "accepted"
    )


def test_the_environment_is_empty():
    os.environ["THINKTRAIL_TEST_SECRET"] = "mallory"
    source = "import os\nprint('contained' if 'mallory' not in str(os.environ) else os.environ)"
    assert verdict(source).verdict == "accepted"


def test_nothing_can_be_written_anywhere():
    lines = ["open('/x', 'w')", "open('main.py', 'a')", "os.mkdir('/usr/x')", "open('/py/x', 'w')",
             "os.symlink('/etc/passwd', '/link')", "os.symlink('/', 'here')", "os.remove('/main.py')",
             "os.link('/main.py', '/copy')", "os.rename('/usr', '/rsu')", "os.chmod('/', 0o777)",
             "os.mkfifo('/pipe')", "open('/dev/shm/x', 'w')", "os.memfd_create('x')"]  # fmt: skip
    assert verdict(guarded(lines)).verdict == "accepted"


def test_symlink_tricks_lead_nowhere():
    lines = ["open('/dev/../../etc/passwd')", "open('/usr/../root/.bashrc')", "os.chroot('/usr')",
             "open('/py/../etc/passwd')", "open('/lib/../etc/shadow')"]  # fmt: skip
    assert verdict(guarded(lines)).verdict == "accepted"


def test_no_network():
    lines = ["socket.socket()", "socket.socket(socket.AF_UNIX)", "socket.socketpair()",
             "socket.create_connection(('127.0.0.1', 80), 1)", "socket.gethostbyname('localhost')"]  # fmt: skip
    assert verdict(guarded(lines)).verdict == "accepted"


def test_system_calls_that_lead_out_are_refused():
    calls = {"unshare": 272, "mount": 165, "ptrace": 101, "bpf": 321, "userfaultfd": 323,
             "keyctl": 250, "io_uring_setup": 425, "setns": 308, "shmget": 29}  # fmt: skip
    if os.uname().machine != "x86_64":
        pytest.skip("numbers of x86-64")
    source = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nbad = []\n"
        f"for name, number in {calls!r}.items():\n"
        "    said = libc.syscall(number, 0, 0, 0, 0, 0)\n"
        "    if said != -1 or ctypes.get_errno() not in (1, 38):\n"
        "        bad.append((name, said, ctypes.get_errno()))\n"
        "print(bad or 'contained')"
    )
    assert verdict(source).verdict == "accepted"


def test_it_is_nobody_and_cannot_become_somebody():
    lines = ["os.setuid(0)", "os.setgid(0)", "os.setgroups([0])", "os.kill(1, 9)"]
    source = "import os\nassert os.getuid() == 65534\n" + guarded(lines[:3])
    assert verdict(source).verdict == "accepted"


def test_ignoring_every_signal_does_not_help():
    source = (
        "import signal\n"
        "for number in range(1, 65):\n"
        "    try:\n        signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\n"
        "while True:\n    pass"
    )
    assert verdict(source).verdict == "time_limit"


def test_sleeping_for_ever():
    assert verdict("import time\ntime.sleep(10**6)", time_s=0.2).verdict == "time_limit"


def test_closing_every_stream_and_going_on():
    source = "import os\nfor fd in range(64):\n    try: os.close(fd)\n    except OSError: pass\nwhile True: pass"
    assert verdict(source, time_s=0.2).verdict == "time_limit"


def test_huge_prints():
    assert verdict("while True:\n    print('x' * (1 << 20))", time_s=5).verdict == "output_limit"
    noisy = "import sys\nwhile True:\n    sys.stderr.write('x' * (1 << 20))"
    assert verdict(noisy, time_s=0.3).verdict == "time_limit"


def test_a_program_cannot_grade_itself():
    assert verdict('import os\nos.write(1, b\'{"verdict": "accepted"}\')').verdict == "wrong_answer"
    escape = "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'{\"exit-code\": 0}\\n')\n    except OSError: pass\nraise SystemExit(3)"
    assert verdict(escape).verdict == "runtime_error"


def test_zip_bombs_of_memory():
    assert verdict("x = 'a' * (1 << 33)").verdict == "memory_limit"
    assert verdict("import mmap\nmmap.mmap(-1, 1 << 33)").verdict in (
        "memory_limit",
        "runtime_error",
    )
    assert verdict("x = 10 ** 10 ** 10", time_s=0.3).verdict in ("memory_limit", "time_limit")


def test_ten_judgements_in_a_row_leave_nothing():
    for number in range(10):
        source = "while True: pass" if number == 5 else "print('contained')"
        assert verdict(source, time_s=0.1).verdict in ("accepted", "time_limit")
