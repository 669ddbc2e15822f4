"""Fixtures of the grading tests."""

import os

import pytest

from grading.sandbox import sandbox_trouble


@pytest.fixture(scope="session")
def sandbox():
    """The sandbox has to work here; only THINKTRAIL_SKIP_SANDBOX_TESTS=1 lets tests be skipped."""
    trouble = sandbox_trouble()
    if trouble and os.environ.get("THINKTRAIL_SKIP_SANDBOX_TESTS") == "1":
        pytest.skip(trouble)
    if trouble:
        pytest.fail(f"{trouble} Set THINKTRAIL_SKIP_SANDBOX_TESTS=1 to skip these tests openly.")
