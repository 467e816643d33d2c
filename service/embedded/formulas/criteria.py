"""Criteria such as ">5", "<>x" and "an*": which values they mean."""

import re
from collections.abc import Callable

import re2

from service.embedded.api_errors import JsonValue
from service.embedded.book import entry
from service.embedded.formulas import operators
from service.embedded.formulas.arguments import Setting, is_number
from service.embedded.formulas.cell_errors import CellError

LONGEST_PATTERN = 1_000
_SIGNED = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
_WILD = re.compile(r"~[*?~]|[*?]")
Test = Callable[[JsonValue], bool]


def test_of(criterion: JsonValue, setting: Setting) -> Test:
    """Return the test of a criterion."""
    if isinstance(criterion, CellError):
        return lambda value: isinstance(value, CellError) and value.code == criterion.code
    if criterion is None:
        criterion = ""
    if not isinstance(criterion, str):
        return lambda value: not isinstance(value, str) and value is not None and _same(value, criterion)
    match = _SIGNED.fullmatch(criterion)
    sign, operand = (match[1] or "", match[2]) if match else ("", criterion)
    typed = entry.typed(operand, setting.rules).value if operand and not operand.startswith(("=", "'")) else operand
    if sign in ("", "=", "<>"):
        equal = _equal(operand, typed, signed=bool(sign))
        return equal if sign != "<>" else (lambda value: not equal(value))
    return _ordered(sign, typed)


def _same(first: JsonValue, second: JsonValue) -> bool:
    if isinstance(first, CellError) or isinstance(second, CellError):
        return False
    return bool(operators.rank(first) == operators.rank(second))


def _equal(operand: str, typed: JsonValue, *, signed: bool) -> Test:
    if operand == "":
        # "=" means a cell that holds nothing; an empty criterion one that shows nothing
        return (lambda value: value is None) if signed else (lambda value: value in (None, ""))
    matches = wildcard(operand)
    if isinstance(typed, str):
        return lambda value: isinstance(value, str) and matches(value)
    return lambda value: matches(value) if isinstance(value, str) else value is not None and _same(value, typed)


def _ordered(sign: str, typed: JsonValue) -> Test:
    wanted = is_number(typed)

    def test(value: JsonValue) -> bool:
        if value is None or isinstance(value, CellError | bool) or is_number(value) != wanted:
            return False
        return bool(operators.COMPARE[sign](operators.rank(value), operators.rank(typed)))

    return test


def wildcard(pattern: str) -> Callable[[str], bool]:
    """Return a test of texts by * and ?, capitals or not; a tilde before either takes it as it is written."""
    folded = pattern.casefold()
    if not _WILD.search(folded) or len(folded) > LONGEST_PATTERN:
        return lambda value: value.casefold() == folded
    parts, at = [], 0
    for match in _WILD.finditer(folded):
        parts.append(re2.escape(folded[at : match.start()]))
        parts.append({"*": ".*", "?": "."}.get(match[0]) or re2.escape(match[0][1]))
        at = match.end()
    options = re2.Options()
    options.dot_nl, options.log_errors = True, False
    compiled = re2.compile("".join([*parts, re2.escape(folded[at:])]), options)
    return lambda value: bool(compiled.fullmatch(value.casefold()))
