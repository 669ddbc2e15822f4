"""Rules that judge answers, lines and programs. Neither Django nor torch is imported here.

The public names are loaded when they are first used, so that importing the package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grading.answers import check_answer as check_answer
    from grading.answers import read_answer as read_answer
    from grading.boxed import extract_boxed as extract_boxed
    from grading.code import JudgeResult as JudgeResult
    from grading.code import check_output as check_output
    from grading.code import judge as judge
    from grading.compiling import can_compile_cpp as can_compile_cpp
    from grading.listings import last_program as last_program
    from grading.outcomes import TestResult as TestResult
    from grading.verdicts import Verdict as Verdict

_HOME = {
    "Verdict": "grading.verdicts",
    "check_answer": "grading.answers",
    "read_answer": "grading.answers",
    "extract_boxed": "grading.boxed",
    "last_program": "grading.listings",
    "judge": "grading.code",
    "check_output": "grading.code",
    "can_compile_cpp": "grading.compiling",
    "JudgeResult": "grading.code",
    "TestResult": "grading.outcomes",
    "sandbox_trouble": "grading.sandbox",
    # steps and hints
    "check_steps": "grading.steps",
    "split_reasoning": "grading.trails",
    "key_steps": "grading.trails",
    "sections": "grading.trails",
    "first_divergence": "grading.divergence",
    "make_hint": "grading.hints",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'grading' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
