"""Formulas cut into tokens; the decimal sign and the separators are those of the locale."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from service.embedded.book.locales import LocaleRules


class TokenKind(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    REFERENCE = auto()
    FUNCTION = auto()
    NAME = auto()
    OPERATOR = auto()
    SEPARATOR = auto()
    ERROR = auto()
    SPACE = auto()


@dataclass(frozen=True, slots=True)
class FormulaToken:
    """A piece of a formula as it was written."""

    kind: TokenKind
    text: str


_KINDS = {kind.name: kind for kind in TokenKind}


class FormulaError(Exception):
    """A formula that cannot be read."""


_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,8}"
_COLUMN, _ROW = r"\$?[A-Za-z]{1,3}", r"\$?[0-9]{1,8}"
_REFERENCE = rf"(?:{_CELL}(?::(?:{_CELL}|{_COLUMN}|{_ROW}))?|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW})"
_TITLE = r"(?:'(?:[^']|'')+'|[^\W\d]\w*)!"


@cache
def _pattern(rules: LocaleRules) -> re.Pattern[str]:
    decimal, separators = re.escape(rules.decimal), re.escape(rules.argument_separators)
    parts = (
        r"(?P<SPACE>\s+)",
        r'(?P<TEXT>"(?:[^"]|"")*")',
        rf"(?P<REFERENCE>(?:{_TITLE})?{_REFERENCE}(?![\w(.]))",
        r"(?P<FUNCTION>[A-Za-z_][\w.]*(?=\s*\())",
        rf"(?P<NUMBER>(?:\d+(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?)",
        r"(?P<ERROR>\#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|ERROR!|NULL!))",
        r"(?P<OPERATOR><=|>=|<>|[-+*/^&=<>%()])",
        rf"(?P<SEPARATOR>[{separators}])",
        rf"(?P<NAME>(?:{_TITLE})?[^\W\d]\w*)",
    )
    return re.compile("|".join(parts))


def split(text: str, rules: LocaleRules) -> list[FormulaToken]:
    """Return the tokens of a formula without its equals sign, spaces included."""
    tokens, at = [], 0
    for match in _pattern(rules).finditer(text):
        if match.start() != at:
            break
        tokens.append(FormulaToken(_KINDS[match.lastgroup or "SPACE"], match[0]))
        at = match.end()
    if at != len(text):
        raise FormulaError(text[at:])
    return tokens
