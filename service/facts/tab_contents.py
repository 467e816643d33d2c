"""What every tab holds: one line a unit and form, replaced when it changes, gone with its tab."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update

from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.domain.history import Owed
from service.facts.database import Database
from service.facts.schema import contents
from service.facts.upserts import upsert

_IN_PAYLOAD = ("spreadsheet_id", "sheet_id", "confirmed", "entries", "problems")
_SUMMARISED = (contents.c.unit, contents.c.form, contents.c.digest, contents.c.grid, contents.c.summary)
_THIS = and_(
    contents.c.campaign == bindparam("of_campaign"),
    contents.c.unit == bindparam("of_unit"),
    contents.c.form == bindparam("of_form"),
)


class TabContents:
    """The part of a store that keeps the entries and problems of the last good read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, campaign_key: str, found: Iterable[tuple[Contents, TabSummary]]) -> None:
        """Keep what reads found on tabs; what reads as before keeps the instant it was first found so."""
        lines = [_values(campaign_key, one, summary) for one, summary in found]
        with self._database.writing() as connection:
            known = _digests(connection, campaign_key, [line["unit"] for line in lines])
            same = [known.get((line["unit"], line["form"])) == (line["digest"], line["summary"]) for line in lines]
            upsert(connection, contents, [line for line, is_same in zip(lines, same, strict=True) if not is_same])
            settled = [
                {"of_campaign": campaign_key, "of_unit": line["unit"], "of_form": line["form"], "now": line["grid"]}
                for line, is_same in zip(lines, same, strict=True)
                if is_same
            ]
            if settled:
                connection.execute(update(contents).where(_THIS).values(grid=bindparam("now")), settled)

    def forget(self, campaign_key: str, gone: Collection[Owed]) -> None:
        """Forget tabs that are no longer read."""
        if gone:
            lines = [{"of_campaign": campaign_key, "of_unit": unit, "of_form": form} for unit, form in gone]
            with self._database.writing() as connection:
                connection.execute(delete(contents).where(_THIS), lines)

    def read(self, campaign_key: str, form: str, units: Sequence[str]) -> tuple[Contents, ...]:
        """Return what the tabs of these units hold for a form, in the order asked; tabs never read are left out."""
        query = select(contents).where(
            contents.c.campaign == campaign_key, contents.c.form == form, contents.c.unit.in_(units)
        )
        with self._database.reading() as connection:
            found = {row.unit: _contents(row) for row in connection.execute(query)}
        return tuple(found[unit] for unit in units if unit in found)

    def summaries(self, campaign_key: str) -> dict[Owed, TabSummary]:
        """Return what is known of every tab that was read, without its words."""
        query = select(*_SUMMARISED).where(contents.c.campaign == campaign_key)
        with self._database.reading() as connection:
            rows: Iterable[Row[Any]] = connection.execute(query)
            return {(row.unit, row.form): _summary(row) for row in rows}


def _digests(connection: Connection, campaign_key: str, units: Sequence[str]) -> dict[Owed, tuple[str, str]]:
    found: dict[Owed, tuple[str, str]] = {}
    for first in range(0, len(units), 500):
        query = select(contents.c.unit, contents.c.form, contents.c.digest, contents.c.summary).where(
            contents.c.campaign == campaign_key, contents.c.unit.in_(units[first : first + 500])
        )
        found |= {(row.unit, row.form): (row.digest, row.summary) for row in connection.execute(query)}
    return found


def _values(campaign_key: str, found: Contents, summary: TabSummary) -> dict[str, Any]:
    # all in ASCII: what people paste may hold what a database refuses, NUL among it
    payload = json.dumps({name: getattr(found, name) for name in _IN_PAYLOAD}, separators=(",", ":"))
    return {
        "campaign": campaign_key,
        "unit": found.unit,
        "form": found.form,
        "seen_at": found.seen_at,
        "digest": hashlib.sha256(payload.encode("ascii")).hexdigest(),
        "grid": summary.grid,
        "summary": _summary_text(summary),
        "payload": payload,
    }


def _summary_text(summary: TabSummary) -> str:
    said = {
        "spreadsheet_id": summary.spreadsheet_id,
        "sheet_id": summary.sheet_id,
        "confirmed": summary.confirmed,
        "tally": list(astuple(summary.tally)),
        "kept": dict(sorted(summary.kept.items())),
        "errors": summary.errors,
        "warnings": summary.warnings,
    }
    return json.dumps(said, separators=(",", ":"))


def _summary(row: Row[Any]) -> TabSummary:
    said: dict[str, Any] = json.loads(row.summary)
    said["tally"] = Tally(*said["tally"])
    return TabSummary(unit=row.unit, form=row.form, digest=row.digest, grid=row.grid, **said)


def _contents(row: Row[Any]) -> Contents:
    payload: dict[str, Any] = json.loads(row.payload)
    payload |= {name: tuple(payload[name]) for name in ("entries", "problems")}
    return Contents(unit=row.unit, form=row.form, seen_at=row.seen_at, **payload)
