"""The walls around an untrusted program: bubblewrap, limits, a system-call filter.

Inside there is no network, no /proc, no /sys, no home and nothing that can be written; the
system is read-only; the program has its own user, pid, ipc and host-name spaces and an empty
environment. Started as root we first become an unprivileged user, because root's process limit
does not bind. Nothing is left on disk: programs and filters travel through memory files.
"""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from grading.prepared import Limits, Prepared
from grading.seccomp import build_filter

WEAK_SWITCH = "THINKTRAIL_ALLOW_WEAK_SANDBOX"
_PREFIX_INSIDE = "/py"
_turn = itertools.count()


def python_prefix() -> Path:
    """Where the interpreter that runs us lies; programs are judged with the same one."""
    return Path(sys.base_prefix)


def python_name() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def python_inside() -> str:
    """The interpreter's path as the sandbox sees it."""
    name = python_name()
    if python_prefix() == Path("/usr"):
        return f"/usr/bin/{name}"
    return f"{_PREFIX_INSIDE}/bin/{name}"


def _open_to_all(path: Path) -> bool:
    """Whether any user may read below `path`."""
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def as_unprivileged(prefix: Path) -> tuple[list[str], Path]:
    """The words that make root an unprivileged user, and where `prefix` is readable then."""
    uid = str(61000 + next(_turn) % 180)  # its own number per job: process limits count per user
    drop = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    if _open_to_all(prefix):
        return drop, prefix
    # Root's own interpreter may lie in a closed home: bind it, in a private view, where others see.
    bind = 'mount --bind "$0" /mnt && exec "$@"'
    private = ["unshare", "-m", "--propagation", "private", "sh", "-c", bind, str(prefix)]
    return private + drop, Path("/mnt")


def prepare(
    command: list[str], limits: Limits, files: dict[str, bytes], scratch_mb: int = 0
) -> Prepared:
    """`command` inside bubblewrap; `files` are its read-only files by absolute path."""
    prefix = python_prefix()
    lead: list[str] = []
    if os.geteuid() == 0:
        lead, prefix = as_unprivileged(prefix)
    read_end, write_end = os.pipe()
    ready = Prepared([], status_fd=read_end)
    ready.fds.append(write_end)
    words = [*lead, "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    words += ["--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session"]
    words += ["--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--cap-drop", "ALL"]
    if "--disable-userns" in _bwrap_help():
        words.append("--disable-userns")
    words += ["--json-status-fd", str(write_end), "--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib64", "lib32"):
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    if prefix != Path("/usr"):
        words += ["--ro-bind", str(prefix), _PREFIX_INSIDE]
        words += ["--setenv", "LD_LIBRARY_PATH", f"{_PREFIX_INSIDE}/lib"]
    for device in ("null", "zero", "urandom", "random"):
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    if scratch_mb:
        words += ["--size", str(scratch_mb << 20), "--tmpfs", "/tmp"]
    for path_inside, content in files.items():
        words += ["--perms", "0555", "--ro-bind-data", str(ready.add_file(content)), path_inside]
    rules = build_filter(processes=limits.may_fork)
    if rules:
        words += ["--seccomp", str(ready.add_file(rules))]
    words += ["--remount-ro", "/", "--chdir", "/tmp" if scratch_mb else "/"]
    ready.argv = [*words, "--", "prlimit", *_prlimit_words(limits), "--", *command]
    return ready


def _prlimit_words(limits: Limits) -> list[str]:
    memory = (limits.memory_mb + 48) << 20
    stack = min(64 << 20, memory // 2)
    cpu = int(limits.cpu_s) + 2
    return [
        f"--as={memory}",
        f"--stack={stack}",
        f"--cpu={cpu}:{cpu}",
        f"--nproc={limits.processes}",
        f"--fsize={limits.file_bytes}",
        "--nofile=64",
        "--core=0",
    ]


@functools.cache
def _bwrap_help() -> str:
    try:
        return subprocess.run(["bwrap", "--help"], capture_output=True, text=True, timeout=5).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def weak_allowed() -> bool:
    """Whether the operator accepted limits without walls."""
    return os.environ.get(WEAK_SWITCH) == "1"


@functools.cache
def sandbox_trouble() -> str:
    """Why programs cannot be judged here, in one sentence; empty when they can."""
    if not sys.platform.startswith("linux"):
        return "Programs can be judged only on Linux, where bubblewrap runs."
    needed = ["bwrap", "prlimit"] + (["setpriv", "unshare"] if os.geteuid() == 0 else [])
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        return f"Programs cannot be judged: {', '.join(missing)} is not installed."
    ready = prepare([python_inside(), "-I", "-c", "print(6 * 7)"], Limits(5, 256), {})
    try:
        done = subprocess.run(
            ready.argv, pass_fds=ready.fds, env=ready.env, capture_output=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"Programs cannot be judged: the sandbox did not start ({type(error).__name__})."
    finally:
        ready.close()
        os.close(ready.status_fd)
    if done.stdout.strip() == b"42":
        return ""
    complaint = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
    return f"Programs cannot be judged: the sandbox does not work here ({complaint[0][:160]})."
