"""The consolidations: when, by which actor, with what report or error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, Connection, and_, case, cast, func, insert, select, type_coerce, update

from service.facts.database import Database
from service.facts.kept_json import to_json
from service.facts.records import Run, RunTotals
from service.facts.schema import runs


class Runs:
    """The part of a store that keeps a line per run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, campaign_key: str, now: datetime, trigger: str, actor: str) -> int:
        """Open a run and return its number; a run that was killed stays open."""
        values = {"campaign": campaign_key, "started_at": now, "trigger": trigger, "actor": actor}
        with self._database.writing() as connection:
            number = connection.execute(insert(runs).values(values).returning(runs.c.id)).scalar_one()
        return int(number)

    def finish(self, run: int, now: datetime, report: Mapping[str, object], error: str | None = None) -> None:
        """Close a run with its report, and its error if it failed."""
        values = {"finished_at": now, "report": to_json(report), "error": error}
        with self._database.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(values))

    def last(self, campaign_key: str, count: int = 20, before: int | None = None) -> tuple[Run, ...]:
        """Return the last runs, newest first; those before a run's number, if one is given."""
        query = select(runs).where(runs.c.campaign == campaign_key).order_by(runs.c.id.desc()).limit(count)
        if before is not None:
            query = query.where(runs.c.id < before)
        with self._database.reading() as connection:
            return tuple(
                Run(
                    row.id,
                    row.campaign,
                    row.started_at,
                    row.finished_at,
                    row.trigger,
                    row.actor,
                    json.loads(row.report) if row.report else None,
                    row.error,
                )
                for row in connection.execute(query)
            )

    def totals(self, campaign_key: str) -> RunTotals:
        """Add up every run of a campaign."""
        failed = and_(runs.c.finished_at.is_not(None), runs.c.error.is_not(None))
        good = and_(runs.c.finished_at.is_not(None), runs.c.error.is_(None))
        with self._database.reading() as connection:
            query = select(
                _count(good).label("ended"),
                _count(failed).label("failed"),
                _count(runs.c.finished_at.is_(None)).label("unfinished"),
                *(_sum(connection, good, name).label(name) for name in _CALLS),
            ).where(runs.c.campaign == campaign_key)
            row = connection.execute(query).one()
        return RunTotals(**{name: int(value) for name, value in row._mapping.items()})


_CALLS = ("read_calls", "write_calls", "drive_calls", "retries")


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(connection: Connection, condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    # SQLite reads JSON from a text as it stands, PostgreSQL wants it told
    report = type_coerce(runs.c.report, JSON) if connection.dialect.name == "sqlite" else cast(runs.c.report, JSON)
    return func.coalesce(func.sum(case((condition, report[name].as_integer()), else_=0)), 0)
