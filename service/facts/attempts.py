"""How often a source was refused lately: one row a source, counted right across threads, processes and machines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete

from service.facts.database import Database
from service.facts.schema import attempts
from service.facts.upserts import insertion


class Attempts:
    """The part of a store that counts refused attempts in windows of time."""

    _database: Database

    def count_attempt(self, source: str, now: datetime, window: timedelta) -> tuple[int, datetime]:
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
