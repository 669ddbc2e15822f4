"""Is the prose English? Decided by script, by small words, and in doubt by py3langid."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from problems.restraint.lexicon import (
    ENGLISH,
    LANGUAGES,
    PLAIN_STEMS,
    STRONG_STEMS,
    STRONG_WORDS,
    WEAK_WORDS,
)

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+")
# The first word of Unicode's name of a letter, and what people call the language.
_SCRIPTS = {
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "CYRILLIC": "Russian or a related language",
    "ARABIC": "Arabic or a related language",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi or a related language",
    "GREEK": "Greek",
    "THAI": "Thai",
}
_LATIN = frozenset({"LATIN", "FEMININE", "MASCULINE", "MICRO", "MODIFIER", ""})
_NO_SPACES = frozenset({"CJK", "HIRAGANA", "KATAKANA", "THAI"})
CERTAIN = 6.0  # py3langid's lead over English, in nats, per foreign word


def foreign_language(prose: str, words: Sequence[str], *, with_code: bool = False) -> str:
    """The name of the language if the prose, or a whole sentence of it, is not English; else "".

    `with_code`: the names in a program look like no language, so only clear evidence counts.
    """
    if name := _foreign_script(prose):
        return name
    for sentence in _SENTENCE.split(prose):
        if name := _small_words(_WORD.findall(sentence.lower()), whole=False):
            return name
    return _small_words(words, whole=True) or ("" if with_code else _doubtful(words))


def _foreign_script(prose: str) -> str:
    letters: dict[str, int] = {}
    whole = 0
    for word in _WORD.findall(prose):
        whole += len(word)
        if word.isascii():
            continue
        for letter in word:
            script = _script(letter)
            # single Greek letters are mathematics
            if script not in _LATIN and not (script == "GREEK" and len(word) < 3):
                letters[script] = letters.get(script, 0) + 1
    if not letters:
        return ""
    script, count = max(letters.items(), key=lambda item: item[1])
    enough = 4 if script in _NO_SPACES else 12
    if count < enough and count * 3 <= whole:
        return ""
    return _SCRIPTS.get(script, script.title())


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]


def _small_words(words: Sequence[str], *, whole: bool) -> str:
    """The language whose small words outnumber the English ones clearly."""
    words = [word for word in words if len(word) > 1 or not word.isascii()]
    if len(words) < (3 if whole else 5):
        return ""
    english = sum(word in ENGLISH for word in words)
    # Each word counts once: a variable called "lo" does not make a program Italian.
    strange = set(words) - ENGLISH
    hits = {name: len(strange & small) for name, small in LANGUAGES.items()}
    name, most = max(hits.items(), key=lambda item: item[1])
    if whole:
        return name if most >= 2 and most > english else ""
    return name if most >= 3 and most > 2 * english else ""


def _doubtful(words: Sequence[str]) -> str:
    """Few words are known: py3langid decides, if it is certain."""
    unknown = [word for word in words if not _known(word)]
    if len(words) < 4 or len(unknown) * 2 < len(words):
        return ""
    ranked = _classifier().rank(" ".join(words))
    best, score = ranked[0]
    english = next(value for language, value in ranked if language == "en")
    if best == "en" or score - english < CERTAIN * len(unknown):
        return ""
    return "another language"


def _known(word: str) -> bool:
    return (
        word in ENGLISH
        or word in STRONG_WORDS
        or word in WEAK_WORDS
        or word.startswith(PLAIN_STEMS + STRONG_STEMS)
    )


@lru_cache(maxsize=1)
def _classifier() -> Any:
    """Loaded at the first doubtful text: about half a second and a megabyte."""
    import py3langid

    py3langid.classify("to load the model")
    return py3langid
