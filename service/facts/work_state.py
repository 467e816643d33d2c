"""The work state: which campaign is dirty since when, and who runs it until when.

One run per campaign at a time: it reads all workbooks and writes one master. Marks that come while a run is under
way stay pending and lead to one more run. A lease that ran out without release makes the campaign claimable again,
so a killed worker loses nothing. Workers' clocks are assumed to agree within the lease. Where the clock was set back,
what lies further ahead than any of them can have meant is taken for past: nothing waits for the clock to come back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from service.errors import LeaseLostError
from service.facts.database import Database, lock_name
from service.facts.prepared import PreparedStatement
from service.facts.records import (
    CLOCKS_AGREE_WITHIN,
    Claim,
    Debounce,
    FactKind,
    Hook,
    HookTaken,
    WorkbookKind,
    WorkerBeat,
    WorkState,
)
from service.facts.schema import (
    MICROSECOND,
    InstantColumn,
    dirty_spreadsheets,
    facts,
    heartbeats,
    microseconds,
    nonces,
    work,
    workbooks,
)
from service.facts.upserts import insert_new, keeping_each, replacing, upsert
from sheets_schema.wording import message

_FORGOTTEN_AFTER = timedelta(days=1)  # a worker silent for so long is history
_ERROR_LENGTH = 2_000


_PRUNED_WITHIN = 20_000  # microseconds of each second: one call in fifty sweeps the old nonces out

# built once: a hook is answered in the time that building these takes
_CAMPAIGN_OF = select(workbooks.c.campaign).where(workbooks.c.spreadsheet_id == bindparam("id"))
_WORK_OF = select(work).where(work.c.campaign == bindparam("key")).with_for_update()
_FORM_WORKBOOKS = select(workbooks.c.spreadsheet_id).where(
    workbooks.c.campaign == bindparam("key"), workbooks.c.kind == WorkbookKind.FORM
)
_HINTED = select(dirty_spreadsheets.c.spreadsheet_id).where(
    dirty_spreadsheets.c.campaign == bindparam("key"), dirty_spreadsheets.c.swept.is_(False)
)
_NONCE_OF = select(nonces.c.used_at).where(nonces.c.nonce == bindparam("nonce"))
_SETTLED = delete(dirty_spreadsheets).where(
    dirty_spreadsheets.c.campaign == bindparam("key"),
    dirty_spreadsheets.c.spreadsheet_id == bindparam("spreadsheet"),
    dirty_spreadsheets.c.generation <= bindparam("until"),
)
_TAKEN = and_(
    work.c.campaign == bindparam("of_campaign"),
    work.c.token == bindparam("of_token"),
    work.c.owner == bindparam("of_owner"),
)
_HELD = select(work.c.campaign).where(_TAKEN, work.c.lease_until > bindparam("now"))
_COVERED = select(dirty_spreadsheets.c.spreadsheet_id).where(
    dirty_spreadsheets.c.campaign == bindparam("key"), dirty_spreadsheets.c.generation <= bindparam("last")
)
_MARKED = (
    update(work)
    .where(work.c.campaign == bindparam("key"))
    .values({name: bindparam(name) for name in ("generation", "dirty_since", "pending_since", "due_at")})
)
_NOW, _DEBOUNCED = bindparam("now", type_=InstantColumn), bindparam("debounced", type_=InstantColumn)
_PENDING_DUE = type_coerce(work.c.pending_since, BigInteger) + bindparam("longest", type_=BigInteger)
_MARKED_AT_ONCE = (
    update(work)
    .where(work.c.campaign == _CAMPAIGN_OF.scalar_subquery())
    .values(
        generation=work.c.generation + 1,
        dirty_since=func.coalesce(work.c.dirty_since, _NOW),
        pending_since=func.coalesce(work.c.pending_since, _NOW),
        due_at=case(
            (work.c.pending_since.is_(None), bindparam("first_due", type_=InstantColumn)),
            (type_coerce(_DEBOUNCED, BigInteger) > _PENDING_DUE, type_coerce(_PENDING_DUE, InstantColumn)),
            else_=_DEBOUNCED,
        ),
    )
    .returning(work.c.campaign, work.c.generation)
)
_SEASON_MARKS = (
    select(facts.c.payload)
    .where(facts.c.kind == FactKind.SEASON.value)
    .order_by(facts.c.recorded_at.desc(), facts.c.id.desc())
    .limit(1)
)
_season_mark = PreparedStatement(lambda _dialect: _SEASON_MARKS.where(facts.c.campaign == bindparam("key")))
_season_mark_of_spreadsheet = PreparedStatement(
    lambda _dialect: _SEASON_MARKS.where(facts.c.campaign == _CAMPAIGN_OF.scalar_subquery())
)
_mark_at_once_prepared = PreparedStatement(lambda _dialect: _MARKED_AT_ONCE)
_mark_spreadsheet = PreparedStatement(lambda dialect: replacing(dirty_spreadsheets, dialect))
_use_new_nonces = PreparedStatement(lambda dialect: keeping_each(nonces, dialect))


class Work:
    """The part of a store that hands out runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark_dirty(self, spreadsheet_id: str, now: datetime, debounce: timedelta, max_wait: timedelta) -> bool:
        """Mark a spreadsheet's campaign dirty; False when the spreadsheet is not ours.

        The run is due once no mark has come for `debounce`, and at the latest `max_wait` after the first. A season that
        is closed gets no run, and no mark.
        """
        with self._database.writing() as connection:
            if _says_closed(_season_mark_of_spreadsheet.run(connection, {"id": spreadsheet_id})):
                return True
            marked = _mark_at_once(connection, spreadsheet_id, now, debounce, max_wait)
            if marked is None:
                campaign_key = connection.execute(_CAMPAIGN_OF, {"id": spreadsheet_id}).scalar()
                if campaign_key is None:
                    return False
                marked = campaign_key, _mark(connection, campaign_key, now, debounce, max_wait)
            campaign_key, generation = marked
            row = {"campaign": campaign_key, "spreadsheet_id": spreadsheet_id, "generation": generation}
            _mark_spreadsheet.run(connection, row | {"swept": False, "decided": False})
        return True

    def mark_campaign_dirty(self, campaign_key: str, now: datetime, spreadsheets: Collection[str] = ()) -> None:
        """Ask for a run of a campaign at once that reads no spreadsheet but these, as a decision does."""
        with self._database.writing() as connection:
            generation = _mark(connection, campaign_key, now, timedelta(0), timedelta(0))
            hinted = set(connection.execute(_HINTED, {"key": campaign_key}).scalars())
            mark = {"campaign": campaign_key, "generation": generation}
            rows = [
                mark | {"spreadsheet_id": one, "swept": one not in hinted, "decided": True}
                for one in sorted(spreadsheets)
            ]
            upsert(connection, dirty_spreadsheets, rows)

    def mark_all_dirty(self, campaign_key: str, now: datetime) -> None:
        """Ask for a look at every spreadsheet of a campaign's forms at once, as the sweep does; not of a closed one."""
        with self._database.writing() as connection:
            if _says_closed(_season_mark.run(connection, {"key": campaign_key})):
                return
            generation = _mark(connection, campaign_key, now, timedelta(0), timedelta(0))
            every = connection.execute(_FORM_WORKBOOKS, {"key": campaign_key}).scalars().all()
            hinted = set(connection.execute(_HINTED, {"key": campaign_key}).scalars())
            mark = {"campaign": campaign_key, "generation": generation, "decided": False}
            rows = [mark | {"spreadsheet_id": one, "swept": one not in hinted} for one in every]
            upsert(connection, dirty_spreadsheets, rows)

    def forget_marks(self, campaign_key: str) -> None:
        """Let nothing of a campaign wait for a run any more."""
        nothing = {"dirty_since": None, "pending_since": None, "due_at": None}
        with self._database.writing() as connection:
            connection.execute(delete(dirty_spreadsheets).where(dirty_spreadsheets.c.campaign == campaign_key))
            connection.execute(update(work).where(work.c.campaign == campaign_key).values(nothing))

    def settle(self, claim: Claim, spreadsheet_id: str) -> None:
        """Forget the marks on a spreadsheet that the run has covered; one that came after the claim stays."""
        with self._database.writing() as connection:
            covered = {"key": claim.campaign, "spreadsheet": spreadsheet_id, "until": claim.generation}
            connection.execute(_SETTLED, covered)

    def claim(self, now: datetime, worker: str, lease: timedelta, campaign_key: str | None = None) -> Claim | None:
        """Take the campaign that has been due longest, or one whose holder died; None when nothing is due.

        With a key only that campaign is taken: a worker serves one, a database may hold several.
        """
        with self._database.writing() as connection:
            query = (
                select(work)
                .where(_is_claimable(now, lease), true() if campaign_key is None else work.c.campaign == campaign_key)
                .order_by(work.c.dirty_since)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            row = connection.execute(query).first()
            return None if row is None else _take(connection, row, now, worker, lease)

    def claim_all(self, campaign_key: str, now: datetime, worker: str, lease: timedelta) -> Claim | None:
        """Take a campaign whether or not it is due; None while another holds it: wait and ask again."""
        with self._database.writing() as connection:
            row = _locked(connection, campaign_key)
            if row.owner is not None and now < row.lease_until <= now + lease + CLOCKS_AGREE_WITHIN:
                return None
            return _take(connection, row, now, worker, lease)

    def renew(self, claim: Claim, now: datetime, lease: timedelta) -> bool:
        """Prolong a lease; False when another has taken the campaign. A lease run out but not taken is prolonged."""
        with self._database.writing() as connection:
            return _update_held(connection, claim, {"lease_until": now + lease})

    def holds(self, claim: Claim, now: datetime) -> bool:
        """Return True if a claim still holds its lease."""
        with self._database.reading() as connection:
            return connection.execute(_HELD, {**_taken_by(claim), "now": now}).first() is not None

    @contextmanager
    def fenced(self, claim: Claim, now: datetime) -> Iterator[None]:
        """Run every write of the block in one transaction that only the holder of the lease can commit.

        The store's own verbs join it. LeaseLostError, and nothing written, when the lease is no longer held.
        No network call belongs in the block: hooks wait for it.
        """
        with self._database.writing() as connection:
            lock_name(connection, claim.campaign)
            if connection.execute(_HELD.with_for_update(), {**_taken_by(claim), "now": now}).first() is None:
                raise LeaseLostError(message("errors.lease_lost"))
            yield

    def release(self, claim: Claim, now: datetime) -> bool:
        """End a run that did its work. False when the lease was lost.

        The campaign stays dirty when marked meanwhile, and is due at once when spreadsheets are left that the run did
        not cover. A run that published and then finds its lease lost must mark the campaign dirty: the other run may
        have published before it.
        """
        with self._database.writing() as connection:
            left = connection.execute(_COVERED, {"key": claim.campaign, "last": claim.generation}).first() is not None
            more = {"dirty_since": claim.dirty_since, "pending_since": now, "due_at": now} if left else {}
            return _update_held(
                connection,
                claim,
                {
                    "owner": None,
                    "lease_until": None,
                    "dirty_since": work.c.pending_since,
                    "not_before": None,
                    "attempts": 0,
                    "error": None,
                    "failed_at": None,
                    "finished_at": now,
                    **more,
                },
            )

    def fail(self, claim: Claim, now: datetime, error: str, retry_at: datetime) -> bool:
        """End a run that failed; it is due again at `retry_at` and no sooner. False when the lease was lost."""
        values = {
            "owner": None,
            "lease_until": None,
            "due_at": retry_at,
            "not_before": retry_at,
            "error": error[:_ERROR_LENGTH],
            "failed_at": now,
        }
        with self._database.writing() as connection:
            return _update_held(connection, claim, values)

    def state(self, campaign_key: str) -> WorkState | None:
        """Return where a campaign's work stands, or None before its first mark or claim."""
        with self._database.reading() as connection:
            row = connection.execute(select(work).where(work.c.campaign == campaign_key)).first()
        if row is None:
            return None
        return WorkState(
            row.campaign,
            row.dirty_since,
            row.due_at,
            row.not_before,
            row.owner,
            row.lease_until,
            row.attempts,
            row.error,
            row.failed_at,
            row.finished_at,
        )

    def heartbeat(self, worker: str, now: datetime) -> None:
        """Say that a worker lives."""
        with self._database.writing() as connection:
            upsert(connection, heartbeats, [{"worker": worker, "seen_at": now}])
            connection.execute(delete(heartbeats).where(heartbeats.c.seen_at < now - _FORGOTTEN_AFTER))

    def workers(self, now: datetime) -> tuple[WorkerBeat, ...]:
        """Return the workers heard of within a day, the latest first."""
        query = (
            select(heartbeats)
            .where(heartbeats.c.seen_at >= now - _FORGOTTEN_AFTER)
            .order_by(heartbeats.c.seen_at.desc(), heartbeats.c.worker)
        )
        with self._database.reading() as connection:
            return tuple(WorkerBeat(row.worker, row.seen_at) for row in connection.execute(query))

    def use_nonce(self, nonce: str, now: datetime, keep: timedelta) -> bool:
        """Use up a nonce; False when it was used before. Those older than `keep` are forgotten."""
        with self._database.writing() as connection:
            return bool(_use_nonces(connection, [nonce], now, keep))

    def take_hooks(self, hooks: Sequence[Hook], now: datetime, keep: timedelta, debounce: Debounce) -> list[HookTaken]:
        """Take signed hooks in one transaction: use up their nonces, mark what they are about dirty, once each.

        Return what became of each, in their order. Nonces older than `keep` are forgotten.
        """
        with self._database.writing() as connection:
            fresh = _use_nonces(connection, {one.nonce for one in hooks}, now, keep)
            marked: dict[str, bool] = {}
            taken = []
            for one in hooks:
                if one.nonce not in fresh:
                    taken.append(HookTaken.BEFORE)
                    continue
                fresh.remove(one.nonce)  # the same one once more, in this very transaction
                if one.spreadsheet_id not in marked:
                    marked[one.spreadsheet_id] = bool(one.spreadsheet_id) and self.mark_dirty(
                        one.spreadsheet_id, now, debounce.least, debounce.most
                    )
                taken.append(HookTaken.MARKED if marked[one.spreadsheet_id] else HookTaken.NOT_OURS)
            return taken


def _use_nonces(connection: Connection, given: Collection[str], now: datetime, keep: timedelta) -> set[str]:
    """Use up nonces; return those that were not used before."""
    if now.microsecond < _PRUNED_WITHIN:
        # every so often is enough: an old one is told from its time, whether or not it is still there
        connection.execute(delete(nonces).where(nonces.c.used_at < now - keep))
    values = {"keys": json.dumps(sorted(given)), "used_at": microseconds(now)}
    fresh = {row[0] for row in _use_new_nonces.run(connection, values)}
    for known in set(given) - fresh:
        used: datetime | None = connection.execute(_NONCE_OF, {"nonce": known}).scalar()
        if used is not None and used < now - keep:
            connection.execute(delete(nonces).where(nonces.c.nonce == known))
            fresh |= {row[0] for row in _use_new_nonces.run(connection, values | {"keys": json.dumps([known])})}
    return fresh


def _says_closed(newest: Sequence[Any]) -> bool:
    """Return True if the newest mark of a season says that it was closed."""
    return bool(newest) and json.loads(newest[0][0]).get("event") == "closed"


def _mark_at_once(
    connection: Connection, spreadsheet_id: str, now: datetime, debounce: timedelta, max_wait: timedelta
) -> tuple[str, int] | None:
    """Mark the campaign of a spreadsheet as `_mark` does, in one statement; None where it has no mark yet."""
    values = {
        "id": spreadsheet_id,
        "now": microseconds(now),
        "debounced": microseconds(now + debounce),
        "first_due": microseconds(now + min(debounce, max_wait)),
        "longest": max_wait // MICROSECOND,
    }
    rows = _mark_at_once_prepared.run(connection, values)
    return (rows[0][0], rows[0][1]) if rows else None


def _locked(connection: Connection, campaign_key: str) -> Row[Any]:
    row = connection.execute(_WORK_OF, {"key": campaign_key}).first()
    if row is None:
        insert_new(connection, work, {"campaign": campaign_key, "generation": 0, "token": 0, "attempts": 0})
        row = connection.execute(_WORK_OF, {"key": campaign_key}).one()
    return row


def _mark(connection: Connection, campaign_key: str, now: datetime, debounce: timedelta, max_wait: timedelta) -> int:
    row = _locked(connection, campaign_key)
    pending_since = row.pending_since or now
    due_at = min(now + debounce, pending_since + max_wait)
    values = {
        "generation": row.generation + 1,
        "dirty_since": row.dirty_since or now,
        "pending_since": pending_since,
        "due_at": due_at,
    }
    connection.execute(_MARKED, {"key": campaign_key, **values})
    return int(row.generation) + 1


def _take(connection: Connection, row: Row[Any], now: datetime, worker: str, lease: timedelta) -> Claim:
    values = {
        "owner": worker,
        "token": row.token + 1,
        "lease_until": now + lease,
        "dirty_since": row.dirty_since or now,
        "pending_since": None,
        "due_at": None,
        "attempts": row.attempts + 1,
    }
    connection.execute(update(work).where(work.c.campaign == row.campaign).values(values))
    query = (
        select(dirty_spreadsheets.c.spreadsheet_id, dirty_spreadsheets.c.swept, dirty_spreadsheets.c.decided)
        .where(dirty_spreadsheets.c.campaign == row.campaign)
        # what was changed goes before what is only read again; then what has waited longest
        .order_by(dirty_spreadsheets.c.swept, dirty_spreadsheets.c.generation, dirty_spreadsheets.c.spreadsheet_id)
    )
    marks = connection.execute(query).all()
    return Claim(
        campaign=row.campaign,
        token=row.token + 1,
        worker=worker,
        generation=row.generation,
        spreadsheets=tuple(mark.spreadsheet_id for mark in marks),
        hinted=any(not mark.swept for mark in marks),
        decided=all(mark.decided for mark in marks),
        attempt=row.attempts + 1,
        dirty_since=row.dirty_since or now,
    )


def _is_claimable(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    ahead = now + CLOCKS_AGREE_WITHIN
    waited = or_(work.c.not_before.is_(None), work.c.not_before <= now, work.c.failed_at > ahead)
    due = and_(work.c.owner.is_(None), or_(work.c.due_at <= now, work.c.pending_since > ahead), waited)
    run_out = or_(work.c.lease_until <= now, work.c.lease_until > ahead + lease)
    return or_(due, and_(work.c.owner.is_not(None), run_out))


def _taken_by(claim: Claim) -> dict[str, object]:
    return {"of_campaign": claim.campaign, "of_token": claim.token, "of_owner": claim.worker}


def _update_held(connection: Connection, claim: Claim, values: Mapping[str, object]) -> bool:
    return connection.execute(update(work).where(_TAKEN).values(values), _taken_by(claim)).rowcount == 1
