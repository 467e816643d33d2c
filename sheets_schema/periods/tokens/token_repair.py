"""Tokens made ready for the grammar: marks mended, brackets opened, hours, places and asides taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheets_schema.periods.tokens.tokenizer import Token
from sheets_schema.periods.words.kinds import Kind

_HOURS = frozenset({Kind.HOUR, Kind.SESSION})
SEPARATORS = frozenset({Kind.DASH, Kind.SLASH, Kind.DOT})
_JOINS = frozenset({Kind.TO, Kind.DASH, Kind.AND, Kind.COMMA, Kind.OR, Kind.UNTIL})
_UNITS = frozenset({Kind.DAY, Kind.MONTH, Kind.QUARTER, Kind.WEEK, Kind.LETTER_T})
_ENDS = frozenset({Kind.COMMA, Kind.BREAK, Kind.CLOSE, Kind.OPEN, Kind.DOT})


def kind_at(tokens: Sequence[Token], at: int) -> Kind | None:
    """Return the kind of a token, None beyond either end."""
    return tokens[at].kind if 0 <= at < len(tokens) else None


def is_figure(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a number stands here."""
    return kind_at(tokens, at) is Kind.NUMBER


def mend_marks(tokens: Sequence[Token]) -> list[Token]:
    """Make one separator of a doubled one ("15//10/2023") or one at a line's end; between times "~" is "đến"."""
    mended: list[Token] = []
    for at, token in enumerate(tokens):
        if token.kind is Kind.BREAK and mended and mended[-1].kind is Kind.SLASH:
            continue
        if token.text == "~" and _joins_times(tokens, at):
            mended.append(replace(token, kind=Kind.TO))
        elif token.kind in SEPARATORS and mended and mended[-1].kind is Kind.SLASH and token.kind is not Kind.DASH:
            mended[-1] = replace(mended[-1], typo=True, end=token.end)
        else:
            mended.append(token)
    return mended


def _joins_times(tokens: Sequence[Token], at: int) -> bool:
    return is_figure(tokens, at - 1) and kind_at(tokens, at + 1) in _UNITS | {Kind.NUMBER}


def is_day_and_month(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether two figures stand here as a day and a month."""
    return (
        is_figure(tokens, at)
        and kind_at(tokens, at + 1) in SEPARATORS
        and is_figure(tokens, at + 2)
        and len(tokens[at + 2].text) <= 2
    )


_INLINE = _HOURS | {Kind.WEEKDAY, Kind.ABOUT, Kind.COMMA, Kind.WITHIN, Kind.AND, Kind.DASH, Kind.TO, Kind.FILLER}


def split_brackets(tokens: Sequence[Token]) -> tuple[list[Token], list[list[Token]]]:
    """Return the text without its brackets, and what each bracket holds; "(Chủ nhật)" stays in its place."""
    outside: list[Token] = []
    inside: list[list[Token]] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind is not Kind.OPEN:
            if tokens[at].kind is not Kind.CLOSE:
                outside.append(tokens[at])
            at += 1
            continue
        end = _closing(tokens, at)
        content = [token for token in tokens[at + 1 : end] if token.kind not in (Kind.OPEN, Kind.CLOSE)]
        if content and (all(token.kind in _INLINE for token in content) or _dates_weekday(outside, content)):
            outside.extend(content)
        elif content:
            inside.append(content)
        at = end + 1
    return outside, inside


def _dates_weekday(outside: Sequence[Token], content: Sequence[Token]) -> bool:
    """Tell whether a bracket holds the date of the weekday before it: "thứ Hai (09/10)"."""
    dated = {token.kind for token in content} <= {Kind.NUMBER, Kind.SLASH, Kind.DOT, Kind.DAY}
    return bool(outside) and outside[-1].kind is Kind.WEEKDAY and dated


def _closing(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].kind is Kind.OPEN) - (tokens[index].kind is Kind.CLOSE)
        if depth == 0:
            return index
    return len(tokens)


_PARTS = frozenset({Kind.EARLY, Kind.MIDDLE, Kind.LATE, Kind.HALF})
_TIMES = frozenset(
    {
        Kind.ISO,
        Kind.ENGLISH,
        Kind.WEEKDAY,
        Kind.HOUR,
        Kind.SESSION,
        Kind.ALWAYS,
        Kind.EVERY,
        Kind.CAMPAIGN,
        Kind.ABOUT,
        Kind.NAMED_DAY,
    }
)
_LEADS = frozenset({Kind.FROM, Kind.TO, Kind.UNTIL, Kind.BEFORE, Kind.BY, Kind.WITHIN, Kind.AFTER, Kind.FINISH})


def starts_time(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a time plainly begins here."""
    kind = kind_at(tokens, at)
    if kind in _TIMES:
        return True
    if kind in _UNITS:
        return kind_at(tokens, at + 1) in (Kind.NUMBER, Kind.WEEKDAY) or (
            kind is Kind.QUARTER and kind_at(tokens, at + 1) is Kind.WORD
        )
    if kind in _PARTS:
        return kind_at(tokens, at + 1) in _UNITS | {Kind.YEAR, Kind.CAMPAIGN}
    if kind is Kind.NUMBER:
        return is_day_and_month(tokens, at) or _is_day_range(tokens, at)
    return kind in _LEADS and starts_time(tokens, at + 1)


def _is_day_range(tokens: Sequence[Token], at: int) -> bool:
    return kind_at(tokens, at + 1) is Kind.DASH and is_day_and_month(tokens, at + 2)


_ASIDE_ENDS = frozenset({Kind.COMMA, Kind.BREAK, Kind.COLON, Kind.DOT, Kind.ABOUT, Kind.ALWAYS, Kind.EVERY})


def drop_asides(tokens: Sequence[Token]) -> tuple[list[Token], bool]:
    """Take out places ("tại ...") and clauses that say no time ("theo ...", "khi ..."); tell whether one was there."""
    kept: list[Token] = []
    aside = False
    at = 0
    while at < len(tokens):
        kind = tokens[at].kind
        if kind is Kind.PLACE:
            at = _place_end(tokens, at + 1)
        elif kind is Kind.ASIDE:
            aside = True
            at = _aside_end(tokens, at + 1)
            kept.append(Token(Kind.ASIDE, ""))
        else:
            kept.append(tokens[at])
            at += 1
    return kept, aside


def _place_end(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind is not Kind.BREAK and not starts_time(tokens, at):
        at += 1
    return at


def _aside_end(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind not in _ASIDE_ENDS:
        if tokens[at].kind in _LEADS and starts_time(tokens, at + 1):
            break
        at += 1
    return at


def drop_hours(tokens: Sequence[Token]) -> list[Token]:
    """Take out hours and sessions: "từ 7h30 đến 11h ngày 15/10" leaves "ngày 15/10"."""
    if not any(token.kind in _HOURS for token in tokens):
        return list(tokens)
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind in _HOURS:
            at = _skip_hours(tokens, at, kept)
        else:
            kept.append(tokens[at])
            at += 1
    return _without_lonely_start(kept)


_FROM_HOUR = "từ giờ"


def _skip_hours(tokens: Sequence[Token], at: int, kept: list[Token]) -> int:
    """Skip the hours here and settle what stood before them in `kept`; return where to go on."""
    first, end = tokens[at], at + 1
    ranged = False
    while kind_at(tokens, end) in _HOURS or (kind_at(tokens, end) in _JOINS and kind_at(tokens, end + 1) in _HOURS):
        ranged = ranged or kind_at(tokens, end) in _JOINS
        end += 1
    previous = kept[-1].kind if kept else None
    if previous is Kind.FROM:
        # An hour to begin at says nothing of the last day.
        kept.pop()
        if not ranged:
            kept.append(Token(Kind.FROM, _FROM_HOUR))
    elif previous is Kind.BEFORE and (first.value or first.kind is Kind.SESSION):
        kept[-1] = replace(kept[-1], kind=Kind.BY)  # before 17h of a day includes the day
    elif previous in (Kind.TO, Kind.DASH, Kind.UNTIL) and (end >= len(tokens) or tokens[end].kind in _ENDS):
        kept.pop()
    return end


def _without_lonely_start(tokens: list[Token]) -> list[Token]:
    """Drop "từ 8h" where no end follows: the hour began a day, not a period."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        ends = any(later.kind in (Kind.TO, Kind.UNTIL, Kind.DASH, Kind.BEFORE, Kind.BY) for later in tokens[at + 1 :])
        if token.text != _FROM_HOUR or ends:
            kept.append(token)
    return kept


def drop_fillers(tokens: Sequence[Token]) -> list[Token]:
    """Take out words that change nothing, and numbered labels ("đợt 1")."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        kind = tokens[at].kind
        if kind is Kind.LABEL and is_figure(tokens, at + 1) and not _is_day_and_month_glued(tokens, at + 1):
            at += 2
            if kind_at(tokens, at) in (Kind.COLON, Kind.DASH):
                kept.append(replace(tokens[at], kind=Kind.COMMA))
                at += 1
        elif kind in (Kind.FILLER, Kind.WITHIN):
            at += 1
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def _is_day_and_month_glued(tokens: Sequence[Token], at: int) -> bool:
    if len(tokens[at].text) == 4:
        return True
    return kind_at(tokens, at + 1) in (Kind.SLASH, Kind.DOT) and is_figure(tokens, at + 2)
