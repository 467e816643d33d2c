"""What a spreadsheet shows of a number under a number format, with the signs and month names of Vietnam.

One function for all kinds of files. No library for this is kept up: `ssf`, the only one, rests since 2020.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from sheets_schema.vietnamese import dates

DECIMAL, GROUP = ",", "."
LONGEST_FORMAT = 1_000
GENERAL_PLACES = 15  # digits that a number keeps
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 – a serial number has no zone
LAST_SERIAL = 2_958_466  # the first day of the year 10000
EPOCH_1904 = 1_462

# what the ids below 164 mean where a file does not say: the forms of dates are those of Vietnam
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip

_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_PIECE = re.compile(
    r"""
    (?P<literal>"[^"]*"|\\.)
  | (?P<pad>[_*].)
  | (?P<bracket>\[[^\]]*\])
  | (?P<general>General)
  | (?P<meridiem>AM/PM|A/P)
  | (?P<exponent>E[+-])
  | (?P<date>y+|m+|d+|h+|s+)
  | (?P<digit>[0\#?])
  | (?P<point>\.)
  | (?P<comma>,)
  | (?P<percent>%)
  | (?P<text>@)
  | (?P<section>;)
  | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]")
_ENGLISH_LANGUAGE = 0x09
_COMPARISONS = {
    "<": lambda number, limit: number < limit,
    "<=": lambda number, limit: number <= limit,
    ">": lambda number, limit: number > limit,
    ">=": lambda number, limit: number >= limit,
    "=": lambda number, limit: number == limit,
    "<>": lambda number, limit: number != limit,
}
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number as it is shown; `day` is what a date means ("15/10/2023", "10/2023"), blank for other numbers."""

    text: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the parts of a format, for positive, negative, zero."""

    pieces: tuple[_Piece, ...]
    condition: tuple[str, float] | None = None
    english: bool = False

    def has(self, *kinds: str) -> bool:
        return any(piece.kind in kinds for piece in self.pieces)

    @property
    def is_date(self) -> bool:
        return self.has("date", "elapsed")


def shown_number(number: float, code: str = "General") -> ShownNumber:
    """Return a number under a number format; dates are serial numbers from 30/12/1899."""
    if isinstance(number, float) and not math.isfinite(number):
        return ShownNumber("#NUM!")
    sections = _sections(code[:LONGEST_FORMAT])
    section, value, signed = _chosen(sections, number)
    if not section.pieces and len(sections) > 1:
        return ShownNumber("")
    if section.is_date:
        return _shown_date(value, section) or ShownNumber(general(number))
    if section.has("general") or not section.has("digit", "text", "literal", "other", "percent"):
        text = general(abs(value)) if section.has("general") else general(abs(number))
        return ShownNumber(("-" if value < 0 else "") + _around_general(section, text))
    if section.has("text"):
        return ShownNumber(
            "".join(general(number) if piece.kind == "text" else _plain(piece) for piece in section.pieces)
        )
    return ShownNumber(_shown_figures(value, section, signed=signed))


def shown_text(words: str, code: str) -> str:
    """Return a text under a number format: its fourth section may add words around it."""
    if "@" not in code:
        return words
    for section in _sections(code[:LONGEST_FORMAT])[-1:]:
        if section.has("text"):
            return "".join(words if piece.kind == "text" else _plain(piece) for piece in section.pieces)
    return words


def general(number: float) -> str:
    """Return a number without a format: as many digits as it has, no grouping."""
    if number == int(number) and abs(number) < 10**GENERAL_PLACES:
        return str(int(number))
    if abs(number) >= 10**GENERAL_PLACES or 0 < abs(number) < 1e-9:
        mantissa, _, exponent = f"{number:.14E}".partition("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{exponent}".replace(".", DECIMAL)
    return f"{Decimal(f'{number:.{GENERAL_PLACES}g}'):f}".replace(".", DECIMAL)


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[_Piece]] = [[]]
    for found in _PIECE.finditer(code):
        kind = found.lastgroup or "other"
        if kind == "section":
            sections.append([])
        elif kind == "bracket" and _ELAPSED.fullmatch(found.group()):
            sections[-1].append(_Piece("elapsed", found.group()[1:-1].lower()))
        else:
            sections[-1].append(_Piece(kind, found.group().lower() if kind == "date" else found.group()))
    return tuple(_section(pieces) for pieces in sections[:4])


def _section(pieces: Sequence[_Piece]) -> _Section:
    brackets = [piece.text for piece in pieces if piece.kind == "bracket"]
    conditions = [found for text in brackets if (found := _CONDITION.fullmatch(text))]
    languages = [found[2] for text in brackets if (found := _CURRENCY.fullmatch(text)) and found[2]]
    condition = (conditions[0][1], float(conditions[0][2])) if conditions else None
    english = any(int(language[-4:], 16) & 0xFF == _ENGLISH_LANGUAGE for language in languages)
    return _Section(tuple(pieces), condition, english)


def _chosen(sections: Sequence[_Section], number: float) -> tuple[_Section, float, bool]:
    """Return the section for a number, the number it shows, and whether a minus is still to be shown."""
    numeric = [section for section in sections[:3] if not (len(sections) > 1 and section.has("text"))] or sections[:1]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _COMPARISONS[section.condition[0]](number, section.condition[1]):
                return section, number, True
        return numeric[-1], number, True
    if number < 0 and len(numeric) > 1:
        return numeric[1], -number, False
    if number == 0 and len(numeric) > 2:
        return numeric[2], number, True
    return numeric[0], number, True


def _plain(piece: _Piece) -> str:
    """Return what a piece that is no figure shows."""
    if piece.kind == "literal":
        return piece.text[1:-1] if piece.text[0] == '"' else piece.text[1:]
    if piece.kind == "pad":
        return " " if piece.text[0] == "_" else ""
    if piece.kind == "bracket":
        found = _CURRENCY.fullmatch(piece.text)
        return found[1] if found else ""
    return piece.text


def _around_general(section: _Section, text: str) -> str:
    if not section.has("general"):
        return text
    return "".join(text if piece.kind == "general" else _plain(piece) for piece in section.pieces)


# Figures: 00000, #,##0.0 "đồng", 0.0%, 0.00E+00, # ?/?


def _shown_figures(number: float, section: _Section, *, signed: bool) -> str:
    pieces = section.pieces
    percents = sum(piece.kind == "percent" for piece in pieces)
    value = Decimal(repr(abs(float(number)))) * 100**percents
    if section.has("exponent"):
        text = _scientific(value, pieces)
    elif any(piece.text == "/" for piece in pieces) and section.has("digit"):
        text = _fraction(value, pieces)
    else:
        text = _decimal(value, pieces)
    minus = "-" if number < 0 and signed and re.search("[1-9]", text) else ""
    return minus + text


def _decimal(value: Decimal, pieces: Sequence[_Piece]) -> str:
    figures = [at for at, piece in enumerate(pieces) if piece.kind == "digit"]
    if not figures:
        return "".join(map(_plain, pieces))
    point = next((at for at, piece in enumerate(pieces) if piece.kind == "point"), None)
    whole = [at for at in figures if point is None or at < point]
    places = [at for at in figures if point is not None and at > point]
    commas = [at for at, piece in enumerate(pieces) if piece.kind == "comma"]
    last = whole[-1] if whole else (point or 0)
    grouped = any(whole and whole[0] < at < last for at in commas)
    thousands = sum(at > figures[-1] or (not places and at > last) for at in commas)
    rounded = (value / Decimal(1000) ** thousands).quantize(Decimal(1).scaleb(-len(places)), context=_EXACT)
    integer, _, fraction = f"{rounded:f}".partition(".")
    shown = {**_whole_figures(integer.lstrip("0"), whole, pieces, grouped=grouped), **_places(fraction, places, pieces)}
    drops_point = not any(shown[at] for at in places)
    return "".join(_at(at, piece, shown, drops_point=drops_point) for at, piece in enumerate(pieces))


def _at(at: int, piece: _Piece, shown: dict[int, str], *, drops_point: bool) -> str:
    if at in shown:
        return shown[at]
    if piece.kind == "point":
        return "" if drops_point else DECIMAL
    return "" if piece.kind == "comma" else _plain(piece)


def _whole_figures(integer: str, places: Sequence[int], pieces: Sequence[_Piece], *, grouped: bool) -> dict[int, str]:
    """Return what each place before the point shows; the first takes all that is left."""
    if not places:
        return {}
    shown: dict[int, str] = {}
    rest = integer
    least = max((len(places) - order for order, at in enumerate(places) if pieces[at].text == "0"), default=0)
    count = 0
    for order, at in enumerate(reversed(places), start=1):
        figures = rest if order == len(places) else rest[-1:]
        rest = "" if order == len(places) else rest[:-1]
        if not figures:
            figures = "0" if order <= least else " " if pieces[at].text == "?" else ""
        text = ""
        for figure in reversed(figures):
            if grouped and count and count % 3 == 0 and figure.isdigit():
                text = GROUP + text
            text = figure + text
            count += figure.isdigit()
        shown[at] = text
    return shown


def _places(fraction: str, places: Sequence[int], pieces: Sequence[_Piece]) -> dict[int, str]:
    shown: dict[int, str] = {}
    trailing = True
    for order in range(len(places) - 1, -1, -1):
        figure, sign = fraction[order : order + 1] or "0", pieces[places[order]].text
        trailing = trailing and figure == "0"
        shown[places[order]] = {"0": "0", "#": "", "?": " "}[sign] if trailing else figure
    return shown


def _scientific(value: Decimal, pieces: Sequence[_Piece]) -> str:
    at = next(index for index, piece in enumerate(pieces) if piece.kind == "exponent")
    mantissa, exponent = pieces[:at], pieces[at + 1 :]
    step = max(1, sum(piece.kind == "digit" for piece in _before_point(mantissa)))
    places = sum(piece.kind == "digit" for piece in mantissa) - step
    power = 0 if not value else (value.adjusted() // step) * step
    scaled = value.scaleb(-power)
    if round(scaled, max(0, places)) >= 10**step:
        power += step
        scaled = value.scaleb(-power)
    sign = "-" if power < 0 else "+" if pieces[at].text[1] == "+" else ""
    return _decimal(scaled, mantissa) + "E" + sign + _decimal(Decimal(abs(power)), exponent)


def _before_point(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    for piece in pieces:
        if piece.kind == "point":
            return
        yield piece


def _fraction(value: Decimal, pieces: Sequence[_Piece]) -> str:
    """Return "1 1/2"; the figures after the stroke are how large a denominator may be, or the one wanted."""
    slash = next(at for at, piece in enumerate(pieces) if piece.text == "/")
    below = "".join(piece.text for piece in pieces[slash + 1 :]).strip()
    wanted = int(below) if below.isdigit() and int(below) else 0
    whole_shown = sum(piece.text == " " for piece in pieces[:slash]) > 0
    exact = Fraction(value)
    largest = 10 ** min(max(len(below), 1), 5) - 1
    near = Fraction(round(exact * wanted), wanted) if wanted else exact.limit_denominator(largest)
    whole = near.numerator // near.denominator if whole_shown else 0
    rest = near - whole
    if not rest and whole_shown:
        return str(whole)
    over = f"{round(rest * wanted)}/{wanted}" if wanted else f"{rest.numerator}/{rest.denominator}"
    return f"{whole} {over}" if whole else over


# Dates and times

_MILLISECONDS = 86_400_000  # of a day


def _shown_date(serial: float, section: _Section) -> ShownNumber | None:
    """Return a date or a time; None for a number that is no day."""
    if not 0 <= serial < LAST_SERIAL:
        return None
    finest = 1 if section.has("digit") else 1_000  # milliseconds that the format shows
    rounded = round(serial * _MILLISECONDS / finest) * finest
    last = LAST_SERIAL * _MILLISECONDS - finest  # of the year 9999: rounding goes no further
    moment = FIRST_DAY + timedelta(milliseconds=min(rounded, last))
    pieces = [_as_minutes(section.pieces, at) for at in range(len(section.pieces))]
    half_day = section.has("meridiem")
    text = "".join(
        _date_piece(pieces, at, moment, serial, half_day=half_day, english=section.english) for at in range(len(pieces))
    )
    return ShownNumber(
        text, _meaning({piece.text[0] for piece in pieces if piece.kind == "date" and not _is_weekday(piece)}, moment)
    )


def _is_weekday(piece: _Piece) -> bool:
    return piece.text[0] == "d" and len(piece.text) > 2


def _as_minutes(pieces: Sequence[_Piece], at: int) -> _Piece:
    """Return the piece; an m beside an hour or a second is minutes."""
    piece = pieces[at]
    if piece.kind != "date" or piece.text[0] != "m" or len(piece.text) > 2:
        return piece
    times = [one for one in pieces[:at] if one.kind in ("date", "elapsed")]
    then = [one for one in pieces[at + 1 :] if one.kind in ("date", "elapsed")]
    minutes = (times and times[-1].text[0] == "h") or (then and then[0].text[0] == "s")
    return _Piece("minute", piece.text) if minutes else piece


def _date_piece(
    pieces: Sequence[_Piece], at: int, moment: datetime, serial: float, *, half_day: bool, english: bool
) -> str:
    piece = pieces[at]
    if piece.kind == "minute":
        return _padded(moment.minute, piece.text)
    if piece.kind == "elapsed":
        seconds = round(serial * 86_400)
        return str(seconds // {"h": 3600, "m": 60, "s": 1}[piece.text[0]]).rjust(len(piece.text), "0")
    if piece.kind == "meridiem":
        morning, evening = piece.text.split("/") if english else ("SA", "CH")
        return morning if moment.hour < 12 else evening
    if piece.kind == "digit":
        return _fraction_of_second(pieces, at, moment)
    if piece.kind == "point":
        return DECIMAL if at + 1 < len(pieces) and pieces[at + 1].kind == "digit" else "."
    if piece.kind == "date":
        return _part(piece.text, moment, half_day=half_day, english=english)
    return _plain(piece)


def _fraction_of_second(pieces: Sequence[_Piece], at: int, moment: datetime) -> str:
    first = at
    while first and pieces[first - 1].kind == "digit":
        first -= 1
    return f"{moment.microsecond:06d}"[at - first : at - first + 1] or "0"


def _part(letters: str, moment: datetime, *, half_day: bool, english: bool) -> str:
    if letters[0] == "y":
        return f"{moment.year % 100:02d}" if len(letters) <= 2 else f"{moment.year:04d}"
    if letters[0] == "m":
        return _month(moment.month, len(letters), english=english)
    if letters[0] == "d":
        return _day(moment, len(letters), english=english)
    if letters[0] == "h":
        return _padded((moment.hour % 12 or 12) if half_day else moment.hour, letters)
    return _padded(moment.second, letters)


def _padded(number: int, letters: str) -> str:
    return f"{number:02d}" if len(letters) >= 2 else str(number)


def _month(month: int, width: int, *, english: bool) -> str:
    if width <= 2:
        return f"{month:02d}" if width == 2 else str(month)
    if english:
        name = _ENGLISH_MONTHS[month - 1]
        return {3: name[:3], 5: name[:1]}.get(width, name)
    return {3: f"thg {month}", 5: str(month)}.get(width, dates.month_name(month))


def _day(moment: datetime, width: int, *, english: bool) -> str:
    if width <= 2:
        return f"{moment.day:02d}" if width == 2 else str(moment.day)
    if english:
        name = _ENGLISH_DAYS[moment.weekday()]
        return name[:3] if width == 3 else name
    return (dates.SHORT_WEEKDAYS if width == 3 else dates.WEEKDAYS)[moment.weekday()]


def _meaning(parts: set[str], moment: datetime) -> str:
    """Return what a date means of which these parts are shown: a day, a month, a year; blank for a mere time."""
    if "d" in parts:
        day = f"{moment.day}/{moment.month}/{moment.year}"
    elif "m" in parts:
        day = f"{moment.month}/{moment.year}"
    elif "y" in parts:
        return str(moment.year)
    else:
        return ""
    return f"{moment.hour}:{moment.minute:02d} {day}" if "h" in parts and (moment.hour or moment.minute) else day
