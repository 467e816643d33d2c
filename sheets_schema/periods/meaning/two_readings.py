"""What a text that was read may mean as well: a month of which the day is a stage, an hour's figure that is a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sheets_schema.periods.grammar.cursor import Item
from sheets_schema.periods.meaning.clauses import Clause, is_whole
from sheets_schema.periods.moments import Days, Moment
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

_STAGE = re.compile(r"\b(?:báo cáo|tổng kết|sơ kết|khai mạc|phát động|ra quân|nộp|gửi|đánh giá|nghiệm thu|chung kết)\b")


def whole_of_stage(items: Sequence[Item], clauses: Sequence[Clause]) -> Days | None:
    """Return the days of which a later day may be one stage only: "Tháng 10, tổng kết ngày 30/10"."""
    dated = [at for at, item in enumerate(items) if isinstance(item, Moment)]
    for at, following in pairwise(dated):
        between = " ".join([item.text for item in items[at + 1 : following]])
        if not _STAGE.search(between):
            continue
        whole = [clause for clause in clauses if clause.moments == (items[at],) and is_whole(clause)]
        if whole and whole[0].start is not None and whole[0].end is not None:
            return Days(whole[0].start, whole[0].end)
    return None


_HOUR_AND_FIGURE = re.compile(r"\d+\s*\D+\s(\d+)")


def days_for_minutes(tokens: Sequence[TimeToken], clause: Clause) -> Days | None:
    """Return the days of "14h 14 đến 17h 16/10" if its first minutes are a day."""
    day = clause.start if clause.is_single_day else None
    for hour, joint, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        found = _HOUR_AND_FIGURE.fullmatch(hour.text) if hour.tag is end.tag is Tag.HOUR else None
        if found is not None and joint.tag in (Tag.TO, Tag.DASH) and day is not None and 0 < int(found[1]) < day.day:
            return Days(day.replace(day=int(found[1])), day)
    return None
