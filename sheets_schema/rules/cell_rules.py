"""The rules of a single cell: readable letters, declared limits, no formula."""

from __future__ import annotations

import re
from dataclasses import replace

from sheets_schema.campaign import Column, ColumnRole, Constraints, Field
from sheets_schema.problems import Problem, ProblemPlace, problem
from sheets_schema.rules.constraints import violations
from sheets_schema.vietnamese import folding

CELL_CHARACTERS = 50_000  # what a spreadsheet cell holds
LONGEST_TEXT = 5_000  # where the form declares no other limit
LOOKED_AT = 2_000  # characters that show what the letters are; a longer cell is no other

UNREADABLE = frozenset({"GARBAGE", "FORMULA_ERROR", "LEGACY_ENCODING"})
JUDGED_FOR_GARBAGE = frozenset(
    {ColumnRole.NAME, ColumnRole.SCALE, ColumnRole.TARGET, ColumnRole.GOAL, ColumnRole.RESULT}
)

_UNICODE_VIETNAMESE = re.compile("[\u0100-\u1fff]")  # letters that no old font has
_FORMULA = re.compile(r"\s*(?:=\s*[\w\"'({+\-]|[+@\-][A-Z][A-Z.]*\()")


def problems_of(declared: Column | Field, value: str, place: ProblemPlace) -> tuple[Problem, ...]:
    """Find what is wrong with the letters and the length of a value."""
    return (*letters(declared, value, place), *limits(declared, value, place))


def letters(declared: Column | Field, value: str, place: ProblemPlace) -> tuple[Problem, ...]:
    """Find what keeps a text from being read."""
    shown = value[:LOOKED_AT]
    if "#" in shown and folding.has_formula_error(shown):
        return (problem("FORMULA_ERROR", place),)
    legacy = None if shown.isascii() or _UNICODE_VIETNAMESE.search(shown) else folding.legacy_font(shown)
    if legacy is not None:
        return (problem("LEGACY_ENCODING", place, suggestion=legacy.suggestion),)
    if _FORMULA.match(shown):
        return (problem("FORMULA", place),)
    if declared.role in JUDGED_FOR_GARBAGE and folding.looks_like_garbage(shown):
        return (problem("GARBAGE", place),)
    return (problem("GARBAGE", place),) if declared.role is ColumnRole.NAME and _names_nothing(shown) else ()


def _names_nothing(name: str) -> bool:
    """Return True if a name is only digits, marks or one letter: "0", "15/10", "x"."""
    return not folding.is_blank(name) and sum(letter.isalpha() for letter in name[:50]) < 2


def limits(declared: Column | Field, value: str, place: ProblemPlace) -> tuple[Problem, ...]:
    """Find the declared constraints a value breaks, and the limit of any cell."""
    if len(value) > CELL_CHARACTERS:
        return (problem("CELL_LIMIT", place, length=str(len(value)), limit=str(CELL_CHARACTERS)),)
    constraints = declared.constraints
    if constraints.max_length is None:
        constraints = replace(constraints, max_length=LONGEST_TEXT)
    if _surely_holds(constraints, value) or folding.is_blank(value):
        return ()
    broken = violations(constraints, value.strip())
    return tuple(_broken(name, declared, value, place) for name in broken if name != "required")


def _surely_holds(constraints: Constraints, value: str) -> bool:
    """Return True if plainly no constraint is broken: most cells are far shorter than they may be."""
    if constraints.pattern is not None or constraints.enum or constraints.min_length is not None:
        return False
    return len(value) <= (constraints.max_length or 0)


def _broken(name: str, declared: Column | Field, value: str, place: ProblemPlace) -> Problem:
    title = declared.title if isinstance(declared, Column) else declared.label
    if name == "maxLength":
        return problem(
            "TOO_LONG", place, length=str(len(value)), limit=str(declared.constraints.max_length or LONGEST_TEXT)
        )
    if name == "minLength":
        return problem("TOO_SHORT", place)
    if name == "enum":
        choices = ", ".join(declared.constraints.enum)
        return problem("NOT_A_CHOICE", place, text=value, title=title, choices=choices)
    return problem("PATTERN", place, text=value, title=title)
