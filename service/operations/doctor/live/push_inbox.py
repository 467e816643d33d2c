"""Pushes about the scratch spreadsheet, counted where `tonghop serve` takes them: in the database they share."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from service.clock import Clock
from service.domain.token_hash import hash_of
from service.errors import SheetsMissingError
from service.facts.records import Channel
from service.facts.store import Store
from service.sheets.scratch import Scratch

LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PushInbox:
    """Opens channels of short life and counts what comes by them."""

    store: Store
    address: str  # where pushes are sent
    clock: Clock

    @contextmanager
    def channel(self, book: Scratch) -> Iterator[str]:
        """Watch a spreadsheet by a channel, known before its first message and ended at the end; yield its id."""
        channel_id, token, now = str(uuid.uuid4()), secrets.token_urlsafe(32), self.clock()
        known = Channel(channel_id, book.spreadsheet_id, self.address, hash_of(token), now, now + LIFE)
        self.store.channels.begin_channel(known, now, take_over=True)
        try:
            resource = book.watch(channel_id, token, self.address, int((now + LIFE).timestamp() * 1000))
            try:
                yield channel_id
            finally:
                # one that is missing ran out by itself
                with suppress(SheetsMissingError):
                    book.stop(channel_id, resource)
        finally:
            self.store.channels.drop_channel(channel_id)

    def last_number(self, channel_id: str) -> int:
        """Return the number of the last message that came, 0 before the first."""
        channel = self.store.channels.channel(channel_id)
        return channel.last_number if channel is not None else 0
