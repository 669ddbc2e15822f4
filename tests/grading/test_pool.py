"""The pool of processes for symbolic work, with real bombs in it."""

import asyncio
import os
import subprocess
import sys
import threading
import time

import pytest

from grading import check_answer, pool_worker
from grading.pool import Pool, PoolError, shared_pool

EQUAL = "grading.symbolic:equivalent"


@pytest.fixture
def pool():
    made = Pool(2)
    yield made
    made.close()


def gone(pid):
    """Whether the process has ended (a zombie counts), waiting a little for it."""
    for _ in range(200):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_bombs_end_and_the_next_call_has_its_result(pool):
    assert pool.call(EQUAL, "x+1", "1+x") is True
    workers = [worker.process.pid for worker in pool._idle]
    for bomb in ("9^{9^{9^9}}", r"\binom{10^9}{10^8}", "{" * 9000 + "1" + "}" * 9000):
        with pytest.raises(PoolError):
            pool.call(EQUAL, bomb, "1", timeout=0.5)
        assert pool.call(EQUAL, r"\frac{2}{4}", r"\frac12") is True
    assert [worker.process.pid for worker in pool._idle] == workers  # none was lost


def test_a_job_has_a_memory_limit():
    pid = os.fork()
    if pid == 0:
        pool_worker._limit(5)
        try:
            kept = bytearray(pool_worker.MEMORY + 1)
        except MemoryError:
            os._exit(7)
        os._exit(len(kept) > 0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_a_call_that_fails_fails_alone(pool):
    with pytest.raises(PoolError):
        pool.call("grading.checkers:_clip", "x", 10**12, 3)  # wrong arguments: an error, no death
    with pytest.raises(PoolError):
        pool.call("os:system", "true")
    assert pool.call(EQUAL, "1", "2") is False


def test_too_long_a_request_is_refused(pool):
    with pytest.raises(PoolError, match="too long"):
        pool.call(EQUAL, "1" * 100_000, "1")


def test_a_worker_that_was_killed_is_replaced(pool):
    assert pool.call(EQUAL, "1", "1") is True
    pool._idle[0].process.kill()
    with pytest.raises(PoolError):
        pool.call(EQUAL, "1", "1")
    assert pool.call(EQUAL, "1", "1") is True


def test_many_threads_share_two_workers(pool):
    results = []

    def ask(number):
        results.append((number, pool.call(EQUAL, f"{number}+x", f"x+{number}")))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(n, True) for n in range(12)]
    assert pool._count <= 2


async def test_from_asyncio():
    found = await asyncio.gather(
        *(asyncio.to_thread(check_answer, r"\sum_{k=1}^{n} k", f"{n}") for n in range(4))
    )
    assert [verdict.value for verdict in found] == ["unknown"] * 4


def test_closing_ends_the_processes_and_refuses_calls():
    pool = Pool(1)
    pool.call(EQUAL, "1", "1")
    pid = pool._idle[0].process.pid
    pool.close()
    assert gone(pid)
    with pytest.raises(PoolError, match="shut down"):
        pool.call(EQUAL, "1", "1")


_PARENT = """
import sys, threading, time
from grading.pool import shared_pool, PoolError
pool = shared_pool()
pool.call("grading.symbolic:equivalent", "1", "1")
worker = pool._idle[0]
print(worker.process.pid, flush=True)
threading.Thread(target=lambda: pool.call("grading.symbolic:equivalent", "9^{9^{9^9}}", "1",
                                          timeout=60), daemon=True).start()
while True:
    kids = open(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read().split()
    if kids:
        break
    time.sleep(0.01)
print(kids[0], flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_when_the_parent_is_killed_worker_and_busy_child_end():
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    worker = int(parent.stdout.readline())
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(worker)
    assert gone(child)


def test_a_forked_child_has_a_pool_of_its_own():
    mine = shared_pool()
    mine.call(EQUAL, "1", "1")
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        from grading import pool as module

        os.write(writer, b"fresh" if module._shared is None else b"shared")
        os._exit(0)
    os.waitpid(pid, 0)
    said = os.read(reader, 10)
    os.close(reader)
    os.close(writer)
    assert said == b"fresh"
    assert mine.call(EQUAL, "2", "2") is True
