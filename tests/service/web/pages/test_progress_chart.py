"""Receipts over time: counts per day, steps that stay within the drawing, the limit's place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from service import workflows
from service.domain.standing_labels import Eligibility, Timeliness
from service.web.pages.progress_chart import HEIGHT, LEFT, RIGHT, TOP, WIDTH, charts


@pytest.fixture
def standings(office):
    with office.workspace() as workspace:
        return workflows.standings(workspace, office.now, ["registration"])


def received(standing, day: int, timeliness: Timeliness, at):
    return replace(standing, received_at=at + timedelta(days=day), timeliness=timeliness)


def test_charts_count_by_day_and_tone(office, standings):
    found = (
        received(standings[0], -3, Timeliness.ON_TIME, office.now),
        received(standings[1], 12, Timeliness.LATE, office.now),
        standings[2],
    )

    whole = charts(office.campaign, found, standings[0].limit, office.at("2023-10-05 08:00").now, "Tất cả")[0]

    assert [(count.day, count.counts) for count in whole.days] == [
        (date(2023, 9, 17), (1, 0, 0)),
        (date(2023, 10, 2), (1, 1, 0)),
        (date(2023, 10, 5), (1, 1, 0)),
    ]
    assert (whole.expected, whole.received, [area.tone for area in whole.areas]) == (3, 2, ["on_time", "late"])


def test_charts_leave_the_exempt_out(office, standings):
    exempt = replace(standings[0], eligibility=Eligibility.EXEMPT, timeliness=None, received_at=office.now)

    whole = charts(office.campaign, (exempt, *standings[1:]), standings[0].limit, office.now, "Tất cả")[0]

    assert (whole.expected, whole.received, whole.areas) == (2, 0, ())


@pytest.mark.parametrize("day", [-5000, -30, 0, 9, 10, 400, 5000])
def test_charts_stay_within_the_drawing(office, standings, day):
    found = [received(standing, day, Timeliness.UNCONFIRMED, office.now) for standing in standings]

    for chart in charts(office.campaign, found, standings[0].limit, office.now, "Tất cả"):
        numbers = [float(text) for area in chart.areas for text in re.findall(r"-?[0-9.]+", area.path)]
        assert all(LEFT <= x <= WIDTH - RIGHT for x in numbers[0::2])
        assert all(TOP <= y <= HEIGHT for y in numbers[1::2])
        assert LEFT <= chart.limit_at <= WIDTH - RIGHT
        assert len(chart.x_ticks) <= 60


def test_charts_of_nobody(office, standings):
    whole = charts(office.campaign, (), standings[0].limit, office.now, "Tất cả")

    assert [(chart.expected, chart.areas) for chart in whole] == [(0, ())]
