"""What every tab holds, and every version it ever held.

`contents` has one line a unit and form, replaced when it changes, gone with its tab. `versions` is append-only: it
answers what a tab held as of any instant, word for word.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, select, update

from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.domain.history import Owed
from service.facts.database import Database
from service.facts.kept_json import from_json, to_json
from service.facts.kept_texts import digest_of, keep, kept
from service.facts.schema import contents, versions
from service.facts.upserts import upsert

_IN_PAYLOAD = ("spreadsheet_id", "sheet_id", "confirmed", "entries", "problems", "fields", "others", "cells")
_SEQUENCES = ("entries", "problems", "others")
_SUMMARISED = (contents.c.unit, contents.c.form, contents.c.digest, contents.c.grid, contents.c.summary)
_THIS = and_(
    contents.c.campaign == bindparam("of_campaign"),
    contents.c.unit == bindparam("of_unit"),
    contents.c.form == bindparam("of_form"),
)
_GONE = ""  # the digest of a version from which on the tab was no longer read


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a tab: from when on it was known, the read that found it, its digest; blank: no longer read."""

    unit: str
    form: str
    recorded_at: datetime
    seen_at: datetime
    digest: str
    confirmed: bool
    rows: int  # that passed

    def as_dict(self, zone: tzinfo) -> dict[str, object]:
        """Return it as JSON values, instants in a zone."""
        instants = {"recorded_at": self.recorded_at, "seen_at": self.seen_at}
        shown = {name: at.astimezone(zone).isoformat() for name, at in instants.items()}
        rest = {"digest": self.digest, "confirmed": self.confirmed, "rows": self.rows}
        return {"unit": self.unit, "form": self.form, **shown, **rest}


class TabContents:
    """The part of a store that keeps what good reads found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, campaign_key: str, found: Iterable[tuple[Contents, TabSummary]], at: datetime | None = None) -> None:
        """Keep what reads found on tabs; what reads as before keeps the instant it was first found so.

        It is known from `at` on, or since it was seen.
        """
        lines = [_values(campaign_key, one, summary) for one, summary in found]
        with self._database.writing() as connection:
            known = _digests(connection, campaign_key, [line["unit"] for line in lines])
            same = [_reads_as(known.get((line["unit"], line["form"])), line) for line in lines]
            changed = [line for line, is_same in zip(lines, same, strict=True) if not is_same]
            upsert(connection, contents, changed)
            _keep_versions(connection, changed, at)
            settled = [
                {"of_campaign": campaign_key, "of_unit": line["unit"], "of_form": line["form"], "now": line["grid"]}
                for line, is_same in zip(lines, same, strict=True)
                if is_same
            ]
            if settled:
                connection.execute(update(contents).where(_THIS).values(grid=bindparam("now")), settled)

    def forget(self, campaign_key: str, gone: Collection[Owed], at: datetime) -> None:
        """Forget tabs that are no longer read; their versions stay, up to now."""
        if gone:
            lines = [{"of_campaign": campaign_key, "of_unit": unit, "of_form": form} for unit, form in sorted(gone)]
            ends = [_ending(campaign_key, unit, form, at) for unit, form in sorted(gone)]
            with self._database.writing() as connection:
                connection.execute(delete(contents).where(_THIS), lines)
                connection.execute(insert(versions), ends)

    def rename(self, campaign_key: str, codes: Mapping[str, str], at: datetime) -> None:
        """Go on under new codes of units, by former code, from an instant on."""
        with self._database.writing() as connection:
            query = select(contents).where(contents.c.campaign == campaign_key, contents.c.unit.in_(codes))
            rows = [dict(row._mapping) for row in connection.execute(query)]
            for row in rows:
                this = {"of_campaign": campaign_key, "of_unit": row["unit"], "of_form": row["form"]}
                connection.execute(delete(contents).where(_THIS), [this])
            renamed = [{**row, "unit": codes[row["unit"]], "grid": ""} for row in rows]
            upsert(connection, contents, renamed)
            _keep_versions(connection, renamed, at)
            if rows:
                connection.execute(
                    insert(versions), [_ending(campaign_key, row["unit"], row["form"], at) for row in rows]
                )

    def read(
        self, campaign_key: str, form: str, units: Sequence[str], at: datetime | None = None
    ) -> tuple[Contents, ...]:
        """Return what the tabs of these units hold for a form, or held at an instant, in the order asked.

        Tabs never read are left out.
        """
        with self._database.reading() as connection:
            if at is None:
                query = select(contents).where(
                    contents.c.campaign == campaign_key, contents.c.form == form, contents.c.unit.in_(units)
                )
                found = {row.unit: _contents(row, row.payload) for row in connection.execute(query)}
            else:
                rows = [row for row in connection.execute(_in_force(campaign_key, at, form, units)) if row.digest]
                payloads = kept(connection, [row.digest for row in rows])
                found = {row.unit: _contents(row, payloads[row.digest]) for row in rows}
        return tuple(found[unit] for unit in units if unit in found)

    def read_version(
        self, campaign_key: str, form: str, codes: Collection[str], seen_until: datetime
    ) -> Contents | None:
        """Return the last version of a unit's tab that was seen until an instant, under whichever of its codes."""
        query = (
            select(versions)
            .where(
                versions.c.campaign == campaign_key,
                versions.c.form == form,
                versions.c.unit.in_(codes),
                versions.c.seen_at <= seen_until,
                versions.c.digest != _GONE,
            )
            .order_by(versions.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else _contents(row, kept(connection, [row.digest])[row.digest])

    def summaries(self, campaign_key: str, at: datetime | None = None) -> dict[Owed, TabSummary]:
        """Return what is known of every tab that was read, or was at an instant, without its words."""
        with self._database.reading() as connection:
            if at is None:
                held: Iterable[Row[Any]] = connection.execute(
                    select(*_SUMMARISED).where(contents.c.campaign == campaign_key)
                )
                return {(row.unit, row.form): _summary(row, row.grid) for row in held}
            rows = connection.execute(_in_force(campaign_key, at).order_by(versions.c.form, versions.c.unit))
            return {(row.unit, row.form): _summary(row, "") for row in rows if row.digest}

    def grids(self, campaign_key: str) -> dict[Owed, str]:
        """Return what every tab was read from (`TabSummary.grid`)."""
        query = select(contents.c.unit, contents.c.form, contents.c.grid).where(contents.c.campaign == campaign_key)
        with self._database.reading() as connection:
            return {(row.unit, row.form): row.grid for row in connection.execute(query)}

    def versions(self, campaign_key: str, units: Collection[str], form: str) -> tuple[Version, ...]:
        """Return every version of a unit's tab, under whichever of its codes, in the order they became known."""
        query = (
            select(versions)
            .where(versions.c.campaign == campaign_key, versions.c.form == form, versions.c.unit.in_(units))
            .order_by(versions.c.id)
        )
        with self._database.reading() as connection:
            return tuple(_version(row) for row in connection.execute(query))


def _in_force(
    campaign_key: str, at: datetime, form: str | None = None, units: Collection[str] | None = None
) -> Select[Any]:
    """Return the query of the versions in force at an instant: of each unit and form the last one known then."""
    newest = select(func.max(versions.c.id)).where(versions.c.campaign == campaign_key, versions.c.recorded_at <= at)
    if form is not None:
        newest = newest.where(versions.c.form == form)
    if units is not None:
        newest = newest.where(versions.c.unit.in_(units))
    return select(versions).where(versions.c.id.in_(newest.group_by(versions.c.unit, versions.c.form)))


def _ending(campaign_key: str, unit: str, form: str, at: datetime) -> dict[str, object]:
    """Return the version from which on a tab was no longer read."""
    place = {"campaign": campaign_key, "unit": unit, "form": form}
    return {**place, "recorded_at": at, "seen_at": at, "digest": _GONE, "summary": ""}


def _keep_versions(connection: Connection, lines: Sequence[Mapping[str, Any]], at: datetime | None = None) -> None:
    if not lines:
        return
    keep(connection, [line["payload"] for line in lines])
    names = ("campaign", "unit", "form", "seen_at", "digest", "summary")
    rows = [{name: line[name] for name in names} | {"recorded_at": at or line["seen_at"]} for line in lines]
    connection.execute(insert(versions), rows)


def _digests(connection: Connection, campaign_key: str, units: Sequence[str]) -> dict[Owed, tuple[str, str]]:
    found: dict[Owed, tuple[str, str]] = {}
    for first in range(0, len(units), 500):
        query = select(contents.c.unit, contents.c.form, contents.c.digest, contents.c.summary).where(
            contents.c.campaign == campaign_key, contents.c.unit.in_(units[first : first + 500])
        )
        found |= {(row.unit, row.form): (row.digest, row.summary) for row in connection.execute(query)}
    return found


def _reads_as(known: tuple[str, str] | None, line: Mapping[str, Any]) -> bool:
    """Return True if a line says what is known; what was kept as JSON in ASCII, as it was once, counts as the same."""
    if known is None or known[1] != line["summary"]:
        return False
    digest, payload = known[0], line["payload"]
    return digest == line["digest"] or digest == digest_of(json.dumps(from_json(payload), separators=(",", ":")))


def _values(campaign_key: str, found: Contents, summary: TabSummary) -> dict[str, Any]:
    payload = to_json({name: getattr(found, name) for name in _IN_PAYLOAD})
    return {
        "campaign": campaign_key,
        "unit": found.unit,
        "form": found.form,
        "seen_at": found.seen_at,
        "digest": digest_of(payload),
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
        "beside": summary.beside,
    }
    if summary.suggested:
        said["suggested"] = dict(sorted(summary.suggested.items()))
    return json.dumps(said, separators=(",", ":"))


def _summary(row: Row[Any], grid: str) -> TabSummary:
    said: dict[str, Any] = from_json(row.summary)
    said["tally"] = Tally(*said["tally"])
    return TabSummary(unit=row.unit, form=row.form, digest=row.digest, grid=grid, **said)


def _contents(row: Row[Any], payload: str) -> Contents:
    held: dict[str, Any] = from_json(payload)
    held |= {name: tuple(held[name]) for name in _SEQUENCES}
    return Contents(unit=row.unit, form=row.form, seen_at=row.seen_at, digest=row.digest, **held)


def _version(row: Row[Any]) -> Version:
    summary = _summary(row, "") if row.digest else None
    return Version(
        unit=row.unit,
        form=row.form,
        recorded_at=row.recorded_at,
        seen_at=row.seen_at,
        digest=row.digest,
        confirmed=summary is not None and summary.confirmed,
        rows=summary.tally.rows_out if summary else 0,
    )
