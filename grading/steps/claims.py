"""Finds the chains of relations in a line: what stands on both sides of =, <, ≡, | and so on."""

from fractions import Fraction

from grading.steps.chains import Chain, split_members
from grading.steps.plaintext import PlainText
from grading.steps.tokens import respell, tokenise
from grading.steps.vocabulary import BULLET, FILLERS, POWERS, SPELT

__all__ = ["Chain", "find_chains"]


def find_chains(line: str, display: bool = False) -> list[Chain]:
    """The chains of one line, in order; a chain of one member is an expression on its own."""
    text = respell(line)
    bullet = BULLET.match(text)
    offset = bullet.end() if bullet else 0
    return _Finder(tokenise(text[offset:] if offset else text, display), offset).run()


class _Finder(PlainText):
    """Walks over the tokens of a line, collecting what belongs together in `current`."""

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
        elif token.text == "." and token.math and self.is_split_decimal(i):
            self.current.append(token._replace(kind="bad"))
            self.flush([])
        elif kind in ("stop", "row") or (kind == "rel" and token.text == "->"):
            self.flush([])
            self.fresh = kind == "row"
            self.lead = []
        elif kind == "comma":
            soft = i + 1 < len(self.tokens) and self.tokens[i + 1].text in ("is", "=")
            if self.depth > 0:
                self.current.append(token)
            elif not soft:
                self.flush([])
                if (
                    token.math
                    and self.chains
                    and i + 1 < len(self.tokens)
                    and self.tokens[i + 1].kind in ("num", "dots")
                ):
                    self.chains[-1].listed = True
        elif kind == "open":
            return self.opening(i)
        elif kind == "close":
            if self.depth == 0 or i not in self.match:
                self.flush([])
                self.torn = i not in self.match
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

    def opening(self, i: int) -> int:
        token = self.tokens[i]
        end = self.match.get(i)
        if end is None:
            self.flush([])
            self.torn = True
            return i + 1
        inside = self.tokens[i + 1 : end]
        attached = bool(self.current) and (
            self.current[-1].text in ("_", "^") or self.current[-1].kind == "cmd"
        )
        if token.text == "(" and not attached:
            has_words = any(t.kind == "word" for t in inside)
            has_signs = any(t.kind in ("op", "rel") for t in inside)
            if (
                has_words
                and not has_signs
                and token.space
                and (self.ended() or not any(t.kind == "num" for t in inside))
            ):
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
            two = self.tokens[i]._replace(
                kind="num", text=str(POWERS[lower[0]]), value=Fraction(POWERS[lower[0]])
            )
            self.current.append(two)
            return i + 1
        elif self.ended() and after is not None and self._continues(k, after, lower):
            self.units += lower
        elif (
            lower == ["as"] and self.ended() and after is not None and after.kind in ("num", "cmd")
        ):
            rewritten = {w.lower() for w in self.lead} & {"write", "rewrite", "express", "factor"}
            if rewritten and len(self.current) == 1:
                self.current.append(self.tokens[i]._replace(kind="rel", text="="))
            else:
                self.flush(run)
        elif lower in (["of"], ["of", "the"]) and after is not None and self.ended():
            if after.kind in ("num", "open", "sym") and self._is_share():
                self.current.append(self.tokens[i]._replace(kind="op", text="*", places=SPELT))
            else:
                self.flush(run)
        elif self.depth > 0 and self.ended() and after is not None and after.kind == "close":
            self.units += lower
        else:
            self.flush(run)
        return j

    def flush(self, words: list[str]) -> None:
        """Ends the chain collected so far; `words` follow it."""
        tokens = self.current
        torn = bool(tokens) and tokens[-1].kind == "op" and tokens[-1].text in "+-*/" and not words
        while tokens and (
            tokens[-1].kind == "rel" or (tokens[-1].kind == "op" and tokens[-1].text in "+-*/^_")
        ):
            if tokens[-1].kind == "rel" and tokens[-1].text != "is":
                break
            tokens = tokens[:-1]
        if tokens:
            if torn:
                tokens = [*tokens, tokens[-1]._replace(kind="bad")]
            if self.torn:
                tokens = [tokens[0]._replace(kind="bad"), *tokens]
            chain = split_members(tokens)
            chain.units, chain.lead, chain.tail = self.units, self.lead, words
            chain.dashed = self.dashed or self._may_be_cut(
                next((t for t in tokens if t.kind != "rel"), tokens[0])
            )
            first = tokens[0]
            chain.follows = (
                first.kind == "rel" and first.text != "is" and not self.lead and self.fresh
            )
            chain.start = tokens[0].at + self.offset
            chain.end = tokens[-1].at + len(tokens[-1].text) + self.offset
            chain.math = any(t.math for t in tokens)
            self.chains.append(chain)
            self.torn = torn
        if tokens or words:
            self.lead = words
            self.fresh = False
        self.current, self.units, self.dashed, self.depth = [], [], False, 0
