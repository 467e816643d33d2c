"""What a look at a tab amounts to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.observations import Interval
from service.domain.standing_labels import Receipt


@pytest.mark.parametrize(
    ("what", "receipt"),
    [
        ({"filled": False, "confirmed": False, "content": False, "document": False}, Receipt.NONE),
        ({"confirmed": False}, Receipt.DRAFT),
        ({"filled": False, "confirmed": False, "nil": True}, Receipt.DRAFT),
        ({"document": False}, Receipt.PARTIAL),
        ({"content": False}, Receipt.PARTIAL),
        ({"filled": False, "content": False, "document": False}, Receipt.PARTIAL),
        ({}, Receipt.COMPLETE),
        ({"nil": True, "content": False, "document": False}, Receipt.NIL),
        ({"nil": True, "content": True, "document": False}, Receipt.NIL),
        ({"nil": True}, Receipt.COMPLETE),
    ],
)
def test_receipt_of_a_look(season, what, receipt):
    assert season.see("2023-09-20 08:00", **what).receipt == receipt


@pytest.mark.parametrize(
    ("after", "modified", "expected"),
    [
        ("2023-09-29 12:00", None, ("2023-09-29 12:00", "2023-09-30 08:00")),
        # the last change is at most three minutes after the modified time
        ("2023-09-29 12:00", "2023-09-29 23:00", ("2023-09-29 12:00", "2023-09-29 23:03")),
        (None, "2023-09-29 09:00", (None, "2023-09-29 09:03")),
        # not so at the look before: what is told of the time until then says nothing
        ("2023-09-29 12:00", "2023-09-29 11:56:59", ("2023-09-29 12:00", "2023-09-30 08:00")),
        ("2023-09-29 12:00", "2023-09-29 11:57", ("2023-09-29 12:00", "2023-09-30 08:00")),
        ("2023-09-29 12:00", "2023-09-29 11:57:01", ("2023-09-29 12:00", "2023-09-29 12:00:01")),
        # the look itself is the narrower bound
        ("2023-09-29 12:00", "2023-09-30 07:56:59", ("2023-09-29 12:00", "2023-09-30 07:59:59")),
        ("2023-09-29 12:00", "2023-09-30 07:57", ("2023-09-29 12:00", "2023-09-30 08:00")),
        # somebody changed the file since: another unit, or we
        ("2023-09-29 12:00", "2023-09-30 08:01", ("2023-09-29 12:00", "2023-09-30 08:00")),
        ("2023-09-30 08:00", None, (None, "2023-09-30 08:00")),
        (None, None, (None, "2023-09-30 08:00")),
    ],
)
def test_happened_between_the_looks_or_by_the_last_change(season, local, after, modified, expected):
    look = season.see("2023-09-30 08:00", after=after, modified=modified)

    assert look.happened == Interval(expected[0] and local(expected[0]), local(expected[1]))


def test_differs_from_ignores_when_and_where_it_was_seen(season, local):
    look = season.see("2023-09-30 08:00")
    later = replace(look, seen_at=local("2023-10-01 08:00"), place=replace(look.place, cell="B15"))

    assert not later.differs_from(look)


@pytest.mark.parametrize("what", [{"digest": "b"}, {"confirmed": False}, {"warnings": 1}, {"fault_digest": "x"}])
def test_differs_from_sees_every_change(season, what):
    look = season.see("2023-09-30 08:00")

    assert replace(look, **what).differs_from(look)


def test_differs_from_nothing(season):
    assert season.see("2023-09-30 08:00").differs_from(None)
