"""Which tabs could not be read, checked or answered: one line a unit and form until the next good run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import and_, bindparam, delete, select, update

from service.domain.history import Owed
from service.domain.tab_faults import TabFault
from service.facts.database import Database
from service.facts.schema import tab_faults
from service.facts.upserts import upsert
from sheets_schema.wording import Message

_THIS = and_(
    tab_faults.c.campaign == bindparam("of_campaign"),
    tab_faults.c.unit == bindparam("of_unit"),
    tab_faults.c.form == bindparam("of_form"),
)


class TabFaults:
    """The part of a store that remembers the tabs in trouble."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, campaign_key: str, faults: Iterable[TabFault]) -> None:
        """Remember faults; one that is there already is replaced."""
        lines = [
            {
                "campaign": campaign_key,
                "unit": fault.unit,
                "form": fault.form,
                "since": fault.since,
                "last_read": fault.last_read,
                "reason": fault.reason.kept(),
            }
            for fault in faults
        ]
        with self._database.writing() as connection:
            upsert(connection, tab_faults, lines)

    def clear(self, campaign_key: str, mended: Collection[Owed]) -> None:
        """Forget the faults of tabs that are well, or no longer read."""
        if mended:
            lines = [{"of_campaign": campaign_key, "of_unit": unit, "of_form": form} for unit, form in mended]
            with self._database.writing() as connection:
                connection.execute(delete(tab_faults).where(_THIS), lines)

    def rename_units(self, campaign_key: str, codes: Mapping[str, str]) -> None:
        """Go on with the faults of units under new codes, by former code."""
        with self._database.writing() as connection:
            for former, code in codes.items():
                this = (tab_faults.c.campaign == campaign_key, tab_faults.c.unit == former)
                connection.execute(update(tab_faults).where(*this).values(unit=code))

    def all(self, campaign_key: str) -> dict[Owed, TabFault]:
        """Return the faults of a campaign's tabs, by form and unit."""
        of_campaign = select(tab_faults).where(tab_faults.c.campaign == campaign_key)
        query = of_campaign.order_by(tab_faults.c.form, tab_faults.c.unit)
        with self._database.reading() as connection:
            return {
                (row.unit, row.form): TabFault(
                    row.unit, row.form, row.since, row.last_read, Message.of_kept(row.reason)
                )
                for row in connection.execute(query)
            }
