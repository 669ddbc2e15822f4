"""Ideas that a reference solution may name, each as one sentence of advice without its numbers."""

import re

COMMON_IDEA = "Give the unknown quantity a letter and write the statement as an equation."
# What to look for in the solution, and what to say; the more particular ideas come first.
IDEAS: tuple[tuple[str, str], ...] = (
    (
        r"\\pmod|≡|\\equiv|\bmod(?:ulo)?\b|remainder",
        "Work with remainders: replace each number by what it leaves on division.",
    ),
    (
        r"\bperiod|repeats?\b|\bcycles?\b",
        "Write out the first few cases and watch for a pattern that repeats.",
    ),
    (
        r"\binclusion|\boverlap|counted twice",
        "Count the parts, then take away what was counted twice.",
    ),
    (
        r"\bcomplement|\bnone of|at least one",
        "Count what you do not want, and take it from the whole.",
    ),
    (
        r"\\binom|\bchoose\b|\bcombination|ways to (?:choose|pick|select)",
        "Decide what has to be chosen, and count the choices.",
    ),
    (r"\bpermut|\barrange", "Count the arrangements place by place."),
    (r"\bprobab", "Compare the number of favourable cases with the number of all cases."),
    (
        r"\bgcd\b|greatest common|\blcm\b|least common|prime factor",
        "Write the numbers as products of primes.",
    ),
    (r"\bdivisors?\b|\bfactors? of\b", "Use the factorisation into primes."),
    (
        r"\bvieta|sum of (?:the )?roots|product of (?:the )?roots",
        "Compare the roots with the coefficients.",
    ),
    (
        r"\bdiscriminant|\bquadratic|complet\w* the square",
        "Bring it into the form of a quadratic equation.",
    ),
    (r"\bfactor(?:s|ise|ize|ing|ed)?\b", "Try to write the expression as a product."),
    (r"\btelescop", "Look for terms that cancel their neighbours."),
    (
        r"\barithmetic (?:sequence|progression|series)|common difference",
        "Pair the terms: the steps between them are equal.",
    ),
    (
        r"\bgeometric (?:sequence|progression|series)|common ratio",
        "Each term is the one before times the same number.",
    ),
    (
        r"\bpythag|\bright (?:triangle|angle)|hypotenuse",
        "Find a right triangle, and use its sides.",
    ),
    (r"\bsimilar\b", "Look for two similar triangles and compare their sides."),
    (r"\barea\b", "Express the area in two ways, or cut the figure into simpler pieces."),
    (
        r"\bsubstitut|\beliminat|\bsystem\b",
        "Set up the equations, and remove one letter at a time.",
    ),
    (r"\bbase\b|\bdigits?\b", "Write the number out by its digits and their place values."),
    (r"\bpercent|%", "Say what the whole is that the percentage refers to."),
    (r"\baverage|\bmean\b", "Turn the average into a total."),
    (r"\brate\b|\bspeed\b|per hour", "Work out what happens in one unit of time."),
    (r"\b[Ll]et\b|\bdenote\b|\b[a-z]\s*=", COMMON_IDEA),
    (
        r"[-+*/×·]|\\cdot|\\times",
        "Split the question into smaller ones, and answer them in the order of the statement.",
    ),
)


def named_ideas(reference: str) -> list[str]:
    """The ideas that stand in a solution, the particular ones first."""
    return [idea for pattern, idea in IDEAS if re.search(pattern, reference, re.IGNORECASE)]
