"""Brackets of a time text: what they hold, and what stays in its place; "tức ..." is one too."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import HOURS, has_any
from sheets_schema.periods.words.tags import Tag

_BRACKETS = frozenset({Tag.OPEN, Tag.CLOSE})
_SAME = frozenset({Tag.SAME})
_INLINE = HOURS | {Tag.LUNAR, Tag.WEEKDAY, Tag.ABOUT, Tag.COMMA, Tag.WITHIN, Tag.AND, Tag.DASH, Tag.TO, Tag.FILLER}


def split_brackets(tokens: Sequence[TimeToken]) -> tuple[list[TimeToken], list[list[TimeToken]]]:
    """Return the text without its brackets, and what each bracket holds; "(Chủ nhật)" stays in its place."""
    if not has_any(tokens, _BRACKETS):
        return list(tokens), []
    outside: list[TimeToken] = []
    inside: list[list[TimeToken]] = []
    at = 0
    while at < len(tokens):
        if tokens[at].tag is not Tag.OPEN:
            if tokens[at].tag is not Tag.CLOSE:
                outside.append(tokens[at])
            at += 1
            continue
        end = _closing(tokens, at)
        content = [token for token in tokens[at + 1 : end] if token.tag not in (Tag.OPEN, Tag.CLOSE)]
        if content and (all(token.tag in _INLINE for token in content) or _dates_weekday(outside, content)):
            outside.extend(content)
        elif content:
            inside.append(content)
        at = end + 1
    return outside, inside


def bracket_restatements(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Put brackets around what names the same day once more: "15/10 tức 01/9 âm lịch"."""
    if not has_any(tokens, _SAME):
        return list(tokens)
    kept: list[TimeToken] = []
    depth = 0
    waiting = False
    for token in tokens:
        if waiting and token.tag in _RESTATEMENT_ENDS:
            kept.append(TimeToken(Tag.CLOSE, ")"))
            waiting = False
        depth += (token.tag is Tag.OPEN) - (token.tag is Tag.CLOSE)
        if token.tag is Tag.SAME and depth <= 0 and not waiting:
            kept.append(TimeToken(Tag.OPEN, "("))
            waiting = True
        kept.append(token)
    return kept


_RESTATEMENT_ENDS = frozenset({Tag.COMMA, Tag.BREAK, Tag.OPEN, Tag.CLOSE, Tag.TO, Tag.UNTIL})


_DATED = frozenset({Tag.NUMBER, Tag.SLASH, Tag.DOT, Tag.DAY, Tag.MONTH, Tag.YEAR})


def _dates_weekday(outside: Sequence[TimeToken], content: Sequence[TimeToken]) -> bool:
    """Return True if a bracket holds the date of the weekday before it: "thứ Hai (09/10)"."""
    dated = {token.tag for token in content} <= _DATED
    return bool(outside) and outside[-1].tag is Tag.WEEKDAY and dated


def _closing(tokens: Sequence[TimeToken], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].tag is Tag.OPEN) - (tokens[index].tag is Tag.CLOSE)
        if depth == 0:
            return index
    return len(tokens)
