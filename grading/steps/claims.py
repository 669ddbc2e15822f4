"""Finds the chains of relations in a line: what stands on both sides of =, <, ≡, | and so on."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from grading.steps.tokens import Token, respell, tokenise

# Words that may stand between a relation or sign and the number it applies to.
FILLERS = frozenset(
    "a an the only just exactly another additional extra total of roughly still also now or his her their my our its"
    .split()
)
# Words that never belong to a quantity: they start something new.
BREAKERS = frozenset(
    "and because since so then thus hence therefore is are was were be if when where which that this as but "
    "while for gives get gets we he she they it you i let means has have had to from with by not into than "
    "after before until in on at or per will would can could costs pays paid earns makes made".split()
)
SPELT = -2  # `places` of a sign that was written as a word
LABELS = frozenset("day days week month year hour step case number grade room class level page chapter figure line problem "
                   "period question part box".split())
POWERS = {"squared": 2, "cubed": 3}
INSIDE = frozenset("for of in per on from at to that who which are left and each".split())
BULLET = re.compile(r"^\s*(?:[*•]\s+|-\s+(?=[A-Za-z]{2}|\$|\\[(\[]|\*\*)|\(?\d{1,2}[.)]\s+|\(?[a-e]\)\s+|(?:Step|Case|Part)\s+\d+\s*[:.]\s*)", re.I)
OPERAND_END = frozenset(("num", "sym", "close", "dots"))


@dataclass(slots=True)
class Chain:
    """Members joined by relations: `members[i] relations[i] members[i+1]`."""

    members: list[list[Token]]
    relations: list[str]
    modulus: list[Token] = field(default_factory=list)
    units: list[str] = field(default_factory=list)  # words that were taken for units
    lead: list[str] = field(default_factory=list)  # words just before it
    tail: list[str] = field(default_factory=list)  # words just after it
    dashed: bool = False  # a dash that may be a minus stands before it
    start: int = 0  # where it starts in the respelt line
    end: int = 0
    math: bool = False  # it was written between mathematics delimiters
    listed: bool = False  # its last member is the first item of a list: x = 1, 2
    follows: bool = False  # it starts with a relation and goes on from the chain before


def find_chains(line: str) -> list[Chain]:
    """The chains of one line, in order; a chain of one member is an expression on its own."""
    text = respell(line)
    bullet = BULLET.match(text)
    offset = bullet.end() if bullet else 0
    return _Finder(tokenise(text[offset:] if offset else text), offset).run()


class _Finder:
    """Walks over the tokens of a line, collecting what belongs together in `current`."""

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
        self.match = _brackets(tokens)

    def run(self) -> list[Chain]:
        i = 0
        while i < len(self.tokens):
            i = self.step(i)
        self.flush([])
        return self.chains

    def step(self, i: int) -> int:
        token = self.tokens[i]
        kind = token.kind
        if kind == "word" or (kind == "sym" and self.is_article(i)):
            return self.words(i)
        if kind == "edge":
            self.edge = True
            return i + 1
        if self.edge:
            self.edge = False
            if kind not in ("op", "rel", "comma", "stop") and self.ended():
                self.flush([])
        if kind == "dots" and not token.math and self.is_pause(i):
            self.flush([])
        elif kind in ("stop", "row") or (kind == "rel" and token.text == "->"):
            self.flush([])
            self.fresh = kind == "row"
            self.lead = []
        elif kind == "comma":
            soft = i + 1 < len(self.tokens) and self.tokens[i + 1].text == "is"
            if self.depth > 0:
                self.current.append(token)
            elif not soft:
                self.flush([])
                if token.math and self.chains and i + 1 < len(self.tokens) and self.tokens[i + 1].kind in ("num", "dots"):
                    self.chains[-1].listed = True
        elif kind == "open":
            return self.opening(i)
        elif kind == "close":
            if self.depth == 0 or i not in self.match:
                self.flush([])
            else:
                self.depth -= 1
                self.current.append(token)
        elif kind == "op" and not self.current and not token.math and token.text in "-+":
            nxt = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
            if nxt is not None and nxt.space and i > 0:
                self.dashed = True
            else:
                self.current.append(token)
        elif kind == "op" and token.text == "-" and not token.math and self.is_hyphen(i):
            pass  # 5-point questions
        elif kind == "sym" and self.is_area(i):
            self.units.append(token.text)
            return i + 3
        elif kind == "sym" and self.is_times(i):
            self.current.append(token._replace(kind="op", text="*"))
        else:
            self.current.append(token)
        return i + 1

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
        if token.text in "aAI" and not (before is not None and before.kind == "num" and not token.space):
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
        if token.math or token.space or token.text not in "mMkK" or i + 2 >= len(self.tokens) or not self.current:
            return False
        power = self.tokens[i + 1].text == "^" and self.tokens[i + 2].text in ("2", "3")
        return power and self.current[-1].kind == "num"

    def is_hyphen(self, i: int) -> bool:
        if self.depth:
            return False
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return after is not None and after.kind == "word" and not after.space and not self.tokens[i].space

    def opening(self, i: int) -> int:
        token = self.tokens[i]
        end = self.match.get(i)
        if end is None:
            self.flush([])
            return i + 1
        inside = self.tokens[i + 1 : end]
        attached = bool(self.current) and (
            self.current[-1].text in ("_", "^") or self.current[-1].kind == "cmd"
        )
        if token.text == "(" and not attached:
            has_words = any(t.kind == "word" for t in inside)
            has_signs = any(t.kind in ("op", "rel") for t in inside)
            if has_words and not has_signs and token.space and (self.ended() or not any(t.kind == "num" for t in inside)):
                self.units += [t.text for t in inside if t.kind == "word"]
                return end + 1  # a remark such as (total)
            if any(t.kind == "rel" for t in inside) or any(t.kind == "stop" for t in inside):
                self.flush([])
                del self.match[i], self.match[end]
                return i + 1
        self.depth += 1
        self.current.append(token)
        return i + 1

    def words(self, i: int) -> int:
        """A run of words: a unit inside a chain, a filler after a sign, or the end of the chain."""
        j = i
        while j < len(self.tokens) and (
            self.tokens[j].kind == "word" or (self.tokens[j].kind == "sym" and self.is_article(j))
        ):
            j += 1
        run = [t.text for t in self.tokens[i:j]]
        k = j
        while k < len(self.tokens) and self.tokens[k].kind == "edge":
            k += 1
        after = self.tokens[k] if k < len(self.tokens) else None
        self.edge = False
        lower = [w.lower() for w in run]
        last = self.current[-1] if self.current else None
        if last is not None and last.text == "/" and last.kind == "op":
            self.current.pop()  # dollars/month, 12 inches / foot
            self.units.append("per " + lower[0])
            if len(run) == 1 or after is None or after.kind in ("op", "rel", "close"):
                return j
            self.flush(run[1:])
        elif last is not None and last.kind in ("op", "rel") and last.text not in ("%", "!"):
            if not all(w in FILLERS for w in lower):
                self.current.append(self.tokens[i]._replace(kind="bad"))
                if after is None or after.kind not in ("op", "rel"):
                    self.flush(run)
                    self.torn = last.kind == "op"
        elif self.ended() and lower[0] in POWERS:
            self.current.append(self.tokens[i]._replace(kind="op", text="^"))
            two = self.tokens[i]._replace(kind="num", text=str(POWERS[lower[0]]), value=Fraction(POWERS[lower[0]]))
            self.current.append(two)
            return i + 1
        elif self.ended() and after is not None and self._continues(k, after, lower):
            self.units += lower
        elif lower in (["of"], ["of", "the"]) and after is not None and self.ended():
            if after.kind in ("num", "open") and self._is_share():
                self.current.append(self.tokens[i]._replace(kind="op", text="*", places=SPELT))
            else:
                self.flush(run)
        elif self.depth > 0 and self.ended() and after is not None and after.kind == "close":
            self.units += lower
        else:
            self.flush(run)
        return j

    def _continues(self, k: int, after: Token, lower: list[str]) -> bool:
        """Whether a run of words before `after`, the token at k, is a unit of the quantity before it."""
        if len(lower) > 7:
            return False
        if after.kind == "rel":
            if after.text in ("is", "->") or set(lower[-1:]) & BREAKERS:
                return False
            return not (set(lower) & (BREAKERS - INSIDE if self._has_sign() else BREAKERS))
        if after.kind == "op" and after.text in ("+", "-", "*", "/"):
            return not (set(lower[-1:]) & BREAKERS) and not (set(lower) & (BREAKERS - INSIDE))
        if after.kind == "close":
            return self.depth > 0 and not (set(lower) & BREAKERS)
        factor = k + 1 < len(self.tokens) and self.tokens[k + 1].kind in ("num", "open")
        return factor and after.kind == "sym" and after.text in "xX" and not (set(lower) & (BREAKERS - INSIDE))

    def _may_be_cut(self, first: Token) -> bool:
        """Whether the first number may be a label (day 1 · 2) or the end of another number (14, 400)."""
        if self.lead and self.lead[-1].lower() in LABELS:
            return True
        before = [t for t in self.tokens if t.at < first.at][-2:]
        comma = len(before) == 2 and before[1].kind == "comma" and before[0].kind == "num"
        return comma and first.kind == "num" and len(first.text) == 3 and not first.math

    def _has_sign(self) -> bool:
        return any(t.kind == "op" for t in self.current)

    def _is_share(self) -> bool:
        """Whether the chain ends in a percentage or a fraction, of which something may be taken."""
        if self.current[-1].text == "%":
            return True
        kinds = [t.kind for t in self.current[-3:]]
        return kinds == ["num", "op", "num"] and self.current[-2].text == "/"

    def flush(self, words: list[str]) -> None:
        """Ends the chain collected so far; `words` follow it."""
        tokens = self.current
        torn = bool(tokens) and tokens[-1].kind == "op" and tokens[-1].text in "+-*/" and not words
        while tokens and (tokens[-1].kind == "rel" or (tokens[-1].kind == "op" and tokens[-1].text in "+-*/^_")):
            if tokens[-1].kind == "rel" and tokens[-1].text != "is":
                break
            tokens = tokens[:-1]
        if tokens:
            if self.torn:
                tokens = [tokens[0]._replace(kind="bad"), *tokens]
            chain = _split(tokens)
            chain.units, chain.lead, chain.tail = self.units, self.lead, words
            chain.dashed = self.dashed or self._may_be_cut(tokens[0])
            first = tokens[0]
            chain.follows = first.kind == "rel" and first.text != "is" and not self.lead and self.fresh
            chain.start = tokens[0].at + self.offset
            chain.end = tokens[-1].at + len(tokens[-1].text) + self.offset
            chain.math = any(t.math for t in tokens)
            self.chains.append(chain)
            self.torn = torn
        if tokens or words:
            self.lead = words
            self.fresh = False
        self.current, self.units, self.dashed, self.depth = [], [], False, 0


def _brackets(tokens: list[Token]) -> dict[int, int]:
    """Positions of matching brackets, both ways."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    stack: list[int] = []
    out: dict[int, int] = {}
    for i, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(i)
        elif token.kind == "close" and stack:
            if pairs[tokens[stack[-1]].text] == token.text:
                j = stack.pop()
                out[j], out[i] = i, j
            else:
                stack.clear()
        elif token.kind in ("row", "stop") and token.text not in (":",):
            stack.clear()
    return out


def _split(tokens: list[Token]) -> Chain:
    members: list[list[Token]] = [[]]
    relations: list[str] = []
    depth = 0
    bars = 0
    for token in tokens:
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        if token.text == "|" and token.kind == "op":
            bars += 1
        if token.kind == "rel" and depth == 0:
            relations.append(token.text)
            members.append([])
        else:
            members[-1].append(token)
    chain = Chain(members, relations)
    _cut_modulus(chain)
    return chain


def _cut_modulus(chain: Chain) -> None:
    """Takes “(mod m)” off the members of a congruence."""
    for index, member in enumerate(chain.members):
        at = next((i for i, t in enumerate(member) if t.kind == "op" and t.text == "mod"), -1)
        if at < 0:
            continue
        bracketed = at > 0 and member[at - 1].text == "(" and member[-1].text == ")"
        if bracketed:
            chain.modulus = member[at + 1 : -1]
            chain.members[index] = member[: at - 1]
        elif "≡" in chain.relations:
            chain.modulus = member[at + 1 :]
            chain.members[index] = member[:at]
