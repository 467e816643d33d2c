"""Which spreadsheets and tabs are ours, when they were read, what the master last showed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple
from datetime import datetime

from sqlalchemy import bindparam, select, union, update

from service.domain.sheet_changes import Shown, ShownSheet
from service.facts.database import Database
from service.facts.records import (
    FactKind,
    MasterState,
    RegisteredTab,
    RegisteredWorkbook,
    WorkbookAnswers,
    WorkbookKind,
)
from service.facts.schema import facts, master_sheets, masters, reads, tabs, workbooks
from service.facts.upserts import upsert

_TAB_BIRTHS = select(tabs.c.sheet_id, tabs.c.created_at).where(tabs.c.spreadsheet_id == bindparam("spreadsheet"))
_LAST_READ = select(reads.c.read_at).where(reads.c.spreadsheet_id == bindparam("spreadsheet"))


class Registry:
    """The part of a store that remembers spreadsheets; everything it saves may be saved again."""

    def __init__(self, database: Database, codes: Mapping[str, str] | None = None) -> None:
        """Remember spreadsheets; `codes` gives the tabs of units under codes they are yet to have, by former code."""
        self._database = database
        self._codes = codes or {}

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

    def is_begun(self, campaign_key: str) -> bool:
        """Return True if a spreadsheet of a campaign was set up, or anything was sent or decided.

        What was declared and who was let in are on record before that, also where a folder was mistaken for another.
        """
        beside = (FactKind.DECLARATION, FactKind.ACCESS, FactKind.SEASON)
        of_units = facts.c.campaign == campaign_key, facts.c.kind.not_in(beside)
        asked = (
            select(workbooks.c.campaign).where(workbooks.c.campaign == campaign_key),
            select(facts.c.campaign).where(*of_units),
        )
        with self._database.reading() as connection:
            return any(connection.execute(query.limit(1)).first() is not None for query in asked)

    def campaigns(self) -> tuple[str, ...]:
        """Return the campaigns of which anything is known."""
        known = union(select(workbooks.c.campaign), select(facts.c.campaign))
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(known).scalars()))

    def has_workbooks(self) -> bool:
        """Return True if a spreadsheet of any campaign is registered."""
        with self._database.reading() as connection:
            return connection.execute(select(workbooks.c.campaign).limit(1)).first() is not None

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

    def rename_units(self, campaign_key: str, codes: Mapping[str, str]) -> None:
        """Go on with the tabs of units under new codes, by former code."""
        with self._database.writing() as connection:
            for former, code in codes.items():
                this = (tabs.c.campaign == campaign_key, tabs.c.unit == former)
                connection.execute(update(tabs).where(*this).values(unit=code))

    def tabs(self, campaign_key: str) -> tuple[RegisteredTab, ...]:
        """Return a campaign's tabs, orphans too, by form and unit."""
        query = select(tabs).where(tabs.c.campaign == campaign_key).order_by(tabs.c.form, tabs.c.unit)
        with self._database.reading() as connection:
            return tuple(
                RegisteredTab(
                    row.campaign,
                    self._codes.get(row.unit, row.unit),
                    row.form,
                    row.spreadsheet_id,
                    row.sheet_id,
                    row.created_at,
                    row.orphaned_at,
                )
                for row in connection.execute(query)
            )

    def tab_births(self, spreadsheet_id: str) -> dict[int, datetime]:
        """Return when each tab of a spreadsheet was made, by sheet id."""
        with self._database.reading() as connection:
            rows = connection.execute(_TAB_BIRTHS, {"spreadsheet": spreadsheet_id})
            return {row.sheet_id: row.created_at for row in rows}

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

    def save_master_sheets(self, spreadsheet_id: str, sheets: Mapping[str, ShownSheet]) -> None:
        """Remember what sheets of the master show, by title."""
        values = [
            {
                "spreadsheet_id": spreadsheet_id,
                "title": title,
                "shape": sheet.shape,
                "blocks": json.dumps([[one.key, one.source, one.count] for one in sheet.blocks]),
            }
            for title, sheet in sheets.items()
        ]
        with self._database.writing() as connection:
            upsert(connection, master_sheets, values)

    def master_sheets(self, spreadsheet_id: str) -> dict[str, ShownSheet]:
        """Return what the sheets of the master were last made to show, by title."""
        query = select(master_sheets).where(master_sheets.c.spreadsheet_id == spreadsheet_id)
        with self._database.reading() as connection:
            return {
                row.title: ShownSheet(row.shape, tuple(Shown(*one) for one in json.loads(row.blocks)))
                for row in connection.execute(query)
            }

    def mark_read(self, spreadsheet_id: str, at: datetime, answers: WorkbookAnswers | None = None) -> None:
        """Remember a whole read of a spreadsheet; an earlier one never replaces a later one.

        `answers` are told where every tab was read as it is kept.
        """
        with self._database.writing() as connection:
            last = connection.execute(_LAST_READ.with_for_update(), {"spreadsheet": spreadsheet_id}).scalar()
            if last is None or at >= last:
                kept = "" if answers is None else " ".join(astuple(answers))
                upsert(connection, reads, [{"spreadsheet_id": spreadsheet_id, "read_at": at, "answers": kept}])

    def last_answers(self) -> dict[str, WorkbookAnswers]:
        """Return, by spreadsheet, what was answered at the last read, where that found every tab as it is kept."""
        query = select(reads.c.spreadsheet_id, reads.c.answers).where(reads.c.answers != "")
        with self._database.reading() as connection:
            return {row.spreadsheet_id: WorkbookAnswers(*row.answers.split()) for row in connection.execute(query)}

    def last_read(self, spreadsheet_id: str) -> datetime | None:
        """Return when a spreadsheet was last read as a whole, or None."""
        with self._database.reading() as connection:
            return connection.execute(_LAST_READ, {"spreadsheet": spreadsheet_id}).scalar()

    def last_reads(self, spreadsheet_ids: Collection[str]) -> dict[str, datetime]:
        """Return when spreadsheets were last read as a whole; those never read are left out."""
        query = select(reads.c.spreadsheet_id, reads.c.read_at)
        with self._database.reading() as connection:
            return {row.spreadsheet_id: row.read_at for row in connection.execute(query) if row[0] in spreadsheet_ids}
