"""Which spreadsheets and tabs are ours, what the master last held, what feedback each tab shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from service.facts.database import Database
from service.facts.records import MasterState, RegisteredTab, RegisteredWorkbook, WorkbookKind
from service.facts.schema import feedback, masters, reads, tabs, workbooks
from service.facts.upserts import upsert


class Registry:
    """The part of a store that remembers spreadsheets; everything it saves may be saved again."""

    _database: Database

    def save_workbook(self, workbook: RegisteredWorkbook) -> None:
        """Register a spreadsheet; the same campaign, kind, form and shard replaces what was registered there."""
        values = {
            "campaign": workbook.campaign,
            "kind": workbook.kind,
            "form": workbook.form,
            "shard": workbook.shard,
            "spreadsheet_id": workbook.spreadsheet_id,
            "created_at": workbook.created_at,
            "group_address": workbook.group_address,
        }
        with self._database.writing() as connection:
            upsert(connection, workbooks, [values])

    def workbooks(self, campaign_key: str) -> tuple[RegisteredWorkbook, ...]:
        """Return a campaign's spreadsheets: the forms' by form and shard, then the master."""
        query = (
            select(workbooks)
            .where(workbooks.c.campaign == campaign_key)
            .order_by(workbooks.c.kind, workbooks.c.form, workbooks.c.shard)
        )
        with self._database.reading() as connection:
            return tuple(
                RegisteredWorkbook(
                    row.campaign,
                    row.form,
                    row.shard,
                    row.spreadsheet_id,
                    WorkbookKind(row.kind),
                    row.created_at,
                    row.group_address,
                )
                for row in connection.execute(query)
            )

    def save_tabs(self, registered: Iterable[RegisteredTab]) -> None:
        """Register tabs, all or nothing; the same campaign, unit and form replaces what was registered there."""
        values = [
            {
                "campaign": tab.campaign,
                "unit": tab.unit,
                "form": tab.form,
                "spreadsheet_id": tab.spreadsheet_id,
                "sheet_id": tab.sheet_id,
                "created_at": tab.created_at,
                "orphaned_at": tab.orphaned_at,
            }
            for tab in registered
        ]
        with self._database.writing() as connection:
            upsert(connection, tabs, values)

    def tabs(self, campaign_key: str) -> tuple[RegisteredTab, ...]:
        """Return a campaign's tabs, orphans too, by form and unit."""
        query = select(tabs).where(tabs.c.campaign == campaign_key).order_by(tabs.c.form, tabs.c.unit)
        with self._database.reading() as connection:
            return tuple(
                RegisteredTab(
                    row.campaign,
                    row.unit,
                    row.form,
                    row.spreadsheet_id,
                    row.sheet_id,
                    row.created_at,
                    row.orphaned_at,
                )
                for row in connection.execute(query)
            )

    def save_master_state(self, state: MasterState) -> None:
        """Remember what the master holds."""
        values = {
            "spreadsheet_id": state.spreadsheet_id,
            "fingerprint": state.fingerprint,
            "published_at": state.published_at,
            "notice": state.notice,
        }
        with self._database.writing() as connection:
            upsert(connection, masters, [values])

    def master_state(self, spreadsheet_id: str) -> MasterState | None:
        """Return what the master held when it was last published, or None before that."""
        with self._database.reading() as connection:
            row = connection.execute(select(masters).where(masters.c.spreadsheet_id == spreadsheet_id)).first()
        return None if row is None else MasterState(row.spreadsheet_id, row.fingerprint, row.published_at, row.notice)

    def save_feedback(self, spreadsheet_id: str, digests: Mapping[int, str]) -> None:
        """Remember what was written into tabs' feedback columns, by sheet id."""
        values = [
            {"spreadsheet_id": spreadsheet_id, "sheet_id": sheet_id, "digest": digest}
            for sheet_id, digest in digests.items()
        ]
        with self._database.writing() as connection:
            upsert(connection, feedback, values)

    def feedback_digests(self, spreadsheet_id: str) -> dict[int, str]:
        """Return the digests of the feedback last written, by sheet id."""
        query = select(feedback.c.sheet_id, feedback.c.digest).where(feedback.c.spreadsheet_id == spreadsheet_id)
        with self._database.reading() as connection:
            return {row.sheet_id: row.digest for row in connection.execute(query)}

    def mark_read(self, spreadsheet_id: str, at: datetime) -> None:
        """Remember a whole read of a spreadsheet; an earlier one never replaces a later one."""
        with self._database.writing() as connection:
            query = select(reads.c.read_at).where(reads.c.spreadsheet_id == spreadsheet_id).with_for_update()
            last = connection.execute(query).scalar()
            if last is None or at > last:
                upsert(connection, reads, [{"spreadsheet_id": spreadsheet_id, "read_at": at}])

    def last_read(self, spreadsheet_id: str) -> datetime | None:
        """Return when a spreadsheet was last read as a whole, or None."""
        with self._database.reading() as connection:
            return connection.execute(select(reads.c.read_at).where(reads.c.spreadsheet_id == spreadsheet_id)).scalar()
