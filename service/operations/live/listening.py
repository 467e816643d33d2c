"""Pushes about the scratch spreadsheet, counted where `tonghop serve` takes them: in the database they share."""

from __future__ import annotations

from datetime import timedelta

from service.clock import Clock
from service.facts.records import Channel
from service.facts.store import Store
from service.token_hash import hash_of

LIFE = timedelta(minutes=10)


class StoreListener:
    """A listener whose ears are a running `tonghop serve`."""

    def __init__(self, store: Store, address: str, clock: Clock) -> None:
        self._store = store
        self._address = address
        self._clock = clock

    @property
    def address(self) -> str:
        """Return where pushes are sent."""
        return self._address

    def expect(self, channel_id: str, token: str, spreadsheet_id: str) -> None:
        """Know a channel before its first message."""
        now = self._clock()
        channel = Channel(channel_id, spreadsheet_id, self._address, hash_of(token), now, now + LIFE)
        self._store.channels.begin_channel(channel, now, take_over=True)

    def seen(self, channel_id: str) -> int:
        """Return the number of the last message that came, 0 before the first."""
        channel = self._store.channels.channel(channel_id)
        return channel.last_number if channel is not None else 0

    def forget(self, channel_id: str) -> None:
        """Know the channel no more."""
        self._store.channels.drop_channel(channel_id)
