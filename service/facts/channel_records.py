"""The push channels we asked for: known before the first message comes, with the number of the last one taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, insert, or_, select, update

from service.facts.database import Database
from service.facts.records import Channel, ChannelKind
from service.facts.schema import channels, workbooks
from service.facts.watches import locked_watch


class Channels:
    """The part of a store that remembers who is to tell us of changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_channel(self, channel: Channel, now: datetime, *, take_over: bool) -> bool:
        """Write a channel down before it is asked for; False when there is a good one on the same.

        `take_over` says that only a channel to the same address is good. What was asked for and never answered goes.
        """
        with self._database.writing() as connection:
            # two workers ask at the same moment: the second waits here and finds the first one's
            if channel.kind is ChannelKind.CHANGES:
                locked_watch(connection, channel.campaign)
                known = tuple(one for one in self.channels_for(channel.campaign) if one.kind is channel.kind)
            else:
                ours = select(workbooks.c.campaign).where(workbooks.c.spreadsheet_id == channel.spreadsheet_id)
                connection.execute(ours.with_for_update())
                known = self.channels_of(channel.spreadsheet_id)
            if any(one.is_good(now) and (one.address == channel.address or not take_over) for one in known):
                return False
            over = [one.id for one in known if not one.resource_id or one.expires_at <= now]
            connection.execute(delete(channels).where(channels.c.id.in_(over)))
            connection.execute(insert(channels).values(_values(channel)))
        return True

    def grant_channel(self, channel_id: str, resource_id: str, expires_at: datetime) -> None:
        """Keep what the answer to our request grants."""
        values = {"resource_id": resource_id, "expires_at": expires_at}
        with self._database.writing() as connection:
            connection.execute(update(channels).where(channels.c.id == channel_id).values(values))

    def channel(self, channel_id: str) -> Channel | None:
        """Return a channel, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(channels).where(channels.c.id == channel_id)).first()
        return None if row is None else _channel(row)

    def channels_of(self, spreadsheet_id: str) -> tuple[Channel, ...]:
        """Return a spreadsheet's channels, expired ones too, oldest first."""
        query = select(channels).where(channels.c.spreadsheet_id == spreadsheet_id)
        with self._database.reading() as connection:
            return tuple(_channel(row) for row in connection.execute(query.order_by(channels.c.created_at)))

    def channels_for(self, campaign_key: str) -> tuple[Channel, ...]:
        """Return every channel of a campaign, expired ones too, oldest first."""
        query = select(channels).where(channels.c.campaign == campaign_key)
        with self._database.reading() as connection:
            return tuple(_channel(row) for row in connection.execute(query.order_by(channels.c.created_at)))

    def is_watched(self, spreadsheet_id: str, now: datetime) -> bool:
        """Return True if a channel on a spreadsheet, or on everything, reports its changes."""
        ours = select(workbooks.c.campaign).where(workbooks.c.spreadsheet_id == spreadsheet_id)
        on_all = and_(channels.c.kind == ChannelKind.CHANGES, channels.c.campaign.in_(ours))
        query = select(channels).where(or_(channels.c.spreadsheet_id == spreadsheet_id, on_all))
        with self._database.reading() as connection:
            return any(_channel(row).lives(now) for row in connection.execute(query))

    def drop_channel(self, channel_id: str) -> None:
        """Forget a channel; what still comes from it is not known."""
        with self._database.writing() as connection:
            connection.execute(delete(channels).where(channels.c.id == channel_id))

    def stop_later(self, channel_id: str, at: datetime) -> None:
        """Remember that a channel could not be stopped, and when to try again."""
        with self._database.writing() as connection:
            connection.execute(update(channels).where(channels.c.id == channel_id).values(stop_at=at))

    def take_message(self, channel_id: str, number: int, resource_id: str, now: datetime) -> bool:
        """Count a message as seen; False when it, or a later one, was seen before."""
        with self._database.writing() as connection:
            fresh = (channels.c.id == channel_id, channels.c.last_number < number)
            values = {"last_number": number, "resource_id": resource_id, "told_at": now}
            return connection.execute(update(channels).where(*fresh).values(values)).rowcount == 1


def _values(channel: Channel) -> dict[str, object]:
    return {
        "id": channel.id,
        "spreadsheet_id": channel.spreadsheet_id,
        "address": channel.address,
        "token_hash": channel.token_hash,
        "resource_id": channel.resource_id,
        "created_at": channel.created_at,
        "expires_at": channel.expires_at,
        "last_number": channel.last_number,
        "campaign": channel.campaign,
        "kind": channel.kind,
        "told_at": channel.told_at,
        "stop_at": channel.stop_at,
    }


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        id=row.id,
        spreadsheet_id=row.spreadsheet_id,
        address=row.address,
        token_hash=row.token_hash,
        created_at=row.created_at,
        expires_at=row.expires_at,
        resource_id=row.resource_id,
        last_number=row.last_number,
        campaign=row.campaign,
        kind=ChannelKind(row.kind),
        told_at=row.told_at,
        stop_at=row.stop_at,
    )
