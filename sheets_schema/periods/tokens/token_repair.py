"""Tokens made ready for the grammar: marks mended, brackets opened, hours, places and asides taken out."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

_tag_of = attrgetter("tag")
HOURS = frozenset({Tag.HOUR, Tag.SESSION})
SEPARATORS = frozenset({Tag.DASH, Tag.SLASH, Tag.DOT})
_JOINS = frozenset({Tag.TO, Tag.DASH, Tag.AND, Tag.COMMA, Tag.OR, Tag.UNTIL})
_UNITS = frozenset({Tag.DAY, Tag.MONTH, Tag.QUARTER, Tag.WEEK, Tag.LETTER_T})
_ENDS = frozenset({Tag.COMMA, Tag.BREAK, Tag.CLOSE, Tag.OPEN, Tag.DOT})


def tag_at(tokens: Sequence[TimeToken], at: int) -> Tag | None:
    """Return the tag of a token, None beyond either end."""
    return tokens[at].tag if 0 <= at < len(tokens) else None


def has_any(tokens: Sequence[TimeToken], tags: frozenset[Tag]) -> bool:
    """Return True if a token has one of these tags: most texts need few of the steps."""
    return not tags.isdisjoint(map(_tag_of, tokens))


def is_figure(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if a number is here."""
    return 0 <= at < len(tokens) and tokens[at].tag is Tag.NUMBER


def mend_marks(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Make one separator of a doubled one ("15//10/2023") or one at a line's end; between times "~" is "đến"."""
    mended: list[TimeToken] = []
    mendable = _MENDABLE_BESIDE_HOURS if has_any(tokens, HOURS) else _MENDABLE
    for at, token in enumerate(tokens):
        if token.tag in SEPARATORS:
            if token.tag is not Tag.DASH and mended and mended[-1].tag is Tag.SLASH:
                mended[-1] = mended[-1]._replace(typo=True, end=token.end)
            else:
                mended.append(token)
            continue
        if token.tag not in mendable and token.text not in _JOINING_WORDS:
            mended.append(token)  # most tokens
            continue
        if token.tag is Tag.BREAK and mended and mended[-1].tag is Tag.SLASH:
            continue
        if token.text == "~" and _joins_times(tokens, at):
            mended.append(token._replace(tag=Tag.TO))
        elif _is_hour(tokens, at):
            mended.append(token._replace(tag=Tag.HOUR))
        elif _is_week_of_month(tokens, at):
            mended += [TimeToken(Tag.COMMA, ","), token._replace(tag=Tag.WEEK, value=0)]
        elif token.text == "toi" and _joins_times(tokens, at):
            mended.append(token._replace(tag=Tag.TO))  # without marks an evening is spelt so too
        else:
            mended.append(token)
    return mended


_JOINING_WORDS = ("~", "toi")
_MENDABLE = frozenset({Tag.BREAK, Tag.WORKDAYS})
_MENDABLE_BESIDE_HOURS = _MENDABLE | {Tag.NUMBER}
_LAST_HOUR = 24
_DATE_WORDS = SEPARATORS | _UNITS | {Tag.YEAR, Tag.NTH, Tag.LABEL, Tag.COLON}


def _is_hour(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if a number is the first of two hours: "8-10h ngày 15/10", "từ 8 đến 10 giờ"."""
    if not is_figure(tokens, at) or tokens[at].value > _LAST_HOUR or tag_at(tokens, at - 1) in _DATE_WORDS:
        return False
    return tag_at(tokens, at + 1) in (Tag.DASH, Tag.TO) and tag_at(tokens, at + 2) is Tag.HOUR


_WEEK_NUMBERS = frozenset({Tag.NUMBER, Tag.NTH, Tag.EARLY, Tag.LATE})


def _is_week_of_month(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if "ngày trong tuần" goes on with which week it is: "một ngày trong tuần 2 tháng 10"."""
    if tokens[at].tag is not Tag.WORKDAYS or not tokens[at].text.endswith("trong tuần"):
        return False
    following = tag_at(tokens, at + 1)
    return following in _WEEK_NUMBERS and Tag.MONTH in (tag_at(tokens, at + 2), tag_at(tokens, at + 3))


def _joins_times(tokens: Sequence[TimeToken], at: int) -> bool:
    return is_figure(tokens, at - 1) and tag_at(tokens, at + 1) in _UNITS | {Tag.NUMBER}


def is_day_and_month(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if two figures are here as a day and a month."""
    return (
        is_figure(tokens, at)
        and tag_at(tokens, at + 1) in SEPARATORS
        and is_figure(tokens, at + 2)
        and len(tokens[at + 2].text) <= 2
    )


_PARTS = frozenset({Tag.EARLY, Tag.MIDDLE, Tag.LATE, Tag.HALF})
_TIMES = frozenset(
    {
        Tag.ISO,
        Tag.ENGLISH,
        Tag.WEEKDAY,
        Tag.HOUR,
        Tag.SESSION,
        Tag.ALWAYS,
        Tag.EVERY,
        Tag.CAMPAIGN,
        Tag.ABOUT,
        Tag.NAMED_DAY,
    }
)
_LEADS = frozenset({Tag.FROM, Tag.TO, Tag.UNTIL, Tag.BEFORE, Tag.BY, Tag.WITHIN, Tag.AFTER, Tag.FINISH})


def starts_time(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if a time plainly begins here."""
    tag = tag_at(tokens, at)
    if tag in _TIMES:
        return True
    if tag in _UNITS:
        return tag_at(tokens, at + 1) in (Tag.NUMBER, Tag.WEEKDAY) or (
            tag is Tag.QUARTER and tag_at(tokens, at + 1) is Tag.WORD
        )
    if tag in _PARTS:
        return tag_at(tokens, at + 1) in _UNITS | {Tag.YEAR, Tag.CAMPAIGN}
    if tag is Tag.NUMBER:
        return is_day_and_month(tokens, at) or _is_day_range(tokens, at)
    return tag in _LEADS and starts_time(tokens, at + 1)


def _is_day_range(tokens: Sequence[TimeToken], at: int) -> bool:
    return tag_at(tokens, at + 1) is Tag.DASH and is_day_and_month(tokens, at + 2)


_PLACE_OR_ASIDE = frozenset({Tag.PLACE, Tag.ASIDE})
_ASIDE_ENDS = frozenset({Tag.COMMA, Tag.BREAK, Tag.COLON, Tag.DOT, Tag.ABOUT, Tag.ALWAYS, Tag.EVERY})


# asides of an event: a day in them is no day of a document
_EVENTS = frozenset(
    {"khi", "sau khi", "ngay sau khi", "trước khi", "ngay khi", "ngay sau", "chờ", "đợi", "đến khi", "cho đến khi",
     "từ khi", "kể từ khi", "chưa", "đang"}
)  # fmt: skip


def drop_asides(tokens: Sequence[TimeToken]) -> tuple[list[TimeToken], list[TimeToken]]:
    """Take out places ("tại ...") and clauses without a time ("theo ...", "khi ..."); return too what names a day."""
    if not has_any(tokens, _PLACE_OR_ASIDE):
        return list(tokens), []
    kept: list[TimeToken] = []
    dated: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        tag = tokens[at].tag
        if tag is Tag.PLACE:
            at = _place_end(tokens, at + 1)
        elif tag is Tag.ASIDE:
            first, at = at, _aside_end(tokens, at + 1, excepts=tokens[at].text in _EXCEPTIONS)
            if tokens[first].text in _EVENTS and any(starts_time(tokens, inside) for inside in range(first + 1, at)):
                dated += tokens[first:at]
            kept.append(TimeToken(Tag.ASIDE, tokens[first].text))
        else:
            kept.append(tokens[at])
            at += 1
    return kept, dated


def _place_end(tokens: Sequence[TimeToken], at: int) -> int:
    while at < len(tokens) and tokens[at].tag is not Tag.BREAK and not starts_time(tokens, at):
        at += 1
    return at


_EXCEPTIONS = frozenset({"trừ", "ngoại trừ", "không kể", "trừ các ngày"})
_WEEKDAYS = frozenset({Tag.WEEKDAY, Tag.NTH})


def _aside_end(tokens: Sequence[TimeToken], at: int, *, excepts: bool) -> int:
    """Return where a clause without a time ends; the weekdays that are excepted are all within: "trừ thứ 7, CN"."""
    while at < len(tokens):
        if excepts and tokens[at].tag is Tag.COMMA and tag_at(tokens, at + 1) in _WEEKDAYS:
            at += 1
        if tokens[at].tag in _ASIDE_ENDS:
            break
        if tokens[at].tag in _LEADS and starts_time(tokens, at + 1):
            break
        at += 1
    return at


def drop_hours(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Take out hours and sessions: "từ 7h30 đến 11h ngày 15/10" leaves "ngày 15/10"."""
    if not has_any(tokens, HOURS):
        return list(tokens)
    kept: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        if tokens[at].tag in HOURS:
            at = _skip_hours(tokens, at, kept)
        else:
            kept.append(tokens[at])
            at += 1
    return _without_lonely_start(kept)


_FROM_HOUR = "từ giờ"
_LEADS_TO_END = frozenset({Tag.TO, Tag.UNTIL, Tag.BEFORE, Tag.BY})


def _skip_hours(tokens: Sequence[TimeToken], at: int, kept: list[TimeToken]) -> int:
    """Skip the hours here and settle what stood before them in `kept`; return where to go on."""
    first, end = tokens[at], at + 1
    if first.text == "đêm" and [token.tag for token in kept[-3:]] == [Tag.NUMBER, Tag.DAY, Tag.NUMBER]:
        kept.pop()  # "3 ngày 2 đêm"
        return end
    ranged = False
    while tag_at(tokens, end) in HOURS or (tag_at(tokens, end) in _JOINS and tag_at(tokens, end + 1) in HOURS):
        ranged = ranged or tag_at(tokens, end) in _JOINS
        end += 1
    previous = kept[-1].tag if kept else None
    if previous is Tag.FROM:
        # An hour to begin at does not limit the last day.
        kept.pop()
        if not ranged:
            kept.append(TimeToken(Tag.FROM, _FROM_HOUR))
    elif previous is Tag.BEFORE and (first.value or first.tag is Tag.SESSION):
        kept[-1] = kept[-1]._replace(tag=Tag.BY)  # before 17h of a day includes the day
    elif previous in (Tag.TO, Tag.DASH, Tag.UNTIL) and (end >= len(tokens) or tokens[end].tag in _ENDS):
        kept.pop()
    return end


def _without_lonely_start(tokens: list[TimeToken]) -> list[TimeToken]:
    """Drop "từ 8h" where no end follows: the hour began a day, not a period."""
    kept: list[TimeToken] = []
    for at, token in enumerate(tokens):
        if token.text != _FROM_HOUR or any(_leads_to_end(tokens, later) for later in range(at + 1, len(tokens))):
            kept.append(token)
    return kept


def _leads_to_end(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if an end may follow; the dashes of "15-10-2023" lead to none."""
    if tokens[at].tag is Tag.DASH:
        return tokens[at].start > tokens[at - 1].end or not is_figure(tokens, at - 1)
    return tokens[at].tag in _LEADS_TO_END


_FILLING = frozenset({Tag.LABEL, Tag.FILLER, Tag.WITHIN, Tag.NTH})


def drop_fillers(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Take out words that change nothing, and numbered labels ("đợt 1")."""
    if not has_any(tokens, _FILLING):
        return list(tokens)
    kept: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        tag = tokens[at].tag
        if tag is Tag.LABEL and is_figure(tokens, at + 1) and not _is_day_and_month_glued(tokens, at + 1):
            at = _label_end(tokens, at)
            if tag_at(tokens, at) in (Tag.COLON, Tag.DASH):
                kept.append(tokens[at]._replace(tag=Tag.COMMA))
                at += 1
        elif tag in (Tag.FILLER, Tag.WITHIN):
            at += 1
        elif tag is Tag.NTH and is_figure(tokens, at + 1) and tag_at(tokens, at - 1) not in _COUNTED:
            at += 2  # "hội thi thứ 15"; weekdays and weeks have got their names before
        else:
            kept.append(tokens[at])
            at += 1
    return kept


_LIST_MARKS = frozenset({Tag.COMMA, Tag.AND, Tag.DASH})
_OF_A_DATE = SEPARATORS | _UNITS | {Tag.COUNT, Tag.YEAR}


def _label_end(tokens: Sequence[TimeToken], at: int) -> int:
    """Return where a label ends: with its number, of a place with all of a list, "thôn 1, 2, 3".

    Of a list that runs into a date those that count on are of places, the others may be days: "thôn 1, 2, 15/10".
    """
    end = counted = at + 2
    while tokens[at].text in _PLACES and tag_at(tokens, end) in _LIST_MARKS and is_figure(tokens, end + 1):
        counts_on = counted == end and tokens[end + 1].value == tokens[end - 1].value + 1
        end += 2
        counted = end if counts_on else counted
    if tag_at(tokens, end) not in _OF_A_DATE:
        return end
    return counted if counted < end else at + 2


_PLACES = frozenset(
    {"lớp", "khu", "thôn", "tổ", "đội", "xóm", "cụm", "khối", "khu phố", "tổ dân phố", "bản", "khối phố"}
)
_COUNTED = _UNITS | {Tag.WEEKDAY, Tag.COMMA, Tag.AND, Tag.TO, Tag.DASH}
_LABELS_OF_A_YEAR = frozenset({"đợt", "lần", "kỳ", "vòng", "giai đoạn", "gđ", "đợt thứ", "lần thứ"})
_MOST_A_YEAR = 4
_LABEL = frozenset({Tag.LABEL})


def part_label_years(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Part a label from its year: "Đợt 1/2023" is the first of that year, not its January."""
    if not has_any(tokens, _LABEL):
        return list(tokens)
    kept: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        if not _is_label_of_year(tokens, at):
            kept.append(tokens[at])
            at += 1
            continue
        others = (*range(at), *range(at + 4, len(tokens)))
        needed = any(starts_time(tokens, other) for other in others)
        comma = TimeToken(Tag.COMMA, ",")
        kept += [*tokens[at : at + 2], *((comma, tokens[at + 3], comma) if needed else (comma,))]
        at += 4
    return kept


def _is_label_of_year(tokens: Sequence[TimeToken], at: int) -> bool:
    if tokens[at].tag is not Tag.LABEL or tokens[at].text not in _LABELS_OF_A_YEAR:
        return False
    first = is_figure(tokens, at + 1) and tokens[at + 1].value <= _MOST_A_YEAR
    return first and tag_at(tokens, at + 2) is Tag.SLASH and is_figure(tokens, at + 3) and len(tokens[at + 3].text) == 4


def _is_day_and_month_glued(tokens: Sequence[TimeToken], at: int) -> bool:
    if len(tokens[at].text) == 4:
        return True
    return tag_at(tokens, at + 1) in (Tag.SLASH, Tag.DOT) and is_figure(tokens, at + 2)
