"""Counts and rates per obligation and group; shares of those expected, not of those who sent."""

from service.domain.decisions import DecisionKind
from service.domain.history import group_history
from service.domain.rates import rates
from service.domain.standings import standings_at


def rated(season, now):
    history = group_history(season.observations, season.decisions)
    return {
        (rate.form, rate.group): rate for rate in rates(season.campaign, standings_at(now, season.campaign, history))
    }


def test_nothing_sent_yet(season, local):
    found = rated(season, local("2023-09-20 08:00"))

    assert list(found) == [
        ("registration", "so"),
        ("registration", "huyen"),
        ("registration", ""),
        ("report", "so"),
        ("report", "huyen"),
        ("report", ""),
    ]
    whole = found["registration", ""]
    assert (whole.expected, whole.sent, whole.missing, whole.outstanding, whole.sent_share) == (2, 0, 0, 2, 0.0)


def test_sent_in_time_counts_for_its_group_and_all(season, local):
    season.see("2023-09-20 08:00")

    found = rated(season, local("2023-10-05 08:00"))

    own, other, whole = (found["registration", group] for group in ("so", "huyen", ""))
    assert (own.sent, own.on_time, own.on_time_share, own.entries) == (1, 1, 1.0, 2)
    assert (other.sent, other.missing, other.sent_share) == (0, 1, 0.0)
    assert (whole.expected, whole.sent_share, whole.on_time_share, whole.outstanding) == (2, 0.5, 0.5, 1)


def test_late_is_sent_but_not_on_time(season, local):
    season.see("2023-10-02 08:00")

    own = rated(season, local("2023-10-05 08:00"))["registration", "so"]

    assert (own.sent, own.on_time, own.late, own.sent_after_limit, own.on_time_share) == (1, 0, 1, 1, 0.0)


def test_exempt_is_not_expected(season, local):
    season.decide(DecisionKind.EXEMPT, "2023-09-20 08:00")

    own = rated(season, local("2023-10-05 08:00"))["registration", "so"]

    assert (own.expected, own.exempt, own.missing, own.sent_share, own.on_time_share) == (0, 1, 0, None, None)


def test_nobody_at_all_has_no_rates(season):
    assert rates(season.campaign, ()) == ()
