"""How numbers, dates and money are written under a spreadsheet's locale."""

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

COMMA_LANGUAGES = frozenset({
    "vi", "de", "fr", "es", "it", "nl", "pt", "pl", "ru", "uk", "tr", "id", "cs", "sk", "da", "fi", "nb", "no", "sv",
    "hu", "ro", "bg", "hr", "sl", "el", "ca",
})  # fmt: skip
LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class CalendarNames:
    """The names of months, days and halves of a day, long and short."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    letters_of_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    half_days: tuple[str, str]


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH = CalendarNames(
    _MONTHS,
    tuple(name[:3] for name in _MONTHS),
    tuple(name[0] for name in _MONTHS),
    _DAYS,
    tuple(name[:3] for name in _DAYS),
    ("AM", "PM"),
)
# as the Common Locale Data Repository has them
VIETNAMESE = CalendarNames(
    tuple(f"tháng {month}" for month in range(1, 13)),
    tuple(f"thg {month}" for month in range(1, 13)),
    tuple(str(month) for month in range(1, 13)),
    ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    ("Th 2", "Th 3", "Th 4", "Th 5", "Th 6", "Th 7", "CN"),
    ("SA", "CH"),
)


@dataclass(frozen=True, slots=True)
class LocaleRules:
    """The signs and orders of one locale."""

    name: str
    decimal: str
    group: str
    month_first: bool
    date_pattern: str
    time_pattern: str
    currency: str
    currency_pattern: str
    names: CalendarNames = ENGLISH

    @property
    def argument_separators(self) -> str:
        """Return the signs between a function's arguments; the semicolon is one everywhere."""
        return ";" if self.decimal == "," else ";,"


def is_locale(name: str) -> bool:
    """Return True if a text can be a locale."""
    return LOCALE.fullmatch(name) is not None


def is_time_zone(name: str) -> bool:
    """Return True if a text names a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


@cache
def rules_of(name: str) -> LocaleRules:
    """Return the rules of a locale; one that is not described follows its language's decimal sign."""
    if name == "en_US":
        return LocaleRules(name, ".", ",", True, "M/d/yyyy", "h:mm:ss AM/PM", "$", '"$"#,##0.00')
    if name == "vi_VN":
        return LocaleRules(name, ",", ".", False, "dd/MM/yyyy", "HH:mm:ss", "₫", '#,##0.00 "₫"', VIETNAMESE)
    comma = name.split("_")[0] in COMMA_LANGUAGES
    signs = (",", ".") if comma else (".", ",")
    return LocaleRules(name, *signs, False, "dd/MM/yyyy", "HH:mm:ss", "¤", '#,##0.00 "¤"')
