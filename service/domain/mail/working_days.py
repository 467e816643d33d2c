"""Working days and hours: weekends, public holidays with their substitutes, the campaign's own days off."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sheets_schema.campaign import Campaign, MailPolicy

if TYPE_CHECKING:
    from holidays import HolidayBase

HOME = "VN"
_DAY = timedelta(days=1)
_LONGEST_REST = 40  # days: no office rests longer in one go


@lru_cache(maxsize=8)
def _public_holidays(country: str) -> HolidayBase | None:
    """Return a country's public holidays; None for one that is not known, whose weekends alone are free."""
    import holidays  # noqa: PLC0415 – only what plans mails needs a calendar of holidays

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


@lru_cache(maxsize=1)
def _named_holidays() -> HolidayBase:
    import holidays  # noqa: PLC0415 – only what names a holiday needs the calendar

    return holidays.country_holidays(HOME, language="vi")


def holiday_name(day: date) -> str:
    """Return what the public holiday on a day is called in Vietnam; blank where offices do not rest for one."""
    return _named_holidays().get(day) or ""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days and hours of one campaign."""

    country: str
    days_off: frozenset[date]
    from_hour: int
    until_hour: int
    zone: ZoneInfo
    _known: dict[date, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, campaign: Campaign) -> WorkingDays:
        """Return the working days of a campaign; the country is that of its locale."""
        policy: MailPolicy = campaign.mail
        country = campaign.locale.partition("_")[2]
        return cls(country, frozenset(policy.days_off), policy.from_hour, policy.until_hour, campaign.zone)

    def is_working(self, day: date) -> bool:
        """Return True if offices work on a day; a Saturday that is worked for a holiday counts."""
        if day not in self._known:
            self._known[day] = self._judged(day)
        return self._known[day]

    def _judged(self, day: date) -> bool:
        if day in self.days_off:
            return False
        public = _public_holidays(self.country)
        return day.weekday() < 5 if public is None else bool(public.is_working_day(day))

    def on_or_before(self, day: date) -> date:
        """Return the day itself, or the last working day before it."""
        return self._nearest(day, -_DAY)

    def on_or_after(self, day: date) -> date:
        """Return the day itself, or the next working day."""
        return self._nearest(day, _DAY)

    def _nearest(self, day: date, step: timedelta) -> date:
        found = day
        for _ in range(_LONGEST_REST):
            if self.is_working(found):
                return found
            found += step
        return day

    def opening(self, day: date) -> datetime:
        """Return when mails begin to go out on a day."""
        return datetime.combine(day, time(self.from_hour % 24), self.zone)

    def is_open(self, now: datetime) -> bool:
        """Return True if mails go out at an instant: a working day, within its hours."""
        local = now.astimezone(self.zone)
        return self.is_working(local.date()) and self.from_hour <= local.hour < self.until_hour

    def opens_at(self, now: datetime) -> datetime:
        """Return the instant itself where mails go out then, else when they next do."""
        if self.is_open(now):
            return now
        local = now.astimezone(self.zone)
        today = self.opening(local.date())
        first = local.date() if local < today else local.date() + _DAY
        return self.opening(self.on_or_after(first))
