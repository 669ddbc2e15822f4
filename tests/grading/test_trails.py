"""A trail's shape: reasoning and reply, sections, key steps."""

import itertools

from grading.steps import check_steps
from grading.trails import key_steps, sections, split_reasoning

TRAIL = """<think>
Let x be the number of apples, so 3x + 4 = 19.
Then 3x = 15.
So x = 5.
Wait, did I read it correctly?
Yes, three times as many and four more.
So nothing changes.
Let me check: 3 * 5 + 4 = 19.
Good.
That is right.
</think>
There are 5 apples.
\\boxed{5}"""


def test_reasoning_is_told_from_the_reply():
    reasoning, reply = split_reasoning(TRAIL)
    assert reasoning.startswith("Let x be") and reasoning.endswith("That is right.")
    assert reply == "There are 5 apples.\n\\boxed{5}"


def test_missing_tags():
    assert split_reasoning("only an answer") == ("", "only an answer")
    assert split_reasoning("<think>still at it") == ("still at it", "")
    assert split_reasoning("thought</think>said") == ("thought", "said")
    assert split_reasoning("") == ("", "")


def test_sections_follow_each_other_and_cover_every_line():
    found = sections(TRAIL)
    assert found[0].start == 0 and found[-1].end == len(TRAIL.split("\n"))
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    assert all(s.title and s.start < s.end for s in found)
    titles = [s.title for s in found]
    assert "Second thoughts" in titles and "Checking" in titles and "Reply" in titles


def test_headings_and_cases_become_titles():
    text = "# Plan\nfirst\n**The count**\nsecond\nCase 1: a\nx\nCase 2: b\ny"
    assert [s.title for s in sections(text)] == ["Plan", "The count", "Case 1", "Case 2"]


def test_key_steps_are_few_explained_and_never_wrong_lines():
    checks = check_steps(TRAIL)
    steps = key_steps(TRAIL, checks)
    lines = TRAIL.split("\n")
    assert 2 <= len(steps) <= 6
    assert any("introduces" in s.why and "Let x" in lines[s.line] for s in steps)
    assert steps[-1].why == "the conclusion" and "boxed" in lines[steps[-1].line]
    broken = "Let n = 3.\n7 * 8 = 54\nThe answer is \\boxed{54}."
    assert 1 not in [s.line for s in key_steps(broken, check_steps(broken))]


def test_key_steps_and_sections_are_the_same_every_time():
    checks = check_steps(TRAIL)
    assert key_steps(TRAIL, checks) == key_steps(TRAIL, checks)
    assert sections("") == sections("")
