"""What every tab holds, kept once a tab, on every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.contents import Contents

ENTRY = {"row": 12, "kind": "activity", "key": "", "period": None, "certainty": None, "values": {"stt": "1"}}
PROBLEM = {"code": "X", "severity": "error", "row": 12, "column": "", "cell": "A12", "message": {"vi": "a", "en": "b"}}


@pytest.fixture
def found(instant):
    return Contents("S-CT", "registration", instant("2023-10-01 08:00"), "bang-1", 7, True, (ENTRY, ENTRY), (PROBLEM,))


def test_contents_come_back_as_they_were_in_the_order_asked(store, campaign_key, found):
    other = replace(found, unit="S-YT", entries=())
    store.save_contents(campaign_key, [found, other])

    assert store.contents(campaign_key, "registration", ("S-YT", "S-CT", "S-GD")) == (other, found)
    assert store.contents(campaign_key, "report", ("S-CT",)) == ()
    assert store.contents("khac", "registration", ("S-CT",)) == ()


def test_unchanged_contents_keep_when_they_were_first_seen(store, campaign_key, found, instant):
    store.save_contents(campaign_key, [found])
    store.save_contents(campaign_key, [replace(found, seen_at=instant("2023-10-02 08:00"))])

    assert store.contents(campaign_key, "registration", ("S-CT",)) == (found,)


def test_changed_contents_replace_what_was(store, campaign_key, found, instant):
    changed = replace(found, seen_at=instant("2023-10-02 08:00"), confirmed=False)
    store.save_contents(campaign_key, [found])
    store.save_contents(campaign_key, [changed])

    assert store.contents(campaign_key, "registration", ("S-CT",)) == (changed,)


def test_a_tab_that_is_no_longer_read_is_gone(store, campaign_key, found):
    other = replace(found, unit="S-YT")
    store.save_contents("khac", [found])
    store.save_contents(campaign_key, [found, other])
    store.save_contents(campaign_key, [other])

    assert store.contents(campaign_key, "registration", ("S-CT", "S-YT")) == (other,)
    assert store.contents("khac", "registration", ("S-CT",)) == (found,)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "ữ😀", "dòng\nmới"])
def test_words_no_database_likes_are_kept(store, campaign_key, found, text):
    odd = replace(found, entries=({**ENTRY, "values": {"stt": text}},))
    store.save_contents(campaign_key, [odd])

    assert store.contents(campaign_key, "registration", ("S-CT",)) == (odd,)
