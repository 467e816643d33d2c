"""Functions of numbers: sums, counts, rounding, order."""

import math
import statistics
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal

from service.embedded.api_errors import JsonValue
from service.embedded.formulas import arguments, operators
from service.embedded.formulas.arguments import Computed, Setting, ValueFaultError, each, fine, is_number, number, takes
from service.embedded.formulas.cell_errors import DIVIDE, NOT_FOUND, NUM, VALUE
from service.embedded.formulas.operators import Argument, tidy

_WIDEST = 15  # digits of a number that can be told apart


def numbers_in(given: list[Argument], setting: Setting) -> list[float]:
    """Return the numbers of arguments: in ranges only real numbers count, elsewhere what reads as one."""
    found: list[float] = []
    for argument in given:
        if arguments.is_many(argument):
            found += [value for value in map(fine, each([argument])) if is_number(value)]
        else:
            found.append(number(argument, setting))
    return found


def _over(compute: Callable[[list[float]], JsonValue]) -> Computed:
    @takes(1)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        found = compute(numbers_in(given, setting))
        return tidy(found) if is_number(found) else found

    return function


def _of_one(compute: Callable[[float], float]) -> Computed:
    @takes(1, 1)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        try:
            return tidy(compute(number(given[0], setting)))
        except (ValueError, OverflowError, ZeroDivisionError):
            return NUM

    return function


def _product(numbers: list[float]) -> float:
    found = 1.0
    for one in numbers:
        found *= one
    return found if numbers else 0


def _spread(compute: Callable[[list[float]], float], least: int) -> Callable[[list[float]], JsonValue]:
    return lambda numbers: compute(numbers) if len(numbers) >= least else DIVIDE


@takes(1)
def _count(given: list[Argument], _setting: Setting) -> JsonValue:
    return sum(is_number(value) for value in each(given))


@takes(1)
def _count_filled(given: list[Argument], _setting: Setting) -> JsonValue:
    return sum(value is not None for value in each(given))


@takes(1, 1)
def _count_blank(given: list[Argument], _setting: Setting) -> JsonValue:
    rows, columns = arguments.shape(given[0])
    return rows * columns - sum(value not in (None, "") for value in each(given))


@takes(1)
def _count_unique(given: list[Argument], _setting: Setting) -> JsonValue:
    return len({operators.rank(value) for value in map(fine, each(given)) if value is not None})


def _rounding(mode: str) -> Computed:
    @takes(1, 2)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        value = number(given[0], setting)
        places = number(given[1], setting) if len(given) > 1 else 0
        if abs(places) > 300:
            return NUM
        if places > _WIDEST or abs(value) > 1e20:
            return value
        # by the digits that are shown: 2.675 is rounded as a person does
        exact = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
        return tidy(float(exact.quantize(Decimal(1).scaleb(-int(places)), mode)))

    return function


def _to_multiple(mode: str) -> Computed:
    @takes(1, 2)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        value = number(given[0], setting)
        factor = number(given[1], setting) if len(given) > 1 else 1
        if not factor or not value:
            return 0
        if value > 0 > factor or abs(value / factor) > 1e15:
            return NUM
        parts = (Decimal(f"{value:.15g}") / Decimal(f"{factor:.15g}")).to_integral_value(mode)
        return tidy(float(parts * Decimal(f"{factor:.15g}")))

    return function


@takes(2, 2)
def _mod(given: list[Argument], setting: Setting) -> JsonValue:
    value, divisor = number(given[0], setting), number(given[1], setting)
    return tidy(value - divisor * math.floor(value / divisor)) if divisor else DIVIDE


@takes(2, 2)
def _quotient(given: list[Argument], setting: Setting) -> JsonValue:
    value, divisor = number(given[0], setting), number(given[1], setting)
    return tidy(math.trunc(value / divisor)) if divisor else DIVIDE


@takes(2, 2)
def _power(given: list[Argument], setting: Setting) -> JsonValue:
    return operators.operate("^", [number(one, setting) for one in given], setting.rules)


@takes(1, 2)
def _log(given: list[Argument], setting: Setting) -> JsonValue:
    value, base = number(given[0], setting), number(given[1], setting) if len(given) > 1 else 10
    if value <= 0 or base <= 0 or base == 1:
        return NUM
    return tidy(math.log10(value) if base == 10 else math.log(value, base))


@takes(0, 0)
def _pi(_given: list[Argument], _setting: Setting) -> JsonValue:
    return math.pi


def _nth(*, largest: bool) -> Computed:
    @takes(2, 2)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        numbers, place = sorted(numbers_in(given[:1], setting), reverse=largest), arguments.whole(given[1], setting)
        return numbers[place - 1] if 1 <= place <= len(numbers) else NUM

    return function


@takes(2, 3)
def _rank(given: list[Argument], setting: Setting) -> JsonValue:
    value, numbers = number(given[0], setting), numbers_in(given[1:2], setting)
    if value not in numbers:
        return NOT_FOUND
    rising = len(given) > 2 and arguments.truth(given[2], setting)
    return 1 + sum((other < value) if rising else (other > value) for other in numbers)


@takes(1)
def _sum_product(given: list[Argument], setting: Setting) -> JsonValue:
    height = max(map(arguments.used, given))
    tables = [arguments.rows_of(argument, setting, height) for argument in given]
    if len({arguments.shape(argument) for argument in given}) > 1:
        raise ValueFaultError(VALUE)
    total = []
    for rows in zip(*tables, strict=False):
        for values in zip(*rows, strict=False):
            product = 1.0
            for value in map(fine, values):
                product *= value if is_number(value) or (isinstance(value, bool) and len(given) == 1) else 0
            total.append(product)
    return tidy(math.fsum(total))


FUNCTIONS: dict[str, Computed] = {
    "SUM": _over(math.fsum),
    "AVERAGE": _over(_spread(lambda numbers: math.fsum(numbers) / len(numbers), 1)),
    "MIN": _over(lambda numbers: min(numbers, default=0)),
    "MAX": _over(lambda numbers: max(numbers, default=0)),
    "PRODUCT": _over(_product),
    "MEDIAN": _over(_spread(statistics.median, 1)),
    "STDEV": _over(_spread(statistics.stdev, 2)),
    "STDEVP": _over(_spread(statistics.pstdev, 1)),
    "VAR": _over(_spread(statistics.variance, 2)),
    "VARP": _over(_spread(statistics.pvariance, 1)),
    "COUNT": _count,
    "COUNTA": _count_filled,
    "COUNTBLANK": _count_blank,
    "COUNTUNIQUE": _count_unique,
    "ROUND": _rounding(ROUND_HALF_UP),
    "ROUNDUP": _rounding(ROUND_UP),
    "ROUNDDOWN": _rounding(ROUND_DOWN),
    "TRUNC": _rounding(ROUND_DOWN),
    "CEILING": _to_multiple(ROUND_CEILING),
    "FLOOR": _to_multiple(ROUND_FLOOR),
    "MROUND": _to_multiple(ROUND_HALF_UP),
    "ABS": _of_one(abs),
    "INT": _of_one(math.floor),
    "SIGN": _of_one(lambda value: (value > 0) - (value < 0)),
    "SQRT": _of_one(math.sqrt),
    "EXP": _of_one(math.exp),
    "LN": _of_one(math.log),
    "LOG10": _of_one(math.log10),
    "LOG": _log,
    "PI": _pi,
    "MOD": _mod,
    "QUOTIENT": _quotient,
    "POWER": _power,
    "LARGE": _nth(largest=True),
    "SMALL": _nth(largest=False),
    "RANK": _rank,
    "SUMPRODUCT": _sum_product,
}
