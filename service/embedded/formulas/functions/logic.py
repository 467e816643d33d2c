"""Functions of truth and of errors: IF and its like, AND, IFERROR, ISBLANK."""

from collections.abc import Callable

from service.embedded.api_errors import JsonValue
from service.embedded.formulas import arguments, broadcasting, operators
from service.embedded.formulas.arguments import Computed, Setting, ValueFaultError, each, fine, is_number, takes, truth
from service.embedded.formulas.cell_errors import COUNT, NOT_AVAILABLE, NOT_FOUND, NUM, VALUE, CellError
from service.embedded.formulas.operators import Argument, single


@takes(2, 3)
def _if(given: list[Argument], setting: Setting) -> Argument:
    if broadcasting.is_needed(given[:1]):
        places = broadcasting.places_of([*given, False][:3], setting)
        return operators.ComputedTable([[_chosen(values, setting) for values in row] for row in places])
    chosen = given[1:2] if truth(given[0], setting) else given[2:3]
    return chosen[0] if chosen else False


def _chosen(values: tuple[Argument, ...], setting: Setting) -> JsonValue:
    try:
        return values[1] if truth(values[0], setting) else values[2]
    except ValueFaultError as fault:
        return fault.error


@takes(2)
def _ifs(given: list[Argument], setting: Setting) -> Argument:
    if len(given) % 2:
        return COUNT
    for place in range(0, len(given), 2):
        if truth(given[place], setting):
            return given[place + 1]
    return NOT_FOUND


@takes(2)
def _switch(given: list[Argument], _setting: Setting) -> Argument:
    wanted = operators.rank(arguments.single(given[0]))
    for place in range(1, len(given) - 1, 2):
        if operators.rank(arguments.single(given[place])) == wanted:
            return given[place + 1]
    return given[-1] if len(given) % 2 == 0 else NOT_FOUND


@takes(2)
def _choose(given: list[Argument], setting: Setting) -> Argument:
    place = arguments.whole(given[0], setting)
    if not 1 <= place < len(given):
        return NUM
    return given[place]


@takes(1, 2)
def _if_error(given: list[Argument], _setting: Setting) -> Argument:
    value = given[0] if arguments.is_many(given[0]) and arguments.shape(given[0]) != (1, 1) else single(given[0])
    return (given[1] if len(given) > 1 else None) if isinstance(value, CellError) else given[0]


@takes(2, 2)
def _if_na(given: list[Argument], _setting: Setting) -> Argument:
    value = single(given[0])
    return given[1] if isinstance(value, CellError) and value.kind == "N_A" else given[0]


def _truths(given: list[Argument], setting: Setting) -> list[bool]:
    found = []
    for argument in given:
        many = arguments.is_many(argument)
        for value in map(fine, each([argument])):
            # texts and empty cells of a range say nothing
            if not many or isinstance(value, bool | int | float):
                found.append(truth(value, setting))
    if not found:
        raise ValueFaultError(VALUE)
    return found


def _over_truths(compute: Callable[[list[bool]], bool]) -> Computed:
    @takes(1)
    def function(given: list[Argument], setting: Setting) -> JsonValue:
        return compute(_truths(given, setting))

    return function


@takes(1, 1)
def _not(given: list[Argument], setting: Setting) -> JsonValue:
    return not truth(given[0], setting)


def _constant(value: JsonValue) -> Computed:
    @takes(0, 0)
    def function(_given: list[Argument], _setting: Setting) -> JsonValue:
        return value

    return function


def _is(test: Callable[[JsonValue], bool]) -> Computed:
    @takes(1, 1)
    def function(given: list[Argument], _setting: Setting) -> JsonValue:
        return test(single(given[0]))

    return function


@takes(1, 1)
def _n(given: list[Argument], _setting: Setting) -> JsonValue:
    value = arguments.single(given[0])
    return int(value) if isinstance(value, bool) else value if is_number(value) else 0


@takes(1, 1)
def _t(given: list[Argument], _setting: Setting) -> JsonValue:
    value = arguments.single(given[0])
    return value if isinstance(value, str) else ""


FUNCTIONS: dict[str, Computed] = {
    "IF": _if,
    "IFS": _ifs,
    "SWITCH": _switch,
    "CHOOSE": _choose,
    "IFERROR": _if_error,
    "IFNA": _if_na,
    "AND": _over_truths(all),
    "OR": _over_truths(any),
    "XOR": _over_truths(lambda truths: sum(truths) % 2 == 1),
    "NOT": _not,
    "TRUE": _constant(True),
    "FALSE": _constant(False),
    "NA": _constant(NOT_AVAILABLE),
    "ISBLANK": _is(lambda value: value is None),
    "ISERROR": _is(lambda value: isinstance(value, CellError)),
    "ISERR": _is(lambda value: isinstance(value, CellError) and value.kind != "N_A"),
    "ISNA": _is(lambda value: isinstance(value, CellError) and value.kind == "N_A"),
    "ISNUMBER": _is(is_number),
    "ISTEXT": _is(lambda value: isinstance(value, str)),
    "ISNONTEXT": _is(lambda value: not isinstance(value, str)),
    "ISLOGICAL": _is(lambda value: isinstance(value, bool)),
    "N": _n,
    "T": _t,
}
