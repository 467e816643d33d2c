"""The clocks that are handed on."""

import time
from datetime import UTC, datetime, timedelta

from service import clock

AT = datetime(2023, 9, 29, 16, 59, 59, tzinfo=UTC)


def test_system_clock_is_aware_and_goes_on():
    first, second = clock.system(), clock.system()

    assert first.tzinfo is UTC
    assert first <= second


def test_frozen_clock_stands_still():
    stopped = clock.frozen(AT)

    assert (stopped(), stopped()) == (AT, AT)


def test_ticking_clock_starts_where_it_is_told_and_goes_on():
    going = clock.ticking(AT)
    first = going()
    time.sleep(0.01)
    second = going()

    assert AT <= first < AT + timedelta(seconds=5)
    assert timedelta(milliseconds=10) <= second - first < timedelta(seconds=5)
