"""A text of one season read for the season of another year: which words move, and what a person must look at."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from enum import StrEnum

_ROUND = 5  # years: "năm chẵn"
_PERIOD = re.compile(r"\b((?:19|20)\d\d)(\s*[-–]\s*)((?:19|20)\d\d)\b")
_DATE = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WRITTEN_DATE = re.compile(r"\b\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_REFERENCE = r"\b\d+[-/](?:[\w.]+[-/])*[A-ZĐ]{2}[\w-]*(?:/[\w-]+)*"  # 54-KL/TU, 120/2020/NĐ-CP
_ISSUER = r"(?:\s+(?i:của)\s+[^,;.()\d]{1,60}?)?"
_DOCUMENT = re.compile(rf"(?:\b(?i:số)\s*:?\s*[\w./-]+\s|{_REFERENCE}{_ISSUER}\s*[,(]?)\s*(?i:ngày)\s*$")
_OCCASION = r"(?:ngày|thành lập|cách mạng|giải phóng|quốc khánh|chiến thắng|truyền thống|thực hiện|năm sinh)\b"
_ANNIVERSARY = re.compile(rf"\b(\d{{1,3}})(?=\s+năm\s+{_OCCASION})|(?<=kỷ niệm )(\d{{1,3}})(?=\s+năm\b)", re.IGNORECASE)
_ORDINAL = re.compile(r"\blần thứ\s+(?:\d{1,3}|[IVXLC]+)\b", re.IGNORECASE)


class Shift(StrEnum):
    """What was done with a part of a text, or only noticed."""

    YEAR = "year"  # a year or a date moved
    ANNIVERSARY = "anniversary"  # a count of years grew
    ROUND_ANNIVERSARY = "round_anniversary"  # it grew to a round one
    PERIOD = "period"  # a span of years that holds the former year: left as it is
    DOCUMENT = "document"  # the date of a document: left as it is
    ORDINAL = "ordinal"  # "lần thứ …": left as it is


@dataclass(frozen=True, slots=True)
class MovedText:
    """A text as it is guessed for another year."""

    text: str
    shifts: tuple[Shift, ...] = ()


def move_text(text: str, before: int, after: int) -> MovedText:
    """Return a text of the season of one year as it is guessed for another.

    The season's own year moves, alone or in a date; an anniversary grows by as many years. A span of years and the
    date of a document that is named by its number stay, and are pointed out.
    """
    kept, shifts = _kept_parts(text, before)
    shifts += [Shift.ORDINAL] if _ORDINAL.search(text) else []
    parts: list[str] = []
    end = 0
    for start, stop in [*kept, (len(text), len(text))]:
        parts.append(_moved_years(text[end:start], before, after, shifts))
        parts.append(text[start:stop])
        end = stop
    grown = _grown("".join(parts), after - before, shifts)
    found = dict.fromkeys(shifts)
    if Shift.ROUND_ANNIVERSARY in found:
        found.pop(Shift.ANNIVERSARY, None)
    return MovedText(grown, tuple(found))


def _kept_parts(text: str, before: int) -> tuple[list[tuple[int, int]], list[Shift]]:
    """Return the spans of a text that stay, in order, and why."""
    found: list[tuple[int, int, Shift]] = []
    for match in _PERIOD.finditer(text):
        inside_dates = text[: match.start()].endswith(("/", "."))
        if str(before) in (match[1], match[3]) and not inside_dates:
            found.append((match.start(), match.end(), Shift.PERIOD))
    for match in (*_DATE.finditer(text), *_WRITTEN_DATE.finditer(text)):
        if match[match.lastindex or 0] == str(before) and _DOCUMENT.search(text[: match.start()]):
            found.append((match.start(), match.end(), Shift.DOCUMENT))
    found.sort()
    return [(start, stop) for start, stop, _ in found], [shift for _, _, shift in found]


def _moved_years(text: str, before: int, after: int, shifts: list[Shift]) -> str:
    def date(match: re.Match[str]) -> str:
        if match[4] != str(before) or not 1 <= int(match[3]) <= 12:
            return match[0]
        last = monthrange(after, int(match[3]))[1]
        day = match[1] if int(match[1]) <= last else str(last)
        return f"{day}{match[2]}{match[3]}{match[2]}{before}"

    def year(match: re.Match[str]) -> str:
        if match[0] != str(before):
            return match[0]
        shifts.append(Shift.YEAR)
        return str(after)

    # the day of a date is mended first, so that 29/02 exists in the other year
    return _YEAR.sub(year, _DATE.sub(date, text))


def _grown(text: str, years: int, shifts: list[Shift]) -> str:
    def count(match: re.Match[str]) -> str:
        grown = int(match[0]) + years
        if grown <= 0:
            return match[0]
        shifts.append(Shift.ROUND_ANNIVERSARY if grown % _ROUND == 0 else Shift.ANNIVERSARY)
        return str(grown)

    return _ANNIVERSARY.sub(count, text)
