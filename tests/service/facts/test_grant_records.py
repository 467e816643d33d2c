"""Grants, one-time links and sessions, on every store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.roles import Role
from service.facts.records import Grant, GrantUse

DAY = timedelta(days=1)


@pytest.fixture
def now(instant):
    return instant("2023-09-20 08:00")


@pytest.fixture
def viewer(campaign_key, now):
    return Grant(campaign_key, "ban@vidu.example", Role.VIEWER, "", now, "Chị Hoa")


@pytest.fixture
def given(store, viewer, now):
    """Return a saved grant with a link "t" that is good for a day."""
    grant = store.access.give_grant(viewer)
    store.access.save_link(grant, "t", now, now + DAY)
    return grant


def test_grants_are_kept_with_what_became_of_them(store, campaign_key, given, now):
    assert store.access.grants(campaign_key) == (GrantUse(given, now + DAY, None, None),)
    assert store.access.grants("khong_co") == ()

    store.access.use_link("t", now)
    store.access.start_session(given, "s", now)
    store.access.start_session(given, "s2", now + DAY)

    assert store.access.grants(campaign_key) == (GrantUse(given, now + DAY, now, now + DAY),)


def test_the_same_grant_again_keeps_its_number_and_its_sessions(store, campaign_key, viewer, given, now):
    store.access.start_session(given, "s", now)

    again = store.access.give_grant(replace(viewer, granted_at=now + DAY, expires_at=now + 9 * DAY))

    assert again == replace(given, expires_at=now + 9 * DAY)
    assert store.access.session_grant(campaign_key, "s") == again


def test_another_role_replaces_the_grant(store, campaign_key, viewer, given, now):
    store.access.start_session(given, "s", now)

    other = store.access.give_grant(replace(viewer, role=Role.OPERATOR, granted_at=now + DAY))

    assert other.id != given.id
    assert store.access.session_grant(campaign_key, "s").revoked_at == now + DAY
    assert store.access.link(campaign_key, "t").is_good(now + DAY / 2) is False


def test_an_address_keeps_the_grants_of_all_its_units(store, campaign_key, viewer, now):
    first, second = (
        store.access.give_grant(replace(viewer, role=Role.UNIT, unit=unit, granted_at=now)) for unit in ("A", "B")
    )
    again = store.access.give_grant(replace(viewer, role=Role.UNIT, unit="A", granted_at=now + DAY))

    assert again.id == first.id
    assert [one.id for one in store.access.standing_grants(campaign_key, viewer.email, now)] == [first.id, second.id]
    store.access.revoke_grants(campaign_key, viewer.email, now, "A")
    assert [one.unit for one in store.access.standing_grants(campaign_key, viewer.email, now)] == ["B"]
    store.access.give_grant(replace(viewer, granted_at=now + DAY))
    assert [one.role for one in store.access.standing_grants(campaign_key, viewer.email, now)] == [Role.VIEWER]
    store.access.give_grant(replace(viewer, role=Role.UNIT, unit="C", granted_at=now + DAY))
    assert [one.unit for one in store.access.standing_grants(campaign_key, viewer.email, now)] == ["C"]


def test_an_expired_grant_is_not_brought_back(store, viewer, now):
    first = store.access.give_grant(replace(viewer, expires_at=now + DAY))

    second = store.access.give_grant(replace(viewer, granted_at=now + 2 * DAY))

    assert second.id != first.id


def test_grants_of_another_campaign_and_address_are_left_alone(store, campaign_key, viewer, given, now):
    store.access.give_grant(replace(viewer, campaign="nam_sau", role=Role.OPERATOR))
    store.access.give_grant(replace(viewer, email="khac@vidu.example", role=Role.OPERATOR))

    assert store.access.grants(campaign_key)[0].grant == given
    assert store.access.revoke_grants(campaign_key, "khong@vidu.example", now) == ()


def test_revoking_ends_all_that_stood(store, campaign_key, given, now):
    store.access.start_session(given, "s", now)

    ended = store.access.revoke_grants(campaign_key, given.email, now + DAY)

    assert ended == (replace(given, revoked_at=now + DAY),)
    assert not store.access.session_grant(campaign_key, "s").stands(now + DAY)
    assert not store.access.link(campaign_key, "t").is_good(now)
    assert store.access.revoke_grants(campaign_key, given.email, now + DAY) == ()


@pytest.mark.parametrize(
    ("after", "stands"), [(timedelta(0), True), (DAY - timedelta(microseconds=1), True), (DAY, False), (9 * DAY, False)]
)
def test_a_grant_and_a_link_end_at_their_instant(store, campaign_key, viewer, now, after, stands):
    grant = store.access.give_grant(replace(viewer, expires_at=now + DAY))
    store.access.save_link(grant, "t", now, now + 5 * DAY)
    store.access.save_link(store.access.give_grant(replace(viewer, email="khac@vidu.example")), "u", now, now + DAY)

    assert grant.stands(now + after) is stands
    assert store.access.link(campaign_key, "t").is_good(now + after) is stands
    assert store.access.link(campaign_key, "u").is_good(now + after) is stands


def test_a_link_is_used_once(store, campaign_key, given, now):
    with ThreadPoolExecutor(8) as threads:
        used = list(threads.map(lambda _: store.access.use_link("t", now), range(8)))

    assert sorted(used) == [False] * 7 + [True]
    assert store.access.link(campaign_key, "t").used_at == now
    assert store.access.use_link("khong-co", now) is False


def test_a_link_past_its_time_is_not_used(store, given, now):
    assert store.access.use_link("t", now + DAY) is False


def test_a_new_link_replaces_one_that_was_not_used(store, campaign_key, given, now):
    store.access.save_link(given, "u", now, now + DAY)
    store.access.use_link("u", now)
    store.access.save_link(given, "v", now, now + DAY)

    assert store.access.link(campaign_key, "t") is None
    assert store.access.link(campaign_key, "u").used_at == now
    assert store.access.link(campaign_key, "v").is_good(now)
    assert store.access.link("nam_sau", "v") is None


def test_a_late_link_is_remembered_once(store, given, now):
    assert [
        store.access.refuse_link("t", now),
        store.access.refuse_link("t", now),
        store.access.refuse_link("x", now),
    ] == [
        True,
        False,
        False,
    ]


def test_a_session_is_ended_for_good(store, campaign_key, given, now):
    store.access.start_session(given, "s", now)

    assert store.access.session_grant(campaign_key, "s") == given
    assert store.access.session_grant("nam_sau", "s") is None
    assert [store.access.end_session("s", now), store.access.end_session("s", now)] == [True, False]
    assert store.access.session_grant(campaign_key, "s") is None


def test_together_is_whole_or_not_at_all(store, campaign_key, viewer, now):
    def granted_and_cut_off():
        with store.together():
            store.access.give_grant(viewer)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        granted_and_cut_off()

    assert store.access.grants(campaign_key) == ()


def test_the_standing_grant_of_an_address_is_its_newest(store, campaign_key, viewer, given, now):
    assert store.access.standing_grant(campaign_key, viewer.email, now) == given
    assert store.access.standing_grant(campaign_key, "khac@vidu.example", now) is None
    assert store.access.standing_grant("khong_co", viewer.email, now) is None

    other = store.access.give_grant(replace(viewer, role=Role.OPERATOR, granted_at=now + DAY))
    assert store.access.standing_grant(campaign_key, viewer.email, now + DAY) == other

    store.access.revoke_grants(campaign_key, viewer.email, now + DAY)
    assert store.access.standing_grant(campaign_key, viewer.email, now + DAY) is None


def test_a_grant_stands_until_it_ends_and_not_at_that_moment(store, campaign_key, viewer, now):
    grant = store.access.give_grant(replace(viewer, expires_at=now + DAY))

    assert store.access.standing_grant(campaign_key, viewer.email, now + DAY - timedelta(microseconds=1)) == grant
    assert store.access.standing_grant(campaign_key, viewer.email, now + DAY) is None


def test_the_first_account_holds_a_grant(store, campaign_key, given, now):
    assert store.access.bind_account(given, "https://cap.example", "a", now) is True
    assert store.access.bind_account(given, "https://cap.example", "b", now + DAY) is False
    assert store.access.bind_account(given, "https://cap.example", "a", now + DAY) is True
    # another provider's names are its own
    assert store.access.bind_account(given, "https://khac.example", "b", now + DAY) is True
    assert [store.access.note_other_account(given, "https://cap.example", now + number * DAY) for number in (1, 2)] == [
        True,
        False,
    ]

    use = store.access.grants(campaign_key)[0]
    assert (use.account_bound_at, use.other_account_at) == (now, now + DAY)


def test_of_many_accounts_at_once_one_holds_the_grant(store, given, now):
    with ThreadPoolExecutor(8) as threads:
        held = list(
            threads.map(
                lambda number: store.access.bind_account(given, "https://cap.example", str(number), now), range(8)
            )
        )

    assert sum(held) == 1


def test_a_grant_given_anew_is_held_by_nobody(store, campaign_key, viewer, given, now):
    store.access.bind_account(given, "https://cap.example", "a", now)
    store.access.revoke_grants(campaign_key, viewer.email, now)

    anew = store.access.give_grant(replace(viewer, granted_at=now + DAY))

    assert store.access.bind_account(anew, "https://cap.example", "b", now + DAY) is True
