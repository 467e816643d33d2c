"""Numbers as people write them: 20.700.000.000, 2,5 and 84,4%; in English with the marks the other way round. Pure."""

from __future__ import annotations

from decimal import Decimal

from sheets_schema.wording import Language

_OTHER_MARKS = str.maketrans(",.", ".,")


def in_marks(shown: str, language: Language) -> str:
    """Return a number with the marks of a language; `shown` has the English ones."""
    return shown if language is Language.ENGLISH else shown.translate(_OTHER_MARKS)


def number_words(number: Decimal, language: Language) -> str:
    """Return a number, its thousands parted."""
    return in_marks(f"{number.normalize():,f}", language)


def percent_words(share: float, language: Language) -> str:
    """Return a share of one in percent, with one decimal."""
    return in_marks(f"{share:.1%}", language)
