"""Where a campaign stands in the changes of all files: what a push asked for, and how far we have looked.

A push only counts up and sets when to read. The reader moves the page token on in the transaction of the marks it
makes: killed before that, the next one looks again from the same place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.facts.database import Database
from service.facts.records import Watch
from service.facts.schema import watches
from service.facts.upserts import insert_new


class Watches:
    """The part of a store that remembers how changes are followed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watch_of(self, campaign_key: str) -> Watch:
        """Return where a campaign stands; nothing is known before the first word of it."""
        query = select(watches).where(watches.c.campaign == campaign_key)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Watch(campaign_key) if row is None else _watch(row)

    def want_look(self, campaign_key: str, now: datetime) -> None:
        """Ask for a look at the changes; one that waits already, as after a failure, does not come sooner."""
        with self._database.writing() as connection:
            row = locked_watch(connection, campaign_key)
            _save(connection, campaign_key, pushes=row.pushes + 1, look_at=row.look_at or now)

    def look_later(self, campaign_key: str, at: datetime) -> None:
        """Put a look off."""
        with self._database.writing() as connection:
            locked_watch(connection, campaign_key)
            _save(connection, campaign_key, look_at=at)

    def begin_looking(self, campaign_key: str, page_token: str, instead_of: str = "") -> bool:
        """Keep a new place to look from; False when another has changed it meanwhile."""
        with self._database.writing() as connection:
            if locked_watch(connection, campaign_key).page_token != instead_of:
                return False
            _save(connection, campaign_key, page_token=page_token, look_at=None)
        return True

    def looked(self, before: Watch, page_token: str, now: datetime, *, is_whole: bool) -> bool:
        """Move on to a page token; False when another has moved on already. A push that came meanwhile stays."""
        with self._database.writing() as connection:
            row = locked_watch(connection, before.campaign)
            if row.page_token != before.page_token:
                return False
            is_done = is_whole and row.pushes == before.pushes
            _save(connection, before.campaign, page_token=page_token, look_at=None if is_done else now)
        return True

    def end_looking(self, campaign_key: str) -> None:
        """Forget the place: who begins again looks at everything once."""
        with self._database.writing() as connection:
            _save(connection, campaign_key, page_token="", look_at=None)

    def hold_back(self, campaign_key: str, until: datetime | None, refusal: str) -> None:
        """Ask for no channel before an instant, and remember why; None asks again at once."""
        with self._database.writing() as connection:
            locked_watch(connection, campaign_key)
            _save(connection, campaign_key, retry_at=until, refusal=refusal)


def locked_watch(connection: Connection, campaign_key: str) -> Row[Any]:
    """Return a campaign's row, made where it is missing; others wait for it until the transaction ends."""
    query = select(watches).where(watches.c.campaign == campaign_key).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        insert_new(connection, watches, {"campaign": campaign_key, "page_token": "", "pushes": 0, "refusal": ""})
        row = connection.execute(query).one()
    return row


def _save(connection: Connection, campaign_key: str, **values: object) -> None:
    connection.execute(update(watches).where(watches.c.campaign == campaign_key).values(values))


def _watch(row: Row[Any]) -> Watch:
    return Watch(row.campaign, row.page_token, row.pushes, row.look_at, row.retry_at, row.refusal)
