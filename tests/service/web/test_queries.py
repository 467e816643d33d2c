"""What the dashboard's address asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service import workflows
from service.web.failures import BadQueryError
from service.web.queries import Query, read_day, read_instant, read_number, read_page, read_query

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "text",
    [
        "2023-10-02T17:00",
        " 2023-10-02T17:00:00 ",
        "2023-10-02T17:00+07:00",
        "2023-10-02T17:00 07:00",
        "2023-10-02T10:00Z",
        "2023-10-02 17:00",
    ],
)
def test_read_instant_understands(text):
    assert read_instant(text, ZONE) == datetime(2023, 10, 2, 10, 0, tzinfo=UTC)


def test_read_instant_blank_is_none():
    assert read_instant("  ", ZONE) is None


@pytest.mark.parametrize(
    "text", ["hôm nay", "30/9/2023", "0001-01-01T00:00", "9999-12-31T23:59", "2023-13-01", "<b>", "2023-10-02T25:00"]
)
def test_read_instant_refuses(text):
    with pytest.raises(BadQueryError, match="2023-10-02T17:00"):
        read_instant(text, ZONE)


@pytest.mark.parametrize("name", ["form", "group", "timeliness"])
def test_read_query_refuses_unknown_filters(office, name):
    with pytest.raises(BadQueryError, match="khong-co"):
        read_query({name: "khong-co"}, office.campaign)


def test_read_query_without_anything_asks_for_everything(office):
    query = read_query({}, office.campaign)

    assert (query, query.filters) == (Query(), False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), ["VP-UBND", "S-CT", "S-GDDT"]),
        (Query(search="CONG thuong"), ["S-CT"]),
        (Query(search="công thuong"), []),
        (Query(search="Công  THƯƠNG"), ["S-CT"]),
        (Query(search="s-gd"), ["S-GDDT"]),
        (Query(timeliness="late"), []),
        (Query(timeliness="exempt"), []),
        (Query(form="report"), []),
    ],
)
def test_query_shows(office, query, expected):
    with office.workspace() as workspace:
        standings = workflows.standings(workspace, office.now, ("registration",))

    assert [item.unit for item in standings if query.shows(office.campaign, item)] == expected


@pytest.mark.parametrize("text", ["2023-10-05", "05/10/2023", "5/10/2023", " 20231005 "])
def test_read_day_understands(text):
    assert read_day(text) == date(2023, 10, 5)


@pytest.mark.parametrize("text", ["x", "5/10", "31/9/2023", "1/1/1", "0001-01-01", "2023-10-05T00:00", "-/-/-", "\x00"])
def test_read_day_refuses(text):
    with pytest.raises(BadQueryError):
        read_day(text)


def test_numbers_left_blank():
    assert (read_day(" "), read_number(" "), read_page("")) == (None, None, 1)


@pytest.mark.parametrize("text", ["0", "-1", "+1", "1.0", "x", "²", "٣", "9" * 10, "1 2", "\x00"])
def test_read_number_refuses(text):
    with pytest.raises(BadQueryError):
        read_number(text)


def test_read_page_refuses_a_page_nothing_reaches():
    with pytest.raises(BadQueryError):
        read_page("100001")


def test_query_is_written_as_it_is_read(office):
    args = {
        "as_of": "2023-10-02T17:00:00+07:00",
        "form": "report",
        "receipt": "draft",
        "review": "returned",
        "q": "sở",
        "sort": "-unit",
    }

    assert read_query(args, office.campaign).as_args == args
