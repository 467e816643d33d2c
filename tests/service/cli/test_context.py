"""Instants and names as they are typed on the command line."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
import pytest

from service.cli import context
from service.errors import UnknownNameError
from sheets_schema.declaration import builtin_campaign, load_campaign

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2023-10-02T17:00+07:00", datetime(2023, 10, 2, 10, tzinfo=UTC)),
        (" 2023-10-02T10:00Z ", datetime(2023, 10, 2, 10, tzinfo=UTC)),
        ("2023-10-02T17:00", datetime(2023, 10, 2, 10, tzinfo=UTC)),
        ("2023-10-02 17:00", datetime(2023, 10, 2, 10, tzinfo=UTC)),
        ("2023-10-02", datetime(2023, 10, 1, 17, tzinfo=UTC)),
    ],
)
def test_instant_without_an_offset_is_the_campaigns(typed, instant):
    assert context.in_zone(context.INSTANT.convert(typed, None, None), ZONE) == instant


@pytest.mark.parametrize(
    "typed",
    ["", "hôm qua", "30/9/2023", "2023-13-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-12-31"],
)
def test_what_is_no_instant_is_refused(typed):
    with pytest.raises(click.BadParameter):
        context.INSTANT.convert(typed, None, None)


@pytest.mark.parametrize("typed", ["S-CT", "s-ct", "Sở Công Thương", "so cong thuong", "SCT", " Sở  CT "])
def test_unit_is_found_however_it_is_written(typed):
    assert context.unit_named(CAMPAIGN, typed).code == "S-CT"


def test_unit_is_found_by_a_code_it_had():
    units = tuple(
        replace(unit, code="S-CTM", former_codes=("S-CT",)) if unit.code == "S-CT" else unit for unit in CAMPAIGN.units
    )

    assert context.unit_named(replace(CAMPAIGN, units=units), "s-ct").code == "S-CTM"


@pytest.mark.parametrize("typed", ["", "Sở", "không có", "%"])
def test_unknown_unit_is_told(typed):
    with pytest.raises(UnknownNameError, match="danh sách"):
        context.unit_named(CAMPAIGN, typed)


def test_forms_are_those_owed_or_the_one_named():
    assert context.owed_forms(CAMPAIGN, None) == ("registration", "report")
    assert context.owed_forms(CAMPAIGN, "report") == ("report",)
    for unknown in ("x", ""):
        with pytest.raises(UnknownNameError, match="registration, report"):
            context.owed_forms(CAMPAIGN, unknown)
