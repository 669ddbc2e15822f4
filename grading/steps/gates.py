"""Words that change what a line claims: denials, questions, suppositions, and taking something
back.
"""

import re

_DENIES = re.compile(
    r"\b(?:not(?!\s+(?:answer|repeat|buy|eat|sell|spend|includ\w+|pay|attend|play|us(?:e|ing)|receive|"
    r"count\w*|need|want|only)\b)|n't|never|cannot|can't|isn't|doesn't|don't|won't|wouldn't|aren't|false|untrue|"
    r"wrong|incorrect|impossible"
    r"|undefined|division\s+by\s+zero|absurd|contradict\w*|contradiction|mistake\w*|error|oops|"
    r"fails?\s+(?:to|for|at|when|here|because)|nope|instead\s+of|rather\s+than|nonsense"
    r"|typo|misread|miscalculat\w*|inconsistent|no\s+solutions?)\b|≠|\\neq?\b"
    r"|n't\b|\\times\s*!|✗|❌",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:suppose|supposing|assum\w*|if|whether|what\s+if|let's\s+(?:say|try|suppose|assume|"
    r"guess)|guess\w*|imagine|"
    r"pretend|hypothetical\w*|would|might|maybe|perhaps|could|try(?:ing)?|want|need|should|must|"
    r"wish|desired|hope)\b",
    re.IGNORECASE,
)
_RETRACTS = re.compile(
    r"^\W*(?:(?:hmm|hm|oh|uh|um|ah|ok|okay|but|so|no|well)\b\W*)*"
    r"(?:wait|hold\s+on|no\b|oops|scratch\s+that|actually|correction|that(?:'s|\s+is|\s+was)"
    r"\s+(?:wrong|not|incorrect|a\s+mistake|"
    r"false|off)|this\s+is\s+(?:wrong|not\s+right|incorrect|false)|i\s+(?:made|miscalculated|"
    r"misread|was\s+wrong|"
    r"messed|forgot|mis\w+)|we\s+(?:had|made|have)\s+an?\s+(?:error|mistake)|let\s+me\s+(?:redo|"
    r"recompute|recheck|recalculate|re-?do|fix|correct|start\s+over|"
    r"double[- ]check)|not\s+quite|mistake|contradiction|impossible|which\s+is\s+(?:impossible|"
    r"false|wrong|absurd|a\s+contradiction))",
    re.IGNORECASE,
)
_RETRACTS_WITHIN = re.compile(
    r"\b(?:wait|oops|scratch\s+that|no,)\b|\bthat(?:'s|\s+is|\s+was)\s+(?:wrong|incorrect|false|"
    r"not\s+right)\b",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """Whether the words deny something, so that a false relation may be meant to be false."""
    return _DENIES.search(text) is not None


def asks(text: str) -> bool:
    """Whether the words only suppose, wish or ask."""
    return _ASKS.search(text) is not None


_SENTENCE = re.compile(
    r"(?<=[.!;?:])\s+(?=[A-Z\\$(])|,\s+(?=(?:so|hence|thus|therefore|which\s+means|meaning)\b)"
)
_SUPPOSES_NEXT = re.compile(
    r"\b(?:suppose|supposing|assum\w+|if|whether|pretend|imagine|claim|unless|let's\s+say)"
    r"\b[^,.;:]*$",
    re.IGNORECASE,
)


def sentence_around(text: str, at: int) -> str:
    """The sentence of `text` that position `at` falls into."""
    start, end = 0, len(text)
    for m in _SENTENCE.finditer(text):
        if m.start() <= at:
            start = m.end()
        else:
            end = m.start()
            break
    return text[start:end]


def doubtful(text: str, at: int = 0) -> bool:
    """Whether a false relation at position `at` of this line may well not be claimed by it."""
    sentence = sentence_around(text, at)
    if denies(sentence) or sentence.rstrip().endswith("?") or _RETRACTS_WITHIN.search(text, at):
        return True
    before = text[:at]
    return _SUPPOSES_NEXT.search(before) is not None


_MISTAKEN = re.compile(
    r"\b(?:wrong\w*|incorrect\w*|mistake\w*|errors?|oops|misread|miscalculat\w*|typo|instead\s+of|"
    r"rather\s+than|false|untrue|nope|inconsistent|contradict\w*|impossible|absurd|nonsense)\b|≠|\\neq?\b|✗|❌",
    re.IGNORECASE,
)


def withdrawn(text: str) -> bool:
    """Whether a line says itself that something in it is not so, or asks; “I cannot repeat the
    first letter” does not.
    """
    first = sentence_around(text, 0)
    asked = first.rstrip().endswith("?")
    return asked or bool(_MISTAKEN.search(text) or _RETRACTS_WITHIN.search(text))


_REJECTS = re.compile(
    r"\b(?:not|n't|n’t)\s+(?:\w+\s+)?(?:true|equal|hold|work|correct|right|possible|valid|"
    r"satisf\w*|a\s+solution|a\s+root)\b|"
    r"\b(?:false|impossible|contradict\w*|absurd|no\s+solutions?|extraneous|fails?\s+(?:to|for|"
    r"at|when|here|because)|reject\w*|discard\w*)\b",
    re.IGNORECASE,
)
_TESTS = re.compile(r"\b(?:plug\w*|substitut\w*|check\w*|test\w*|try\w*)\b", re.IGNORECASE)


def retracts(text: str) -> bool:
    """Whether a line takes back what was said just before it."""
    return _RETRACTS.match(text) is not None


def rejects(text: str) -> bool:
    """Whether a line says that something does not hold."""
    return _REJECTS.search(text) is not None


def tests_a_value(text: str) -> bool:
    """Whether a line puts a value in to see what happens."""
    return _TESTS.search(text) is not None


_TENTATIVE = re.compile(
    r"\b(?:suppose|supposing|assum\w*|if|when\w*|case|try\w*|test\w*|let\w*|set|setting|plug\w*|"
    r"substitut\w*|check\w*|guess\w*|"
    r"say|consider\w*|either|or|for|where|imagine|take|choose|pick|could|might|maybe|perhaps|"
    r"unless|at|put|putting|"
    r"minimum|maximum|possib\w*|example|e\.g|candidate|want|need|instead|otherwise)\b|\?|"
    r"\b[A-Za-z](?:_\w)?\s*=\s*-?[\d.]+\s*:",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"\b(?:so|thus|hence|therefore|then|gives?|giving|get|yields?|implies|means|becomes|which|"
    r"simplif\w*|solv\w*|subtract\w*|"
    r"add\w*|divid\w*|multipl\w*|now|we\s+have|rearrang\w*|and|is)\b|\u21d2|\\implies|"
    r"\\Rightarrow|^[^A-Za-z]*[\d\W]*",
    re.IGNORECASE,
)
_BINDS = re.compile(
    r"\b(?:let|denote|define|call|set|suppose|assume|put|where|write)\b(?:\s+(?:the|that|by|us|"
    r"now|also|again|instead|"
    r"number|of|be))*\s*\$?\(?\s*([A-Za-z](?:_\w)?)\b(?!\s*\()",
    re.IGNORECASE,
)


# Here the same words announce a step that is taken, and suppose nothing.
_ANNOUNCES = re.compile(
    r"\blet(?:'s|\s+us|\s+me)\s+(?:(?:first|now|then|also|just|next)\s+)*(?=(?:solve|add|subtract|multiply|divide|"
    r"simplify|expand|factor|find|compute|calculate|eliminate|combine|distribute|move|isolate|rewrite)\b)|"
    r"\bif\s+(?:we|i|you)\s+(?:(?:now|then|also|just)\s+)*(?=(?:add|subtract|multiply|divide|simplify|expand|"
    r"factor|combine|distribute|rearrange|square)\b)|"
    r"\b(?:solv\w+|look\w*|search\w*)\s+for\b|\bfor\s+(?=(?:some|all|any|every|each|both)\b)|\bat\s+(?=(?:least|most)\b)",
    re.IGNORECASE,
)


def tentative(text: str) -> bool:
    """Whether the values in these words are only supposed, or one case of several."""
    return _TENTATIVE.search(_ANNOUNCES.sub(" ", text)) is not None


def concludes(text: str) -> bool:
    """Whether the words draw a conclusion, or there are none."""
    return _CONCLUDES.search(text) is not None


def binds(text: str) -> list[str]:
    """Letters that these words give a meaning to: “let x be …”."""
    return _BINDS.findall(text)


_SUPPOSES = re.compile(
    r"\b(?:suppose|supposing|assum\w*|if|case|plug\w*|try\w*|test\w*|guess\w*|imagine|"
    r"what\s+about|set|setting|let|put|"
    r"instead|otherwise|when|at)\b|\?|^\W*for\b",
    re.IGNORECASE,
)


def supposes(text: str) -> bool:
    """Whether the words try a value out or speak of one case."""
    return _SUPPOSES.search(text) is not None
