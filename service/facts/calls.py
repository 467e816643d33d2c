"""Rates shared by threads, processes and machines: when a call may be sent, how often a source was refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, insert, or_, select

from service.facts.database import Database
from service.facts.schema import attempts, calls
from service.facts.upserts import insertion

MINUTE = timedelta(minutes=1)
# no queue is so long: it was reserved by a clock that was wrong
NEVER_SO_FAR_AHEAD = timedelta(hours=1)
# kept longer than they count: the clocks of two machines never agree quite
FORGOTTEN_AFTER = 2 * MINUTE
_LOCK = 742_023_093  # any number all our processes agree on


class Calls:
    """The part of a store that hands out the slots of calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, identity: str, kind: str, now: datetime, per_minute: int) -> datetime:
        """Return the instant from which one more call may be sent, and keep it for the caller.

        No minute ever holds more than so many slots; who asks first is served first. A slot that is not used is lost.
        """
        own = (calls.c.identity == identity, calls.c.kind == kind)
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                # two that ask at the same moment would both see the same last slots
                key = func.hashtext(f"{identity} {kind}")
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK, key)))
            waiting = select(func.count()).where(*own, calls.c.at > now)
            # the minutes that the waiting calls fill: what lies further ahead was reserved by a clock that was wrong
            queue = MINUTE * (int(connection.execute(waiting).scalar_one()) // per_minute + 2)
            gone = or_(calls.c.at < now - FORGOTTEN_AFTER, calls.c.at > now + min(queue, NEVER_SO_FAR_AHEAD))
            connection.execute(delete(calls).where(*own, gone))
            taken = select(calls.c.at).where(*own).order_by(calls.c.at.desc())
            nth = connection.execute(taken.offset(per_minute - 1).limit(1)).scalar()
            slot: datetime = now if nth is None else max(now, nth + MINUTE)
            connection.execute(insert(calls).values(identity=identity, kind=kind, at=slot))
        return slot


class Attempts:
    """The part of a store that counts refused attempts in windows of time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, source: str, now: datetime, window: timedelta) -> tuple[int, datetime]:
        """Count one more; return how many there were in this window, and when the window ends.

        A window begins with the first attempt after the last one ended. What ended a window ago is forgotten.
        """
        begins = attempts.c.since <= now - window
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.since < now - 2 * window))
            statement = insertion(connection, attempts).values(source=source, since=now, count=1)
            counted = statement.on_conflict_do_update(
                index_elements=["source"],
                set_={
                    "since": case((begins, statement.excluded.since), else_=attempts.c.since),
                    "count": case((begins, 1), else_=attempts.c.count + 1),
                },
            ).returning(attempts.c.count.label("counted"), attempts.c.since)
            row = connection.execute(counted).one()
        return int(row.counted), row.since + window
