"""Text with mathematics as HTML that reads well before any script runs.

`{{ text|mathtext }}` makes paragraphs, lists and code of a statement or a solution;
`{{ text|mathline }}` keeps one line. Both escape everything. Formulas stand as their own source in
`class="math"` elements, which the browser sets with KaTeX when it can.
"""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ENVIRONMENTS = r"(?:align|alignat|gather|equation|multline|eqnarray|array|cases|p?b?matrix)\*?"
FORMULA = re.compile(
    r"(?P<display>\\\[.+?\\\]|\$\$.+?\$\$|\\begin\{(?P<env>"
    + ENVIRONMENTS
    + r")\}.+?\\end\{(?P=env)\})"
    r"|(?P<inline>\\\(.+?\\\)|(?<!\\)\$(?!\$)(?:\\.|[^$\\])+?\$)",
    re.DOTALL,
)
# "$5 and another $7" is money, not a formula that reads "5 and another".
MONEY = re.compile(r"\$\d[\d,.]*\s+(?:[a-z]+\s+)*[a-z]{2,}[^\\^_=+{}]*\$\Z")
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
BLANK = re.compile(r"\n[ \t]*\n")
# A line that ends a sentence, a heading or a row of numbers, not one that was only wrapped.
ENDED = re.compile(r"(?<=[.:?!\d])[ \t]*\n(?=[A-Z\d-])")


@register.filter
def mathtext(text: str | None) -> SafeString:
    """Paragraphs, lists, code fences and formulas."""
    html: list[str] = []
    pieces = FENCE.split((text or "").replace("\r\n", "\n"))
    for n, piece in enumerate(pieces):
        if n % 2:
            html.append(f"<pre><code>{escape(piece.rstrip())}</code></pre>")
        else:
            html.extend(_blocks(piece))
    return mark_safe("\n".join(html))  # every piece was escaped


@register.filter
def mathline(text: str | None) -> SafeString:
    """One line; display formulas stay in it."""
    return mark_safe("".join(_inline(part, found) for part, found in _parts(text or "")))


def _parts(text: str) -> list[tuple[str, re.Match[str] | None]]:
    """The text cut into prose (no match) and formulas."""
    found: list[tuple[str, re.Match[str] | None]] = []
    at = 0
    for match in FORMULA.finditer(text):
        source = match.group()
        if match["inline"] and (BLANK.search(source) or MONEY.match(source)):
            continue
        found += [(text[at : match.start()], None), (source, match)]
        at = match.end()
    return [*found, (text[at:], None)]


def _blocks(text: str) -> list[str]:
    """Paragraphs broken at blank lines and at display formulas."""
    html: list[str] = []
    line: list[str] = []
    for part, match in _parts(text):
        if match is not None and match["display"]:
            html += _paragraph(line)
            line = []
            html.append(f'<div class="math display" data-tex="{_tex(part)}">{escape(part)}</div>')
        elif match is not None:
            line.append(_inline(part, match))
        else:
            first, *rest = BLANK.split(part)
            line.append(_prose(first))
            for paragraph in rest:
                html += _paragraph(line)
                line = [_prose(paragraph)]
    return html + _paragraph(line)


def _paragraph(line: list[str]) -> list[str]:
    text = "".join(line).strip()
    if not text:
        return []
    rows = text.split("\n")
    if not any(ITEM.match(row) for row in rows):
        return [f"<p>{ENDED.sub('<br>', text)}</p>"]
    html, items = [], []
    for row in rows:
        if ITEM.match(row):
            items.append(ITEM.sub("", row))
        elif items:
            items[-1] += " " + row.strip()
        else:
            html.append(row)
    before = [f"<p>{' '.join(html)}</p>"] if html else []
    return [*before, "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"]


def _inline(part: str, match: re.Match[str] | None) -> str:
    if match is None:
        return _prose(part)
    return f'<span class="math" data-tex="{_tex(part)}">{escape(part)}</span>'


def _tex(source: str) -> str:
    """The formula without its delimiters."""
    if source.startswith(("\\[", "\\(", "$$")):
        source = source[2:-2]
    elif source.startswith("$"):
        source = source[1:-1]
    return str(escape(source.strip()))


def _prose(text: str) -> str:
    """Escaped, with `code`, **strong** and *emphasis*."""
    html = str(escape(text)).replace(r"\$", "$")
    html = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html)
    html = re.sub(r"\*\*(\S(?:[^*\n]*\S)?)\*\*", r"<strong>\1</strong>", html)
    return re.sub(r"(?<![\w*])\*(\S(?:[^*\n]*[^\s*])?)\*(?![\w*])", r"<em>\1</em>", html)
