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
        return LocaleRules(name, ",", ".", False, "dd/MM/yyyy", "HH:mm:ss", "₫", '#,##0.00 "₫"')
    comma = name.split("_")[0] in COMMA_LANGUAGES
    signs = (",", ".") if comma else (".", ",")
    return LocaleRules(name, *signs, False, "dd/MM/yyyy", "HH:mm:ss", "¤", '#,##0.00 "¤"')
