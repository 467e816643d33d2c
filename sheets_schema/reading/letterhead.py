"""The head of an official document: its number, its day, what it is enclosed with, the years its title names.

Both families are read: `Số: 12/KH-SCT` of state bodies and `Số 45-KH/HU` of the Party's. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sheets_schema.vietnamese import folding

LONGEST_LINE = 400  # a longer line is a paragraph of the text

_NUMBER = r"\d{1,6}[A-Za-zĐđ]?(?:\s?[-–/.&]\s?[A-ZĐ][A-ZĐƯÂÊÔƠĂa-zđ&]*|\s?[-–/.&]\s?\d{1,4}(?=\s?[-–/]))+"
_DAY = r"(\d{1,2})\s*(?:tháng|[/.-])\s*(\d{1,2})\s*(?:năm|[/.-])\s*(\d{4})"
_OWN_NUMBER = re.compile(rf"\W*số\s*(?:văn bản\s*)?[:.]?\s*(?P<number>{_NUMBER})(?=\W|$)", re.IGNORECASE)
_PLACE_AND_DAY = re.compile(rf"(?P<place>[^\d,;:]{{2,40}}?)?\W*ngày\s*{_DAY}\W*", re.IGNORECASE)
_ENCLOSED = re.compile(
    rf"kèm theo\b.{{0,80}}?\bsố\s*[:.]?\s*(?P<number>{_NUMBER})(?:\W+ngày\s*{_DAY})?(?:\s+của\s+(?P<issuer>[^.;)]+))?",
    re.IGNORECASE,
)
_TITLE_YEAR = re.compile(r"\bnăm\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_CITES = re.compile(r"\b(?:ngày\s*\d|số\s*[:.]?\s*\d)", re.IGNORECASE)
_PARTS = re.compile(r"[\t\n\r]+| {3,}")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the lines above a table say of the document."""

    lines: tuple[str, ...] = ()  # each with what stands in one place of the page
    number: str = ""  # blank: none, or left blank
    day: date | None = None
    issuer: str = ""  # who sent the document that the table is enclosed with
    years: tuple[int, ...] = ()  # that its titles name


def read_letterhead(lines: Iterable[str]) -> Letterhead:
    """Read the lines above a table; the document's own number and day come before those it is enclosed with."""
    parts = tuple(_parts(lines))
    own = [found["number"] for part in parts if (found := _OWN_NUMBER.match(part))]
    days = [day for part in parts if (found := _PLACE_AND_DAY.fullmatch(part)) and (day := _day(found.groups()[-3:]))]
    enclosed = next((found for part in parts if (found := _ENCLOSED.search(part))), None)
    number, day, issuer = (own[0] if own else ""), (days[0] if days else None), ""
    if enclosed is not None:
        issuer = (enclosed["issuer"] or "").strip()
        if not number:
            number, day = enclosed["number"], _day(enclosed.groups()[1:4]) or day
    return Letterhead(parts, _joined(number), day, issuer, tuple(dict.fromkeys(_title_years(parts))))


def _parts(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        for part in _PARTS.split(folding.nfc(line)):
            words = folding.squash(part)
            if words and len(words) <= LONGEST_LINE:
                yield words


def _title_years(parts: Iterable[str]) -> Iterator[int]:
    for part in parts:
        if not _CITES.search(part):
            yield from (int(year) for year in _TITLE_YEAR.findall(part))


def _day(figures: Iterable[str | None]) -> date | None:
    day, month, year = (int(figure) if figure else 0 for figure in figures)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _joined(number: str) -> str:
    """Return a number without the spaces that are typed around its marks."""
    return re.sub(r"\s*([-–/.&])\s*", r"\1", number)
