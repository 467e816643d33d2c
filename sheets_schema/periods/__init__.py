"""Vietnamese time texts: "Từ 15/9 đến hết tháng 10/2023" to a period with its certainty. Flags, never guesses."""

from sheets_schema.periods.period_records import Calendar, Certainty, Note, Period, Reading, TimeFault
from sheets_schema.periods.reading import read_period

__all__ = ["Calendar", "Certainty", "Note", "Period", "Reading", "TimeFault", "read_period"]
