"""What is kept of attempts under way, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.web.session.oidc import attempts

NOW = datetime(2023, 9, 20, 1, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "is_good"), [(0, True), (599, True), (600, False), (-1, False)])
def test_an_attempt_is_good_for_ten_minutes(seconds, is_good):
    session: dict = {}
    attempt = attempts.new(NOW, "/problems")
    attempts.keep(session, attempt, NOW)

    taken = attempts.take(session, attempt.state, NOW + timedelta(seconds=seconds))

    assert taken == (attempt if is_good else None)
    assert session == {}


def test_an_attempt_is_taken_once_and_the_others_stay():
    session: dict = {}
    first, second = attempts.new(NOW, ""), attempts.new(NOW, "")
    attempts.keep(session, first, NOW)
    attempts.keep(session, second, NOW)

    assert attempts.take(session, first.state, NOW) == first
    assert attempts.take(session, first.state, NOW) is None
    assert attempts.take(session, second.state, NOW) == second


@pytest.mark.parametrize("state", ["", "x", "\x00", "\ud800", "😀" * 1000])
def test_a_state_nobody_was_given_takes_nothing(state):
    session: dict = {}
    attempts.keep(session, attempts.new(NOW, ""), NOW)

    assert attempts.take(session, state, NOW) is None
    assert len(session["attempts"]) == 1


def test_attempts_that_are_over_make_room():
    session: dict = {}
    for minute in range(30):
        now = NOW + timedelta(minutes=minute)
        attempts.keep(session, attempts.new(now, ""), now)

    assert len(session["attempts"]) == attempts.MOST
