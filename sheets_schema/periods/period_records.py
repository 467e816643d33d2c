"""What is read from a time text: a period with its certainty, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sheets_schema.campaign import Occasion, Window


class Certainty(StrEnum):
    """How firmly a text names its days."""

    EXACT = "exact"
    APPROXIMATE = "approximate"  # "dự kiến", "đầu tháng 9"
    MULTI = "multi"  # several days: first to last
    RECURRING = "recurring"  # first to last occurrence
    CAMPAIGN = "campaign"  # the campaign by its name
    OPEN_START = "open_start"  # "trước ngày 10/10"
    OPEN_END = "open_end"  # "từ ngày 20/9"
    ONGOING = "ongoing"  # "thường xuyên": understood, without dates
    UNREADABLE = "unreadable"


class TimeFault(StrEnum):
    """Why a text gives no period."""

    UNPARSEABLE = "TIME_UNPARSEABLE"
    IMPOSSIBLE = "TIME_IMPOSSIBLE"
    REVERSED = "TIME_REVERSED"


class Note(StrEnum):
    """What was read otherwise than written: the unit should check it."""

    WEEKDAY_MISMATCH = "WEEKDAY_MISMATCH"
    MONTH_FIRST = "MONTH_FIRST"
    EXCEL_SERIAL = "EXCEL_SERIAL"
    ISO_DATE = "ISO_DATE"
    TYPO = "TYPO"
    LUNAR_DATE = "LUNAR_DATE"
    COUNT_MISMATCH = "TIME_COUNT_MISMATCH"  # "05 ngày, từ 16/10 đến 21/10"
    UNREAD = "TIME_UNREAD"  # a part of the text is not in the period
    TWO_READINGS = "TIME_TWO_READINGS"


class Period(NamedTuple):
    """Days from start to end, both included; an open side is None, and an ongoing period has neither."""

    start: date | None
    end: date | None
    certainty: Certainty

    def as_dict(self) -> dict[str, object] | None:
        """Return it as JSON values; None for one without dates."""
        if self.certainty is Certainty.ONGOING or (self.start is None and self.end is None):
            return None
        return {
            "start": None if self.start is None else self.start.isoformat(),
            "end": None if self.end is None else self.end.isoformat(),
            "certainty": self.certainty.value,
        }


class Reading(NamedTuple):
    """The outcome of reading one text: a period or a fault, never both."""

    period: Period | None
    certainty: Certainty
    fault: TimeFault | None
    notes: tuple[Note, ...] = ()
    culprit: str = ""  # the part of the text at fault: "31/9/2023"
    unread: str = ""  # the part that is not in the period
    other: Period | None = None  # another reading as plausible


VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a time text may leave unsaid: the year, the campaign and its names, the days people name."""

    year: int
    span: Window
    names: tuple[str, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    zone: tzinfo = VIETNAM  # of the days that instants are turned into

    def __hash__(self) -> int:
        # with every text that is read: of all its names and occasions would take longer than to find the reading
        return self.year
