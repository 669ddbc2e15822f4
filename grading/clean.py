"""Brings the many ways of typing one answer to one notation, before it is cut into tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
_SUB = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPER_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")
_SUB_RUN = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_VULGAR = re.compile("[¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")

_CHARACTERS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-",
    "×": r"\times ", "⋅": r"\cdot ", "·": r"\cdot ", "∙": r"\cdot ", "•": r"\cdot ", "∗": "*",
    "÷": r"\div ", "⁄": "/", "∕": "/", "√": r"\sqrt ", "∛": r"\cbrt ", "π": r"\pi ",
    "∞": r"\infty ", "≤": r"\le ", "⩽": r"\le ", "≥": r"\ge ", "⩾": r"\ge ", "≠": r"\ne ",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ", "°": r"^\circ ",
    "º": r"^\circ ",
    "±": r"\pm ", "∓": r"\mp ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ",
    "⌉": r"\rceil ", "≡": r"\equiv ", "∠": r"\angle ", "…": r"\ldots ", "⋯": r"\cdots ",
    "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}",
    "ℂ": r"\mathbb{C}", "⟨": r"\langle ", "⟩": r"\rangle ", "∨": r" or ", "‰": r"\permille ",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\epsilon ",
    "θ": r"\theta ", "λ": r"\lambda ", "μ": r"\mu ", "ρ": r"\rho ", "σ": r"\sigma ",
    "τ": r"\tau ", "φ": r"\phi ", "ω": r"\omega ", "∖": r"\setminus ", "≈": r"\approx ",
    "′": "'", "’": "'", "，": ",", "。": ".", "\u00a0": " ", "\u2009": " ", "\u202f": " ",
    "\u200b": "", "\ufeff": "", "％": "%", "€": "", "£": "",
}  # fmt: skip
_TABLE = str.maketrans(_CHARACTERS)

# Words of LaTeX that change nothing for the reader of an answer.
_SILENT = re.compile(
    r"\\(?:left|right|bigl|bigr|Bigl|Bigr|biggl|biggr|Biggl|Biggr|big|Big|bigg|Bigg|middle"
    r"|displaystyle|textstyle|scriptstyle|limits|nolimits|mathstrut|strut|allowbreak|nobreak"
    r"|hfill|centering|mathopen|mathclose|mathord)(?![A-Za-z])\.?"
)
_SPACES = re.compile(
    r"(?<!\\)\\(?:[,;:! >]|quad\b|qquad\b|hspace\*?\{[^{}]*\}|enspace\b|thinspace\b)|~"
)
_SAME: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"\\[dtc]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\[dt]binom(?![A-Za-z])"), r"\\binom"),
    (re.compile(r"\\(?:leqslant|leqq|leq)(?![A-Za-z])"), r"\\le "),
    (re.compile(r"\\(?:geqslant|geqq|geq)(?![A-Za-z])"), r"\\ge "),
    (re.compile(r"\\neq(?![A-Za-z])"), r"\\ne "),
    (re.compile(r"\\(?:varnothing|O)(?![A-Za-z])"), r"\\emptyset "),
    (re.compile(r"\\bigcup(?![A-Za-z])"), r"\\cup "),
    (re.compile(r"\\(?:lvert|rvert|vert|mid)(?![A-Za-z])"), "|"),
    (re.compile(r"\\(?:lbrace|rbrace)(?![A-Za-z])"), lambda m: r"\{" if "l" in m[0][:2] else r"\}"),
    (re.compile(r"\\(?:lparen|lbrack)(?![A-Za-z])"), "("),
    (re.compile(r"\\degree(?![A-Za-z])"), r"^\\circ "),
    (re.compile(r"\^\s*\{\s*\\circ\s*\}"), r"^\\circ "),
    (re.compile(r"\\varphi(?![A-Za-z])"), r"\\phi "),
    (re.compile(r"\\varepsilon(?![A-Za-z])"), r"\\epsilon "),
    (re.compile(r"\\(?:lt)(?![A-Za-z])"), "<"),
    (re.compile(r"\\(?:gt)(?![A-Za-z])"), ">"),
    (re.compile(r"\\(?:land|wedge)(?![A-Za-z])"), " and "),
    (re.compile(r"\\(?:lor|vee)(?![A-Za-z])"), " or "),
    (re.compile(r"\\(?:ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\(?:colon)(?![A-Za-z])"), ":"),
]
_FONT = re.compile(
    r"\\(?:textbf|textit|textrm|mathbf|mathit|boldsymbol|bm|bf|it|rm|mathsf|ensuremath|underline)"
    r"(?![A-Za-z])\s*(?=\{)"
)
_THOUSANDS_BRACE = re.compile(r"(?<=\d)\{,\}\s*(?=\d{3})")
_THOUSANDS_SPACE = re.compile(r"(?<![\d.])(\d{1,3})((?:[ ]\d{3})+)(?![\d.])")
_PER_CENT = re.compile(r"\s*(?:\\text\s*\{\s*)?\bper\s?cent\b\s*\}?")
_PLUS_MINUS = re.compile(r"\+/-|(?<![\w)}!%])\s*\+\s*-(?=\s*[\w\\(])")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:align|aligned|equation|gather|gathered|split)\*?\}")
_UPRIGHT = re.compile(
    r"\\(?:mathrm|operatorname\*?|text|textrm)\s*\{\s*"
    r"(e|i|sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|log|ln|exp|gcd|lcm|max|min)\s*\}"
)
_TEXT_NUMBER = re.compile(r"\\(?:text|mathrm|mbox)\s*\{\s*([-+]?[\d.,/ ]+)\}")
_LEAD = re.compile(
    r"^\s*(?:\#{2,}\s*)?(?:(?:so|thus|hence|therefore|and)[,:]?\s+)?(?:(?:the\s+|my\s+)?(?:final\s+)?"
    r"(?:answer|ans|result|solution)\s*(?:is|are|=|:)+\s*:?)?\s*",
    re.IGNORECASE,
)


def _superscript(match: re.Match[str]) -> str:
    return "^{" + match[0].translate(_SUPER) + "}"


def _vulgar(match: re.Match[str]) -> str:
    top, bottom = unicodedata.normalize("NFKC", match[0]).split("⁄")
    return rf"\frac{{{top}}}{{{bottom}}}"


def clean(text: str) -> str:
    """`text` in one notation: LaTeX commands for signs, no dollars, no spacing commands."""
    text = _SUPER_RUN.sub(_superscript, text)
    text = _SUB_RUN.sub(lambda m: "_{" + m[0].translate(_SUB) + "}", text)
    text = _VULGAR.sub(_vulgar, text)
    text = text.translate(_TABLE)
    text = unicodedata.normalize("NFKC", text)
    # "1\,000" and "1,\!000" are one number.
    text = re.sub(r"(?<=\d)\\[,;: ](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d),\s*\\!\s*(?=\d{3}(?!\d))", "{,}", text)
    text = _THOUSANDS_BRACE.sub("", text)
    text = text.replace(r"\$", "").replace("$", "")
    text = re.sub(r"(?<!\\)\\[()\[\]]", " ", text)
    text = re.sub(r"\\%", "%", text)
    text = _PER_CENT.sub("%", text)
    text = _PLUS_MINUS.sub(r"\\pm ", text)
    text = _SILENT.sub(" ", text)
    text = _SPACES.sub(" ", text)
    for pattern, replacement in _SAME:
        text = pattern.sub(replacement, text)
    text = _FONT.sub("", text)
    text = _ENVIRONMENT.sub("", text)
    text = _UPRIGHT.sub(lambda m: ("\\" if len(m[1]) > 1 else "") + m[1] + " ", text)
    text = _TEXT_NUMBER.sub(r"\1", text)
    text = _THOUSANDS_SPACE.sub(lambda m: m[1] + m[2].replace(" ", ""), text)
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text)
    text = _LEAD.sub("", text)
    text = text.strip()
    if text.count("&") and "matrix" not in text:
        text = text.replace("&", "")
    text = re.sub(r"(?:\\\\|\\newline)\s*$", "", text).strip()
    while text.endswith((".", ";", ",", ":")) and not text.endswith(("..", "\\,")):
        text = text[:-1].rstrip()
    return text.removeprefix("=").strip()
