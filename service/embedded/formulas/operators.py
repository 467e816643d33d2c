"""What operators make of values, and values of one sort of another; errors come back as values."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from service.embedded.api_errors import JsonValue
from service.embedded.book import display, entry
from service.embedded.book.cell_writing import LONGEST_TEXT
from service.embedded.book.locales import LocaleRules
from service.embedded.formulas.cell_errors import DIVIDE, NUM, VALUE, CellError


@dataclass(frozen=True, slots=True)
class RangeCells:
    """The cells of a referenced range: its rows that hold something, each from its first column on."""

    lines: list[tuple[int, list[JsonValue]]]  # the place of a row within the range, and its cells
    shape: tuple[int, int] = (1, 1)
    corner: tuple[int, int] = (0, 0)  # row and column of the first cell

    @property
    def size(self) -> int:
        """Return how many cells there are in memory."""
        return sum(len(line) for _, line in self.lines)

    @property
    def first(self) -> JsonValue:
        """Return the first cell of a range of one."""
        return self.lines[0][1][0] if self.lines and self.lines[0][1] else None


@dataclass(frozen=True, slots=True)
class ComputedTable:
    """Values that were computed, by rows of the same length."""

    rows: list[list[JsonValue]]

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns there are."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0


_EXACT = 10**15  # whole numbers below are kept digit by digit
Argument = JsonValue  # a plain value, a RangeCells, a ComputedTable, or a CellError


def single(value: Argument) -> JsonValue:
    """Return one value of an argument; a range of several cells is none."""
    if isinstance(value, RangeCells):
        return value.first if value.shape == (1, 1) else VALUE
    if isinstance(value, ComputedTable):
        return value.rows[0][0] if value.shape == (1, 1) else VALUE
    return value


def number(value: Argument, rules: LocaleRules) -> float | CellError:
    """Return a value as a number, as arithmetic takes it."""
    value = single(value)
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | CellError):
        return value
    found = entry.typed(str(value), rules).value if value else 0
    if isinstance(found, int | float) and not isinstance(found, bool):
        return found
    return VALUE


def text(value: Argument, rules: LocaleRules) -> str | CellError:
    """Return a value as a text, as & takes it."""
    value = single(value)
    if isinstance(value, CellError):
        return value
    return display.text_of(value, None, rules.name)


def operate(sign: str, operands: list[Argument], rules: LocaleRules) -> JsonValue:
    """Return what an operator gives."""
    if sign == "&":
        return _joined([text(operand, rules) for operand in operands])
    if sign in COMPARE:
        return _compare(sign, single(operands[0]), single(operands[1]))
    numbers: list[float] = []
    for operand in operands:
        found = number(operand, rules)
        if isinstance(found, CellError):
            return found
        numbers.append(found)
    return _arithmetic(sign, numbers)


def _joined(texts: list[str | CellError]) -> JsonValue:
    for one in texts:
        if isinstance(one, CellError):
            return one
    joined = "".join(map(str, texts))
    # Cells that double one another would else grow without end.
    return VALUE if len(joined) > LONGEST_TEXT else joined


def _arithmetic(sign: str, numbers: list[float]) -> JsonValue:
    if len(numbers) == 1:
        return {"-": -numbers[0], "%": numbers[0] / 100}.get(sign, numbers[0])
    first, second = numbers
    try:
        return tidy(_ARITHMETIC[sign](first, second))
    except ZeroDivisionError:
        return DIVIDE
    except (OverflowError, ValueError):
        return NUM


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda first, second: first + second,
    "-": lambda first, second: first - second,
    "*": lambda first, second: first * second,
    "/": lambda first, second: first / second,
    "^": lambda first, second: math.pow(first, second),
}


def tidy(value: float) -> JsonValue:
    """Return a number as cells keep it, to its last digit; infinity is an error."""
    if type(value) is int and -_EXACT < value < _EXACT:
        return value
    if not math.isfinite(value):
        return NUM
    return int(value) if value == int(value) and abs(value) < _EXACT else value


def rank(value: JsonValue) -> tuple[int, JsonValue]:
    """Return the place of a value among others: numbers, texts, booleans; the noise of binary fractions is nothing."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, float):
        return 0, float(f"{value:.15g}")
    if isinstance(value, int):
        return 0, value
    return 1, str(value).casefold()


def _compare(sign: str, first: JsonValue, second: JsonValue) -> JsonValue:
    for value in (first, second):
        if isinstance(value, CellError):
            return value
    first, second = _like(first, second), _like(second, first)
    return COMPARE[sign](rank(first), rank(second))


def _like(value: JsonValue, other: JsonValue) -> JsonValue:
    if value is not None:
        return value
    if isinstance(other, bool):
        return False
    return 0 if isinstance(other, int | float) else ""


COMPARE: dict[str, Callable[[tuple[int, JsonValue], tuple[int, JsonValue]], bool]] = {
    "=": lambda first, second: first == second,
    "<>": lambda first, second: first != second,
    "<": lambda first, second: first < second,
    "<=": lambda first, second: first <= second,
    ">": lambda first, second: first > second,
    ">=": lambda first, second: first >= second,
}


def truth(value: Argument, rules: LocaleRules) -> bool | CellError:
    """Return a condition's truth."""
    value = single(value)
    if isinstance(value, str):
        return {"TRUE": True, "FALSE": False}.get(value.upper(), VALUE)
    found = number(value, rules)
    return found if isinstance(found, CellError) else bool(found)
