"""Plain text around formulas: which letters are words, which x means times, which dash is no
minus.
"""

from grading.steps.chains import Chain, brackets
from grading.steps.emit import Token
from grading.steps.vocabulary import BREAKERS, INSIDE, LABELS, OPERAND_END


class PlainText:
    """Questions about single tokens of a line; `current` is what was collected before them."""

    def __init__(self, tokens: list[Token], offset: int) -> None:
        self.tokens = tokens
        self.offset = offset
        self.current: list[Token] = []
        self.units: list[str] = []
        self.lead: list[str] = []
        self.chains: list[Chain] = []
        self.dashed = False
        self.edge = False
        self.torn = False  # what comes next lost its beginning to words
        self.fresh = True  # nothing but a new row stands before the next token
        self.depth = 0
        self.match = brackets(tokens)

    def ended(self) -> bool:
        """Whether the last token collected could end a quantity."""
        if not self.current:
            return False
        last = self.current[-1]
        return last.kind in OPERAND_END or last.text in ("%", "!", "circ") or last.kind == "bad"

    def is_article(self, i: int) -> bool:
        """Whether a single letter in plain text is a word and no quantity."""
        token = self.tokens[i]
        if token.math:
            return False
        before = self.tokens[i - 1] if i else None
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        joined = (after is not None and after.kind in ("op", "rel") and after.text != "is") or (
            before is not None and before.kind in ("op", "rel") and before.text != "is"
        )
        if token.text in "aAI" and not (
            before is not None and before.kind == "num" and not token.space
        ):
            return not joined or (after is not None and after.kind == "word")
        return False

    def is_times(self, i: int) -> bool:
        """Whether an x (or X) between two numbers in plain text is a multiplication sign."""
        token = self.tokens[i]
        if token.text not in "xX" or token.math or i + 1 == len(self.tokens):
            return False
        after = self.tokens[i + 1]
        before = self.tokens[i - 1] if i else None
        if before is None or not (
            before.kind in ("num", "close", "word") or before.text in ("%", "!")
        ):
            return False
        if after.kind == "num":
            return self.ended() or before.kind == "word"
        return after.text == "(" and token.space and after.space and self.ended()

    def is_pause(self, i: int) -> bool:
        """Whether dots in plain text are a pause and stand for no terms."""
        near = [self.tokens[j] for j in (i - 1, i + 1) if 0 <= j < len(self.tokens)]
        return not any(t.kind in ("op", "comma") for t in near)

    def is_area(self, i: int) -> bool:
        """Whether a letter right after a numeral in plain text is a unit with a power: 300m^2."""
        token = self.tokens[i]
        if (
            token.math
            or token.space
            or token.text not in "mMkK"
            or i + 2 >= len(self.tokens)
            or not self.current
        ):
            return False
        power = self.tokens[i + 1].text == "^" and self.tokens[i + 2].text in ("2", "3")
        return power and self.current[-1].kind == "num"

    def is_split_decimal(self, i: int) -> bool:
        """Whether a point stands inside a formula, as in 0 . \\overline{65}, and ends nothing."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return after is not None and after.math and after.kind in ("bad", "num")

    def is_hyphen(self, i: int) -> bool:
        if self.depth:
            return False
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return (
            after is not None
            and after.kind == "word"
            and not after.space
            and not self.tokens[i].space
        )

    def _may_be_cut(self, first: Token) -> bool:
        """Whether the first number may be a label (day 1 · 2) or the end of another number (14,
        400).
        """
        if first.math:
            return False
        if self.lead and self.lead[-1].lower() in LABELS:
            return True
        before = [t for t in self.tokens if t.at < first.at][-2:]
        comma = len(before) == 2 and before[1].kind == "comma" and before[0].kind == "num"
        return comma and first.kind == "num" and len(first.text) == 3

    def _has_sign(self) -> bool:
        return any(t.kind == "op" for t in self.current)

    def _is_share(self) -> bool:
        """Whether the chain ends in a percentage or a fraction, of which something may be taken."""
        if self.current[-1].text == "%":
            return True
        kinds = [t.kind for t in self.current[-3:]]
        return kinds == ["num", "op", "num"] and self.current[-2].text == "/"

    def _continues(self, k: int, after: Token, lower: list[str]) -> bool:
        """Whether a run of words before `after`, the token at k, is a unit of the quantity before
        it.
        """
        if len(lower) > 7:
            return False
        if after.kind == "rel":
            if after.text in ("is", "->") or set(lower[-1:]) & BREAKERS:
                return False
            loose = (BREAKERS - INSIDE) | {"and"}
            return not (set(lower) & (loose if self._has_sign() else BREAKERS))
        if after.kind == "op" and after.text in ("+", "-", "*", "/"):
            return not (set(lower[-1:]) & BREAKERS) and not (set(lower) & (BREAKERS - INSIDE))
        if after.kind == "close":
            return self.depth > 0 and not (set(lower) & BREAKERS)
        factor = k + 1 < len(self.tokens) and self.tokens[k + 1].kind in ("num", "open")
        return (
            factor
            and after.kind == "sym"
            and after.text in "xX"
            and not (set(lower) & (BREAKERS - INSIDE))
        )
