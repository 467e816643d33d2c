"""Number formats: a number with its pattern to the text a person sees."""

import math
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from service.embedded.api_errors import Json
from service.embedded.book import date_serials
from service.embedded.book.locales import CalendarNames, LocaleRules, rules_of

DATE_TYPES = frozenset({"DATE", "TIME", "DATE_TIME"})
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|(AM/PM|am/pm|A/P|a/p)|(\[h+\]|\[m+\]|\[s+\])|(y+|M+|m+|d+|D+|h+|H+|s+|S+|Y+)|(\.0+)|(.)',
    re.DOTALL,
)
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")  # [$€] or [$€-407]: a sign, perhaps with a locale's number
_NUMBER_PART = re.compile(r"[#0?,.]+(?:[eE][+-]?0+)?")


def text_of(value: object, number_format: Json | None, locale: str) -> str:
    """Return a cell's value as it is shown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value, number_format, rules_of(locale))
    return str(value)


def number_text(number: float, number_format: Json | None, rules: LocaleRules) -> str:
    """Return a number as it is shown under a format."""
    kind = (number_format or {}).get("type", "")
    pattern = (number_format or {}).get("pattern") or default_pattern(kind, rules)
    if not pattern or pattern in ("General", "@") or kind == "TEXT":
        return general(number, rules)
    if kind in DATE_TYPES or (kind == "" and is_date_pattern(pattern)):
        return date_text(number, pattern, rules)
    return pattern_text(number, pattern, rules)


def default_pattern(kind: str, rules: LocaleRules) -> str:
    """Return the pattern a type has when none is given."""
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": rules.currency_pattern,
        "DATE": rules.date_pattern,
        "TIME": rules.time_pattern,
        "DATE_TIME": f"{rules.date_pattern} {rules.time_pattern}",
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "")


@lru_cache(maxsize=1024)
def is_date_pattern(pattern: str) -> bool:
    """Return True if a pattern shows a date or a time."""
    bare = re.sub(r'"[^"]*"|\\.', "", pattern)
    return bool(re.search(r"[yMdhHs]", bare)) and not re.search(r"[#0?]", bare.replace(".0", ""))


def general(number: float, rules: LocaleRules) -> str:
    """Return a number without a format: at most ten digits that count, no grouping."""
    if isinstance(number, float) and not math.isfinite(number):
        return "#NUM!"
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    if abs(number) >= 1e15 or (number and abs(number) < 1e-9):
        mantissa, _, exponent = f"{number:.5E}".partition("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{exponent}".replace(".", rules.decimal)
    digits = max(0, 9 - math.floor(math.log10(abs(number))))
    text = f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", rules.decimal)


def pattern_text(number: float, pattern: str, rules: LocaleRules) -> str:
    """Return a number under a pattern such as #,##0.00;(#,##0.00)."""
    sections = _sections(pattern)
    section = sections[0]
    if number < 0 and len(sections) > 1:
        section, number = sections[1], -number
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    literal_free = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', lambda match: "\0" * len(match[0]), section)
    match = _NUMBER_PART.search(literal_free)
    if not match:
        return _literals(section)
    start, end = match.span()
    if "%" in literal_free:
        number *= 100
    shown = _digits(number, section[start:end], rules)
    sign = "-" if number < 0 and re.search(r"[1-9]", shown) else ""
    return sign + _literals(section[:start]) + shown + _literals(section[end:])


@lru_cache(maxsize=1024)
def _sections(pattern: str) -> tuple[str, ...]:
    parts = re.findall(r'(?:"[^"]*"|\\.|[^;"\\]|["\\])+', pattern)
    return tuple(parts) or ("",)


def _literals(text: str) -> str:
    text = re.sub(r"\[[^\]]*\]|_.|\*.", "", _CURRENCY.sub(r"\1", text))
    return re.sub(r'"([^"]*)"|\\(.)', lambda match: match[1] if match[1] is not None else match[2], text)


def _digits(number: float, spec: str, rules: LocaleRules) -> str:
    if not math.isfinite(number):
        return "#NUM!"
    if "E" in spec or "e" in spec:
        return _scientific(abs(number), spec, rules)
    while spec.endswith(","):
        # A comma after the last digit shows thousands.
        spec, number = spec[:-1], number / 1000
    whole_spec, _, fraction_spec = spec.partition(".")
    most = min(len(fraction_spec.replace(",", "")), 30)
    least = fraction_spec.count("0")
    rounded = (
        Decimal(repr(abs(number))).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
        if number < 1e20
        else Decimal(number)
    )
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    fraction = fraction.ljust(most, "0")[:most]
    while len(fraction) > least and fraction.endswith("0"):
        fraction = fraction[:-1]
    least_whole = whole_spec.replace(",", "").count("0")
    whole = whole.lstrip("0").rjust(least_whole, "0")
    if "," in whole_spec:
        whole = _grouped(whole, rules.group)
    return whole + (rules.decimal + fraction if fraction else "")


def _grouped(whole: str, sign: str) -> str:
    head = len(whole) % 3
    groups = [whole[:head]] if head else []
    groups += [whole[index : index + 3] for index in range(head, len(whole), 3)]
    return sign.join(groups)


def _scientific(number: float, spec: str, rules: LocaleRules) -> str:
    mantissa_spec, _, exponent_spec = spec.upper().partition("E")
    places = len(mantissa_spec.partition(".")[2])
    mantissa, _, exponent = f"{number:.{places}E}".partition("E")
    width = exponent_spec.count("0")
    value = int(exponent)
    sign = "-" if value < 0 else ("+" if "+" in exponent_spec else "")
    return mantissa.replace(".", rules.decimal) + "E" + sign + str(abs(value)).rjust(width, "0")


def date_text(serial: float, pattern: str, rules: LocaleRules) -> str:
    """Return a serial under a date pattern; out of the calendar's range it stays a number."""
    moment = date_serials.to_datetime(serial)
    if moment is None:
        return general(serial, rules)
    tokens = list(_TOKEN.finditer(_CURRENCY.sub(r"\1", pattern)))
    half_day = any(match[3] for match in tokens)
    shown = []
    for index, match in enumerate(tokens):
        quoted, escaped, meridiem, elapsed, letters, fraction, other = match.groups()
        if letters:
            names = rules.names
            shown.append(_date_part(letters, moment, names, half_day=half_day, minute=_is_minute(tokens, index)))
        elif meridiem:
            shown.append(rules.names.half_days[moment.hour >= 12])
        elif elapsed:
            shown.append(_elapsed(elapsed, serial))
        elif fraction:
            shown.append(rules.decimal + "0" * (len(fraction) - 1))
        else:
            shown.append(next(part for part in (quoted, escaped, other) if part is not None))
    return "".join(shown)


def _is_minute(tokens: list[re.Match[str]], index: int) -> bool:
    letters = tokens[index][5] or ""
    if not letters.startswith("m") or len(letters) > 2:
        return False
    before = next((match for match in reversed(tokens[:index]) if match[5] or match[4]), None)
    after = next((match for match in tokens[index + 1 :] if match[5] or match[4]), None)
    return bool(
        (before and (before[4] or before[5] or "")[:1] in ("h", "H", "["))
        or (after and (after[5] or "")[:1] in ("s", "S"))
    )


def _elapsed(token: str, serial: float) -> str:
    seconds = round(serial * 86_400)
    unit = {"h": 3600, "m": 60, "s": 1}[token[1]]
    return str(seconds // unit).rjust(len(token) - 2, "0")


def _date_part(letters: str, moment: datetime, names: CalendarNames, *, half_day: bool, minute: bool) -> str:
    sign, width = letters[0].lower(), len(letters)
    if sign == "y":
        return f"{moment.year % 100:02d}" if width <= 2 else f"{moment.year:04d}"
    if sign == "m":
        return _padded(moment.minute, width) if minute else _month(moment.month, width, names)
    if sign == "d":
        return _day(moment, width, names)
    if sign == "h":
        return _padded((moment.hour % 12 or 12) if half_day else moment.hour, width)
    return _padded(moment.second, width)


def _padded(number: int, width: int) -> str:
    return f"{number:02d}" if width >= 2 else str(number)


def _month(month: int, width: int, names: CalendarNames) -> str:
    if width <= 2:
        return _padded(month, width)
    by_width = {3: names.short_months, 5: names.letters_of_months}
    return by_width.get(width, names.months)[month - 1]


def _day(moment: datetime, width: int, names: CalendarNames) -> str:
    if width <= 2:
        return _padded(moment.day, width)
    return (names.short_days if width == 3 else names.days)[moment.weekday()]
