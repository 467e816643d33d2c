"""Figures as people write them in a report: "20 buổi; 2.000 lượt người; 1,5 tỷ đồng". Texts stay the unit's own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from sheets_schema.vietnamese.folding import fold, plain_marks, squash


class QuantityKind(StrEnum):
    """What a figure is good for: only a count may be added to others of its measure."""

    COUNT = "count"
    SHARE = "share"  # a percentage
    RATE = "rate"  # so much a piece: 500.000đ/suất
    UNCLEAR = "unclear"  # a number that reads in more than one way, or has no measure
    NO_NUMBER = "no_number"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text; `planned` is the b of "a/b", `about` True if the text says that it is rounded."""

    text: str
    kind: QuantityKind
    number: Decimal | None = None
    measure: str = ""  # "buổi"; money is "đồng", whatever it was written in
    planned: Decimal | None = None
    about: bool = False


_PARTS = re.compile(r"[;\n\r]+|,\s+(?=[^,;\n]*[0-9])|\.\s+(?=\S)|\s+và\s+(?=[0-9])")
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:,[0-9]+)?"
_FIGURE = re.compile(rf"(?<![\w.,])({_NUMBER})(?:\s*/\s*({_NUMBER}))?(?![0-9.,])")
_LONGEST_NUMBER = 18  # digits with their signs
_DOUBTFUL_COMMA = re.compile(r"[0-9]{1,3},[0-9]{3}")  # 1,250: one and a quarter, or 1250
_ANY_NUMBER = re.compile(r"(?<![^\W\d_])[0-9]+(?:[.,][0-9]+)*")  # the 2 of "m2" is none
_BULLET = re.compile(r"^[\s\-+*•·–]+")
_ABOUT = frozenset({"hơn", "trên", "gần", "khoảng", "ước", "ước đạt", "ước tính"})
_PLAIN_BEFORE = frozenset({"được", "có", "với", "gồm", "tổng", "tổng số", "tổng cộng", "cộng", "đạt", "là", "và"})
_DATED = re.compile(r"(?:ngày|tháng|năm|quý|số|điều|khoản|lần thứ|thứ)$")  # what follows is a name, no count
_SCALES = {
    "tỷ": 10**9, "tỉ": 10**9, "triệu": 10**6, "tr": 10**6, "trđ": 10**6, "nghìn": 10**3, "ngàn": 10**3,
}  # fmt: skip
_MONEY = frozenset({"đồng", "đ", "vnđ", "vnd", "việt nam đồng"})
_MONEY_ALONE = frozenset({"tỷ", "tỉ", "triệu", "tr", "trđ"})  # "4 tỷ" is money
_TWICE = re.compile(r"(?:tổng|cộng|gồm|bao gồm|trong đó)\b")  # how a total of the other parts begins, or a part of them
_EACH = re.compile(r"\b(?:mỗi|bình quân|trung bình)\b")
_COMRADES = re.compile(r"\bđ/c\b")
_BILLIONS = ("tỷ", "tỉ")  # "2.125 tỷ" is two billion and an eighth as often as two thousand
_OF_ALL = ("số ", "tổng số ")  # "1/2 số hộ" is a half of them
DONG = "đồng"


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """Return every part of a text as a figure, in order; nothing but blanks is left out."""
    parts = (squash(_BULLET.sub("", part)).strip(" .,") for part in _PARTS.split(plain_marks(text)))
    return _each_once(tuple(_quantity(part) for part in parts if part))


def _each_once(found: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Leave a total of other parts alone, and parts of one: "10 buổi, 5 buổi, tổng 15 buổi" is 15."""
    counted = Counter(_unit_of(one) for one in found if one.kind is QuantityKind.COUNT)
    return tuple(
        replace(one, kind=QuantityKind.UNCLEAR)
        if one.kind is QuantityKind.COUNT and counted[_unit_of(one)] > 1 and _TWICE.match(fold(one.text))
        else one
        for one in found
    )


def _unit_of(one: Quantity) -> str:
    """Return what is counted, without the words before the number: "suất quà" of "trong đó … suất quà"."""
    return one.measure.rpartition("… ")[2]


def _quantity(part: str) -> Quantity:
    numbers = _ANY_NUMBER.findall(part)
    if not numbers:
        return Quantity(part, QuantityKind.NO_NUMBER)
    found = _FIGURE.search(part)
    if found is None or len(numbers) != (2 if found.group(2) else 1):
        return Quantity(part, QuantityKind.UNCLEAR)
    before, after = fold(part[: found.start()]), fold(part[found.end() :])
    if _is_unclear(found, before, after):
        return Quantity(part, QuantityKind.UNCLEAR)
    number = _decimal(found.group(1))
    planned = _decimal(found.group(2)) if found.group(2) else None
    about, lead = _lead(before)
    if after.startswith("%"):
        return Quantity(part, QuantityKind.SHARE, number, squash(f"{lead} {after.lstrip('% ')}"), planned, about)
    scale, measure = _measure(after)
    measure = _COMRADES.sub("đồng chí", measure)
    each = "/" in measure or bool(_EACH.search(lead))
    kind = QuantityKind.RATE if each else QuantityKind.COUNT
    if not measure or (planned is not None and (number > planned or measure.startswith(_OF_ALL))):
        return Quantity(part, QuantityKind.UNCLEAR)
    whole = f"{lead} … {measure}" if lead else measure
    return Quantity(part, kind, number * scale, whole, None if planned is None else planned * scale, about)


def _is_unclear(found: re.Match[str], before: str, after: str) -> bool:
    written = [text for text in found.groups() if text]
    return (
        any(len(text) > _LONGEST_NUMBER or _DOUBTFUL_COMMA.fullmatch(text) for text in written)
        or any(text.startswith("0.") or ("." in text and after.startswith(_BILLIONS)) for text in written)
        or after.startswith(("-", "/"))
        or bool(_DATED.search(before))
        or before.endswith(("-", "/"))
    )


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def _lead(before: str) -> tuple[bool, str]:
    """Return True if the number is said to be rounded, and what stands before it otherwise."""
    about, words = False, before.rstrip(": ").split(" ")
    while words and (words[-1] in _ABOUT or words[-1] in _PLAIN_BEFORE or " ".join(words[-2:]) in _ABOUT):
        about = about or words[-1] in _ABOUT
        words.pop()
    return about, " ".join(words)


def _measure(after: str) -> tuple[int, str]:
    """Return what the number is to be multiplied by, and what is counted."""
    first, _, rest = after.partition(" ")
    if first in _SCALES and (rest or first in _MONEY_ALONE):
        is_money = not rest or rest in _MONEY or first == "trđ"
        return _SCALES[first], DONG if is_money else rest
    return 1, DONG if after in _MONEY else after
