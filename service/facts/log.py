"""The append-only log: observations, decisions and the board's tasks, as they became known."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from service.domain.decisions import BoardTaskDone, Decision, Withdrawal
from service.domain.history import History, group_history, with_withdrawals
from service.domain.observations import Observation
from service.domain.pairings import PairJudgement
from service.facts import encoding
from service.facts.database import Database
from service.facts.deciding_records import FIRST, deciding_lines, keep_deciding
from service.facts.kept_json import from_json
from service.facts.kept_texts import kept
from service.facts.records import CLOCKS_AGREE_WITHIN, Fact, FactFilter, FactKind, Freeze
from service.facts.schema import deciding, decision_numbers, facts, texts, versions
from sheets_schema.wording import message

T = TypeVar("T")
Kept = TypeVar("Kept", Fact, encoding.ObservationLine)
_INSERTED = insert(facts).returning(facts.c.id, sort_by_parameter_order=True)
_LAST_NUMBER = select(func.max(facts.c.id))
# access goes by the machine's own clock, also where a season is rehearsed
_LAST_RECORDED = (
    select(facts.c.recorded_at)
    .where(facts.c.campaign == bindparam("key"), facts.c.kind != FactKind.ACCESS)
    .order_by(facts.c.recorded_at.desc(), facts.c.id.desc())
    .limit(1)
)
# kinds that no standing is computed from; an unknown kind may be one that is
_NEVER_DECIDE = (
    FactKind.OBSERVATION, FactKind.ACCESS, FactKind.DECLARATION, FactKind.FREEZE, FactKind.INTAKE, FactKind.MAIL,
)  # fmt: skip
_VERSIONS_WITHOUT_WORDS = (
    select(versions.c.digest)
    .outerjoin(texts, texts.c.digest == versions.c.digest)
    .where(versions.c.digest != "", texts.c.digest.is_(None))
    .limit(1)
)
_LINES_AT_ONCE = 1_000
_OF_UNITS = (FactKind.DECISION, FactKind.INTAKE)  # beside what was seen: what was decided on a unit, or taken in
_NUMBER_OF = select(decision_numbers.c.number).where(
    decision_numbers.c.campaign == bindparam("campaign"), decision_numbers.c.token == bindparam("token")
)


class FactLog:
    """The part of a store that keeps facts; nothing here updates or deletes, and the database refuses both."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_observations(
        self, campaign_key: str, observations: Iterable[Observation], at: datetime | None = None
    ) -> None:
        """Append what one read saw for the first time, all or nothing; call it with changed observations only.

        They are known from `at` on, or since they were seen: what was asked as of an instant before stays as it was.
        """
        self.record(encoding.observation_fact(campaign_key, seen, at or seen.seen_at) for seen in observations)

    def record_decision(self, campaign_key: str, decision: Decision, token: str = "") -> Decision:
        """Append a decision; return it with its number."""
        (recorded,) = self.record_decisions(campaign_key, [decision], token)
        return recorded

    def record_decisions(
        self, campaign_key: str, decisions: Sequence[Decision], token: str = ""
    ) -> tuple[Decision, ...]:
        """Append one decision on one or many units, all or nothing; return it with its number, unit by unit.

        `token` is of the form it was typed into: `sent_with` asks for it.
        """
        values = {"campaign": campaign_key, "token": token or uuid.uuid4().hex, "recorded_at": decisions[0].recorded_at}
        with self._database.writing() as connection:
            given = connection.execute(insert(decision_numbers).returning(decision_numbers.c.number), values)
            number = given.scalar_one()
            numbered = tuple(replace(one, number=number) for one in decisions)
            self.record(encoding.decision_fact(campaign_key, one) for one in numbered)
        return numbered

    def sent_with(self, campaign_key: str, token: str) -> tuple[Decision, ...]:
        """Return what was recorded with a form's token; nothing before it is sent the first time."""
        with self._database.reading() as connection:
            number = connection.execute(_NUMBER_OF, {"campaign": campaign_key, "token": token}).scalar()
        return () if number is None else tuple(one for one in self.decisions(campaign_key) if one.number == number)

    def stamp(self, campaign_key: str, now: datetime) -> datetime:
        """Return the instant a fact is recorded at: now, or that of the last fact where the clock was set back.

        Clocks of several processes agree within a minute; what is recorded is seen at once by each. Call it in the
        transaction that records.
        """
        last = self.last_recorded(campaign_key)
        return now if last is None or last - now <= CLOCKS_AGREE_WITHIN else last

    def last_recorded(self, campaign_key: str) -> datetime | None:
        """Return when the last fact of a season was recorded; later than now where the clock was set back."""
        with self._database.reading() as connection:
            last: datetime | None = connection.execute(_LAST_RECORDED, {"key": campaign_key}).scalar()
        return last

    def record_withdrawals(self, campaign_key: str, withdrawals: Iterable[Withdrawal]) -> None:
        """Append that a decision is taken back, for one or many units, all or nothing."""
        self.record(encoding.withdrawal_fact(campaign_key, one) for one in withdrawals)

    def record_freeze(self, campaign_key: str, freeze: Freeze) -> None:
        """Append a named moment."""
        self.record([encoding.freeze_fact(campaign_key, freeze)])

    def freezes(self, campaign_key: str) -> tuple[Freeze, ...]:
        """Return the named moments in the order they were named."""
        return tuple(self._decoded(line, encoding.freeze_from) for line in self._of_kind(campaign_key, FactKind.FREEZE))

    def record_board_task(self, campaign_key: str, done: BoardTaskDone) -> None:
        """Append the board's word on one of its own tasks."""
        self.record([encoding.board_task_fact(campaign_key, done)])

    def board_tasks(self, campaign_key: str) -> tuple[BoardTaskDone, ...]:
        """Return the board's words on its own tasks in the order they became known."""
        lines = self._of_kind(campaign_key, FactKind.BOARD_TASK)
        return tuple(self._decoded(line, encoding.board_task_from) for line in lines)

    def record_pairing(self, campaign_key: str, judged: PairJudgement) -> None:
        """Append a person's word on whether a result is that of a registered activity."""
        self.record([encoding.pairing_fact(campaign_key, judged)])

    def pairings(self, campaign_key: str) -> tuple[PairJudgement, ...]:
        """Return the words on pairs in the order they became known."""
        lines = self._of_kind(campaign_key, FactKind.PAIRING)
        return tuple(self._decoded(line, encoding.pairing_from) for line in lines)

    def is_closed(self, campaign_key: str) -> bool:
        """Return True if a season was closed, and not opened again since."""
        marks = self._of_kind(campaign_key, FactKind.SEASON)
        return bool(marks) and marks[-1].payload.get("event") == "closed"

    def record(self, lines: Iterable[Fact]) -> None:
        """Append lines of any kind, all or nothing."""
        given = list(lines)
        if given:
            values = [encoding.fact_values(line) for line in given]
            with self._database.writing() as connection:
                numbers = self._inserted(connection, values)
                recorded = [replace(line, id=number) for line, number in zip(given, numbers, strict=True)]
                _keep_deciding(connection, recorded)
                self._database.facts_follow()

    def _inserted(self, connection: Connection, values: Sequence[Mapping[str, object]]) -> Sequence[int]:
        """Insert lines in their order; return their numbers."""
        if not self._database.is_sqlite:
            return connection.execute(_INSERTED, values).scalars().all()
        # asked for numbers SQLite inserts one by one; it numbers them in turn, and holds all other writers off
        connection.execute(insert(facts), values)
        last: int = connection.execute(_LAST_NUMBER).scalar_one()
        return range(last - len(values) + 1, last + 1)

    def history(
        self, campaign_key: str, until: datetime | None = None, units: Collection[str] | None = None
    ) -> History:
        """Return what was known of a campaign at an instant (None: everything), grouped by unit and form.

        `units` are the codes asked for alone, without the board's own tasks.
        """
        lines = self.lines(campaign_key, units, until)
        seen = [self._decoded(one, encoding.observation_from) for one in lines if one.kind == FactKind.OBSERVATION]
        return self._history(seen, [one for one in lines if one.kind != FactKind.OBSERVATION])

    def deciding_history(
        self,
        campaign_key: str,
        until: datetime | None = None,
        whole: Collection[str] = (),
        units: Collection[str] | None = None,
    ) -> History:
        """Return what `history` does, of observations only those that a standing at that instant is computed from.

        Their number follows the tabs and the decisions, not the years. Of the units `whole` none is left out. Without
        an instant they are those of after the last fact. `units` are the codes whose observations are asked for alone.
        """
        with self._database.reading() as connection:
            seen = [
                self._decoded(line, encoding.observation_of)
                for line in deciding_lines(connection, campaign_key, until, whole, units)
            ]
            kinds = [kind for kind in _kinds(connection, campaign_key) if kind not in _NEVER_DECIDE]
        return self._history(seen, self._of_kind(campaign_key, *kinds, until=until))

    def _history(self, observations: Sequence[Observation], lines: Sequence[Fact]) -> History:
        decisions: list[Decision] = []
        board_tasks: list[BoardTaskDone] = []
        withdrawals: list[Withdrawal] = []
        for line in lines:
            if line.kind == FactKind.DECISION:
                decisions.append(self._decoded(line, encoding.decision_from))
            elif line.kind == FactKind.BOARD_TASK:
                board_tasks.append(self._decoded(line, encoding.board_task_from))
            elif line.kind == FactKind.WITHDRAWAL:
                withdrawals.append(self._decoded(line, encoding.withdrawal_from))
            else:
                # a kind that no version of ours writes may have been any of the above
                self._decoded(line, lambda one: FactKind(one.kind))
        return group_history(observations, decisions, board_tasks, withdrawals)

    def refuse_unreadable(self) -> None:
        """Raise FactsDamagedError for the first line, of any campaign, that this program never wrote.

        So it does where a version of a tab names words that are not kept.
        """
        with self._database.reading() as connection:
            streamed = connection.execution_options(yield_per=_LINES_AT_ONCE)
            # closed also where a line ends it: a server's cursor would stay open
            with streamed.execute(select(facts).order_by(facts.c.id)) as rows:
                for row in rows:
                    self._decoded(fact_of(row), lambda one: _DECODERS.get(FactKind(one.kind), _fact_itself)(one))
            kept(connection, connection.execute(_VERSIONS_WITHOUT_WORDS).scalars().all())

    def numbers_missing(self) -> int:
        """Return how many numbers before the last fact no fact has: 0 where SQLite gave them all."""
        with self._database.reading() as connection:
            last, count = connection.execute(select(func.max(facts.c.id), func.count())).one()
        return int(last or 0) - int(count)

    def _decoded(self, line: Kept, decode: Callable[[Kept], T]) -> T:
        """Return a line as the record it was made from; FactsDamagedError for one this program never wrote."""
        try:
            return decode(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._database.damaged(message("facts.line_unreadable", number=line.id or 0)) from error

    def decisions(self, campaign_key: str) -> tuple[Decision, ...]:
        """Return every decision of a campaign in the order they became known, the withdrawn ones too."""
        lines = self._of_kind(campaign_key, FactKind.DECISION, FactKind.WITHDRAWAL)
        made = [self._decoded(one, encoding.decision_from) for one in lines if one.kind == FactKind.DECISION]
        taken_back = [self._decoded(one, encoding.withdrawal_from) for one in lines if one.kind == FactKind.WITHDRAWAL]
        return tuple(with_withdrawals(made, taken_back))

    def units_on_record(self, campaign_key: str) -> dict[str, frozenset[str]]:
        """Return the codes of units that facts name, each with the forms."""
        seen = select(deciding.c.unit, deciding.c.form).where(
            deciding.c.campaign == campaign_key, deciding.c.place == FIRST
        )
        others = (
            select(facts.c.unit, facts.c.form)
            .where(facts.c.campaign == campaign_key, facts.c.kind == bindparam("kind"))
            .distinct()
        )
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            rows = [*connection.execute(seen)]
            for kind in _OF_UNITS:
                rows += connection.execute(others, {"kind": kind})
            for row in rows:
                found.setdefault(row.unit, set()).add(row.form)
        return {unit: frozenset(forms) for unit, forms in found.items()}

    def forms_never_filled(self, campaign_key: str, forms: Collection[str]) -> frozenset[str]:
        """Return those of some forms under which nothing is on record but tabs that were read blank."""
        if not forms:
            return frozenset()
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.form.in_(sorted(forms)))
        with self._database.reading() as connection:
            filled = {row.form for row in connection.execute(query) if _says_something(fact_of(row))}
        return frozenset(forms) - filled

    def _of_kind(self, campaign_key: str, *kinds: str, until: datetime | None = None) -> list[Fact]:
        found: list[Fact] = []
        with self._database.reading() as connection:
            # kind by kind: for several together SQLite goes through all facts in the order of time
            for kind in kinds:
                query = select(facts).where(facts.c.campaign == campaign_key, facts.c.kind == kind)
                if until is not None:
                    query = query.where(facts.c.recorded_at <= until)
                rows = connection.execute(query.order_by(facts.c.recorded_at, facts.c.id))
                found += [fact_of(row) for row in rows]
        return sorted(found, key=lambda line: (line.recorded_at, line.id))

    def lines(
        self,
        campaign_key: str,
        units: Collection[str] | None = None,
        until: datetime | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> tuple[Fact, ...]:
        """Return log lines in the order they became known.

        `after` and `limit` page by the lines' numbers; with them the order is that of the numbers.
        """
        paged = bool(after) or limit is not None
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.id > after).limit(limit)
        if units is not None:
            query = query.where(facts.c.unit.in_(units))
        if until is not None:
            query = query.where(facts.c.recorded_at <= until)
        query = query.order_by(facts.c.id) if paged else query.order_by(facts.c.recorded_at, facts.c.id)
        with self._database.reading() as connection:
            return tuple(fact_of(row) for row in connection.execute(query))

    def page(self, campaign_key: str, wanted: FactFilter, after: int, limit: int) -> tuple[Fact, ...]:
        """Return lines of the log that are asked for, by number, from the first one after a number; at most `limit`."""
        query = select(facts).where(
            facts.c.campaign == campaign_key, facts.c.id > after, facts.c.kind.in_(wanted.kinds)
        )
        if wanted.units:
            query = query.where(facts.c.unit.in_(wanted.units))
        if wanted.form:
            query = query.where(facts.c.form == wanted.form)
        if wanted.until is not None:
            query = query.where(facts.c.recorded_at <= wanted.until)
        with self._database.reading() as connection:
            return tuple(fact_of(row) for row in connection.execute(query.order_by(facts.c.id).limit(limit)))

    def newest(
        self, campaign_key: str, wanted: FactFilter, limit: int, *, before: int | None = None, actor: str = ""
    ) -> tuple[Fact, ...]:
        """Return the newest lines that are asked for, of those with a part of an actor's name, below a number."""
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.kind.in_(wanted.kinds))
        if wanted.units:
            query = query.where(facts.c.unit.in_(wanted.units))
        if before is not None:
            query = query.where(facts.c.id < before)
        if actor:
            query = query.where(facts.c.actor.icontains(actor, autoescape=True))
        with self._database.reading() as connection:
            return tuple(fact_of(row) for row in connection.execute(query.order_by(facts.c.id.desc()).limit(limit)))

    def count(self, campaign_key: str) -> dict[str, int]:
        """Return how many lines of each kind there are."""
        query = select(facts.c.kind, func.count()).where(facts.c.campaign == campaign_key).group_by(facts.c.kind)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _keep_deciding(connection: Connection, recorded: Sequence[Fact]) -> None:
    seen: dict[str, list[Observation]] = {}
    for line in recorded:
        if line.kind == FactKind.OBSERVATION:
            seen.setdefault(line.campaign, []).append(encoding.observation_from(line))
    for campaign_key, observations in seen.items():
        keep_deciding(connection, campaign_key, observations)


def _kinds(connection: Connection, campaign_key: str) -> Iterator[str]:
    """Yield the kinds of lines there are: one step in the index each."""
    kind: str | None = ""
    while kind is not None:
        query = select(func.min(facts.c.kind)).where(facts.c.campaign == campaign_key, facts.c.kind > kind)
        kind = connection.execute(query).scalar()
        if kind is not None:
            yield kind


def _fact_itself(line: Fact) -> object:
    return line


_DECODERS: dict[FactKind, Callable[[Fact], object]] = {
    FactKind.OBSERVATION: encoding.observation_from,
    FactKind.DECISION: encoding.decision_from,
    FactKind.BOARD_TASK: encoding.board_task_from,
    FactKind.WITHDRAWAL: encoding.withdrawal_from,
    FactKind.DECLARATION: encoding.declared_from,
    FactKind.FREEZE: encoding.freeze_from,
    FactKind.INTAKE: encoding.intake_from,
    FactKind.PAIRING: encoding.pairing_from,
}


def fact_of(row: Row[Any]) -> Fact:
    """Return a row of the table as a log line."""
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
        payload=from_json(row.payload),
        id=row.id,
    )


def _says_something(fact: Fact) -> bool:
    return fact.kind != FactKind.OBSERVATION or bool(fact.payload["filled"])
