"""Functions of texts: cut, joined, replaced, shown under a pattern, matched by expressions."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from service.embedded.api_errors import JsonValue
from service.embedded.book import display, entry
from service.embedded.book.cell_writing import LONGEST_TEXT
from service.embedded.book.expressions import Expression, ExpressionError, compiled, steps_of_search
from service.embedded.formulas import arguments
from service.embedded.formulas.arguments import Computed, Setting, ValueFaultError, given, is_number, short, takes, text
from service.embedded.formulas.cell_errors import NOT_FOUND, NUM, VALUE
from service.embedded.formulas.operators import Argument, ComputedTable

LONGEST_PATTERN = 300
LONGEST_EXPRESSION = 1_000
_GROUP = re.compile(r"\\(.)|\$(\d)", re.DOTALL)


def _of_text(compute: Callable[[str], JsonValue]) -> Computed:
    @takes(1, 1)
    def function(values: list[Argument], setting: Setting) -> JsonValue:
        found = compute(text(values[0], setting))
        return short(found) if isinstance(found, str) else found

    return function


def _proper(value: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda match: match[0][:1].upper() + match[0][1:].lower(), value)


def _clean(value: str) -> str:
    return "".join(sign for sign in value if unicodedata.category(sign) != "Cc")


def _count(values: list[Argument], place: int, setting: Setting, default: int = 1) -> int:
    count = arguments.whole(values[place], setting) if len(values) > place else default
    if count < 0:
        raise ValueFaultError(VALUE)
    return count


@takes(1, 2)
def _left(values: list[Argument], setting: Setting) -> JsonValue:
    return text(values[0], setting)[: _count(values, 1, setting)]


@takes(1, 2)
def _right(values: list[Argument], setting: Setting) -> JsonValue:
    value, count = text(values[0], setting), _count(values, 1, setting)
    return value[max(len(value) - count, 0) :]


@takes(3, 3)
def _mid(values: list[Argument], setting: Setting) -> JsonValue:
    start, count = _count(values, 1, setting), _count(values, 2, setting)
    if start < 1:
        return NUM
    return text(values[0], setting)[start - 1 : start - 1 + count]


def _texts(values: list[Argument], setting: Setting) -> Iterator[str]:
    for argument in values:
        if not arguments.is_many(argument):
            yield text(argument, setting)
            continue
        for row in arguments.rows_of(argument, setting, arguments.used(argument)):
            for value in row:
                yield text(value, setting)


def _joined(parts: Iterator[str] | list[str], delimiter: str) -> str:
    listed, length = [], 0
    for part in parts:
        listed.append(part)
        length += len(part) + len(delimiter)
        if length > LONGEST_TEXT + len(delimiter):
            raise ValueFaultError(VALUE)
    return short(delimiter.join(listed))


@takes(1)
def _concatenate(values: list[Argument], setting: Setting) -> JsonValue:
    return _joined(_texts(values, setting), "")


@takes(2)
def _join(values: list[Argument], setting: Setting) -> JsonValue:
    return _joined(_texts(values[1:], setting), text(values[0], setting))


@takes(3)
def _text_join(values: list[Argument], setting: Setting) -> JsonValue:
    leaves_out = arguments.truth(values[1], setting)
    parts = (part for part in _texts(values[2:], setting) if part or not leaves_out)
    return _joined(parts, text(values[0], setting))


@takes(2, 4)
def _split(values: list[Argument], setting: Setting) -> Argument:
    value, delimiter = text(values[0], setting), text(values[1], setting)
    by_each = arguments.truth(values[2], setting) if given(values, 2) else True
    without_empty = arguments.truth(values[3], setting) if given(values, 3) else True
    if not delimiter:
        return VALUE
    expression = "[" + re.escape(delimiter) + "]" if by_each else re.escape(delimiter)
    parts = [part for part in re.split(expression, value) if part or not without_empty]
    setting.spend(3 * len(parts))
    return ComputedTable([[_number_or_text(part, setting) for part in parts] or [None]])


def _number_or_text(part: str, setting: Setting) -> JsonValue:
    found = entry.typed(part, setting.rules).value if part and not part.startswith(("=", "'")) else part
    return found if is_number(found) else part


@takes(3, 4)
def _substitute(values: list[Argument], setting: Setting) -> JsonValue:
    value, old, new = (text(one, setting) for one in values[:3])
    if not old:
        return value
    if len(values) < 4:
        if value.count(old) * len(new) > 2 * LONGEST_TEXT:
            return VALUE
        return short(value.replace(old, new))
    wanted, at = _count(values, 3, setting), -1
    for _ in range(min(wanted, len(value) + 1)):
        at = value.find(old, at + 1)
        if at < 0:
            return value
    return short(value[:at] + new + value[at + len(old) :]) if wanted else VALUE


@takes(4, 4)
def _replace(values: list[Argument], setting: Setting) -> JsonValue:
    value, start, count = text(values[0], setting), _count(values, 1, setting), _count(values, 2, setting)
    if start < 1:
        return VALUE
    return short(value[: start - 1] + text(values[3], setting) + value[start - 1 + count :])


def _finding(*, folds: bool) -> Computed:
    @takes(2, 3)
    def function(values: list[Argument], setting: Setting) -> JsonValue:
        wanted, within = text(values[0], setting), text(values[1], setting)
        start = _count(values, 2, setting)
        if start < 1:
            return VALUE
        if folds:
            wanted, within = wanted.lower(), within.lower()
        place = within.find(wanted, start - 1)
        return VALUE if place < 0 else place + 1

    return function


@takes(2, 2)
def _exact(values: list[Argument], setting: Setting) -> JsonValue:
    return text(values[0], setting) == text(values[1], setting)


@takes(2, 2)
def _repeat(values: list[Argument], setting: Setting) -> JsonValue:
    value, count = text(values[0], setting), _count(values, 1, setting)
    if len(value) * count > LONGEST_TEXT:
        return VALUE
    return value * count


@takes(2, 2)
def _text(values: list[Argument], setting: Setting) -> JsonValue:
    value, pattern = arguments.single(values[0]), text(values[1], setting)
    if len(pattern) > LONGEST_PATTERN:
        return VALUE
    if isinstance(value, str):
        typed = _number_or_text(value, setting)
        if not is_number(typed):
            return value
        value = typed
    if isinstance(value, bool):
        return text(value, setting)
    return short(display.number_text(value or 0, {"type": "", "pattern": pattern}, setting.rules)) if pattern else ""


@takes(1, 1)
def _value(values: list[Argument], setting: Setting) -> JsonValue:
    return arguments.number(values[0], setting)


@takes(1, 1)
def _char(values: list[Argument], setting: Setting) -> JsonValue:
    code = arguments.whole(values[0], setting)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else NUM


@takes(1, 1)
def _code(values: list[Argument], setting: Setting) -> JsonValue:
    value = text(values[0], setting)
    return ord(value[0]) if value else VALUE


def _expression(source: str, value: str, setting: Setting) -> Expression:
    """Return an expression that is about to be searched for in a value."""
    if len(source) > LONGEST_EXPRESSION:
        raise ValueFaultError(VALUE)
    setting.spend(20 + len(source))
    try:
        made = compiled(source)
    except ExpressionError as error:
        raise ValueFaultError(VALUE) from error
    setting.spend(steps_of_search(made, len(value) + 1))
    return made


@takes(2, 2)
def _regex_match(values: list[Argument], setting: Setting) -> JsonValue:
    value = text(values[0], setting)
    return bool(_expression(text(values[1], setting), value, setting).search(value))


@takes(2, 2)
def _regex_extract(values: list[Argument], setting: Setting) -> Argument:
    value = text(values[0], setting)
    found = _expression(text(values[1], setting), value, setting).search(value)
    if not found:
        return NOT_FOUND
    groups = [group or "" for group in found.groups()] or [found[0] or ""]
    return groups[0] if len(groups) == 1 else ComputedTable([groups])


@takes(3, 3)
def _regex_replace(values: list[Argument], setting: Setting) -> JsonValue:
    value, new = text(values[0], setting), text(values[2], setting)
    expression = _expression(text(values[1], setting), value, setting)
    pieces, shown = list(_pieces(new)), list[str]()
    at = length = 0
    for match in expression.finditer(value):
        setting.spend(2 + steps_of_search(expression, len(value) - match.end()))
        part = "".join(_group(match, piece) if isinstance(piece, int) else piece for piece in pieces)
        shown += (value[at : match.start()], part)
        length += match.start() - at + len(part)
        at = match.end()
        if length > LONGEST_TEXT:
            return VALUE
    return short("".join([*shown, value[at:]]))


def _pieces(new: str) -> Iterator[str | int]:
    """Return the pieces of a replacement: texts, and the numbers of groups."""
    at = 0
    for found in _GROUP.finditer(new):
        yield new[at : found.start()]
        yield found[1] or int(found[2])
        at = found.end()
    yield new[at:]


def _group(match: Any, number: int) -> str:  # noqa: ANN401 – a match of re2
    if number > match.re.groups:
        raise ValueFaultError(VALUE)
    return match[number] or ""


@takes(1, 2)
def _link(values: list[Argument], _setting: Setting) -> JsonValue:
    return arguments.single(values[-1])


FUNCTIONS: dict[str, Computed] = {
    "LEN": _of_text(len),
    "UPPER": _of_text(str.upper),
    "LOWER": _of_text(str.lower),
    "PROPER": _of_text(_proper),
    "TRIM": _of_text(lambda value: " ".join(part for part in value.split(" ") if part)),
    "CLEAN": _of_text(_clean),
    "LEFT": _left,
    "RIGHT": _right,
    "MID": _mid,
    "CONCATENATE": _concatenate,
    "CONCAT": _concatenate,
    "JOIN": _join,
    "TEXTJOIN": _text_join,
    "SPLIT": _split,
    "SUBSTITUTE": _substitute,
    "REPLACE": _replace,
    "FIND": _finding(folds=False),
    "SEARCH": _finding(folds=True),
    "EXACT": _exact,
    "REPT": _repeat,
    "TEXT": _text,
    "VALUE": _value,
    "CHAR": _char,
    "UNICHAR": _char,
    "CODE": _code,
    "UNICODE": _code,
    "REGEXMATCH": _regex_match,
    "REGEXEXTRACT": _regex_extract,
    "REGEXREPLACE": _regex_replace,
    "HYPERLINK": _link,
}
