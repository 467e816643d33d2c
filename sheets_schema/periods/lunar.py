"""Days of the Vietnamese lunar calendar as days of ours: 15/8 of the lunar year 2023 is 29/9/2023."""

from __future__ import annotations

from datetime import date

_LONGEST_MONTH = 30


def day_of_lunar(year: int, month: int, day: int) -> date | None:
    """Return our day for a lunar one; None if that lunar year has no such day."""
    from lunar_vn import LunarDate, lunar_to_solar, solar_to_lunar  # noqa: PLC0415 – few times are written so, and it is slow to load

    try:
        found = lunar_to_solar(LunarDate(day, month, year))
        same = solar_to_lunar(found)
    except ValueError:
        return None
    return found if (same.day, same.month, same.year, same.leap) == (day, month, year, False) else None


def month_of_lunar(year: int, month: int) -> tuple[date, date] | None:
    """Return the first and last of our days in a lunar month."""
    first = day_of_lunar(year, month, 1)
    last = day_of_lunar(year, month, _LONGEST_MONTH) or day_of_lunar(year, month, _LONGEST_MONTH - 1)
    return None if first is None or last is None else (first, last)


_STEMS = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
_BRANCHES = ("tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi")
_SPELT = {"kỉ": "kỷ", "quí": "quý", "tí": "tý", "tị": "tỵ", "mẹo": "mão"}
_NEAR = 30  # a name comes again after sixty years


def year_of_name(stem: str, branch: str, near: int) -> int | None:
    """Return the year by its name ("Giáp Thìn") next to another; None if these words name none."""
    stem, branch = _SPELT.get(stem, stem), _SPELT.get(branch, branch)
    if stem not in _STEMS or branch not in _BRANCHES:
        return None
    stems, branches = len(_STEMS), len(_BRANCHES)
    years = range(near - _NEAR, near + _NEAR)
    # the year 4 was the first of both rows
    return next(
        (
            year
            for year in years
            if (year - 4) % stems == _STEMS.index(stem) and (year - 4) % branches == _BRANCHES.index(branch)
        ),
        None,
    )
