"""The rules of a time: understood, in the calendar, touching the campaign's window; and what it was read as."""

from __future__ import annotations

from typing import NamedTuple

from sheets_schema.campaign import Campaign
from sheets_schema.periods import Calendar, Certainty, Note, Period, Reading, TimeFault, read_period
from sheets_schema.problems import Problem, ProblemPlace, problem
from sheets_schema.vietnamese import folding
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Language, Message, message

CONVERTED = 500  # characters of a text in an old font; a time is shorter

READ_AS = {
    Certainty.APPROXIMATE: "TIME_APPROX",
    Certainty.RECURRING: "TIME_RECURRING",
    Certainty.CAMPAIGN: "TIME_CAMPAIGN",
    Certainty.OPEN_START: "TIME_OPEN_START",
    Certainty.OPEN_END: "TIME_OPEN_END",
    Certainty.ONGOING: "TIME_ONGOING",
    Certainty.MULTI: "TIME_MULTI",
}


class TimeVerdict(NamedTuple):
    """What the rules find in one time text."""

    period: Period | None
    certainty: Certainty | None
    problems: tuple[Problem, ...] = ()


NO_TIME = TimeVerdict(None, None)


class TimeRules:
    """The rules of times in one campaign."""

    def __init__(self, campaign: Campaign) -> None:
        self._window = campaign.window
        self._title = campaign.title
        self._calendar = calendar_of(campaign)

    def read(self, value: str) -> Reading:
        """Read a time text by the campaign's calendar."""
        return read_period(value, self._calendar)

    def judge(self, value: str, place: ProblemPlace, day: str = "") -> TimeVerdict:
        """Read a time text and find what is wrong with it and how it was read.

        `day` is what a cell that holds a date means: it counts, and is given where what is shown reads otherwise.
        """
        if day:
            return self._judge_day(value, day, place)
        reading = self.read(value)
        if reading.fault is not None:
            quoted = value if reading.fault is TimeFault.UNPARSEABLE else reading.culprit or value
            return TimeVerdict(None, reading.certainty, (problem(str(reading.fault), place, text=quoted.strip()),))
        found = [self._read_as(str(note), reading, place) for note in reading.notes]
        if reading.certainty in READ_AS and not found:  # a note says already what was read
            found.append(self._read_as(READ_AS[reading.certainty], reading, place))
        if reading.period is not None and self._is_outside(reading.period):
            found.insert(0, problem("TIME_OUT_OF_WINDOW", place, campaign=self._title))
        return TimeVerdict(reading.period, reading.certainty, tuple(found))

    def _judge_day(self, value: str, day: str, place: ProblemPlace) -> TimeVerdict:
        meant = self.judge(day, place)
        shown = self.read(value)
        if meant.period is None or shown.period is None or shown.fault is not None:
            return meant
        if (shown.period.start, shown.period.end) == (meant.period.start, meant.period.end):
            return meant
        return meant._replace(problems=(*meant.problems, self._read_as("DATE_BY_VALUE", self.read(day), place)))

    def judge_unreadable(self, value: str) -> TimeVerdict:
        """Read what a text in an old font means, so that its period is known beside the problem of its letters."""
        legacy = folding.legacy_font(value[:CONVERTED])
        reading = self.read(legacy.suggestion) if legacy else None
        return TimeVerdict(reading.period, reading.certainty) if reading else TimeVerdict(None, Certainty.UNREADABLE)

    def _is_outside(self, period: Period) -> bool:
        ended = period.end is not None and period.end < self._window.start
        not_begun = period.start is not None and period.start > self._window.end
        return ended or not_begun

    def _read_as(self, code: str, reading: Reading, place: ProblemPlace) -> Problem:
        words = message("time.ongoing") if reading.period is None else period_words(reading.period)
        read = {"reading": words.text(Language.VIETNAMESE), "reading_en": words.text(Language.ENGLISH)}
        return problem(code, place, None, **read, **_doubt(code, reading))


def _doubt(code: str, reading: Reading) -> dict[str, str]:
    if code == Note.UNREAD:
        return {"text": reading.unread}
    if code != Note.TWO_READINGS or reading.other is None:
        return {}
    other = period_words(reading.other)
    return {"other": other.text(Language.VIETNAMESE), "other_en": other.text(Language.ENGLISH)}


def period_words(period: Period) -> Message:
    """Return a period in words."""
    start = "" if period.start is None else format_day(period.start)
    end = "" if period.end is None else format_day(period.end)
    if start and end:
        return message("time.day", day=start) if start == end else message("time.days", start=start, end=end)
    if end:
        return message("time.until", end=end)
    return message("time.from", start=start) if start else message("time.ongoing")


def calendar_of(campaign: Campaign) -> Calendar:
    """Return what a campaign's time texts may leave out."""
    return Calendar(campaign.year, campaign.span, campaign.names, campaign.occasions, campaign.zone)
