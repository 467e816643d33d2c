"""What the dashboard's address asks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from service import workflows
from service.web.failures import BadQueryError
from service.web.queries import Query, pages_of, read_moment, read_number, read_page, read_query

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


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


def test_numbers_left_blank():
    assert (read_moment(" ", ZONE), read_number(" "), read_page("")) == (None, None, 1)


@pytest.mark.parametrize("text", ["0", "-1", "+1", "1.0", "x", "²", "٣", "9" * 10, "1 2", "\x00"])
def test_read_number_refuses(text):
    with pytest.raises(BadQueryError):
        read_number(text)


@pytest.mark.parametrize(
    ("asked", "count", "expected"),
    [(1, 0, (1, 1)), (3, 0, (1, 1)), (2, 20, (2, 2)), (3, 20, (2, 2)), (2, 21, (2, 3)), (9, 21, (3, 3))],
)
def test_page_beyond_the_last_is_the_last(asked, count, expected):
    assert pages_of(asked, count, 10) == expected


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

    as_of = read_moment(args["as_of"], ZONE)
    assert read_query(args, office.campaign, as_of).as_args == args
