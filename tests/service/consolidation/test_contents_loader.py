"""What tabs hold, fetched with neighbours: whatever is asked for, in whatever order, comes back right."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from service.consolidation.contents_loader import AT_HAND, FETCHED_TOGETHER, KeptContents
from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.facts.store import open_store
from sheets_schema.declaration import builtin_campaign, load_campaign

FORMS = ("registration", "report")


@pytest.fixture
def campaign():
    found = load_campaign(builtin_campaign("thang_dan_van_2023"))
    count = FETCHED_TOGETHER * AT_HAND + 30  # of two forms: more than is kept at hand
    return replace(found, units=tuple(replace(found.units[0], code=f"U{number:04d}") for number in range(count)))


@pytest.fixture
def store(campaign, tmp_path):
    """A store that knows every unit but each seventh."""
    opened = open_store(f"sqlite:///{tmp_path / 'facts.sqlite'}")
    at = datetime(2023, 10, 1, tzinfo=UTC)
    for form in FORMS:
        opened.contents.save(
            campaign.key,
            [
                (
                    Contents(unit.code, form, at, "bang", number, True, ({"key": f"{unit.code} {form}"},), ()),
                    TabSummary(unit.code, form, "bang", number, True, Tally(1, 1), {"": 1}, 0, 0),
                )
                for number, unit in enumerate(campaign.units)
                if number % 7
            ],
        )
    yield opened
    opened.close()


@contextmanager
def counted(store):
    """Give a list that gets every question to the table of contents."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if "FROM contents" in statement:
            asked.append(statement)

    engine = store._database._engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("order", ["as declared", "at random"])
def test_what_is_asked_for_comes_back_and_nothing_else(campaign, store, order):
    kept = KeptContents(store, campaign)
    codes = [unit.code for unit in campaign.units]
    if order == "at random":
        random.Random(1).shuffle(codes)

    for form in (*FORMS, *FORMS):
        for first in range(0, len(codes), 25):
            asked = codes[first : first + 25]
            found = kept(form, asked)
            assert list(found) == [code for code in asked if int(code[1:]) % 7]
            assert all(one.entries == ({"key": f"{code} {form}"},) for code, one in found.items())


def test_tabs_asked_for_first_are_read_once_however_often_a_master_goes_over_them(campaign, store):
    kept = KeptContents(store, campaign)
    parts = [campaign.units[first : first + FETCHED_TOGETHER] for first in range(0, len(campaign.units), 50)]
    asked = []
    with counted(store) as reads:
        for _ in range(3):
            before = len(reads)
            for units in parts:
                # two forms in turn, a few units at a time, as lines are made
                for first in (0, 25):
                    for form in FORMS:
                        kept(form, [unit.code for unit in units[first : first + 25]])
            asked.append(len(reads) - before)

    assert asked == [2 * len(parts), *[2 * len(parts) - AT_HAND] * 2]


def test_what_is_known_is_not_read(campaign, store):
    (unit,) = campaign.units[1:2]
    own = Contents(unit.code, "report", datetime(2023, 10, 2, tzinfo=UTC), "bang", 1, True, ({"key": "khác"},), ())
    kept = KeptContents(store, campaign, {(unit.code, "report"): own})
    codes = [one.code for one in campaign.units[:4]]

    assert [found.entries[0]["key"] for found in kept("report", codes).values()] == [
        "khác", "U0002 report", "U0003 report",
    ]  # fmt: skip
    with counted(store) as reads:
        assert KeptContents(store, replace(campaign, units=(unit,)), {(unit.code, "report"): own})("report", codes[1:2])
    assert reads == []


def test_nothing_asked_is_nothing(campaign, store):
    assert KeptContents(store, campaign)("registration", []) == {}
