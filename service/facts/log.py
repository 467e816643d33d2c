"""The append-only log: observations, decisions and the board's tasks, as they became known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, func, insert, select

from service.domain.decisions import BoardTaskDone, Decision
from service.domain.history import History, group_history
from service.domain.observations import Observation
from service.facts import encoding
from service.facts.database import Database
from service.facts.records import Fact, FactFilter, FactKind
from service.facts.schema import facts
from sheets_schema.wording import message

T = TypeVar("T")
_LINES_AT_ONCE = 1_000


class FactLog:
    """The part of a store that keeps facts; nothing here updates or deletes, and the database refuses both."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_observations(self, campaign_key: str, observations: Iterable[Observation]) -> None:
        """Append what one read saw for the first time, all or nothing; call it with changed observations only."""
        self.record(encoding.observation_fact(campaign_key, look) for look in observations)

    def record_decision(self, campaign_key: str, decision: Decision) -> None:
        """Append a decision."""
        self.record([encoding.decision_fact(campaign_key, decision)])

    def record_board_task(self, campaign_key: str, done: BoardTaskDone) -> None:
        """Append the board's word on one of its own tasks."""
        self.record([encoding.board_task_fact(campaign_key, done)])

    def record(self, lines: Iterable[Fact]) -> None:
        """Append lines of any kind, all or nothing."""
        values = [_values(line) for line in lines]
        if values:
            with self._database.writing() as connection:
                connection.execute(insert(facts), values)
                self._database.facts_follow()

    def history(self, campaign_key: str, until: datetime | None = None, unit: str | None = None) -> History:
        """Return what was known of a campaign at an instant (None: everything), grouped by unit and form.

        `unit` asks for that unit's alone, without the board's own tasks.
        """
        observations: list[Observation] = []
        decisions: list[Decision] = []
        board_tasks: list[BoardTaskDone] = []
        for line in self.lines(campaign_key, unit, until):
            if line.kind == FactKind.OBSERVATION:
                observations.append(self._decoded(line, encoding.observation_from))
            elif line.kind == FactKind.DECISION:
                decisions.append(self._decoded(line, encoding.decision_from))
            elif line.kind == FactKind.BOARD_TASK:
                board_tasks.append(self._decoded(line, encoding.board_task_from))
        return group_history(observations, decisions, board_tasks)

    def refuse_unreadable(self) -> None:
        """Raise FactsDamagedError for the first line, of any campaign, that this program never wrote."""
        with self._database.reading() as connection:
            streamed = connection.execution_options(yield_per=_LINES_AT_ONCE)
            for row in streamed.execute(select(facts).order_by(facts.c.id)):
                line = _fact(row)
                self._decoded(line, _DECODERS.get(FactKind(line.kind), _fact_itself))

    def _decoded(self, line: Fact, decode: Callable[[Fact], T]) -> T:
        """Return a line as the record it was made from; FactsDamagedError for one this program never wrote."""
        try:
            return decode(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._database.damaged(message("facts.line_unreadable", number=line.id or 0)) from error

    def decisions(self, campaign_key: str) -> tuple[Decision, ...]:
        """Return every decision of a campaign in the order they became known."""
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.kind == FactKind.DECISION)
        with self._database.reading() as connection:
            lines = [_fact(row) for row in connection.execute(query.order_by(facts.c.recorded_at, facts.c.id))]
        return tuple(self._decoded(line, encoding.decision_from) for line in lines)

    def lines(
        self,
        campaign_key: str,
        unit: str | None = None,
        until: datetime | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> tuple[Fact, ...]:
        """Return log lines in the order they became known.

        `after` and `limit` page by the lines' numbers; with them the order is that of the numbers.
        """
        paged = bool(after) or limit is not None
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.id > after).limit(limit)
        if unit is not None:
            query = query.where(facts.c.unit == unit)
        if until is not None:
            query = query.where(facts.c.recorded_at <= until)
        query = query.order_by(facts.c.id) if paged else query.order_by(facts.c.recorded_at, facts.c.id)
        with self._database.reading() as connection:
            return tuple(_fact(row) for row in connection.execute(query))

    def page(self, campaign_key: str, wanted: FactFilter, after: int, limit: int) -> tuple[Fact, ...]:
        """Return so many lines of the log that are asked for, by number, from the first one after a number."""
        query = select(facts).where(
            facts.c.campaign == campaign_key, facts.c.id > after, facts.c.kind.in_(wanted.kinds)
        )
        if wanted.unit:
            query = query.where(facts.c.unit == wanted.unit)
        if wanted.form:
            query = query.where(facts.c.form == wanted.form)
        if wanted.until is not None:
            query = query.where(facts.c.recorded_at <= wanted.until)
        with self._database.reading() as connection:
            return tuple(_fact(row) for row in connection.execute(query.order_by(facts.c.id).limit(limit)))

    def count(self, campaign_key: str) -> dict[str, int]:
        """Return how many lines of each kind there are."""
        query = select(facts.c.kind, func.count()).where(facts.c.campaign == campaign_key).group_by(facts.c.kind)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _fact_itself(line: Fact) -> object:
    return line


_DECODERS: dict[FactKind, Callable[[Fact], object]] = {
    FactKind.OBSERVATION: encoding.observation_from,
    FactKind.DECISION: encoding.decision_from,
    FactKind.BOARD_TASK: encoding.board_task_from,
}


def _values(line: Fact) -> dict[str, object]:
    return {
        "kind": line.kind,
        "campaign": line.campaign,
        "unit": line.unit,
        "form": line.form,
        "happened_at": line.happened_at,
        "recorded_at": line.recorded_at,
        "actor": line.actor,
        "reason": line.reason,
        "document": line.document,
        "payload": encoding.to_json(line.payload),
    }


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        kind=row.kind,
        campaign=row.campaign,
        unit=row.unit,
        form=row.form,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        reason=row.reason,
        document=row.document,
        payload=json.loads(row.payload),
        id=row.id,
    )
