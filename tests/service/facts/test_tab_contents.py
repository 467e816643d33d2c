"""What every tab holds, kept once a tab, on every store."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.facts.schema import contents

ENTRY = {
    "row": 12,
    "cell": "A12",
    "kind": "activity",
    "key": "",
    "period": None,
    "certainty": None,
    "values": {"stt": "1"},
}
PROBLEM = {"code": "X", "severity": "error", "row": 12, "column": "", "cell": "A12", "message": {"vi": "a", "en": "b"}}


@pytest.fixture
def found(instant):
    return Contents("S-CT", "registration", instant("2023-10-01 08:00"), "bang-1", 7, True, (ENTRY, ENTRY), (PROBLEM,))


def summary(found, **changes):
    counted = TabSummary(
        found.unit, found.form, found.spreadsheet_id, found.sheet_id, found.confirmed, Tally(2, 2), {"": 2}, 1, 0
    )
    return replace(counted, **changes)


def kept(*found):
    return [(one, summary(one)) for one in found]


def test_contents_come_back_as_they_were_in_the_order_asked(store, campaign_key, found):
    other = replace(found, unit="S-YT", entries=())
    store.contents.save(campaign_key, kept(found, other))

    assert store.contents.read(campaign_key, "registration", ("S-YT", "S-CT", "S-GD")) == (other, found)
    assert store.contents.read(campaign_key, "report", ("S-CT",)) == ()
    assert store.contents.read("khac", "registration", ("S-CT",)) == ()


def test_unchanged_contents_keep_when_they_were_first_seen(store, campaign_key, found, instant):
    store.contents.save(campaign_key, kept(found))
    store.contents.save(campaign_key, kept(replace(found, seen_at=instant("2023-10-02 08:00"))))

    assert store.contents.read(campaign_key, "registration", ("S-CT",)) == (found,)


def test_words_kept_in_ascii_before_are_the_same_words(store, campaign_key, found, instant):
    said = replace(found, entries=({**ENTRY, "values": {"noi_dung": "Thăm hỏi"}},))
    store.contents.save(campaign_key, kept(said))
    with store._database.writing() as connection:
        payload = connection.execute(select(contents.c.payload)).scalar_one()
        former = json.dumps(json.loads(payload), separators=(",", ":"))
        digest = hashlib.sha256(former.encode()).hexdigest()
        connection.execute(update(contents).values(payload=former, digest=digest))

    store.contents.save(campaign_key, kept(replace(said, seen_at=instant("2023-10-02 08:00"))))

    assert ("Thăm hỏi" in payload, "Thăm hỏi" in former) == (True, False)
    assert store.contents.read(campaign_key, "registration", ("S-CT",)) == (said,)
    assert len(store.contents.versions(campaign_key, ("S-CT",), "registration")) == 1


def test_changed_contents_replace_what_was(store, campaign_key, found, instant):
    changed = replace(found, seen_at=instant("2023-10-02 08:00"), confirmed=False)
    store.contents.save(campaign_key, kept(found))
    store.contents.save(campaign_key, kept(changed))

    assert store.contents.read(campaign_key, "registration", ("S-CT",)) == (changed,)


def test_a_tab_that_is_no_longer_read_is_gone(store, campaign_key, found, instant):
    other = replace(found, unit="S-YT")
    store.contents.save("khac", kept(found))
    store.contents.save(campaign_key, kept(found, other))
    store.contents.forget(campaign_key, {("S-CT", "registration"), ("S-GD", "report")}, instant("2023-10-03 08:00"))

    assert store.contents.read(campaign_key, "registration", ("S-CT", "S-YT")) == (other,)
    assert store.contents.read("khac", "registration", ("S-CT",)) == (found,)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "ữ😀", "dòng\nmới"])
def test_words_no_database_likes_are_kept(store, campaign_key, found, text):
    odd = replace(found, entries=({**ENTRY, "values": {"stt": text}},))
    store.contents.save(campaign_key, kept(odd))

    assert store.contents.read(campaign_key, "registration", ("S-CT",)) == (odd,)


def test_summaries_come_back_with_what_tells_a_change(store, campaign_key, found):
    kept_as = summary(found, kept={"II.1": 2, "khó khăn": 0}, grid="g1")
    store.contents.save(campaign_key, [(found, kept_as)])

    (known,) = store.contents.summaries(campaign_key).values()
    store.contents.save(campaign_key, [(replace(found, problems=()), kept_as)])
    (later,) = store.contents.summaries(campaign_key).values()

    assert replace(known, digest="") == kept_as
    assert len(known.digest) == 64
    assert later.digest != known.digest
    assert store.contents.summaries("khac") == {}


def test_grid_is_kept_though_nothing_else_changed(store, campaign_key, found, instant):
    store.contents.save(campaign_key, kept(found))
    later = replace(found, seen_at=instant("2023-10-02 08:00"))
    store.contents.save(campaign_key, [(later, summary(found, grid="g2"))])

    assert [one.grid for one in store.contents.summaries(campaign_key).values()] == ["g2"]
    assert store.contents.read(campaign_key, "registration", ("S-CT",)) == (found,)
