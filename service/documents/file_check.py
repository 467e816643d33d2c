"""A file of rows checked whole: every sheet is judged or named with why it was not, no row is left unaccounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.documents.grid_file import FileSheet, TableFile
from sheets_schema.campaign import Campaign, FieldRole, Form
from sheets_schema.grid import Gap
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import Checked, check


class LeftOut(StrEnum):
    """Why a sheet's rows do not count."""

    HIDDEN = "hidden"
    NO_TABLE = "no_table"


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """One sheet of a file with the verdict on it; a sheet without the form's table has none."""

    sheet: FileSheet
    checked: Checked | None = None

    @property
    def left_out(self) -> LeftOut | None:
        """Return why the rows of the sheet do not count, None for one whose rows do."""
        if self.checked is None:
            return LeftOut.NO_TABLE
        return LeftOut.HIDDEN if self.sheet.hidden else None

    @property
    def is_empty(self) -> bool:
        """Return True if the form is on the sheet and nothing is filled in, nor declared to be nothing."""
        checked = self.checked
        return checked is not None and not (checked.accepted or checked.rejected or checked.ticked(FieldRole.NIL))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return the long runs of blank rows within the table."""
        header = self.checked.content.header_row if self.checked else None
        return tuple(gap for gap in self.sheet.grid.gaps if header is not None and gap.first_row > header)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """All sheets of a file, in its order."""

    form: Form
    sheets: tuple[CheckedSheet, ...]

    @property
    def judged(self) -> Iterator[tuple[FileSheet, Checked]]:
        """Yield each sheet whose rows count, with the verdict on it."""
        for one in self.sheets:
            if one.left_out is None and one.checked is not None:
                yield one.sheet, one.checked

    @property
    def accepted(self) -> int:
        """Return how many rows are accepted."""
        return sum(checked.accepted for _, checked in self.judged)

    @property
    def rejected(self) -> int:
        """Return how many rows must be corrected first."""
        return sum(checked.rejected for _, checked in self.judged)

    @property
    def skipped(self) -> int:
        """Return how many rows are neither, blank ones too."""
        return sum(row.skipped for _, checked in self.judged for row in checked.rows)

    @property
    def is_empty(self) -> bool:
        """Return True if the form is filled in nowhere."""
        return all(one.is_empty for one in self.sheets if one.left_out is None)

    @property
    def is_clean(self) -> bool:
        """Return True if rows were found, all of them are accepted and nothing was left out of the judgement."""
        hides_rows = any(one.left_out is LeftOut.HIDDEN and not one.is_empty for one in self.sheets)
        unread = any(sheet.beyond or sheet.uncomputed for sheet, _ in self.judged)
        return not (self.rejected or self.is_empty or hides_rows or unread)


def check_file(campaign: Campaign, form: Form, file: TableFile) -> CheckedFile:
    """Check every sheet that has the form's table."""
    return CheckedFile(form, tuple(_checked(campaign, form, sheet) for sheet in file.sheets))


def _checked(campaign: Campaign, form: Form, sheet: FileSheet) -> CheckedSheet:
    if not sheet.has_table:
        return CheckedSheet(sheet)
    return CheckedSheet(sheet, check(campaign, form, read_tab(form, sheet.grid), of_units=True))
