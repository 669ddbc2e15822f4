"""Words that change what a line claims: denials, questions, suppositions, and taking something back."""

import re

_DENIES = re.compile(
    r"\b(?:not|n't|never|cannot|can't|isn't|doesn't|don't|won't|wouldn't|aren't|false|untrue|wrong|incorrect|impossible"
    r"|absurd|contradict\w*|contradiction|mistake\w*|error|oops|fails?|failed|nope|instead\s+of|rather\s+than|nonsense"
    r"|typo|misread|miscalculat\w*|inconsistent|no\s+solutions?|too\s+(?:big|small|large|many|few|much|high|low))\b|≠|\\neq?\b"
    r"|n't\b|\\times\s*!|✗|❌",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:suppose|supposing|assum\w*|if|whether|what\s+if|let's\s+(?:say|try|suppose|assume|guess)|guess\w*|imagine|"
    r"pretend|hypothetical\w*|would|might|maybe|perhaps|could|try(?:ing)?|want|need|should|must|wish|desired|hope)\b",
    re.IGNORECASE,
)
_RETRACTS = re.compile(
    r"^\W*(?:(?:hmm|hm|oh|uh|um|ah|ok|okay|but|so|no|well)\b\W*)*"
    r"(?:wait|hold\s+on|no\b|oops|scratch\s+that|actually|correction|that(?:'s|\s+is|\s+was)\s+(?:wrong|not|incorrect|a\s+mistake|"
    r"false|off)|this\s+is\s+(?:wrong|not\s+right|incorrect|false)|i\s+(?:made|miscalculated|misread|was\s+wrong|"
    r"messed|forgot|mis\w+)|let\s+me\s+(?:redo|recompute|recheck|recalculate|re-?do|fix|correct|start\s+over|"
    r"double[- ]check)|not\s+quite|mistake|contradiction|impossible|which\s+is\s+(?:impossible|false|wrong|absurd|a\s+contradiction))",
    re.IGNORECASE,
)
_RETRACTS_WITHIN = re.compile(
    r"\b(?:wait|oops|scratch\s+that|no,)\b|\bthat(?:'s|\s+is|\s+was)\s+(?:wrong|incorrect|false|not\s+right)\b", re.IGNORECASE
)


def denies(text: str) -> bool:
    """Whether the words deny something, so that a false relation may be meant to be false."""
    return _DENIES.search(text) is not None


def asks(text: str) -> bool:
    """Whether the words only suppose, wish or ask."""
    return _ASKS.search(text) is not None


def doubtful(text: str) -> bool:
    """Whether a false relation in this line may well not be claimed by it."""
    return denies(text) or asks(text) or _RETRACTS_WITHIN.search(text) is not None


def retracts(text: str) -> bool:
    """Whether a line takes back what was said just before it."""
    return _RETRACTS.match(text) is not None
