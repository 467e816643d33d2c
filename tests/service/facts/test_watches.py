"""How far a campaign has looked at the changes, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.facts.records import Channel, ChannelKind, Watch

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(instant):
    return instant("2023-09-20 08:00")


@pytest.fixture
def looking(store, campaign_key):
    assert store.watches.begin_looking(campaign_key, "7")
    return store


def test_nothing_is_known_before_the_first_word(store, campaign_key):
    assert store.watches.watch_of(campaign_key) == Watch(campaign_key)


def test_push_asks_for_a_look_and_the_first_says_when(store, campaign_key, now):
    for later in range(3):
        store.watches.want_look(campaign_key, now + later * MINUTE)

    assert store.watches.watch_of(campaign_key) == Watch(campaign_key, pushes=3, look_at=now)


def test_push_does_not_shorten_a_wait_after_a_failure(looking, campaign_key, now):
    looking.watches.look_later(campaign_key, now + MINUTE)
    looking.watches.want_look(campaign_key, now)

    assert looking.watches.watch_of(campaign_key).look_at == now + MINUTE


def test_whole_look_moves_on_and_nothing_asks_any_more(looking, campaign_key, now):
    looking.watches.want_look(campaign_key, now)

    assert looking.watches.looked(looking.watches.watch_of(campaign_key), "9", now, is_whole=True)
    assert looking.watches.watch_of(campaign_key) == Watch(campaign_key, "9", pushes=1)


def test_page_of_a_look_moves_on_and_goes_on_asking(looking, campaign_key, now):
    looking.watches.want_look(campaign_key, now)

    assert looking.watches.looked(looking.watches.watch_of(campaign_key), "8", now, is_whole=False)
    assert looking.watches.watch_of(campaign_key) == Watch(campaign_key, "8", pushes=1, look_at=now)


def test_push_during_a_look_asks_for_another(looking, campaign_key, now):
    looking.watches.want_look(campaign_key, now)
    before = looking.watches.watch_of(campaign_key)
    looking.watches.want_look(campaign_key, now)

    assert looking.watches.looked(before, "9", now + MINUTE, is_whole=True)
    assert looking.watches.watch_of(campaign_key).look_at == now + MINUTE


def test_second_of_two_who_look_at_once_moves_nothing_back(looking, campaign_key, now):
    looking.watches.want_look(campaign_key, now)
    before = looking.watches.watch_of(campaign_key)

    assert looking.watches.looked(before, "9", now, is_whole=True)
    assert not looking.watches.looked(before, "8", now, is_whole=True)
    assert looking.watches.watch_of(campaign_key).page_token == "9"


def test_new_place_is_kept_only_instead_of_the_one_that_was_known(looking, campaign_key):
    assert not looking.watches.begin_looking(campaign_key, "20", instead_of="6")
    assert looking.watches.begin_looking(campaign_key, "20", instead_of="7")
    looking.watches.end_looking(campaign_key)
    assert looking.watches.watch_of(campaign_key).page_token == ""


def test_mark_and_place_are_kept_together_or_not_at_all(looking, known_store, campaign_key, now):
    looking.watches.want_look(campaign_key, now)
    before = looking.watches.watch_of(campaign_key)

    def killed() -> None:
        with known_store.together():
            assert known_store.work.mark_dirty("bang-1", now, MINUTE, MINUTE)
            assert looking.watches.looked(before, "9", now, is_whole=True)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()

    assert looking.watches.watch_of(campaign_key) == before
    assert looking.work.state(campaign_key) is None


def test_refusal_is_kept_until_it_is_over(store, campaign_key, now):
    store.watches.hold_back(campaign_key, now + MINUTE, "vì sao")
    assert store.watches.watch_of(campaign_key) == Watch(campaign_key, retry_at=now + MINUTE, refusal="vì sao")

    store.watches.hold_back(campaign_key, None, "")
    assert store.watches.watch_of(campaign_key) == Watch(campaign_key)


def test_campaigns_do_not_mix(store, campaign_key, now):
    store.watches.want_look("dot-khac", now)

    assert store.watches.watch_of(campaign_key) == Watch(campaign_key)


def on_changes(campaign: str, now, name: str = "kenh-1", **changes) -> Channel:
    until = now + timedelta(days=7)
    values = {"campaign": campaign, "kind": ChannelKind.CHANGES, "resource_id": "r"} | changes
    return Channel(name, "", "https://a.vn/hooks/drive", "bam", now, until, **values)


def test_workers_that_begin_a_channel_on_all_at_once_let_one_in(known_store, campaign_key, now):
    def begin(number: int) -> bool:
        return known_store.channels.begin_channel(on_changes(campaign_key, now, f"kenh-{number}"), now, take_over=True)

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(begin, range(16)))

    assert begun.count(True) == 1
    assert len(known_store.channels.channels_for(campaign_key)) == 1


def test_channel_on_all_is_each_campaigns_own(known_store, campaign_key, now):
    for name in (campaign_key, "dot-khac"):
        assert known_store.channels.begin_channel(on_changes(name, now, name), now, take_over=False)

    assert [one.id for one in known_store.channels.channels_for(campaign_key)] == [campaign_key]


def test_every_workbook_of_the_campaign_is_watched_by_a_channel_on_all(known_store, campaign_key, now):
    known_store.channels.begin_channel(on_changes("dot-khac", now, "khac"), now, take_over=False)
    assert not known_store.channels.is_watched("bang-1", now)

    known_store.channels.begin_channel(on_changes(campaign_key, now), now, take_over=False)

    assert [known_store.channels.is_watched(book, now) for book in ("bang-1", "bang-2", "bang-la")] == [
        True,
        True,
        False,
    ]
    assert not known_store.channels.is_watched("bang-1", now + timedelta(days=7))


def test_channel_remembers_its_last_message_and_when_to_stop_it_again(known_store, campaign_key, now):
    known_store.channels.begin_channel(on_changes(campaign_key, now), now, take_over=False)
    known_store.channels.take_message("kenh-1", 5, "r", now + MINUTE)
    known_store.channels.stop_later("kenh-1", now + 2 * MINUTE)

    expected = on_changes(campaign_key, now, last_number=5, told_at=now + MINUTE, stop_at=now + 2 * MINUTE)
    assert known_store.channels.channel("kenh-1") == expected
