"""What the operator has the machine do: when it was asked for, how far it is, how it ended, or that it was cut off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.facts.database import Database
from service.facts.records import Job
from service.facts.schema import jobs

MOST_LINES = 500


class Jobs:
    """The part of a store that remembers jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, campaign_key: str, kind: str, asked_by: str, now: datetime) -> int:
        """Remember a job that begins and return its number."""
        values = {
            "campaign": campaign_key,
            "kind": kind,
            "asked_at": now,
            "asked_by": asked_by,
            "seen_at": now,
            "lines": "[]",
        }
        with self._database.writing() as connection:
            return int(connection.execute(insert(jobs).values(values).returning(jobs.c.id)).scalar_one())

    def report_progress(self, number: int, lines: tuple[str, ...], now: datetime) -> None:
        """Remember what was done so far, the newest lines where there are many; it is a sign of life too."""
        values = {"lines": json.dumps(lines[-MOST_LINES:], ensure_ascii=False), "seen_at": now}
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == number, jobs.c.finished_at.is_(None)).values(values))

    def finish(self, number: int, now: datetime, report: Mapping[str, object] | None, error: str | None = None) -> None:
        """Remember how a job ended."""
        values = {
            "finished_at": now,
            "seen_at": now,
            "report": None if report is None else json.dumps(report, ensure_ascii=False),
            "error": error,
        }
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == number).values(values))

    def last(self, campaign_key: str, kind: str) -> Job | None:
        """Return the newest job of a kind."""
        query = (
            select(jobs).where(jobs.c.campaign == campaign_key, jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _job(row)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        campaign=row.campaign,
        kind=row.kind,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        seen_at=row.seen_at,
        finished_at=row.finished_at,
        lines=tuple(json.loads(row.lines)),
        report=None if row.report is None else json.loads(row.report),
        error=row.error,
    )
