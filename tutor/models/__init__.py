"""What Thinktrail keeps: people, problems, classes, and the trails of work on them."""

from tutor.models.approval import Approval
from tutor.models.assignment import Assignment, ProblemSet, ProblemSetItem
from tutor.models.attempt import Attempt, Language
from tutor.models.classroom import Classroom, Membership
from tutor.models.correction import Correction
from tutor.models.generation import Generation
from tutor.models.hint import Hint
from tutor.models.people import User
from tutor.models.problem import Problem, Solution, Topic
from tutor.models.review import Mark, Review
from tutor.models.trail import Trail

__all__ = [
    "Approval",
    "Assignment",
    "Attempt",
    "Classroom",
    "Correction",
    "Generation",
    "Hint",
    "Language",
    "Mark",
    "Membership",
    "Problem",
    "ProblemSet",
    "ProblemSetItem",
    "Review",
    "Solution",
    "Topic",
    "Trail",
    "User",
]
