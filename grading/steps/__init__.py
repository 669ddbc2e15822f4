"""Steps: each line of working judged by rules. See `check_steps`."""

from grading.steps.check import Check
from grading.steps.whole import check_steps

__all__ = ["Check", "check_steps"]
