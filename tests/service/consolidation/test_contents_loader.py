"""What tabs hold, fetched with neighbours: whatever is asked for, in whatever order, comes back right."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

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


def test_nothing_asked_is_nothing(campaign, store):
    assert KeptContents(store, campaign)("registration", []) == {}
