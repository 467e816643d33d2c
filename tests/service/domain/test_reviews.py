"""What the board said, and what the unit did since."""

from __future__ import annotations

import pytest

from service.domain.decisions import DecisionKind
from service.domain.reviews import review_of
from service.domain.standings import Review

END = "2023-10-31 00:00"
ACCEPT, RETURN, RECEIVE = DecisionKind.ACCEPT, DecisionKind.RETURN, DecisionKind.RECEIVE


def test_unreviewed_when_nobody_looked(season):
    season.see("2023-09-20 08:00", warnings=3)

    assert season.at(END).review == Review.UNREVIEWED


@pytest.mark.parametrize(
    ("looks", "review"),
    [
        ([{"errors": 1, "fault_digest": "x"}], Review.RETURNED),
        ([{"errors": 1, "confirmed": False}], Review.UNREVIEWED),
        ([{"errors": 1, "document": False}], Review.UNREVIEWED),
        ([{"errors": 1, "fault_digest": "x"}, {"digest": "b"}], Review.CORRECTED),
        # the rest of the content changed, the error did not
        ([{"errors": 1, "fault_digest": "x"}, {"errors": 1, "fault_digest": "x", "digest": "b"}], Review.RETURNED),
        # one of two errors mended
        ([{"errors": 2, "fault_digest": "xy"}, {"errors": 1, "fault_digest": "y", "digest": "b"}], Review.CORRECTED),
        # one more error is no correction
        ([{"errors": 1, "fault_digest": "x"}, {"errors": 2, "fault_digest": "xy", "digest": "b"}], Review.RETURNED),
        # corrected, then spoilt again
        (
            [{"errors": 1, "fault_digest": "x"}, {"digest": "b"}, {"errors": 1, "fault_digest": "z", "digest": "c"}],
            Review.RETURNED,
        ),
        # a unit in the middle of its edit has not answered
        ([{"errors": 1, "fault_digest": "x"}, {"confirmed": False, "digest": "b"}], Review.RETURNED),
        (
            [{"errors": 1, "fault_digest": "x"}, {"confirmed": False, "digest": "b"}, {"digest": "b"}],
            Review.CORRECTED,
        ),
    ],
)
def test_errors_return_a_complete_receipt_by_themselves(season, looks, review):
    for day, what in enumerate(looks, start=20):
        season.see(f"2023-09-{day} 08:00", **what)

    assert season.at(END).review == review


@pytest.mark.parametrize(
    ("what", "review"),
    [
        ({"digest": "b"}, Review.CORRECTED),
        ({"digest": "a", "warnings": 1}, Review.RETURNED),
        ({"digest": "b", "errors": 1}, Review.RETURNED),
        ({"digest": "b", "confirmed": False}, Review.RETURNED),
        ({"digest": "b", "nil": True, "content": False}, Review.CORRECTED),
    ],
)
def test_return_by_decision_is_answered_by_other_content_without_errors(season, what, review):
    season.see("2023-09-20 08:00")
    season.decide(RETURN, "2023-09-21 08:00")
    season.see("2023-09-22 08:00", **what)

    assert season.at("2023-09-21 09:00").review == Review.RETURNED
    assert season.at(END).review == review


@pytest.mark.parametrize(
    ("received", "review"),
    [("2023-09-20 08:00", Review.RETURNED), ("2023-09-22 08:00", Review.CORRECTED)],
)
def test_paper_answers_a_return_when_it_came_after_it(season, received, review):
    season.decide(RECEIVE, "2023-09-20 09:00", received="2023-09-19 08:00")
    season.decide(RETURN, "2023-09-21 08:00")
    season.decide(RECEIVE, "2023-09-23 08:00", received=received)

    assert season.at(END).review == review


def test_return_of_paper_is_answered_by_the_tab(season):
    season.decide(RECEIVE, "2023-09-20 09:00", received="2023-09-19 08:00")
    season.decide(RETURN, "2023-09-21 08:00")
    season.see("2023-09-22 08:00")

    assert season.at(END).review == Review.CORRECTED


def test_acceptance_stands_when_the_unit_edits_later(season):
    season.see("2023-09-20 08:00")
    season.decide(ACCEPT, "2023-09-21 08:00")
    season.see("2023-09-22 08:00", errors=2, fault_digest="x", digest="b")

    assert season.at(END).review == Review.ACCEPTED
    assert review_of(season.observations, season.decisions).edited_since_acceptance


def test_acceptance_overrules_errors(season):
    season.see("2023-09-20 08:00", errors=1, fault_digest="x")
    season.decide(ACCEPT, "2023-09-21 08:00")

    assert season.at(END).review == Review.ACCEPTED
    assert not review_of(season.observations, season.decisions).edited_since_acceptance


def test_acceptance_ends_with_a_later_return(season):
    season.see("2023-09-20 08:00")
    season.decide(ACCEPT, "2023-09-21 08:00")
    season.decide(RETURN, "2023-09-22 08:00")

    assert season.at(END).review == Review.RETURNED
    assert str(season.at(END).label) == "Đã gửi · Đúng hạn · Đề nghị bổ sung, chỉnh sửa"


def test_look_and_decision_of_the_same_instant_are_taken_in_that_order(season):
    season.see("2023-09-20 08:00")
    season.decide(RETURN, "2023-09-21 08:00")
    season.see("2023-09-21 08:00", digest="b")

    assert season.at(END).review == Review.RETURNED
