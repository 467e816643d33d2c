"""What every tab holds: one line a unit and form, replaced when it changes, gone with its tab."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from service.domain.contents import Contents
from service.facts.database import Database
from service.facts.schema import contents
from service.facts.upserts import upsert

_IN_PAYLOAD = ("spreadsheet_id", "sheet_id", "confirmed", "entries", "problems")


class TabContents:
    """The part of a store that keeps the entries and problems of the last good read."""

    _database: Database

    def save_contents(self, campaign_key: str, found: Iterable[Contents]) -> None:
        """Keep what one whole read found, in place of all before; what reads as before is not written."""
        lines = [_values(campaign_key, one) for one in found]
        with self._database.writing() as connection:
            known = _digests(connection, campaign_key)
            changed = [line for line in lines if known.pop((line["unit"], line["form"]), None) != line["digest"]]
            upsert(connection, contents, changed)
            for unit, form in known:
                gone = (contents.c.campaign == campaign_key, contents.c.unit == unit, contents.c.form == form)
                connection.execute(delete(contents).where(*gone))

    def contents(self, campaign_key: str, form: str, units: Sequence[str]) -> tuple[Contents, ...]:
        """Return what the tabs of these units hold for a form, in the order asked; tabs never read are left out."""
        query = select(contents).where(
            contents.c.campaign == campaign_key, contents.c.form == form, contents.c.unit.in_(units)
        )
        with self._database.reading() as connection:
            found = {row.unit: _contents(row) for row in connection.execute(query)}
        return tuple(found[unit] for unit in units if unit in found)


def _digests(connection: Connection, campaign_key: str) -> dict[tuple[str, str], str]:
    query = select(contents.c.unit, contents.c.form, contents.c.digest).where(contents.c.campaign == campaign_key)
    return {(row.unit, row.form): row.digest for row in connection.execute(query)}


def _values(campaign_key: str, found: Contents) -> dict[str, Any]:
    # all in ASCII: what people paste may hold what a database refuses, NUL among it
    payload = json.dumps({name: getattr(found, name) for name in _IN_PAYLOAD}, separators=(",", ":"))
    return {
        "campaign": campaign_key,
        "unit": found.unit,
        "form": found.form,
        "seen_at": found.seen_at,
        "digest": hashlib.sha256(payload.encode("ascii")).hexdigest(),
        "payload": payload,
    }


def _contents(row: Row[Any]) -> Contents:
    payload: dict[str, Any] = json.loads(row.payload)
    payload |= {name: tuple(payload[name]) for name in ("entries", "problems")}
    return Contents(unit=row.unit, form=row.form, seen_at=row.seen_at, **payload)
