"""Units that convert into each other, and words that multiply: where they meet, numbers alone
decide nothing.
"""

_FAMILIES = (
    "second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks "
    "month months year years "
    "decade decades quarter quarters",
    "cent cents dollar dollars nickel nickels dime dimes quarter quarters penny pennies ¢",
    "inch inches in foot feet ft yard yards mile miles cm mm m km meter meters metre metres "
    "centimeter centimeters "
    "kilometer kilometers millimeter",
    "gram grams g kg kilogram kilograms ounce ounces oz pound pounds lb lbs ton tons",
    "ml liter liters litre litres cup cups pint pints quart quarts gallon gallons tablespoon "
    "tablespoons teaspoon "
    "teaspoons",
    "dozen dozens pair pairs unit units half halves third thirds",
    "percent percentage %",
)
_FAMILY = {word: i for i, words in enumerate(_FAMILIES) for word in words.split()}
scales = frozenset(
    [
        "million",
        "millions",
        "billion",
        "billions",
        "thousand",
        "thousands",
        "hundred",
        "hundreds",
        "dozen",
        "dozens",
        "half",
        "halves",
        "quarter",
        "quarters",
        "third",
        "thirds",
        "fourth",
        "fourths",
        "fifths",
        "sixths",
        "eighths",
        "tens",
        "k",
    ]
)


def convertible(words: list[str]) -> bool:
    """Whether two different units of one family are among these words: 2 hours + 30 minutes."""
    seen: dict[int, str] = {}
    for word in words:
        bare = word.removeprefix("per ")
        family = _FAMILY.get(bare)
        if family is None:
            continue
        stem = bare.rstrip("s")
        if seen.setdefault(family, stem) != stem:
            return True
    return False
