"""Is it mathematics or programming? A score of what the text contains, and plain refusals."""

from __future__ import annotations

import re

from problems.restraint.lexicon import (
    NUMBER_WORDS,
    OTHER_STEMS,
    OTHER_WORDS,
    PLAIN_STEMS,
    STRONG_STEMS,
    STRONG_WORDS,
    WEAK_WORDS,
)
from problems.restraint.masking import Parts

ENOUGH = 2.0  # points a statement needs

_ASK = re.compile(
    r"\b(?:find|determine|compute|calculate|evaluate|simplify|solve|factori[sz]e|prove|show that"
    r"|check (?:if|whether|that)|verify|tile|integrate|differentiate|place|can every|how likely"
    r"|how (?:many|much|long|far|old|fast|often|tall)|in how many|what (?:is|are|was) the"
    r"|what (?:number|fraction|percent\w*|value)|which (?:number|real|integer)|is there|for which"
    r"|print|output|implement|write a (?:program|function|python)|return|count"
    r"|write \d|convert|given (?:a|an|the|two|n)\b|let \w|suppose|assume|define|simulate)\b",
    re.I,
)
_AMOUNT = (
    r"total|number|amount|costs?|price|ages?|weight|length|height|width|distance|depth|speed|profit"
    r"|score|average|difference|probability|chance|percent\w*|ratio|rate|value|sum|time|change"
    r"|salary|wages?|bill|balance|allowance|savings?|worth|net|area|volume|perimeter|rent|fee|temperature|result"
)
_HOW_MUCH = re.compile(
    r"\bhow (?:many|much|long|far|old|fast|often|tall|high|late|early|heavy|big|large|deep|thick"
    r"|wide|likely)\b"
    r"|\b(?:on|in|at|by|after|for) (?:which|what|how) (?:day|hour|minute|time|year|square|age|price"
    r"|speed|rate|factor|percent\w*)\b"
    r"|\bwhat(?:[’']s| is| are| was| were| will be| would be| will| would)"
    rf" (?:the|his|her|its|their|my|[\w ]{{1,20}}[’']s?)? ?(?:\w+ ){{0,4}}?(?:{_AMOUNT})\b"
    r"|\bwhat (?:does|did|do) (?:\w+ ){1,5}?(?:cost|weigh|have left|pay|earn|owe)\b"
    r"|\b(?:what|which) (?:day of|percent\w*|fraction|number|portion|proportion|speed|price)\b"
    r"|\bcalculate\b",
    re.I,
)
_PHRASE = re.compile(
    r"\b(?:edit distance|game of life|linked lists?|test cases?|worst[- ]case|big[- ]o"
    r"|brute[- ]force|two pointers|binary search|divide and conquer|simplest (?:radical )?form"
    r"|standard input|at random|base[- ]?(?:\d+|two|ten)|in binary|in hexadecimal)\b",
    re.I,
)
# What asks for something else is refused, whatever mathematics stands beside it.
_START = r"(?:^|[.!?:;,⁂]\s*|\n\s*|\b(?:please|then|also|and|now|can you|could you|just)\s+)"
_ELSEWHERE = re.compile(
    _START + r"(?:please\s+|also\s+|then\s+|now\s+|can you\s+|could you\s+){0,3}(?:"
    r"(?:write|compose|draft|give|tell|sing|make)\s+(?:me\s+|us\s+)?(?:an?|the|some|another)?\s*"
    r"(?:\w+\s+){0,3}?(?:essay|poem|story|song|haiku|limerick|joke|cover letter|love letter|letter"
    r"|speech|email|e-mail|blog|review|recipe|description|diary|dialogue|screenplay)\b"
    r"|tell me (?:that )?you|translate\b|summari[sz]e\b|rewrite this email|act as\b"
    r"|pretend (?:to be|you|that you)|role-?play|let'?s (?:chat|talk|play)"
    r"|what should i (?:cook|wear|eat|give|buy|say)|recommend)",
    re.I,
)
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:all\s+|any\s+|the\s+|your\s+|my\s+|these\s+"
    r"|this\s+|of\s+)*(?:previous|prior|above|earlier|system|rules|instructions|prompts?|guidelines)"
    r"|\b(?:system|initial|hidden)\s+prompt|\byou are (?:now|no longer)\b|\bfrom now on,? you\b"
    r"|\bwithout (?:rules|restrictions|limits)\b|\bjailbreak|\bwords above\b"
    r"|\bwhat instructions\b|\b(?:your|my) (?:developers|creators)\b|\bhow (?:was|is) your\b",
    re.I,
)
_WHEN = re.compile(
    r"\b(?:when|where) (?:is|are|do|does|did|will)\b|\bwhy is the result\b"
    r"|\bcan (?:the|it|he|she)\b",
    re.I,
)
_ABOUT_ME = re.compile(
    r"\b(?:am|should|do|can|must|may) i\b(?! (?:prove|show|solve|find|use|get|sort))", re.I
)
_WHO = re.compile(r"\bwho (?:was|is|were|are|invented|discovered|wrote|won|made|painted)\b", re.I)


def asks_for_something_else(prose: str) -> bool:
    """A poem, a translation, a role to play, or the removal of the rules."""
    return bool(_ELSEWHERE.search(prose) or _OVERRIDE.search(prose))


def score(parts: Parts) -> float:
    """Points for mathematics or programming, less those for other things."""
    words = set(parts.words)
    plain = sum(word.startswith(PLAIN_STEMS) for word in words) + len(_PHRASE.findall(parts.prose))
    strong = sum(word in STRONG_WORDS or word.startswith(STRONG_STEMS) for word in words)
    weak = sum(word in WEAK_WORDS for word in words)
    other = sum(word in OTHER_WORDS for word in words)
    far = sum(word.startswith(OTHER_STEMS) for word in words)
    quantities = parts.numbers + sum(word in NUMBER_WORDS for word in parts.words)
    points = min(2.0 * parts.formulas, 5.0) + min(1.5 * parts.operations, 4.5)
    points += min(1.5 * parts.rich, 3.0) + min(2.0 * parts.code, 4.0)
    points += min(2.5 * plain, 6.0) + min(1.5 * strong, 4.5)
    away = min(0.5 * other, 3.0) + min(2.5 * far, 7.5)
    if (quantities or weak > 1) and _HOW_MUCH.search(parts.prose):
        # A sum told as a story: its words come from anywhere, its numbers and its question count.
        points += 4.0 if quantities > 1 else 2.0
        away /= 4
    elif quantities > 1 and _WHEN.search(parts.prose):
        points += 1.0
    if quantities or points:
        points += min(0.5 * weak, 3.0) + min(0.5 * quantities, 2.0)
        points += 1.5 if _ASK.search(parts.prose) else 0.0
    away += 2.0 * bool(_WHO.search(parts.prose)) + 1.5 * bool(_ABOUT_ME.search(parts.prose))
    return points - away
