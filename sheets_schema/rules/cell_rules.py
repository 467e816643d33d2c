"""The rules of a single cell: readable letters, declared limits, no formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from sheets_schema.campaign import Column, ColumnRole, Constraints, Field, ValueType
from sheets_schema.problems import Problem, ProblemPlace, problem
from sheets_schema.reading.row_records import Row
from sheets_schema.reading.ticks import is_unclear
from sheets_schema.rules.constraints import violations
from sheets_schema.vietnamese import folding

CELL_CHARACTERS = 50_000  # what a spreadsheet cell holds
LONGEST_TEXT = 5_000  # where the form declares no other limit
LOOKED_AT = 2_000  # characters that show what the letters are; a longer cell is no other

Fault = tuple[str, Mapping[str, str]]  # the code of a problem, and its values

UNREADABLE = frozenset({"GARBAGE", "FORMULA_ERROR", "LEGACY_ENCODING"})
JUDGED_FOR_GARBAGE = frozenset(
    {ColumnRole.NAME, ColumnRole.SCALE, ColumnRole.TARGET, ColumnRole.GOAL, ColumnRole.RESULT}
)

_UNICODE_VIETNAMESE = re.compile("[\u0100-\u1fff]")  # letters that no old font has
_FORMULA = re.compile(r"\s*(?:=\s*[\w\"'({+\-]|[+@\-][A-Z][A-Z.]*\()")


def problems_of(declared: Column | Field, value: str, place: ProblemPlace) -> tuple[Problem, ...]:
    """Find what is wrong with the letters and the length of a value."""
    return tuple(problem(code, place, None, **values) for code, values in _faults_of(declared, value))


def plain_length(column: Column) -> int:
    """Return up to how many characters no limit of a column is broken; 0 where more than the length decides."""
    constraints = column.constraints
    if column.type is ValueType.TICK or not _has_only_length(constraints):
        return 0
    return min(LOOKED_AT, constraints.max_length or LONGEST_TEXT)


def is_plain(value: str, plain_length: int) -> bool:
    """Return True if plainly nothing is wrong with a value: most cells are such."""
    return len(value) <= plain_length and folding.is_plainly_readable(value)


def problems_in(row: Row, column: Column, value: str) -> tuple[Problem, ...]:
    """Find what is wrong with the letters, the length or the tick of a row's value that is not blank."""
    if column.type is ValueType.TICK:
        return (problem("TICK_UNCLEAR", row.place(column.key), text=value),) if is_unclear(value, column) else ()
    faults = _faults_of(column, value)
    # the place is worked out for the few cells that are at fault
    return tuple(problem(code, row.place(column.key), None, **values) for code, values in faults) if faults else ()


def _faults_of(declared: Column | Field, value: str) -> tuple[Fault, ...]:
    """Find what is wrong with the letters and the length of a value, wherever it is."""
    return _letters(declared, value) + _limits(declared, value)


def _letters(declared: Column | Field, value: str) -> tuple[Fault, ...]:
    """Find what keeps a text from being read."""
    shown = value[:LOOKED_AT]
    if folding.is_plainly_readable(shown):
        return ()
    if "#" in shown and folding.has_formula_error(shown):
        return (("FORMULA_ERROR", {}),)
    legacy = None if shown.isascii() or _UNICODE_VIETNAMESE.search(shown) else folding.legacy_font(shown)
    if legacy is not None:
        return (("LEGACY_ENCODING", {"suggestion": legacy.suggestion}),)
    if _FORMULA.match(shown):
        return (("FORMULA", {}),)
    if declared.role in JUDGED_FOR_GARBAGE and folding.looks_like_garbage(shown):
        return (("GARBAGE", {}),)
    return (("GARBAGE", {}),) if declared.role is ColumnRole.NAME and _names_nothing(shown) else ()


def _names_nothing(name: str) -> bool:
    """Return True if a name is only digits, marks or one letter: "0", "15/10", "x"."""
    letters = filter(str.isalpha, name[:50])
    has_two = next(letters, None) is not None and next(letters, None) is not None
    return not has_two and not folding.is_blank(name)


def _limits(declared: Column | Field, value: str) -> tuple[Fault, ...]:
    """Find the declared constraints a value breaks, and the limit of any cell."""
    if len(value) > CELL_CHARACTERS:
        return (("CELL_LIMIT", {"length": str(len(value)), "limit": str(CELL_CHARACTERS)}),)
    if _surely_holds(declared.constraints, value) or folding.is_blank(value):
        return ()
    constraints = declared.constraints
    if constraints.max_length is None:
        constraints = replace(constraints, max_length=LONGEST_TEXT)
    broken = violations(constraints, value.strip())
    return tuple(_broken(name, declared, value) for name in broken if name != "required")


def _surely_holds(constraints: Constraints, value: str) -> bool:
    """Return True if plainly no constraint is broken: most cells are far shorter than they may be."""
    if not _has_only_length(constraints):
        return False
    longest = LONGEST_TEXT if constraints.max_length is None else constraints.max_length
    return len(value) <= longest


def _has_only_length(constraints: Constraints) -> bool:
    return constraints.pattern is None and not constraints.enum and constraints.min_length is None


def _broken(name: str, declared: Column | Field, value: str) -> Fault:
    title = declared.title if isinstance(declared, Column) else declared.label
    if name == "maxLength":
        limit = declared.constraints.max_length or LONGEST_TEXT
        return "TOO_LONG", {"length": str(len(value)), "limit": str(limit)}
    if name == "minLength":
        return "TOO_SHORT", {}
    if name == "enum":
        return "NOT_A_CHOICE", {"text": value, "title": title, "choices": ", ".join(declared.constraints.enum)}
    return "PATTERN", {"text": value, "title": title}
