"""The functions that are computed; errors come back as values."""

import math
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from service.embedded.api_errors import JsonValue
from service.embedded.book.locales import LocaleRules
from service.embedded.formulas.cell_errors import COUNT, DIVIDE, NUM, CellError
from service.embedded.formulas.operators import Argument, RangeCells, number, single, tidy, truth

IMPORTS = frozenset({"IMPORTXML", "IMPORTDATA", "IMPORTHTML", "IMPORTFEED", "IMPORTRANGE", "IMAGE", "GOOGLEFINANCE"})


def numbers_in(arguments: list[Argument], rules: LocaleRules) -> list[float] | CellError:
    """Return the numbers of arguments: in ranges only real numbers count, elsewhere what reads as one."""
    found: list[float] = []
    for argument in arguments:
        if isinstance(argument, RangeCells):
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
        if isinstance(argument, RangeCells):
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


def _if(arguments: list[Argument], rules: LocaleRules) -> JsonValue:
    if len(arguments) not in (2, 3):
        return COUNT
    condition = truth(arguments[0], rules)
    if isinstance(condition, CellError):
        return condition
    chosen = arguments[1:2] if condition else arguments[2:3]
    return chosen[0] if chosen else False


def _link(arguments: list[Argument], _rules: LocaleRules) -> JsonValue:
    if len(arguments) not in (1, 2):
        return COUNT
    return single(arguments[-1])


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
    "IF": _if,
}
