"""One spelling for every sign, command and spelt-out operation, before a line is cut into
tokens.
"""

MAX_LINE = 4000

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
        "\u2009": " ", "\u202f": " ", "’": "'", "“": '"', "”": '"',
        "θ": " \\theta ", "α": " \\alpha ",
        "β": " \\beta ", "£": "$", "€": "$", "∈": " \\in ", "₀": "_0", "₁": "_1", "₂": "_2",
        "₃": "_3",
        "₄": "_4", "₅": "_5", "₆": "_6", "₇": "_7", "₈": "_8", "₉": "_9", "⁰": "^0", "¹": "^1",
        "⁶": "^6", "⁷": "^7", "⁸": "^8", "⁹": "^9", "∞": " \\infty ",
    }
)  # fmt: skip

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Sigma",
        "Phi",
        "Psi",
        "Omega",
        "ell",
    ]
)
# Read as a name and its arguments.
NAMED = frozenset(
    {
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan",
        "log", "ln", "lg", "exp", "gcd", "lcm", "max", "min", "floor", "ceil", "abs",
        "comb", "Re", "Im",
    }
)  # fmt: skip
FUNCTIONS = NAMED | {"sqrt", "binom"}
RELATIONS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=",
    "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "equiv": "≡", "approx": "≈", "mid": "|",
    "nmid": "∤",
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
    (r"(?:which\s+)?(?:can\s+be\s+)?(?:further\s+|then\s+|also\s+|just\s+)?"
     r"(?:simplif(?:ies|y|ied)|reduces|evaluates|works\s+out|comes(?:\s+out)?|amounts|adds\s+up|"
     r"sums\s+up)\s+(?:down\s+)?to(?:\s+just|\s+be)?", "rel", "is"),
    (r"which\s+(?:is|equals|gives|makes|leaves)(?:\s+us|\s+me|\s+just|\s+simply)?", "rel", "is"),
    (r"(?:is|gives|makes|yields)(?:\s+us|\s+me)?", "rel", "is"),
)  # fmt: skip


def respell(line: str) -> str:
    """The line with one spelling for each sign. Offsets in tokens refer to this."""
    line = line[:MAX_LINE].translate(SPELLINGS)
    return line.replace("{,}", ",").replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
