"""The registry of push channels, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from service.facts.records import Channel

DAY = timedelta(days=1)


@pytest.fixture
def now(instant):
    return instant("2023-09-20 08:00")


@pytest.fixture
def channel(now):
    def make(name: str = "kenh-1", **changes) -> Channel:
        return replace(Channel(name, "bang-1", "http://127.0.0.1:1/hooks/drive", "bam", now, now + DAY), **changes)

    return make


def test_channel_is_good_in_the_first_half_of_its_life(channel, now):
    granted = channel(resource_id="r")

    assert [granted.is_good(now + part) for part in (timedelta(0), DAY / 2 - timedelta(seconds=1), DAY / 2)] == [
        True,
        True,
        False,
    ]


def test_channel_not_answered_is_good_for_a_minute(channel, now):
    assert [channel().is_good(now + timedelta(seconds=passed)) for passed in (59, 60)] == [True, False]


def test_channel_of_a_later_clock_is_not_good(channel, now):
    assert not channel(resource_id="r").is_good(now - timedelta(days=3))


def test_begin_refuses_while_there_is_a_good_one(known_store, channel, now):
    assert known_store.channels.begin_channel(channel(), now, take_over=False)

    assert not known_store.channels.begin_channel(channel("kenh-2"), now, take_over=True)
    assert [one.id for one in known_store.channels.channels_of("bang-1")] == ["kenh-1"]


def test_begin_takes_over_from_another_address_only_when_told(known_store, channel, now):
    known_store.channels.begin_channel(
        channel(address="http://127.0.0.1:2/hooks/drive", resource_id="r"), now, take_over=False
    )

    assert not known_store.channels.begin_channel(channel("kenh-2"), now, take_over=False)
    assert known_store.channels.begin_channel(channel("kenh-2"), now, take_over=True)
    assert [one.id for one in known_store.channels.channels_of("bang-1")] == ["kenh-1", "kenh-2"]


def test_begin_forgets_what_was_never_answered_and_what_expired(known_store, channel, now):
    earlier = now - 2 * DAY
    gone = channel("het-han", resource_id="r", created_at=earlier, expires_at=now)
    unanswered = channel("khong-dap", created_at=now - timedelta(minutes=2))
    for old in (gone, unanswered):
        known_store.channels.begin_channel(old, old.created_at, take_over=False)

    assert known_store.channels.begin_channel(channel(), now, take_over=False)
    assert [one.id for one in known_store.channels.channels_of("bang-1")] == ["kenh-1"]


def test_begin_at_the_same_moment_lets_one_in(known_store, channel, now):
    with ThreadPoolExecutor(8) as pool:
        begun = list(
            pool.map(lambda n: known_store.channels.begin_channel(channel(f"kenh-{n}"), now, take_over=True), range(16))
        )

    assert begun.count(True) == 1
    assert len(known_store.channels.channels_of("bang-1")) == 1


def test_grant_keeps_what_the_server_said(known_store, channel, now):
    known_store.channels.begin_channel(channel(), now, take_over=False)
    known_store.channels.grant_channel("kenh-1", "r", now + timedelta(hours=1))

    assert known_store.channels.channel("kenh-1") == channel(resource_id="r", expires_at=now + timedelta(hours=1))
    assert known_store.channels.channel("kenh-2") is None


def test_message_is_taken_once_and_never_out_of_order(known_store, channel, now):
    known_store.channels.begin_channel(channel(), now, take_over=False)

    taken = [known_store.channels.take_message("kenh-1", number, "r", now) for number in (1, 1, 5, 3, 5, 6)]

    assert taken == [True, False, True, False, False, True]
    assert known_store.channels.channel("kenh-1").last_number == 6
    assert not known_store.channels.take_message("kenh-2", 9, "r", now)


def test_drop_forgets_a_channel(known_store, channel, now):
    known_store.channels.begin_channel(channel(), now, take_over=False)
    known_store.channels.drop_channel("kenh-1")

    assert known_store.channels.channels_of("bang-1") == ()


def test_spreadsheet_is_watched_while_a_granted_channel_lives(known_store, channel, now):
    known_store.channels.begin_channel(channel(), now, take_over=False)
    assert not known_store.channels.is_watched("bang-1", now)

    known_store.channels.grant_channel("kenh-1", "r", now + DAY)

    moments = (now, now + DAY - timedelta(seconds=1), now + DAY, now - DAY)
    assert [known_store.channels.is_watched("bang-1", moment) for moment in moments] == [True, True, False, False]
    assert not known_store.channels.is_watched("bang-2", now)
