"""Lines of a time text that were broken to fit a narrow column: "cho đến" above "31/10", "ngày 25" above "tháng 10"."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import SEPARATORS
from sheets_schema.periods.words.tags import Tag

# something must follow these, and these follow something
_LEADS = frozenset(
    {Tag.FROM, Tag.TO, Tag.UNTIL, Tag.BEFORE, Tag.BY, Tag.AFTER, Tag.START, Tag.FINISH, Tag.WITHIN, Tag.COMMA, Tag.DASH,
     Tag.SLASH, Tag.COLON, Tag.AND, Tag.OR, Tag.DAY, Tag.WEEK, Tag.MONTH, Tag.LETTER_T, Tag.QUARTER, Tag.YEAR, Tag.NTH,
     Tag.LABEL, Tag.EARLY, Tag.MIDDLE, Tag.LATE, Tag.HALF, Tag.EACH, Tag.ABOUT, Tag.OCCASION, Tag.HOUR, Tag.WEEKDAY,
     Tag.FULL_MOON, Tag.SCHOOL_YEAR, Tag.SITE, Tag.NUMBERED}
)  # fmt: skip
_FOLLOWS = frozenset(
    {Tag.TO, Tag.UNTIL, Tag.COMMA, Tag.SLASH, Tag.AND, Tag.OR, Tag.YEAR, Tag.OPEN, Tag.LUNAR, Tag.ONWARD}
)
_WHOLES = frozenset({Tag.MONTH, Tag.LETTER_T, Tag.QUARTER, Tag.YEAR})
# what may stand before a number that the next line goes on with: "25" above "tháng 10", "02" above "lần", above "ngày"
_NOT_BEFORE = {
    Tag.MONTH: SEPARATORS | _WHOLES,
    Tag.COUNT: SEPARATORS | _WHOLES | {Tag.LABEL, Tag.DAY},
    Tag.LABEL: SEPARATORS | _WHOLES | {Tag.LABEL, Tag.DAY},
}
_MEASURES = frozenset({Tag.DAY, Tag.WEEK, Tag.QUARTER, Tag.WORKDAYS})
_MEASURED = frozenset({Tag.WITHIN, Tag.FILLER, Tag.EVERY, Tag.EACH, Tag.WORD, Tag.NTH})


def is_wrapped(before: Sequence[TimeToken], token: TimeToken) -> bool:
    """Return True if a token at the head of a line goes on with what the line above left open."""
    if not before or token.tag in _FOLLOWS:
        return bool(before)
    leading = before[-2].tag if len(before) > 1 else None
    if before[-1].tag in _LEADS:
        return not _is_whole(before[-1], leading, token)
    if before[-1].tag is not Tag.NUMBER:
        return False
    if token.tag in _NOT_BEFORE:
        return leading not in _NOT_BEFORE[token.tag]
    return token.tag in _MEASURES and (leading is None or leading in _MEASURED)


_LAST_MONTH = 12


def _is_whole(last: TimeToken, leading: Tag | None, token: TimeToken) -> bool:
    """Return True if a line leaves nothing open after all: "5 buổi", "sẽ thông báo sau", "trong tháng" above "21/9"."""
    if last.tag is Tag.LABEL:
        return leading is Tag.NUMBER
    if last.tag is Tag.MONTH:
        return token.tag is Tag.NUMBER and token.value > _LAST_MONTH
    return last.text == "sau" or (last.text == "tới" and leading is not Tag.NUMBER)
