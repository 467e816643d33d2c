"""Files that were taken into tabs, each kept by its digest, and the facts of taking them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select

from service.domain.intakes import Intake
from service.facts import encoding
from service.facts.database import Database
from service.facts.kept_texts import keep_bytes, kept_bytes
from service.facts.log import fact_of
from service.facts.records import FactKind
from service.facts.schema import facts
from sheets_schema.wording import message


class Intakes:
    """The part of a store that keeps files of units; nothing here updates or deletes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_file(self, content: bytes) -> str:
        """Keep a file as it is; return its SHA-256."""
        with self._database.writing() as connection:
            return keep_bytes(connection, content)

    def file(self, sha256: str) -> bytes | None:
        """Return a file that was kept; None where there is none."""
        with self._database.reading() as connection:
            return kept_bytes(connection, sha256)

    def record(self, campaign_key: str, intake: Intake) -> None:
        """Append that a file was taken."""
        line = encoding.intake_fact(campaign_key, intake)
        with self._database.writing() as connection:
            connection.execute(insert(facts), [encoding.fact_values(line)])
            self._database.facts_follow()

    def of(
        self,
        campaign_key: str,
        units: Collection[str] | None = None,
        form: str = "",
        until: datetime | None = None,
    ) -> tuple[Intake, ...]:
        """Return what was taken, in the order it became known: of some units, of a form, known at an instant."""
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.kind == FactKind.INTAKE)
        if units is not None:
            query = query.where(facts.c.unit.in_(units))
        if form:
            query = query.where(facts.c.form == form)
        if until is not None:
            query = query.where(facts.c.recorded_at <= until)
        with self._database.reading() as connection:
            lines = [fact_of(row) for row in connection.execute(query.order_by(facts.c.recorded_at, facts.c.id))]
        found = []
        for line in lines:
            try:
                found.append(encoding.intake_from(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise self._database.damaged(message("facts.line_unreadable", number=line.id or 0)) from error
        return tuple(found)
