"""The timeline: what the log says in words, newest first, in either language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.decisions import Decision, DecisionKind, Withdrawal
from service.domain.observations import Observation, TabPlace
from service.domain.standing_labels import label_of
from service.facts import encoding
from service.facts.records import Fact
from service.web.pages.timeline import MOST, is_cut, timeline
from service.web.texts import Words
from sheets_schema.wording import Language

WORDS = Words(Language.VIETNAMESE)
HOSTILE = "<script>alert('x')</script>"


def look(office, **changes) -> Fact:
    values = {
        "unit": "S-CT",
        "form": "registration",
        "seen_at": office.now,
        "last_seen_at": None,
        "modified_at": None,
        "filled": True,
        "confirmed": True,
        "nil": False,
        "content": True,
        "document": True,
        "entries": 3,
        "errors": 1,
        "warnings": 2,
        "digest": "a",
        "fault_digest": "b",
        "place": TabPlace("", 0, "", ""),
    }
    return encoding.observation_fact("k", Observation(**(values | changes)), office.now)


def decided(office, kind: DecisionKind, **changes) -> Fact:
    made = Decision(kind, "S-CT", "registration", office.now, "a@vidu.example", changes.pop("reason", ""), **changes)
    return encoding.decision_fact("k", made)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", DecisionKind)
def test_timeline_tells_every_kind_of_decision(office, kind, language):
    later = office.now + timedelta(days=3)
    fact = decided(office, kind, reason=HOSTILE, document="5/CV", before=later, received_at=office.now)

    (event,) = timeline([fact], office.campaign, Words(language))

    assert (event.actor, event.title) == ("a@vidu.example", label_of(kind, language))
    assert [HOSTILE in text for text in event.details].count(True) == 1
    assert len(event.details) == 4


def test_timeline_says_that_the_document_is_missing(office):
    (lacking,) = timeline([look(office, document=False)], office.campaign, WORDS)
    (whole,) = timeline([look(office)], office.campaign, WORDS)

    assert (lacking.title, len(lacking.details)) == ("Gửi chưa đủ", 2)
    assert (whole.title, whole.details) == ("Đã gửi", ("3 dòng hợp lệ, 1 lỗi, 2 lưu ý.",))


def test_timeline_leaves_out_what_is_not_owed_and_who_came_in(office):
    access = Fact("access", "k", "S-CT", "", office.now, office.now)
    task = Fact("board_task", "k", "", "", office.now, office.now)

    assert timeline([access, task, look(office, form="mau-cu")], office.campaign, WORDS) == ()


def test_timeline_keeps_the_last_ones_newest_first(office):
    facts = [look(office, entries=number) for number in range(MOST + 5)]

    found = timeline(facts, office.campaign, WORDS)

    assert (len(found), found[0].details[0][:3], found[-1].details[0][:2]) == (MOST, str(MOST + 4), "5 ")


def test_timeline_keeps_every_decision_however_often_the_tab_was_read(office):
    first = decided(office, DecisionKind.EXEMPT, number=7)
    facts = [first, *(look(office) for _ in range(MOST + 5))]

    found = timeline(facts, office.campaign, WORDS)

    assert (len(found), found[-1].number, found[-1].may_be_withdrawn) == (MOST + 1, 7, True)
    assert is_cut(found)
    assert not is_cut(found[5:])


@pytest.mark.parametrize("language", Language)
def test_timeline_strikes_what_was_withdrawn_for_this_unit_alone(office, language):
    mine, other = (replace(decided(office, DecisionKind.NIL, number=3), unit=unit) for unit in ("S-CT", "S-GDDT"))
    taken = encoding.withdrawal_fact("k", Withdrawal(3, "S-CT", "registration", office.now, "Chị Hoa", HOSTILE, "9/CV"))

    back, theirs, ours = timeline([mine, other, taken], office.campaign, Words(language))

    assert [one.withdrawn for one in (ours, theirs)] == [True, False]
    assert [one.may_be_withdrawn for one in (ours, theirs, back)] == [False, True, False]
    assert (back.actor, "3" in back.title, any("9/CV" in text for text in back.details)) == ("Chị Hoa", True, True)
    assert any("Chị Hoa" in text and HOSTILE in text for text in ours.details)
