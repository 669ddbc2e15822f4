"""Statements as HTML before any script."""

from __future__ import annotations

import pytest

from tutor.templatetags.mathtext import mathline, mathtext
from tutor.templatetags.spoken import spoken


def math(tex: str, source: str) -> str:
    return f'<span class="math" data-tex="{tex}">{source}</span>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Find $x$.", f"<p>Find {math('x', '$x$')}.</p>"),
        (r"Find \(x\).", "<p>Find " + math("x", r"\(x\)") + ".</p>"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("Input: n.\nExample input:\n1 2\n-3", "<p>Input: n.<br>Example input:<br>1 2<br>-3</p>"),
        (
            "a line that was\nonly wrapped by\n80 columns",
            "<p>a line that was\nonly wrapped by\n80 columns</p>",
        ),
        ("It costs $5 and then $6 more.", "<p>It costs $5 and then $6 more.</p>"),
        (r"It costs \$5 and \$6.", "<p>It costs $5 and $6.</p>"),
        ("$x<y$", f"<p>{math('x&lt;y', '$x&lt;y$')}</p>"),
        ("He had $$43$ left.", f"<p>He had ${math('43', '$43$')} left.</p>"),
        ("$5 + 6$", f"<p>{math('5 + 6', '$5 + 6$')}</p>"),
        ("one $ only", "<p>one $ only</p>"),
        ("$a\n\nb$", "<p>$a</p>\n<p>b$</p>"),
        ("<b>&", "<p>&lt;b&gt;&amp;</p>"),
        ("- a\n- $b$", f"<ul><li>a</li><li>{math('b', '$b$')}</li></ul>"),
        ("```python\na < b\n```", "<pre><code>a &lt; b</code></pre>"),
        ("**bold** and *soft*, 2*3*4", "<p><strong>bold</strong> and <em>soft</em>, 2*3*4</p>"),
        ("", ""),
        (None, ""),
    ],
)
def test_text(text: str | None, html: str) -> None:
    assert mathtext(text) == html


@pytest.mark.parametrize("source", [r"\[x\]", "$$x$$", r"\begin{align*}x\end{align*}"])
def test_displayed_formulas_stand_alone(source: str) -> None:
    html = mathtext(f"Then {source} holds.")
    assert html.startswith('<p>Then</p>\n<div class="math display"')
    assert html.endswith("<p>holds.</p>")
    assert source in html


def test_a_line_stays_a_line() -> None:
    assert mathline(r"So \[x\] & y") == "So " + math("x", r"\[x\]") + " &amp; y"


def test_a_formula_with_an_escaped_dollar() -> None:
    assert mathline(r"$\$5$") == math(r"\$5", r"$\$5$")


def test_an_endless_formula_is_no_trouble() -> None:
    text = r"\begin{align}" * 2_000 + "$" * 2_001 + r"\[" * 2_000
    assert "<script" not in mathtext(text)


def test_verdicts_are_spoken() -> None:
    assert (spoken("wrong_answer"), spoken("accepted")) == ("wrong answer", "accepted")
