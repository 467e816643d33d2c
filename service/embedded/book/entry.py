"""What becomes of a text typed into a cell: number, date, boolean, formula or text, by locale."""

import re
from dataclasses import dataclass

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import date_serials
from service.embedded.book.locales import LocaleRules

LONGEST = 300  # no number, date or time is written longer
_DATE = re.compile(r"(\d{1,4})([/.-])(\d{1,2})(?:\2(\d{1,4}))?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?", re.ASCII)
_MONEY = re.compile(r"^([$€£₫])\s*|\s*([$€£₫]|đ|VND|VNĐ)$")
_DONG = frozenset({"₫", "đ", "VND", "VNĐ"})
_ERRORS = frozenset({"#N/A"})


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A typed value with the number format it brings for a cell that has none."""

    value: JsonValue
    number_format: Json | None = None


def typed(text: str, rules: LocaleRules) -> TypedValue:
    """Return what a cell makes of a typed text."""
    if text.startswith("'"):
        return TypedValue(text[1:])
    if text.startswith("=") and len(text) > 1:
        return TypedValue({"f": text})
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return TypedValue(bare.upper() == "TRUE")
    if not bare or len(bare) > LONGEST or not (bare[0].isdigit() or bare[0] in "+-.,($€£₫"):
        return TypedValue(text)
    return _number(bare, rules) or _moment(bare, rules) or TypedValue(text)


def _number(text: str, rules: LocaleRules) -> TypedValue | None:
    money = _currency(text, rules)
    body = _MONEY.sub("", text, count=1) if money else text
    sign = 1
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1], -1
    percent = body.endswith("%")
    number = plain_number(body.removesuffix("%").strip(), rules)
    if number is None or (money and percent):
        return None
    if percent:
        whole = float(number).is_integer()
        return TypedValue(_tidy(sign * number / 100), {"type": "PERCENT", "pattern": "0%" if whole else "0.00%"})
    return TypedValue(
        _tidy(sign * number), _money_format(number, money, rules) if money else _plain_format(body, rules)
    )


def _currency(text: str, rules: LocaleRules) -> str:
    """Return the currency a text names, "" for none; the đồng is known where it is spent."""
    found = _MONEY.search(text)
    sign = (found[1] or found[2]) if found else ""
    if sign in _DONG:
        return "₫" if rules.currency == "₫" else ""
    return sign


def _money_format(number: float, sign: str, rules: LocaleRules) -> Json:
    pattern = rules.currency_pattern if sign == rules.currency else f"[${sign}]#,##0.00"
    return {"type": "CURRENCY", "pattern": pattern.replace("0.00", "0") if float(number).is_integer() else pattern}


def _plain_format(body: str, rules: LocaleRules) -> Json | None:
    if "e" in body.lower():
        return {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if rules.group in body:
        return {"type": "NUMBER", "pattern": "#,##0.00" if rules.decimal in body else "#,##0"}
    return None


def plain_number(text: str, rules: LocaleRules) -> float | None:
    """Return the number of a text under the locale's signs, or None."""
    group, decimal = re.escape(rules.group), re.escape(rules.decimal)
    pattern = rf"[+-]?(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)?(?:{decimal}\d*)?(?:[eE][+-]?\d{{1,3}})?"
    if not re.search(r"[0-9]", text) or not re.fullmatch(pattern, text, re.ASCII):
        return None
    number = float(text.replace(rules.group, "").replace(rules.decimal, "."))
    return number if abs(number) < 1e308 else None


def _tidy(number: float) -> float | int:
    return int(number) if float(number).is_integer() and abs(number) < 1e15 else number


def _moment(text: str, rules: LocaleRules) -> TypedValue | None:
    date_match = _DATE.match(text)
    if date_match is None:
        time = _time(text)
        return None if time is None else TypedValue(time, {"type": "TIME", "pattern": rules.time_pattern})
    serial = _date(date_match, rules)
    rest = text[date_match.end() :]
    if serial is None:
        return None
    pattern = _date_pattern(date_match, rules)
    if not rest:
        return TypedValue(_tidy(serial), {"type": "DATE", "pattern": pattern})
    time = _time(rest[1:].strip()) if rest[0] in " T" else None
    if time is None:
        return None
    pattern = f"{pattern} {rules.time_pattern}"
    return TypedValue(serial + time, {"type": "DATE_TIME", "pattern": pattern})


def _date_pattern(match: re.Match[str], rules: LocaleRules) -> str:
    """Return how a typed date is shown: one that begins with its year as typed, any other as the locale has it."""
    return f"yyyy{match[2]}mm{match[2]}dd" if len(match[1]) == 4 else rules.date_pattern


def _time(text: str) -> float | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    return date_serials.of_time(hour, minute, second)


def _date(match: re.Match[str], rules: LocaleRules) -> float | None:
    first, sign, second, third = match[1], match[2], match[3], match[4]
    if third is None:
        # A day and a month without a year would need today's year: left as text.
        return None
    if len(first) == 4:
        return date_serials.of_date(int(first), int(second), int(third)) if len(third) <= 2 else None
    if len(first) > 2 or len(third) not in (2, 4) or (sign == "." and rules.decimal == "."):
        return None
    year = int(third) if len(third) == 4 else int(third) + (2000 if int(third) < 50 else 1900)
    day, month = (int(second), int(first)) if rules.month_first else (int(first), int(second))
    return date_serials.of_date(year, month, day)
