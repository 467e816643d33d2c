"""Limits, their words, last days and extensions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date

import pytest

from service.domain.deadlines import effective_limit, is_rest_day, limit_instants, rest_day_warning
from service.domain.decisions import DecisionKind
from sheets_schema.wording import Language


def limit_of(season, form="registration"):
    return effective_limit(season.campaign.obligation(form), season.decisions, season.campaign.zone)


def test_effective_limit_without_extension(season, local):
    limit = limit_of(season)

    assert limit.due_before == local("2023-09-30 00:00")
    assert limit.last_day == date(2023, 9, 29)
    assert str(limit.words) == "trước ngày 30/9/2023"
    assert str(limit.full_words) == "trước ngày 30/9/2023 (hết ngày 29/9/2023)"
    assert limit.exact == "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"
    assert limit.extended_by is None


def test_limit_in_english_is_the_plans_own_only_where_it_says_something_else(season):
    obligation = season.campaign.obligation("registration")
    other = replace(obligation, words="chậm nhất hết ngày 29/9/2023")

    ours = effective_limit(obligation, (), season.campaign.zone).full_words
    theirs = effective_limit(other, (), season.campaign.zone).words

    assert ours.text(Language.ENGLISH) == "before 30/9/2023 (the last day is 29/9/2023)"
    assert theirs.text(Language.ENGLISH) == "chậm nhất hết ngày 29/9/2023"


def test_words_that_name_the_last_day_are_not_followed_by_it(season):
    owed = replace(season.campaign.obligation("registration"), words="Hết ngày 29/9/2023")

    assert str(effective_limit(owed, (), season.campaign.zone).full_words) == "Hết ngày 29/9/2023"


def test_effective_limit_with_extension_within_a_day(season, local):
    extension = season.decide(DecisionKind.EXTEND, "2023-09-28 09:00", before="2023-10-02 17:00")

    limit = limit_of(season)

    assert limit.due_before == local("2023-10-02 17:00")
    assert limit.last_day == limit.named_day == date(2023, 10, 2)
    assert str(limit.words) == str(limit.full_words) == "trước 17:00 ngày 02/10/2023"
    assert limit.original == local("2023-09-30 00:00")
    assert limit.extended_by == extension


def test_effective_limit_is_the_extension_recorded_last_even_a_shorter_one(season, local):
    season.decide(DecisionKind.EXTEND, "2023-09-29 09:00", before="2023-10-03 00:00")
    season.decide(DecisionKind.EXTEND, "2023-09-28 09:00", before="2023-11-03 00:00")

    assert limit_of(season).due_before == local("2023-10-03 00:00")


def test_effective_limit_of_another_form_is_not_moved(season, local):
    season.decide(DecisionKind.EXTEND, "2023-09-29 09:00", before="2023-11-03 00:00")

    assert limit_of(season, "report").due_before == local("2023-10-30 00:00")


@pytest.mark.parametrize(
    ("instant", "days"),
    [
        ("2023-09-29 23:59:59", 0),
        ("2023-09-30 00:00:00", 1),
        ("2023-09-30 23:59:59", 1),
        ("2023-10-02 00:00:00", 3),
        ("2023-09-28 12:00:00", -1),
    ],
)
def test_days_after_last_day_count_in_the_campaigns_zone(season, local, instant, days):
    assert limit_of(season).days_after_last_day(local(instant).astimezone(UTC)) == days


@pytest.mark.parametrize(
    ("form", "warning"),
    [
        ("registration", None),  # 29/9/2023 is a Friday
        (
            "report",
            "Hạn cuối (hết ngày 29/10/2023) là Chủ nhật. Hạn không tự lùi sang ngày làm việc; "
            "nếu cần, hãy gia hạn bằng quyết định.",
        ),
    ],
)
def test_rest_day_warning(season, form, warning):
    found = rest_day_warning(limit_of(season, form))

    assert (str(found) if found else None) == warning


@pytest.mark.parametrize(("day", "rests"), [(27, False), (28, True), (29, True), (30, False)])
def test_is_rest_day(day, rests):
    assert is_rest_day(date(2023, 10, day)) == rests


def test_limit_instants_are_limits_and_extensions_in_order(season, local):
    season.decide(DecisionKind.EXTEND, "2023-09-28 09:00", before="2023-10-02 17:00")
    season.decide(DecisionKind.RECEIVE, "2023-09-28 09:00", received="2023-09-27 17:00")

    expected = (local("2023-09-30 00:00"), local("2023-10-02 17:00"), local("2023-10-30 00:00"))
    assert limit_instants(season.campaign, season.decisions) == expected


def test_limit_instants_with_the_policy_include_the_ends_of_named_days(season, local):
    season.count_boundary_day()

    expected = tuple(
        local(text) for text in ("2023-09-30 00:00", "2023-10-01 00:00", "2023-10-30 00:00", "2023-10-31 00:00")
    )
    assert limit_instants(season.campaign, ()) == expected
