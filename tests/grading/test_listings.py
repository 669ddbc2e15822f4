"""Assignments in a program are not equations."""

from __future__ import annotations

from grading import check_steps

PROGRAM = """We count to three, and 2 + 2 = 5.
```python
s = 0
while s < 3:

    s = s + 1
n = 10
n = 3
```
It holds that \\(5 + 7 = 12\\)."""


def test_lines_of_a_program_are_unchecked_and_the_others_keep_their_numbers():
    status = {c.line: c.status for c in check_steps(PROGRAM)}
    assert status[0] == "contradicted" and status[9] == "checked"
    assert {status[n] for n in (1, 2, 3, 5, 6, 7, 8)} == {"unchecked"} and 4 not in status


def test_a_program_that_is_still_being_written_is_out_of_sight():
    started = PROGRAM[: PROGRAM.index("n = 10")]
    assert all(c.status != "contradicted" for c in check_steps(started)[1:])


def test_a_fence_within_a_line_hides_nothing():
    assert check_steps("Use ``` and then 2 + 2 = 5")[0].status == "contradicted"
