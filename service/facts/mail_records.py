"""The mail ledger: each thing that is written to a unit once, from planned to sent, and who is sending.

A line goes from planned to sending, with its Message-ID, before a server is called; `give` marks the instant from
which the server may have taken it. A line that was begun and never given was certainly not sent.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update

from service.domain.mail.keys import MailKey, MailState
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.rechecks import mail_place
from service.facts.database import Database
from service.facts.records import CLOCKS_AGREE_WITHIN, FactKind
from service.facts.schema import dirty_spreadsheets, facts, mail_addresses, mail_rooms, mails, tabs
from service.facts.upserts import insertion, upsert
from sheets_schema.campaign import MailKind
from sheets_schema.wording import Message, message

MAIL_LEASE = timedelta(minutes=3)
_PLANNED_BY = (FactKind.DECISION, FactKind.WITHDRAWAL, FactKind.DECLARATION)  # what may move a limit
_AT_ONCE = 400  # values of one statement


@dataclass(frozen=True, slots=True)
class MailRoomState:
    """Whether mails are held back as a whole, who did so, and why none can be sent just now."""

    held_at: datetime | None = None
    held_by: str = ""
    inbox: str = ""
    error: Message | None = None
    error_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BouncedAddress:
    """An address from which a mail came back."""

    address: str
    bounced_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a sender leaves out for a while: kinds, and single lines by number; each with the reason."""

    kinds: dict[MailKind, Message] = field(default_factory=dict)
    lines: dict[int, Message] = field(default_factory=dict)


class MailLedger:
    """The part of a store that remembers mails; lines are never deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, lines: Iterable[MailLine]) -> int:
        """Keep new lines; one whose key is there already is left as it is. Return how many were new."""
        rows = [_values(line) for line in lines]
        if not rows:
            return 0
        with self._database.writing() as connection:
            before = connection.execute(select(func.count()).select_from(mails)).scalar_one()
            connection.execute(insertion(connection, mails).on_conflict_do_nothing(), rows)
            after = connection.execute(select(func.count()).select_from(mails)).scalar_one()
        return int(after) - int(before)

    def keys(self, campaign_key: str) -> set[MailKey]:
        """Return the keys of all lines of a campaign."""
        columns = (mails.c.unit, mails.c.form, mails.c.kind, mails.c.occasion)
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(mails.c.campaign == campaign_key))
            return {MailKey(campaign_key, unit, form, MailKind(kind), at) for unit, form, kind, at in rows}

    def waiting(
        self,
        campaign_key: str,
        now: datetime,
        tried_by: datetime,
        limit: int,
        *,
        urgent: bool = False,
        aside: SetAside | None = None,
    ) -> tuple[MailLine, ...]:
        """Return lines that are to be sent at an instant, urgent ones first; with `urgent` those alone.

        Attempts go by the machine's own clock: `tried_by` is its instant. What is set aside is left out.
        """
        due = [
            mails.c.campaign == campaign_key,
            mails.c.state == MailState.PLANNED,
            mails.c.due_at <= now,
            or_(mails.c.not_before.is_(None), mails.c.not_before <= tried_by),
        ]
        if aside is not None:
            due += [mails.c.kind.not_in(list(aside.kinds)), mails.c.id.not_in(list(aside.lines))]
        query = select(mails).where(*due, *([mails.c.urgent.is_(True)] if urgent else []))
        return self._read(query.order_by(mails.c.urgent.desc(), mails.c.due_at, mails.c.id).limit(limit))

    def of_unit(self, campaign_key: str, unit: str, state: MailState | None = None) -> tuple[MailLine, ...]:
        """Return the lines of a unit, in the order they were planned; of one state alone where it is given."""
        asked = [mails.c.campaign == campaign_key, mails.c.unit == unit]
        asked += [mails.c.state == state] if state else []
        return self._read(select(mails).where(*asked).order_by(mails.c.id))

    def lines(
        self, campaign_key: str, states: Collection[MailState] = (), unit: str = "", limit: int | None = None
    ) -> tuple[MailLine, ...]:
        """Return lines of the ledger, those that changed last first."""
        asked = [mails.c.campaign == campaign_key]
        asked += [mails.c.state.in_(list(states))] if states else []
        asked += [mails.c.unit == unit] if unit else []
        return self._read(
            select(mails).where(*asked).order_by(mails.c.changed_at.desc(), mails.c.id.desc()).limit(limit)
        )

    def line(self, campaign_key: str, number: int) -> MailLine | None:
        """Return a line by its number; None where there is none."""
        found = self._read(select(mails).where(mails.c.campaign == campaign_key, mails.c.id == number))
        return found[0] if found else None

    def with_message(self, campaign_key: str, message_id: str) -> tuple[MailLine, ...]:
        """Return the lines of one mail."""
        return self._read(select(mails).where(mails.c.campaign == campaign_key, mails.c.message_id == message_id))

    def count(self, campaign_key: str) -> dict[MailState, int]:
        """Return how many lines are in each state."""
        query = select(mails.c.state, func.count()).where(mails.c.campaign == campaign_key).group_by(mails.c.state)
        with self._database.reading() as connection:
            return {MailState(state): count for state, count in connection.execute(query)}

    def count_mails(self, campaign_key: str) -> dict[MailState, int]:
        """Return how many mails are in each state; lines without a Message-ID are one where they got there together."""
        columns = (mails.c.state, mails.c.message_id, mails.c.unit, mails.c.kind, mails.c.changed_at)
        query = select(*columns).where(mails.c.campaign == campaign_key).distinct()
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = {
            (row.state, row.message_id or (mail_place(row.unit, MailKind(row.kind)), row.changed_at)) for row in rows
        }
        return dict(Counter(MailState(state) for state, _ in found))

    def given_since(self, campaign_key: str, since: datetime) -> int:
        """Return how many mails were given to a server since an instant."""
        query = select(func.count(mails.c.message_id.distinct())).where(
            mails.c.campaign == campaign_key, mails.c.given_at >= since
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def sent_after(self, campaign_key: str, instant: datetime) -> MailLine | None:
        """Return a mail that was surely sent at or after an instant, the earliest."""
        surely = (mails.c.campaign == campaign_key, mails.c.state == MailState.SENT, mails.c.given_at >= instant)
        found = self._read(select(mails).where(*surely).order_by(mails.c.given_at, mails.c.id).limit(1))
        return found[0] if found else None

    def begin(
        self, lines: Sequence[MailLine], message_id: str, recipients: Sequence[str], owner: str, now: datetime
    ) -> bool:
        """Keep that lines are being sent as one mail; False, and nothing is kept, where one is planned no more."""
        values = {"message_id": message_id, "recipients": json.dumps(list(recipients)), "owner": owner}
        return self._change(
            lines,
            {"state": MailState.SENDING, "given_at": None, "changed_at": now, **values},
            mails.c.state == MailState.PLANNED,
        )

    def give(
        self, lines: Sequence[MailLine], owner: str, now: datetime, campaign_key: str, note: Message | None = None
    ) -> bool:
        """Keep that a server may take lines from now on, and prolong the lease; False where another took over."""
        values = {"given_at": now, "note": note.kept() if note else ""}
        with self._database.writing():
            mine = and_(mails.c.state == MailState.SENDING, mails.c.owner == owner, mails.c.given_at.is_(None))
            return self.take(campaign_key, owner, now) and self._change(lines, values, mine)

    def settle(
        self,
        lines: Sequence[MailLine],
        state: MailState,
        now: datetime,
        note: Message | None = None,
        *,
        actor: str = "",
        given_at: datetime | None = None,
    ) -> None:
        """Keep what became of lines."""
        values: dict[str, object] = {
            "state": state,
            "changed_at": now,
            "owner": "",
            "note": note.kept() if note else "",
        }
        values |= {"actor": actor} if actor else {}
        values |= {"given_at": given_at} if given_at else {}
        self._change(lines, values)

    def postpone(
        self, lines: Sequence[MailLine], now: datetime, not_before: datetime | None, note: Message, attempts: int
    ) -> None:
        """Have lines tried again at an instant: they were certainly not sent."""
        values = {"state": MailState.PLANNED, "given_at": None, "owner": "", "not_before": not_before}
        self._change(lines, {**values, "note": note.kept(), "attempts": attempts, "changed_at": now})

    def plan_again(self, lines: Sequence[MailLine], now: datetime, note: Message, actor: str) -> None:
        """Have lines sent again at a person's word; when a server had them is kept until then."""
        values = {"state": MailState.PLANNED, "owner": "", "not_before": None, "note": note.kept(), "actor": actor}
        self._change(lines, {**values, "changed_at": now})

    def try_again(self, lines: Sequence[MailLine], now: datetime, note: Message) -> int:
        """Have failed lines sent again when it is their hour; return how many were still so."""
        values = {"state": MailState.PLANNED, "urgent": False, "attempts": 0, "not_before": None, "note": note.kept()}
        changed = 0
        with self._database.writing() as connection:
            for chunk in _chunks([line.id for line in lines]):
                these = update(mails).where(mails.c.id.in_(chunk), mails.c.state == MailState.FAILED)
                changed += connection.execute(these.values(values | {"changed_at": now})).rowcount
        return changed

    def release_begun(self, campaign_key: str, owner: str, now: datetime) -> int:
        """Have lines sent again that another sender began and never gave to a server; return how many."""
        begun = (mails.c.campaign == campaign_key, mails.c.state == MailState.SENDING, mails.c.given_at.is_(None))
        values = {"state": MailState.PLANNED, "owner": "", "changed_at": now}
        with self._database.writing() as connection:
            return connection.execute(update(mails).where(*begun, mails.c.owner != owner).values(values)).rowcount

    def doubtful(self, campaign_key: str, owner: str) -> tuple[MailLine, ...]:
        """Return lines that another sender, or this one, gave to a server without knowing what became of them."""
        given = (mails.c.campaign == campaign_key, mails.c.state == MailState.SENDING, mails.c.given_at.is_not(None))
        return self._read(select(mails).where(*given, mails.c.owner != owner).order_by(mails.c.id))

    def let_go(self, lines: Sequence[MailLine], now: datetime, note: Message) -> None:
        """Keep that this sender does not know what became of lines."""
        self._change(lines, {"owner": "", "note": note.kept(), "changed_at": now}, mails.c.state == MailState.SENDING)

    def note(self, lines: Sequence[MailLine], note: Message) -> None:
        """Keep a remark on lines, whatever became of them."""
        self._change(lines, {"note": note.kept()})

    def hold(self, lines: Sequence[MailLine], now: datetime, actor: str, *, back: bool) -> bool:
        """Keep planned lines back, or with `back` False let them go; False where one is in another state."""
        before, after = (MailState.PLANNED, MailState.HELD) if back else (MailState.HELD, MailState.PLANNED)
        values = {"state": after, "changed_at": now, "actor": actor}
        return self._change(lines, values, mails.c.state == before)

    def hurry(self, lines: Sequence[MailLine], now: datetime, actor: str, letter: str) -> bool:
        """Have planned, held or refused lines sent at once; False where one is in another state."""
        values = {"state": MailState.PLANNED, "urgent": True, "not_before": None, "actor": actor, "changed_at": now}
        waiting = mails.c.state.in_([MailState.PLANNED, MailState.HELD, MailState.FAILED])
        return self._change(lines, {**values, "letter": letter, "due_at": now}, waiting)

    def take(self, campaign_key: str, owner: str, now: datetime) -> bool:
        """Take or prolong the right to send a campaign's mails; False while another sender holds it."""
        with self._database.writing() as connection:
            upsert_room(connection, campaign_key)
            free = or_(
                mail_rooms.c.sender.in_(["", owner]),
                mail_rooms.c.lease_until.is_(None),
                mail_rooms.c.lease_until <= now,
                # the clock was set back: nothing waits for it to come back
                mail_rooms.c.lease_until > now + MAIL_LEASE + CLOCKS_AGREE_WITHIN,
            )
            values = {"sender": owner, "lease_until": now + MAIL_LEASE}
            return connection.execute(_room(campaign_key).where(free).values(values)).rowcount == 1

    def drop(self, campaign_key: str, owner: str) -> None:
        """Give the right to send back."""
        with self._database.writing() as connection:
            mine = _room(campaign_key).where(mail_rooms.c.sender == owner)
            connection.execute(mine.values({"sender": "", "lease_until": None}))

    def room(self, campaign_key: str) -> MailRoomState:
        """Return whether mails are held back and why none can be sent."""
        with self._database.reading() as connection:
            row = connection.execute(select(mail_rooms).where(mail_rooms.c.campaign == campaign_key)).first()
        if row is None:
            return MailRoomState()
        error = Message.of_kept(row.error) if row.error else None
        return MailRoomState(row.held_at, row.held_by, row.inbox, error, row.error_at)

    def set_room(self, campaign_key: str, **values: object) -> None:
        """Keep values of a campaign's room: held_at, held_by, inbox, error, error_at."""
        with self._database.writing() as connection:
            upsert_room(connection, campaign_key)
            connection.execute(_room(campaign_key).values(values))

    def mark_bounced(self, campaign_key: str, bounced: BouncedAddress) -> None:
        """Keep that a mail came back from an address."""
        row = {"campaign": campaign_key, "address": bounced.address}
        with self._database.writing() as connection:
            upsert(connection, mail_addresses, [row | {"bounced_at": bounced.bounced_at, "reason": bounced.reason}])

    def clear_bounced(self, campaign_key: str, address: str) -> bool:
        """Forget that mail came back from an address; False where it is not known."""
        this = (mail_addresses.c.campaign == campaign_key, mail_addresses.c.address == address)
        with self._database.writing() as connection:
            return connection.execute(delete(mail_addresses).where(*this)).rowcount == 1

    def bounced(self, campaign_key: str) -> dict[str, BouncedAddress]:
        """Return the addresses from which mail came back."""
        query = select(mail_addresses).where(mail_addresses.c.campaign == campaign_key)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(mail_addresses.c.bounced_at.desc())).all()
        return {row.address: BouncedAddress(row.address, row.bounced_at, row.reason) for row in rows}

    def basis(self, campaign_key: str) -> tuple[object, ...]:
        """Return what a plan is made from: the last fact that may move a limit, how many tabs, which addresses."""
        last = select(func.max(facts.c.id)).where(facts.c.campaign == campaign_key, facts.c.kind.in_(_PLANNED_BY))
        count = select(func.count()).select_from(tabs).where(tabs.c.campaign == campaign_key)
        marked = select(func.count(), func.max(mail_addresses.c.bounced_at)).where(
            mail_addresses.c.campaign == campaign_key
        )
        with self._database.reading() as connection:
            addresses = connection.execute(marked).one()
            return connection.execute(last).scalar(), connection.execute(count).scalar_one(), tuple(addresses)

    def unread_workbooks(self, campaign_key: str) -> frozenset[str]:
        """Return the workbooks that people changed and no run has read since."""
        edited = (dirty_spreadsheets.c.swept.is_(False), dirty_spreadsheets.c.decided.is_(False))
        query = select(dirty_spreadsheets.c.spreadsheet_id).where(
            dirty_spreadsheets.c.campaign == campaign_key, *edited
        )
        with self._database.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def rename_units(self, campaign_key: str, codes: Mapping[str, str]) -> None:
        """Let the lines of units go on under new codes, by former code."""
        with self._database.writing() as connection:
            for former, code in codes.items():
                this = (mails.c.campaign == campaign_key, mails.c.unit == former)
                connection.execute(update(mails).where(*this).values(unit=code))

    def _change(
        self, lines: Sequence[MailLine], values: Mapping[str, object], only: ColumnElement[bool] | None = None
    ) -> bool:
        """Change lines, all or none; False where one of them is not as it is asked to be."""
        numbers = [line.id for line in lines]
        with self._database.writing() as connection:
            if only is not None:
                query = select(func.count()).select_from(mails).where(mails.c.id.in_(numbers), only)
                if connection.execute(query).scalar_one() != len(numbers):
                    return False
            for chunk in _chunks(numbers):
                connection.execute(update(mails).where(mails.c.id.in_(chunk)).values(dict(values)))
        return True

    def _read(self, query: Any) -> tuple[MailLine, ...]:  # noqa: ANN401 – a select of SQLAlchemy
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        try:
            return tuple(_line(row) for row in rows)
        except (ValueError, KeyError, TypeError) as error:
            raise self._database.damaged(message("facts.mail_unreadable")) from error


def upsert_room(connection: Any, campaign_key: str) -> None:  # noqa: ANN401 – a connection of SQLAlchemy
    """Make a campaign's room where there is none."""
    connection.execute(insertion(connection, mail_rooms).on_conflict_do_nothing(), [{"campaign": campaign_key}])


def _room(campaign_key: str) -> Any:  # noqa: ANN401 – an update of SQLAlchemy
    return update(mail_rooms).where(mail_rooms.c.campaign == campaign_key)


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def _values(line: MailLine) -> dict[str, object]:
    key = line.key
    return {
        "campaign": key.campaign,
        "unit": key.unit,
        "form": key.form,
        "kind": key.kind.value,
        "occasion": key.occasion,
        "limit_at": line.limit_at,
        "state": line.state.value,
        "due_at": line.due_at,
        "urgent": line.urgent,
        "planned_at": line.planned_at,
        "changed_at": line.changed_at,
        "message_id": line.message_id,
        "recipients": json.dumps(list(line.recipients)),
        "owner": line.owner,
        "given_at": line.given_at,
        "attempts": line.attempts,
        "not_before": line.not_before,
        "why": line.why.kept(),
        "note": line.note.kept(),
        "actor": line.actor,
        "letter": line.letter,
    }


def _line(row: Row[Any]) -> MailLine:
    return MailLine(
        key=MailKey(row.campaign, row.unit, row.form, MailKind(row.kind), row.occasion),
        state=MailState(row.state),
        due_at=row.due_at,
        planned_at=row.planned_at,
        changed_at=row.changed_at,
        why=Message.of_kept(row.why),
        limit_at=row.limit_at,
        urgent=row.urgent,
        message_id=row.message_id,
        recipients=tuple(json.loads(row.recipients)),
        owner=row.owner,
        given_at=row.given_at,
        attempts=row.attempts,
        not_before=row.not_before,
        note=Message.of_kept(row.note),
        actor=row.actor,
        letter=row.letter,
        id=row.id,
    )
