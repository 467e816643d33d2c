"""The boundary walked on all four axes."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.decisions import DecisionKind
from service.domain.history import History
from service.domain.observations import Interval
from service.domain.standings import Eligibility, Receipt, Review, Timeliness, standing_at, standings_at
from sheets_schema.wording import Language

ON_TIME, LATE, MISSING, UNCONFIRMED = (
    Timeliness.ON_TIME,
    Timeliness.LATE,
    Timeliness.MISSING,
    Timeliness.UNCONFIRMED,
)
NOTHING = {"filled": False, "confirmed": False, "content": False, "document": False, "entries": 0}


@pytest.mark.parametrize(
    ("seen", "timeliness", "days", "boundary", "label"),
    [
        ("2023-09-29 23:59:59", ON_TIME, 0, False, "Đã gửi · Đúng hạn"),
        ("2023-09-30 00:02:00", LATE, 1, True, "Đã gửi · Trễ 1 ngày (trong ngày mốc)"),
        ("2023-09-30 23:59:59", LATE, 1, True, "Đã gửi · Trễ 1 ngày (trong ngày mốc)"),
        ("2023-10-01 00:00:00", LATE, 2, False, "Đã gửi · Trễ 2 ngày"),
        ("2023-10-02 08:00:00", LATE, 3, False, "Đã gửi · Trễ 3 ngày"),
    ],
)
def test_first_receipt_against_the_limit(season, seen, timeliness, days, boundary, label):
    season.see(seen)

    standing = season.at("2023-10-05 00:00")

    assert (standing.timeliness, standing.days_late, standing.boundary_day) == (timeliness, days, boundary)
    assert str(standing.label) == label


@pytest.mark.parametrize(
    ("received", "timeliness", "days", "boundary"),
    [
        ("2023-09-29 23:59:59", ON_TIME, 0, False),
        ("2023-09-30 00:00:00", LATE, 1, True),
        ("2023-09-30 00:00:01", LATE, 1, True),
        ("2023-10-01 00:00:00", LATE, 2, False),
    ],
)
def test_paper_receipt_to_the_second(season, received, timeliness, days, boundary):
    season.decide(DecisionKind.RECEIVE, "2023-10-04 08:00", received=received)

    standing = season.at("2023-10-05 00:00")

    assert (standing.timeliness, standing.days_late, standing.boundary_day) == (timeliness, days, boundary)
    assert standing.receipt == Receipt.COMPLETE


@pytest.mark.parametrize(
    ("now", "timeliness", "label"),
    [
        ("2023-09-22 23:59:59", Timeliness.NOT_DUE, "Chưa có dữ liệu · Chưa đến hạn"),
        ("2023-09-23 00:00:00", Timeliness.DUE_SOON, "Chưa có dữ liệu · Sắp đến hạn"),
        ("2023-09-29 23:59:59", Timeliness.DUE_SOON, "Chưa có dữ liệu · Sắp đến hạn"),
        ("2023-09-30 00:00:00", MISSING, "Quá hạn 1 ngày, chưa gửi"),
        ("2023-09-30 00:00:01", MISSING, "Quá hạn 1 ngày, chưa gửi"),
        ("2023-10-02 17:00:00", MISSING, "Quá hạn 3 ngày, chưa gửi"),
    ],
)
def test_nothing_received_as_time_passes(season, now, timeliness, label):
    standing = season.at(now)

    assert (standing.timeliness, str(standing.label)) == (timeliness, label)


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        ({"confirmed": False}, "Đang soạn, chưa xác nhận gửi · Sắp đến hạn", "Quá hạn 1 ngày, chưa xác nhận"),
        ({"document": False}, "Gửi chưa đủ · Sắp đến hạn", "Quá hạn 1 ngày, gửi chưa đủ"),
    ],
)
def test_draft_and_partial_are_missing_after_the_limit(season, what, before, after):
    season.see("2023-09-25 08:00", **what)

    assert str(season.at("2023-09-29 08:00").label) == before
    assert str(season.at("2023-09-30 08:00").label) == after


def test_partial_is_dated_when_its_last_component_arrives(season, local):
    season.see("2023-09-25 08:00", document=False)
    season.see("2023-10-01 08:00", digest="b")

    standing = season.at("2023-10-05 00:00")

    assert (standing.timeliness, standing.received_at) == (LATE, local("2023-10-01 08:00"))


@pytest.mark.parametrize(
    ("after", "modified", "timeliness", "days", "received"),
    [
        ("2023-09-29 20:00", None, UNCONFIRMED, 0, "2023-09-30 09:00"),
        (None, None, UNCONFIRMED, 0, "2023-09-30 09:00"),
        ("2023-09-29 20:00", "2023-09-30 07:00", UNCONFIRMED, 0, "2023-09-30 07:03"),
        ("2023-09-29 20:00", "2023-09-29 23:56:59", ON_TIME, 0, "2023-09-29 23:59:59"),
        ("2023-09-29 20:00", "2023-09-29 23:57:00", UNCONFIRMED, 0, "2023-09-30 00:00:00"),
        ("2023-09-29 20:00", "2023-09-29 23:59:59", UNCONFIRMED, 0, "2023-09-30 00:02:59"),
        ("2023-09-29 20:00", "2023-09-30 00:00:00", UNCONFIRMED, 0, "2023-09-30 00:03:00"),
        ("2023-09-29 23:59:59", None, UNCONFIRMED, 0, "2023-09-30 09:00"),
        ("2023-09-30 00:00:00", None, LATE, 1, "2023-09-30 09:00"),
        (None, "2023-09-29 08:00", ON_TIME, 0, "2023-09-29 08:03"),
    ],
)
def test_interval_against_the_limit(season, local, after, modified, timeliness, days, received):
    season.see("2023-09-30 09:00", after=after, modified=modified)

    standing = season.at("2023-10-05 00:00")

    assert (standing.timeliness, standing.days_late, standing.received_at) == (timeliness, days, local(received))


def test_unconfirmed_says_so_and_keeps_its_evidence(season, local):
    season.see("2023-09-30 09:00", after="2023-09-29 20:00")

    standing = season.at("2023-10-05 00:00")

    assert str(standing.label) == "Đã gửi · Cần xác nhận thời điểm"
    assert standing.evidence == Interval(local("2023-09-29 20:00"), local("2023-09-30 09:00"))
    assert not standing.boundary_day


@pytest.mark.parametrize(
    ("received", "timeliness", "days"),
    [("2023-09-29 21:00", ON_TIME, 0), ("2023-09-30 08:00", LATE, 1), ("2023-10-02 08:00", LATE, 1)],
)
def test_paper_settles_a_straddling_interval(season, received, timeliness, days):
    season.see("2023-09-30 09:00", after="2023-09-29 20:00")
    season.decide(DecisionKind.RECEIVE, "2023-10-04 08:00", received=received)

    assert season.at("2023-10-03 00:00").timeliness == UNCONFIRMED
    standing = season.at("2023-10-05 00:00")
    assert (standing.timeliness, standing.days_late) == (timeliness, days)


def test_paper_without_an_instant_is_received_when_it_is_recorded(season, local):
    season.decide(DecisionKind.RECEIVE, "2023-09-29 21:00")

    standing = season.at("2023-10-05 00:00")

    assert (standing.timeliness, standing.received_at) == (ON_TIME, local("2023-09-29 21:00"))


def test_extension_known_before_the_receipt(season, local):
    season.decide(DecisionKind.EXTEND, "2023-09-28 09:00", before="2023-10-03 00:00")
    season.see("2023-10-02 08:00")

    assert season.at("2023-09-30 08:00").timeliness == Timeliness.DUE_SOON
    standing = season.at("2023-10-05 00:00")
    assert (standing.timeliness, standing.limit.due_before) == (ON_TIME, local("2023-10-03 00:00"))


def test_extension_recorded_after_the_receipt_forgives(season):
    season.see("2023-10-02 08:00")
    season.decide(DecisionKind.EXTEND, "2023-10-04 09:00", before="2023-10-03 00:00")

    assert str(season.at("2023-10-03 00:00").label) == "Đã gửi · Trễ 3 ngày"
    assert str(season.at("2023-10-04 09:00").label) == "Đã gửi · Đúng hạn"


@pytest.mark.parametrize(
    ("seen", "timeliness", "days", "boundary"),
    [
        ("2023-10-02 16:59:59", ON_TIME, 0, False),
        ("2023-10-02 17:01:00", LATE, 1, True),
        ("2023-10-03 08:00:00", LATE, 1, False),
        ("2023-10-04 08:00:00", LATE, 2, False),
    ],
)
def test_limit_within_a_day(season, seen, timeliness, days, boundary):
    season.decide(DecisionKind.EXTEND, "2023-09-28 09:00", before="2023-10-02 17:00")
    season.see(seen)

    standing = season.at("2023-10-10 00:00")

    assert (standing.timeliness, standing.days_late, standing.boundary_day) == (timeliness, days, boundary)


@pytest.mark.parametrize(
    ("seen", "after", "timeliness", "boundary", "label"),
    [
        ("2023-09-29 23:59:59", "", ON_TIME, False, "Đã gửi · Đúng hạn"),
        ("2023-09-30 12:00:00", "", ON_TIME, True, "Đã gửi · Đúng hạn (trong ngày mốc)"),
        ("2023-09-30 12:00:00", "2023-09-29 20:00", ON_TIME, True, "Đã gửi · Đúng hạn (trong ngày mốc)"),
        ("2023-10-01 00:01:00", "", LATE, False, "Đã gửi · Trễ 2 ngày"),
        ("2023-10-01 08:00:00", "2023-09-30 20:00", UNCONFIRMED, False, "Đã gửi · Cần xác nhận thời điểm"),
    ],
)
def test_policy_counts_the_named_day(season, seen, after, timeliness, boundary, label):
    season.count_boundary_day()
    season.see(seen, after=after)

    standing = season.at("2023-10-10 00:00")

    assert (standing.timeliness, standing.boundary_day, str(standing.label)) == (timeliness, boundary, label)


@pytest.mark.parametrize(
    ("now", "timeliness", "days"),
    [
        ("2023-09-30 00:00:00", Timeliness.DUE_SOON, 0),
        ("2023-09-30 23:59:59", Timeliness.DUE_SOON, 0),
        ("2023-10-01 00:00:00", MISSING, 2),
    ],
)
def test_policy_leaves_nobody_missing_on_the_named_day(season, now, timeliness, days):
    season.count_boundary_day()

    standing = season.at(now)

    assert (standing.timeliness, standing.days_late) == (timeliness, days)


def test_complete_on_the_last_day_returned_and_corrected_later_stays_on_time(season):
    season.see("2023-09-29 16:00", errors=1, fault_digest="x")
    season.decide(DecisionKind.RETURN, "2023-09-30 09:00")
    season.see("2023-10-02 10:00", digest="b")

    assert str(season.at("2023-09-30 10:00").label) == "Đã gửi · Đúng hạn · Đề nghị bổ sung, chỉnh sửa"
    assert str(season.at("2023-10-02 10:00").label) == "Đã gửi · Đúng hạn · Đã chỉnh sửa, chờ xem"


def test_unticking_keeps_the_receipt_and_says_it_is_being_edited(season, local):
    season.see("2023-09-29 16:00")
    season.see("2023-10-02 10:00", confirmed=False, digest="b")

    standing = season.at("2023-10-02 11:00")

    assert (standing.receipt, standing.timeliness, standing.editing) == (Receipt.COMPLETE, ON_TIME, True)
    assert standing.received_at == local("2023-09-29 16:00")
    assert str(standing.label) == "Đã gửi · Đúng hạn · đã thay đổi sau khi gửi (đang sửa)"


def test_receipt_stays_when_the_tab_is_emptied(season):
    season.see("2023-09-29 16:00")
    season.see("2023-10-02 10:00", **NOTHING)

    standing = season.at("2023-10-02 11:00")

    assert (standing.receipt, standing.entries, standing.editing) == (Receipt.COMPLETE, 0, True)


def test_nil_by_the_unit_counts_as_a_receipt(season):
    season.see("2023-09-29 16:00", nil=True, content=False, document=False)

    assert str(season.at("2023-10-05 00:00").label) == "Không phát sinh · Đúng hạn"


def test_nil_by_decision_is_received_when_it_is_recorded(season, local):
    season.decide(DecisionKind.NIL, "2023-10-02 08:00")

    standing = season.at("2023-10-05 00:00")

    assert (standing.receipt, standing.received_at) == (Receipt.NIL, local("2023-10-02 08:00"))
    assert str(standing.label) == "Không phát sinh · Trễ 3 ngày"


def test_content_after_a_nil_report_keeps_the_first_date(season, local):
    season.see("2023-09-29 16:00", nil=True, content=False, document=False)
    season.see("2023-10-02 10:00", digest="b")

    standing = season.at("2023-10-05 00:00")

    assert (standing.receipt, standing.received_at) == (Receipt.COMPLETE, local("2023-09-29 16:00"))


@pytest.mark.parametrize(
    ("received", "expected"),
    [("2023-09-28 08:00", "2023-09-28 08:00"), ("2023-10-04 08:00", "2023-10-01 08:00")],
)
def test_earliest_of_paper_and_tab_is_the_first_receipt(season, local, received, expected):
    season.see("2023-10-01 08:00")
    season.decide(DecisionKind.RECEIVE, "2023-10-04 09:00", received=received)

    assert season.at("2023-10-05 00:00").received_at == local(expected)


@pytest.mark.parametrize(
    ("decided", "timeliness"),
    [("2023-09-29 21:00", ON_TIME), ("2023-09-30 08:00", UNCONFIRMED), ("2023-10-02 08:00", UNCONFIRMED)],
)
def test_nil_decision_settles_an_interval_only_when_it_is_on_time(season, decided, timeliness):
    season.see("2023-09-30 09:00", after="2023-09-29 20:00")
    season.decide(DecisionKind.NIL, decided)

    assert season.at("2023-10-05 00:00").timeliness == timeliness


def test_exempt_owes_nothing_from_the_decision_on(season):
    season.decide(DecisionKind.EXEMPT, "2023-10-01 08:00")

    assert season.at("2023-09-30 08:00").timeliness == MISSING
    standing = season.at("2023-10-01 08:00")
    assert (standing.eligibility, standing.timeliness, standing.days_late) == (Eligibility.EXEMPT, None, 0)
    assert (str(standing.label), standing.timeliness_label()) == ("Không thuộc diện", "")


def test_switched_off_unit_is_exempt(season, local):
    standing = standing_at(local("2023-10-05 00:00"), season.campaign, "B-TC", "registration", History())

    assert (standing.eligibility, standing.timeliness) == (Eligibility.EXEMPT, None)


@pytest.mark.parametrize(("unit", "form"), [("KHÔNG-CÓ", "registration"), ("S-CT", "khong_co")])
def test_unknown_names_are_key_errors(season, local, unit, form):
    with pytest.raises(KeyError):
        standing_at(local("2023-10-05 00:00"), season.campaign, unit, form, History())


def test_counts_are_of_the_latest_look(season):
    season.see("2023-09-20 08:00", errors=2, warnings=1, entries=1, fault_digest="x")
    season.see("2023-09-21 08:00", errors=0, warnings=3, entries=4, digest="b")

    standing = season.at("2023-09-22 00:00")

    assert (standing.entries, standing.errors, standing.warnings, standing.problems) == (4, 0, 3, 3)
    assert standing.review == Review.CORRECTED


def test_label_in_english(season):
    season.see("2023-09-30 12:00")

    label = season.at("2023-10-05 00:00").label_in(Language.ENGLISH)

    assert label == "Sent · Late by 1 d (on the named day)"


def test_standings_at_are_every_active_unit_and_obligation_in_the_plans_order(season, local):
    season.see("2023-09-29 16:00")

    standings = standings_at(local("2023-10-05 00:00"), season.campaign, season.history)

    assert [(standing.unit, standing.form, standing.receipt) for standing in standings] == [
        ("S-CT", "registration", Receipt.COMPLETE),
        ("S-CT", "report", Receipt.NONE),
        ("HU-YT", "registration", Receipt.NONE),
        ("HU-YT", "report", Receipt.NONE),
    ]


@pytest.fixture
def server_zone(request):
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize("server_zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"], indirect=True)
@pytest.mark.parametrize(
    ("seen", "label"),
    [
        ("2023-09-29 23:59:59", "Đã gửi · Đúng hạn"),
        ("2023-09-30 00:01:00", "Đã gửi · Trễ 1 ngày (trong ngày mốc)"),
        ("2023-10-02 00:01:00", "Đã gửi · Trễ 3 ngày"),
    ],
)
def test_server_in_another_zone_says_the_same(season, local, server_zone, seen, label):
    look = season.see(seen)
    season.observations = [
        replace(
            look,
            seen_at=look.seen_at.astimezone().astimezone(UTC),
            last_seen_at=look.last_seen_at.astimezone(),
        )
    ]

    assert str(season.at_instant(local("2023-10-05 00:00").astimezone()).label) == label


LOOKS = st.fixed_dictionaries(
    {
        "minute": st.integers(0, 20_000),
        "gap": st.one_of(st.none(), st.integers(-5, 3_000)),
        "modified": st.one_of(st.none(), st.integers(-3_000, 5)),
        "confirmed": st.booleans(),
        "nil": st.booleans(),
        "content": st.booleans(),
        "document": st.booleans(),
        "errors": st.integers(0, 2),
        "digest": st.sampled_from("abc"),
    }
)
DECISIONS = st.tuples(st.sampled_from(DecisionKind), st.integers(0, 20_000), st.integers(-3_000, 3_000))


def add(season, start, looks, decisions):
    """Record made-up looks and decisions, minutes after the start."""
    for look in looks:
        values = dict(look)
        seen_at = start + timedelta(minutes=values.pop("minute"))
        gap, modified = values.pop("gap"), values.pop("modified")
        template = season.see("2023-09-20 00:00", fault_digest=values["digest"], **values)
        season.observations[-1] = replace(
            template,
            seen_at=seen_at,
            last_seen_at=None if gap is None else seen_at - timedelta(minutes=gap),
            modified_at=None if modified is None else seen_at + timedelta(minutes=modified),
        )
    for kind, minute, shift in decisions:
        decision = season.decide(kind, "2023-09-20 00:00")
        recorded_at = start + timedelta(minutes=minute)
        moved = recorded_at + timedelta(minutes=shift)
        season.decisions[-1] = replace(decision, recorded_at=recorded_at, before=moved, received_at=moved)


@given(
    known=st.lists(LOOKS, max_size=4),
    decided=st.lists(DECISIONS, max_size=4),
    later=st.lists(LOOKS, max_size=3),
    decided_later=st.lists(DECISIONS, max_size=3),
)
def test_facts_learned_later_never_change_a_past_standing(make_season, known, decided, later, decided_later):
    season = make_season()
    start = season.campaign.obligations[0].due_before - timedelta(days=7)
    now = start + timedelta(minutes=20_000)
    add(season, start, known, decided)
    then = season.at_instant(now)

    add(season, now + timedelta(microseconds=1), later, decided_later)

    assert season.at_instant(now) == then
    assert str(then.label)
    assert (then.timeliness is None) == (then.eligibility == Eligibility.EXEMPT)
    assert (then.days_late > 0) == (then.timeliness in (LATE, MISSING))
    assert (then.received_at is not None) == then.receipt.counts
