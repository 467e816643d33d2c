"""When calls may be sent: a sliding minute per identity and kind, shared by threads, processes and machines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select

from service.facts.database import Database
from service.facts.schema import calls

MINUTE = timedelta(minutes=1)
# nobody queues for so long: it was reserved by a clock that was wrong
NEVER_SO_FAR_AHEAD = timedelta(hours=1)
# kept longer than they count: the clocks of two machines never agree quite
FORGOTTEN_AFTER = 2 * MINUTE
_LOCK = 742_023_093  # any number all our processes agree on


class Calls:
    """The part of a store that hands out the slots of calls."""

    _database: Database

    def reserve_call(self, identity: str, kind: str, now: datetime, per_minute: int) -> datetime:
        """Return the instant from which one more call may be sent, and keep it for the caller.

        No minute ever holds more than so many slots; who asks first is served first. A slot that is not used is lost.
        """
        own = (calls.c.identity == identity, calls.c.kind == kind)
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                # two that ask at the same moment would both see the same last slots
                key = func.hashtext(f"{identity} {kind}")
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK, key)))
            gone = or_(calls.c.at < now - FORGOTTEN_AFTER, calls.c.at > now + NEVER_SO_FAR_AHEAD)
            connection.execute(delete(calls).where(*own, gone))
            taken = select(calls.c.at).where(*own).order_by(calls.c.at.desc())
            nth = connection.execute(taken.offset(per_minute - 1).limit(1)).scalar()
            slot: datetime = now if nth is None else max(now, nth + MINUTE)
            connection.execute(insert(calls).values(identity=identity, kind=kind, at=slot))
        return slot
