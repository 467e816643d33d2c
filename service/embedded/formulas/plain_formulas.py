"""Formulas whose own words and place give their value: a link of two texts, a running number.

A list of thousands has as many of them; nothing of them is taken apart, and they cost next to nothing.
"""

import re
from typing import NamedTuple

from service.embedded.formulas.formula_work import CHARACTERS_MADE

# a semicolon separates arguments in every locale
_LINK = re.compile(r'=HYPERLINK\("([^"]*(?:""[^"]*)*)";"([^"]*(?:""[^"]*)*)"\)')
_NUMBER = re.compile(r"=ROW\(\)-([0-9]{1,7})")


class PlainValue(NamedTuple):
    """What such a formula gives, and the address it leads to; blank for a number."""

    value: str | int
    address: str = ""


def plain_value(formula: str, row: int) -> PlainValue | None:
    """Return what a formula in a row, counted from 0, gives where that is plain; None where it must be computed."""
    if formula.startswith("=HYPERLINK("):
        link = _LINK.fullmatch(formula)
        return PlainValue(link[2].replace('""', '"'), link[1].replace('""', '"')) if link else None
    number = _NUMBER.fullmatch(formula)
    return PlainValue(row + 1 - int(number[1])) if number else None


def steps_of(formula: str) -> int:
    """Return the work that such a formula is."""
    return 1 + len(formula) // CHARACTERS_MADE
