"""Cuts a line of working, LaTeX or plain, into tokens. One pass, linear in the length of the line."""

import re
from fractions import Fraction
from typing import NamedTuple

MAX_LINE = 4000
MAX_DIGITS = 60

# One character that means the same as an ASCII or LaTeX spelling.
SPELLINGS = str.maketrans(
    {
        "−": "-", "–": "-", "—": " -- ", "×": " \\times ", "·": " \\cdot ", "⋅": " \\cdot ",
        "∙": " \\cdot ", "•": " \\cdot ", "÷": " / ", "≤": "<=", "≥": ">=", "≠": " \\ne ",
        "≡": " \\equiv ", "≈": " \\approx ", "≃": " \\approx ", "≅": " \\cong ", "π": " \\pi ",
        "√": " \\sqrt ", "…": " \\dots ", "⋯": " \\cdots ", "⇒": " \\implies ", "→": " \\to ",
        "⟹": " \\implies ", "∴": " \\therefore ", "⟺": " \\iff ", "⇔": " \\iff ", "²": "^2",
        "³": "^3", "⁴": "^4", "⁵": "^5", "½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)", "°": "^\\circ ",
        "∑": " \\sum ", "∏": " \\prod ", "∣": " \\mid ", "∤": " \\nmid ", "±": " \\pm ",
        "⌊": " \\lfloor ", "⌋": " \\rfloor ", "⌈": " \\lceil ", "⌉": " \\rceil ", "\u00a0": " ",
        "\u2009": " ", "\u202f": " ", "’": "'", "“": '"', "”": '"', "θ": " \\theta ", "α": " \\alpha ",
        "β": " \\beta ", "£": "$", "€": "$", "∈": " \\in ", "₀": "_0", "₁": "_1", "₂": "_2", "₃": "_3",
        "₄": "_4", "₅": "_5", "₆": "_6", "₇": "_7", "₈": "_8", "₉": "_9", "⁰": "^0", "¹": "^1",
        "⁶": "^6", "⁷": "^7", "⁸": "^8", "⁹": "^9", "∞": " \\infty ",
    }
)  # fmt: skip

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho "
    "sigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega ell".split()
)
FUNCTIONS = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan log ln lg exp gcd lcm max min floor ceil abs sqrt "
    "phi binom comb choose Re Im".split()
) - {"phi", "choose"}
RELATIONS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=",
    "neq": "!=", "lt": "<", "gt": ">", "equiv": "≡", "approx": "≈", "mid": "|", "nmid": "∤",
    "eq": "=", "cong": "?", "sim": "?", "in": "?", "notin": "?", "propto": "?", "subset": "?",
    "perp": "?", "parallel": "?", "to": "->", "implies": "->", "Rightarrow": "->",
    "rightarrow": "->", "Longrightarrow": "->", "longrightarrow": "->", "iff": "->",
    "Leftrightarrow": "->", "therefore": "->", "because": "->", "Longleftrightarrow": "->",
}  # fmt: skip
_NUMBER_NEXT = r"(?=\s+(?:the\s+|another\s+)?[-\d($\\.]|\s+[A-Za-z]\b)"
# Spelt-out relations and operations, longest first; the value is the token they stand for.
PHRASES: tuple[tuple[str, str, str], ...] = (
    (r"(?:is|are)\s+not\s+(?:equal\s+to|the\s+same\s+as)|does\s+not\s+equal", "rel", "!="),
    (r"(?:is|are)\s+(?:equal\s+to|the\s+same\s+as)|equals?", "rel", "="),
    (r"is\s+congruent\s+to", "rel", "≡"),
    (r"is\s+not\s+divisible\s+by|is\s+not\s+a\s+multiple\s+of", "rel", "not÷"),
    (r"is\s+(?:also\s+|exactly\s+)?divisible\s+by|is\s+a\s+multiple\s+of", "rel", "÷"),
    (r"does\s+not\s+divide", "rel", "∤"),
    (r"divides|is\s+a\s+(?:factor|divisor)\s+of", "rel", "|"),
    (r"is\s+(?:greater|more|larger|bigger)\s+than(?=\s)", "rel", ">"),
    (r"is\s+(?:less|smaller)\s+than(?=\s)", "rel", "<"),
    (r"(?:is\s+)?(?:approximately|roughly|about)(?:\s+equal\s+to)?", "rel", "≈"),
    (rf"(?:multiplied\s+by|times){_NUMBER_NEXT}", "op", "*"),
    (rf"divided\s+by{_NUMBER_NEXT}", "op", "/"),
    (rf"plus{_NUMBER_NEXT}", "op", "+"),
    (rf"minus{_NUMBER_NEXT}", "op", "-"),
    (r"(?:which\s+)?(?:can\s+be\s+)?(?:further\s+|then\s+|also\s+|just\s+)?(?:simplif(?:ies|y|ied)|reduces|evaluates|"
     r"works\s+out|comes(?:\s+out)?|amounts|adds\s+up|sums\s+up)\s+(?:down\s+)?to(?:\s+just|\s+be)?", "rel", "is"),
    (r"which\s+(?:is|equals|gives|makes|leaves)(?:\s+us|\s+me|\s+just|\s+simply)?", "rel", "is"),
    (r"(?:is|gives|makes|yields)(?:\s+us|\s+me)?", "rel", "is"),
)  # fmt: skip


class Token(NamedTuple):
    """One token: `kind` is num, sym, word, op, rel, cmd, open, close, comma, stop, edge, row or bad."""

    kind: str
    text: str
    value: Fraction | None
    space: bool  # white space stands before it
    math: bool  # it stands between mathematics delimiters
    at: int  # where it starts in the (respelt) line
    places: int = -1  # decimal places of a decimal numeral; −2 for a sign written as a word; else −1


_PHRASE = re.compile(
    "|".join(f"(?P<p{i}>\\b(?:{p})\\b)" for i, (p, _, _) in enumerate(PHRASES)), re.IGNORECASE
)
_LEX = re.compile(
    r"""
    (?P<skip>\\[,;:!\ ]|\\(?:left|right|quad|qquad|displaystyle|textstyle|big|Big|bigg|Bigg|bigl|bigr
        |limits|hspace|vspace|phantom|nonumber)(?![A-Za-z])|~|&|\s+)
  | (?P<text>\\(?:text|textbf|textit|textrm|mathrm|mbox|mathbf|mathit|operatorname\*?)\s*\{(?P<inner>[^{}]*)\})
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
_MATRIX = frozenset("matrix pmatrix bmatrix vmatrix Vmatrix array tabular smallmatrix".split())
_OPEN = {"(": ")", "[": "]", "{": "}"}


def respell(line: str) -> str:
    """The line with one spelling for each sign. Offsets in tokens refer to this."""
    line = line[:MAX_LINE].translate(SPELLINGS)
    return line.replace("{,}", ",").replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")


def math_spans(line: str) -> list[tuple[int, int]]:
    """Where `$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]` open and close; a `$` before a price is none of these."""
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


def _is_prose(inner: str) -> bool:
    if "\\" in inner or not inner[:1].isdigit():
        return False
    return re.search(r"[A-Za-z]{3,}", inner) is not None


def tokenise(line: str) -> list[Token]:
    """The tokens of a respelt line, without white space; `edge` tokens mark mathematics delimiters."""
    spans = math_spans(line)
    whole = not spans and line.lstrip().startswith(("\\begin", "&", "\\frac", "\\sum", "\\boxed"))
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
            at_edge = (span < len(spans)) and (
                at == spans[span][0] or m.end() == spans[span][1]
            ) and kind in ("delim", "op") and m.group()[0] in "$\\"
            _emit(out, kind, m, space, inside, at_edge)
            space = False
        at = m.end()
    return out


def _emit(
    out: list[Token], kind: str, m: re.Match[str], space: bool, inside: bool, at_edge: bool
) -> None:
    text, at = m.group(), m.start()
    if at_edge:
        out.append(Token("edge", "$", None, space, False, at))
    elif kind == "num":
        digits = text.replace(",", "")
        if len(digits) > MAX_DIGITS or (len(digits) > 1 and digits[0] == "0" and digits.isdigit()):
            out.append(Token("bad", text, None, space, inside, at))
            return
        places = len(digits) - digits.index(".") - 1 if "." in digits else -1
        out.append(Token("num", digits, Fraction(digits), space, inside, at, places))
    elif kind == "word":
        _emit_word(out, text, space, inside, at)
    elif kind == "text":
        _emit_text(out, m, space, at)
    elif kind == "env":
        bad = (m.group("envname") or "").rstrip("*") in _MATRIX
        out.append(Token("bad" if bad else "row", text, None, space, inside, at))
    elif kind == "row":
        out.append(Token("row", text, None, space, inside, at))
    elif kind == "cmd":
        _emit_command(out, text[1:], space, inside, at)
    elif kind == "clock":
        out.append(Token("bad", text, None, space, inside, at))
    elif kind == "delim":
        out.append(Token("edge", text, None, space, False, at))
    elif kind == "esc":
        if text == "\\%":
            out.append(Token("op", "%", None, space, inside, at))
        elif text in ("\\{", "\\}", "\\|"):
            out.append(Token("bad", text, None, space, inside, at))
    elif kind == "op":
        _emit_sign(out, text, space, inside, at)
    else:
        out.append(Token("bad", text, None, space, inside, at))


def _emit_word(out: list[Token], text: str, space: bool, inside: bool, at: int) -> None:
    parts = re.split(r"['-]", text.rstrip("'"))
    if len(text) == 1 or (all(len(p) == 1 for p in parts) and "-" in text):
        for i, part in enumerate(parts):
            if i:
                out.append(Token("op", "-", None, False, inside, at))
            out.append(Token("sym", part, None, space and i == 0, inside, at))
    elif text.lower() in FUNCTIONS and len(text) <= 6:
        out.append(Token("cmd", text.lower(), None, space, inside, at))
    elif inside and "-" not in text and "'" not in text and len(text) <= 3:
        for i, letter in enumerate(text):
            out.append(Token("sym", letter, None, space and i == 0, inside, at + i))
    elif text.lower() == "pi":
        out.append(Token("sym", "pi", None, space, inside, at))
    elif text.lower() in ("mod", "choose") and out and (out[-1].kind in ("num", "sym", "close") or out[-1].text == "("):
        out.append(Token("op", text.lower(), None, space, inside, at))
    else:
        out.append(Token("word", text, None, space, inside, at))


def _emit_text(out: list[Token], m: re.Match[str], space: bool, at: int) -> None:
    inner = m.group("inner").strip()
    if inner.lower() in FUNCTIONS:
        out.append(Token("cmd", inner.lower(), None, space, True, at))
    elif re.fullmatch(r"[A-Za-z]", inner) and "\\text{" not in m.group():
        out.append(Token("sym", inner, None, space, True, at))
    else:
        words = re.findall(r"[A-Za-z]+", inner)
        for word in words:
            out.append(Token("word", word, None, space, False, at))
        if re.search(r"[^A-Za-z\s.,;:'²^\d-]", inner) or (not words and inner):
            out.append(Token("stop", inner, None, space, False, at))


def _emit_command(out: list[Token], name: str, space: bool, inside: bool, at: int) -> None:
    if name in ("cdot", "times", "ast"):
        out.append(Token("op", "*", None, space, inside, at))
    elif name == "div":
        out.append(Token("op", "/", None, space, inside, at))
    elif name in ("pm", "mp"):
        out.append(Token("op", "±", None, space, inside, at))
    elif name in RELATIONS:
        out.append(Token("rel", RELATIONS[name], None, space, inside, at))
    elif name in ("dots", "ldots", "cdots", "dotsb", "dotsc", "dotsm"):
        out.append(Token("dots", name, None, space, inside, at))
    elif name == "pi" or name in GREEK:
        out.append(Token("sym", name, None, space, inside, at))
    elif name in ("pmod", "bmod", "mod", "pod"):
        out.append(Token("op", "mod", None, space, inside, at))
    elif name in FUNCTIONS or name in (
        "frac", "cfrac", "sqrt", "binom", "dbinom", "tbinom", "sum", "prod", "lfloor", "rfloor", "lceil",
        "rceil", "boxed", "lvert", "rvert", "vert", "choose", "circ", "cancel", "underbrace",
        "overbrace",
    ):  # fmt: skip
        out.append(Token("cmd", name, None, space, inside, at))
    elif name == "degree":
        out.append(Token("cmd", "circ", None, space, inside, at))
    else:
        out.append(Token("bad", name, None, space, inside, at))


def _emit_sign(out: list[Token], text: str, space: bool, inside: bool, at: int) -> None:
    if text == "$":
        return  # a price; the number after it speaks for itself
    if text in ("=", "==", "<", ">", "<=", ">=", "!="):
        out.append(Token("rel", "=" if text == "==" else text, None, space, inside, at))
    elif text == ":=":
        out.append(Token("rel", ":=", None, space, inside, at))
    elif text in ("=>", "->"):
        out.append(Token("rel", "->", None, space, inside, at))
    elif text in _OPEN:
        out.append(Token("open", text, None, space, inside, at))
    elif text in ")]}":
        out.append(Token("close", text, None, space, inside, at))
    elif text == ",":
        out.append(Token("comma", text, None, space, inside, at))
    elif text.startswith("..."):
        out.append(Token("dots", text, None, space, inside, at))
    elif text in ".;:?" or text.startswith("--"):
        out.append(Token("stop", text, None, space, inside, at))
    elif text == "**":
        out.append(Token("op", "^", None, space, inside, at))
    else:
        out.append(Token("op", text, None, space, inside, at))
