"""What is to be corrected, line by line, as the last good read of each tab found it: for pages and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service.domain.axes import Language
from service.domain.contents import Contents
from service.web import current
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form, Unit
from sheets_schema.problems import Severity

TOGETHER = 50  # tabs fetched at once
GRAVE = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; blank parts ask for everything, no severity for errors and warnings."""

    unit: str = ""
    form: str = ""
    severity: str = ""
    code: str = ""

    def has(self, problem: object) -> bool:
        """Say whether a problem, as it is kept, is asked for."""
        if not isinstance(problem, dict):
            return False
        severities = (self.severity,) if self.severity else GRAVE
        return problem["severity"] in severities and self.code in ("", problem["code"])


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem with where it stands."""

    unit: Unit
    form: str  # its title
    severity: str
    code: str
    row: int | None
    cell: str
    column: str  # its title
    message: str
    spreadsheet_id: str
    sheet_id: int
    seen_at: datetime

    @property
    def url(self) -> str:
        """Where the cell is opened from a page."""
        return current.tab_url(self.spreadsheet_id, self.sheet_id, self.cell)


def tabs_read(workspace: Workspace, unit: str = "", form: str = "") -> Iterator[tuple[Unit, Form, Contents]]:
    """Yield what the tabs held at the last good read, form by form in the plan's order, a few fetched at a time."""
    campaign = workspace.campaign
    codes = [one.code for one in campaign.active_units if unit in ("", one.code)]
    for owed in campaign.obligations:
        if form not in ("", owed.form):
            continue
        for first in range(0, len(codes), TOGETHER):
            for found in workspace.store.contents(campaign.key, owed.form, codes[first : first + TOGETHER]):
                yield campaign.unit(found.unit), campaign.form(owed.form), found


def problem_lines(workspace: Workspace, wanted: Wanted, words: Words) -> Iterator[ProblemLine]:
    """Yield the problems asked for, form by form, unit by unit, as they stand on the tab."""
    language = words.language.value
    for unit, form, contents in tabs_read(workspace, wanted.unit, wanted.form):
        titles = titles_of(form)
        for problem in contents.problems:
            if not wanted.has(problem):
                continue
            row, said = problem["row"], problem["message"]
            cell = str(problem["cell"]) or (f"A{row}" if row else "")
            yield ProblemLine(
                unit=unit,
                form=form_title(form, words),
                severity=str(problem["severity"]),
                code=str(problem["code"]),
                row=row if isinstance(row, int) else None,
                cell=cell,
                column=titles.get(str(problem["column"]), ""),
                message=str(said[language]) if isinstance(said, dict) else "",
                spreadsheet_id=contents.spreadsheet_id,
                sheet_id=contents.sheet_id,
                seen_at=contents.seen_at,
            )


def titles_of(form: Form) -> dict[str, str]:
    """Return the titles of a form's columns and fields by key."""
    titles = {column.key: column.title for column in form.columns}
    return titles | {field.key: field.label for field in form.fields}


def form_title(form: Form, words: Words) -> str:
    """Return a form's title in the language that is set, where it has one."""
    return form.title_en if words.language is Language.ENGLISH and form.title_en else form.title


def last_good_read(workspace: Workspace) -> datetime | None:
    """Return when every tab was last read as a whole; None before that."""
    campaign: Campaign = workspace.campaign
    books = [book for book in workspace.store.workbooks(campaign.key) if book.form]
    reads = [workspace.store.last_read(book.spreadsheet_id) for book in books]
    known = [at for at in reads if at is not None]
    return min(known) if known and len(known) == len(reads) else None
