"""The consolidations: when, by whom, with what report or error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select, update

from service.facts import encoding
from service.facts.database import Database
from service.facts.records import Run
from service.facts.schema import runs


class Runs:
    """The part of a store that keeps a line per run."""

    _database: Database

    def start_run(self, campaign_key: str, now: datetime, trigger: str, actor: str) -> int:
        """Open a run and return its number; a run that was killed stays open."""
        values = {"campaign": campaign_key, "started_at": now, "trigger": trigger, "actor": actor}
        with self._database.writing() as connection:
            number = connection.execute(insert(runs).values(values).returning(runs.c.id)).scalar_one()
        return int(number)

    def finish_run(self, run: int, now: datetime, report: Mapping[str, object], error: str | None = None) -> None:
        """Close a run with its report, and its error if it failed."""
        values = {"finished_at": now, "report": encoding.to_json(report), "error": error}
        with self._database.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(values))

    def last_runs(self, campaign_key: str, count: int = 20) -> tuple[Run, ...]:
        """Return the last runs, newest first."""
        query = select(runs).where(runs.c.campaign == campaign_key).order_by(runs.c.id.desc()).limit(count)
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
