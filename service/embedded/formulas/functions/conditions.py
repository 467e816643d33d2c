"""Functions by criteria: COUNTIF, SUMIFS and their like."""

import math
from collections.abc import Callable

from service.embedded.api_errors import JsonValue
from service.embedded.formulas import arguments, criteria
from service.embedded.formulas.arguments import Computed, Setting, ValueFaultError, fine, is_number, takes
from service.embedded.formulas.cell_errors import COUNT, DIVIDE, VALUE
from service.embedded.formulas.operators import Argument, single, tidy

CHARACTERS_OF_STEP = 40


def _fitting(pairs: list[Argument], setting: Setting, height: int) -> list[list[bool]]:
    """Return which places, of a number of rows, fit every pair of a range and its criterion."""
    shapes = {arguments.shape(pairs[place]) for place in range(0, len(pairs), 2)}
    if len(shapes) > 1:
        raise ValueFaultError(VALUE)
    fits = [[True] * next(iter(shapes))[1] for _ in range(height)]
    for place in range(0, len(pairs), 2):
        test = criteria.test_of(single(pairs[place + 1]), setting)
        for row, (values, kept) in enumerate(zip(arguments.rows_of(pairs[place], setting, height), fits, strict=True)):
            setting.spend(sum(len(value) for value in values if isinstance(value, str)) // CHARACTERS_OF_STEP)
            fits[row] = [so_far and test(value) for so_far, value in zip(kept, values, strict=True)]
    return fits


def _count(pairs: list[Argument], setting: Setting) -> JsonValue:
    height = max(arguments.used(pairs[place]) for place in range(0, len(pairs), 2))
    found = sum(sum(row) for row in _fitting(pairs, setting, height))
    rows, columns = arguments.shape(pairs[0])
    rest = (rows - height) * columns  # cells below, which hold nothing
    tests = [criteria.test_of(single(pairs[place]), setting) for place in range(1, len(pairs), 2)]
    return found + (rest if all(test(None) for test in tests) else 0)


@takes(2, 2)
def _count_if(given: list[Argument], setting: Setting) -> JsonValue:
    return _count(given, setting)


@takes(2)
def _count_ifs(given: list[Argument], setting: Setting) -> JsonValue:
    return COUNT if len(given) % 2 else _count(given, setting)


def _chosen(values: Argument, pairs: list[Argument], setting: Setting) -> list[float]:
    """Return the numbers that stand where every criterion fits."""
    if arguments.shape(values)[1] != arguments.shape(pairs[0])[1]:
        raise ValueFaultError(VALUE)
    height = min(arguments.used(values), arguments.shape(pairs[0])[0])
    fits, rows = _fitting(pairs, setting, height), arguments.rows_of(values, setting, height)
    return [
        fine(value)
        for kept, row in zip(fits, rows, strict=True)
        for fit, value in zip(kept, row, strict=True)
        if fit and is_number(fine(value))
    ]


def _if(compute: Callable[[list[float]], JsonValue]) -> Computed:
    @takes(2, 3)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        return compute(_chosen(given[2] if len(given) > 2 else given[0], given[:2], setting))

    return function


def _ifs(compute: Callable[[list[float]], JsonValue]) -> Computed:
    @takes(3)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        return compute(_chosen(given[0], given[1:], setting)) if len(given) % 2 else COUNT

    return function


def _sum(numbers: list[float]) -> JsonValue:
    return tidy(math.fsum(numbers))


def _average(numbers: list[float]) -> JsonValue:
    return tidy(math.fsum(numbers) / len(numbers)) if numbers else DIVIDE


FUNCTIONS: dict[str, Computed] = {
    "COUNTIF": _count_if,
    "COUNTIFS": _count_ifs,
    "SUMIF": _if(_sum),
    "SUMIFS": _ifs(_sum),
    "AVERAGEIF": _if(_average),
    "AVERAGEIFS": _ifs(_average),
    "MINIFS": _ifs(lambda numbers: min(numbers, default=0)),
    "MAXIFS": _ifs(lambda numbers: max(numbers, default=0)),
}
