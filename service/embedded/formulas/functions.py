"""The functions that are computed, and what operators do; errors come back as values."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from service.embedded import display, entry
from service.embedded.errors import JsonValue
from service.embedded.locales import LocaleRules
from service.embedded.writing import LONGEST_TEXT

Cells = list[JsonValue]
IMPORTS = frozenset({"IMPORTXML", "IMPORTDATA", "IMPORTHTML", "IMPORTFEED", "IMPORTRANGE", "IMAGE", "GOOGLEFINANCE"})


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value such as #REF!, with Google's name for its type and what it says."""

    code: str
    kind: str
    message: str = ""


NAME = CellError("#NAME?", "NAME", "Unknown function or range name.")
REF = CellError("#REF!", "REF", "Reference does not exist")
CIRCULAR = CellError(
    "#REF!", "REF", "Circular dependency detected. To resolve with iterative calculation, see File > Settings."
)
CLOSED = CellError(
    "#REF!", "REF", "Some formulas are trying to send and receive data from external parties; access is off."
)
PARSE = CellError("#ERROR!", "ERROR", "Formula parse error.")
DIVIDE = CellError("#DIV/0!", "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
VALUE = CellError("#VALUE!", "VALUE", "A value of the wrong type was given.")
NUM = CellError("#NUM!", "NUM", "The result is not a number that can be shown.")
COUNT = CellError("#N/A", "N_A", "Wrong number of arguments.")
BY_CODE = {error.code: error for error in (NAME, REF, PARSE, DIVIDE, VALUE, NUM, COUNT)}


def unknown_function(name: str) -> CellError:
    """Return the error for a function that is not computed."""
    return replace(NAME, message=f"Unknown function: '{name}'.")


def unknown_name(name: str) -> CellError:
    """Return the error for a name that is no range's."""
    return replace(NAME, message=f"Unknown range name: '{name}'.")


def unknown_sheet(title: str) -> CellError:
    """Return the error for a reference to a tab that is not there."""
    return replace(REF, message=f"Unresolved sheet name '{title}'.")


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of a referenced range, empty ones as None."""

    cells: tuple[JsonValue, ...]
    is_single: bool


Argument = JsonValue  # a plain value, a Block, or a CellError


def single(value: Argument) -> JsonValue:
    """Return one value of an argument; a range of several cells is none."""
    if isinstance(value, Block):
        if not value.is_single:
            return VALUE
        return value.cells[0] if value.cells else None
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
    if sign in _COMPARE:
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
    """Return a number without the noise of binary fractions; infinity is an error."""
    if not math.isfinite(value):
        return NUM
    rounded = float(f"{value:.15g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _rank(value: JsonValue) -> tuple[int, JsonValue]:
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, int | float):
        return 0, value
    return 1, str(value).casefold()


def _compare(sign: str, first: JsonValue, second: JsonValue) -> JsonValue:
    for value in (first, second):
        if isinstance(value, CellError):
            return value
    first, second = _like(first, second), _like(second, first)
    return _COMPARE[sign](_rank(first), _rank(second))


def _like(value: JsonValue, other: JsonValue) -> JsonValue:
    if value is not None:
        return value
    if isinstance(other, bool):
        return False
    return 0 if isinstance(other, int | float) else ""


_COMPARE: dict[str, Callable[[tuple[int, JsonValue], tuple[int, JsonValue]], bool]] = {
    "=": lambda first, second: first == second,
    "<>": lambda first, second: first != second,
    "<": lambda first, second: first < second,
    "<=": lambda first, second: first <= second,
    ">": lambda first, second: first > second,
    ">=": lambda first, second: first >= second,
}


def numbers_in(arguments: list[Argument], rules: LocaleRules) -> list[float] | CellError:
    """Return the numbers of arguments: in ranges only real numbers count, elsewhere what reads as one."""
    found: list[float] = []
    for argument in arguments:
        if isinstance(argument, Block):
            for cell in argument.cells:
                if isinstance(cell, CellError):
                    return cell
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    found.append(cell)
            continue
        one = number(argument, rules)
        if isinstance(one, CellError):
            return one
        found.append(one)
    return found


def _over_numbers(compute: Callable[[list[float]], JsonValue]) -> "Computed":
    def function(arguments: list[Argument], rules: LocaleRules) -> JsonValue:
        if not arguments:
            return COUNT
        numbers = numbers_in(arguments, rules)
        return numbers if isinstance(numbers, CellError) else compute(numbers)

    return function


def _cells(arguments: list[Argument]) -> Iterator[JsonValue]:
    for argument in arguments:
        if isinstance(argument, Block):
            yield from argument.cells
        else:
            yield argument


def _count(arguments: list[Argument], _rules: LocaleRules) -> JsonValue:
    return sum(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in _cells(arguments))


def _count_filled(arguments: list[Argument], _rules: LocaleRules) -> JsonValue:
    return sum(cell is not None for cell in _cells(arguments))


def _round(arguments: list[Argument], rules: LocaleRules) -> JsonValue:
    if len(arguments) not in (1, 2):
        return COUNT
    value, places = number(arguments[0], rules), number(arguments[1], rules) if len(arguments) > 1 else 0
    for one in (value, places):
        if isinstance(one, CellError):
            return one
    if not isinstance(value, int | float) or not isinstance(places, int | float) or abs(places) > 300:
        return NUM
    if places > 15 or abs(value) > 1e20:
        return value
    return tidy(float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)))


def _link(arguments: list[Argument], _rules: LocaleRules) -> JsonValue:
    if len(arguments) not in (1, 2):
        return COUNT
    return single(arguments[-1])


def truth(value: Argument, rules: LocaleRules) -> bool | CellError:
    """Return a condition's truth."""
    value = single(value)
    if isinstance(value, str):
        return {"TRUE": True, "FALSE": False}.get(value.upper(), VALUE)
    found = number(value, rules)
    return found if isinstance(found, CellError) else bool(found)


Computed = Callable[[list[Argument], LocaleRules], JsonValue]
FUNCTIONS: dict[str, Computed] = {
    "SUM": _over_numbers(lambda numbers: tidy(math.fsum(numbers))),
    "AVERAGE": _over_numbers(lambda numbers: tidy(math.fsum(numbers) / len(numbers)) if numbers else DIVIDE),
    "MIN": _over_numbers(lambda numbers: min(numbers, default=0)),
    "MAX": _over_numbers(lambda numbers: max(numbers, default=0)),
    "COUNT": _count,
    "COUNTA": _count_filled,
    "ROUND": _round,
    "HYPERLINK": _link,
}
