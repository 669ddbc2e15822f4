"""Cuts a line of working, LaTeX or plain, into tokens. One pass, linear in the length of the
line.
"""

import re

from grading.steps.emit import Token, emit
from grading.steps.spelling import PHRASES, respell

__all__ = ["Token", "respell", "tokenise"]

_PHRASE = re.compile(
    "|".join(f"(?P<p{i}>\\b(?:{p})\\b)" for i, (p, _, _) in enumerate(PHRASES)), re.IGNORECASE
)
_LEX = re.compile(
    r"""
    (?P<skip>\\[,;:!\ ]|\\(?:left|right|quad|qquad|displaystyle|textstyle|big|Big|bigg|Bigg|bigl
        |bigr|limits|hspace|vspace|phantom|nonumber)(?![A-Za-z])|~|&|\s+)
  | (?P<text>\\(?:text|textbf|textit|textrm|mathrm|mbox|mathbf|mathit|operatorname\*?)\s*
        \{(?P<inner>[^{}]*)\})
  | (?P<env>\\(?:begin|end)\s*\{(?P<envname>[A-Za-z]+\*?)\}(?:\{[^{}]*\})?)
  | (?P<row>\\\\(?:\[[^\]]*\])?)
  | (?P<cmd>\\[A-Za-z]+)
  | (?P<delim>\\[\[\]()])
  | (?P<esc>\\[{}|%$\#&_])
  | (?P<clock>\d+(?::\d+)+)
  | (?P<num>\d+(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
  | (?P<word>[A-Z]&[A-Z](?:'?s)?|[A-Za-z]+(?:['-][A-Za-z]+)*'?)
  | (?P<op><=|>=|=>|->|==|!=|:=|\*\*|--+|\.\.\.+|[-+*/^=<>!%|()\[\]{},;:.?_$])
  | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def math_spans(line: str) -> list[tuple[int, int]]:
    """Where `$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]` open and close; a `$` before a price is none
    of these.
    """
    spans: list[tuple[int, int]] = []
    for m in re.finditer(r"\\\((.*?)\\\)|\\\[(.*?)\\\]|\$\$(.+?)\$\$", line):
        spans.append((m.start(), m.end()))
    dollars = [
        m.start()
        for m in re.finditer(r"(?<!\\)\$", line)
        if not any(a <= m.start() < b for a, b in spans)
    ]
    i = 0
    while i < len(dollars):
        start = dollars[i]
        for j in range(i + 1, min(i + 3, len(dollars))):
            end = dollars[j]
            inner = line[start + 1 : end]
            after = line[end + 1 : end + 2]
            closes = inner.strip() != "" and not after.isdigit() and line[end - 1] not in " =+*/("
            if closes and not _is_prose(inner):
                spans.append((start, end + 1))
                i = j
                break
        i += 1
    return sorted(spans)


_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+|\{[A-Za-z]+\*?\}")


def _is_formula(line: str) -> bool:
    """Whether a line without delimiters is all formula: commands and no words."""
    if "\\" not in line and not line.lstrip().startswith("&"):
        return False
    return re.search(r"[A-Za-z]{2,}", _COMMAND.sub(" ", line)) is None


def _is_prose(inner: str) -> bool:
    if "\\" in inner or not inner[:1].isdigit():
        return False
    return re.search(r"[A-Za-z]{3,}", inner) is not None


def tokenise(line: str, display: bool = False) -> list[Token]:
    """The tokens of a respelt line, without white space; `edge` tokens mark mathematics
    delimiters.
    """
    spans = math_spans(line)
    whole = display or (not spans and _is_formula(line))
    out: list[Token] = []
    space, at, n, span = False, 0, len(line), 0
    while at < n:
        while span < len(spans) and spans[span][1] <= at:
            span += 1
        inside = whole or (span < len(spans) and spans[span][0] < at < spans[span][1] - 1)
        if not inside and line[at].isalpha() and (m := _PHRASE.match(line, at)):
            _, kind, text = PHRASES[int(str(m.lastgroup)[1:])]
            out.append(Token(kind, text, None, space, False, at, -2 if kind == "op" else -1))
            at, space = m.end(), False
            continue
        m = _LEX.match(line, at)
        assert m is not None
        kind = str(m.lastgroup)
        if kind == "inner":
            kind = "text"
        elif kind == "envname":
            kind = "env"
        if kind == "skip":
            space = True
        else:
            at_edge = (
                (span < len(spans))
                and (at == spans[span][0] or m.end() == spans[span][1])
                and kind in ("delim", "op")
                and m.group()[0] in "$\\"
            )
            emit(out, kind, m, space, inside, at_edge)
            space = False
        at = m.end()
    return out
