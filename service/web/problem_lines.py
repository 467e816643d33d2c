"""What is to be corrected, line by line, as the last good read of each tab found it: for pages and exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from service.consolidation.contents_loader import contents_in_order
from service.domain.contents import Contents, TabSummary
from service.domain.history import Owed
from service.domain.titles import form_title_in
from service.web import current
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form, Unit
from sheets_schema.problems import Severity
from sheets_schema.wording import Language
from sheets_schema.wording.catalogue import area

GRAVE = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """Which lines are asked for; blank parts ask for everything, no severity for errors and warnings."""

    unit: str = ""
    form: str = ""
    severity: str = ""
    code: str = ""

    def has(self, problem: object) -> bool:
        """Return True if a problem, as it is kept, is asked for."""
        if not isinstance(problem, dict):
            return False
        severities = (self.severity,) if self.severity else GRAVE
        return problem["severity"] in severities and self.code in ("", problem["code"])


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem with its place."""

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
    kind: str  # its code in words

    @property
    def url(self) -> str:
        """Where the cell is opened from a page."""
        return current.tab_url(self.spreadsheet_id, self.sheet_id, self.cell)


def tabs_read(
    workspace: Workspace, unit: str = "", form: str = "", at: datetime | None = None
) -> Iterator[tuple[Unit, Form, Contents]]:
    """Yield what the tabs hold, or held at an instant, form by form in the plan's order, a few fetched at a time."""
    yield from _fetched(workspace, _owed(workspace.campaign, unit, form), at)


def _owed(campaign: Campaign, unit: str, form: str) -> list[Owed]:
    """Return what units owe, form by form in the plan's order; a blank unit or form asks for all."""
    return [
        (one.code, obligation.form)
        for obligation in campaign.obligations
        if form in ("", obligation.form)
        for one in campaign.accounted_units
        if unit in ("", one.code)
    ]


def _fetched(workspace: Workspace, owed: Iterable[Owed], at: datetime | None) -> Iterator[tuple[Unit, Form, Contents]]:
    campaign = workspace.campaign
    for found in contents_in_order(workspace.store, campaign.key, owed, at):
        yield campaign.unit(found.unit), campaign.form(found.form), found


def problem_lines(
    workspace: Workspace, wanted: ProblemFilter, words: Words, at: datetime | None = None
) -> Iterator[ProblemLine]:
    """Yield the problems asked for, now or at an instant, form by form, unit by unit, in the order of the tab."""
    for unit, form, contents in tabs_read(workspace, wanted.unit, wanted.form, at):
        yield from _tab_lines(unit, form, contents, wanted, words)


def problem_page(
    workspace: Workspace, wanted: ProblemFilter, words: Words, first: int, most: int
) -> tuple[tuple[ProblemLine, ...], int]:
    """Return the problems asked for from one on (counted from 0), at most so many, and how many there are in all.

    Where the counts kept with the tabs tell, no more tabs are fetched than the page shows.
    """
    if wanted.code or wanted.severity not in ("", *GRAVE):
        lines = problem_lines(workspace, wanted, words)
        before = sum(1 for _ in islice(lines, first))
        shown = tuple(islice(lines, most))
        return shown, before + len(shown) + sum(1 for _ in lines)
    counts = _counts(workspace, wanted)
    owed, skipped = _on_page(counts, first, most)
    lines = chain.from_iterable(
        _tab_lines(unit, form, contents, wanted, words) for unit, form, contents in _fetched(workspace, owed, None)
    )
    return tuple(islice(lines, skipped, skipped + most)), sum(counts.values())


def _counts(workspace: Workspace, wanted: ProblemFilter) -> dict[Owed, int]:
    """Return how many of what is asked for each tab has, in the order of the list; only tabs that have any."""
    known = workspace.store.contents.summaries(workspace.campaign.key)
    owed = _owed(workspace.campaign, wanted.unit, wanted.form)
    counts = {one: _count(known[one], wanted.severity) for one in owed if one in known}
    return {one: count for one, count in counts.items() if count}


def _count(tab: TabSummary, severity: str) -> int:
    errors = tab.errors if severity in ("", Severity.ERROR) else 0
    return errors + (tab.warnings if severity in ("", Severity.WARNING) else 0)


def _on_page(counts: Mapping[Owed, int], first: int, most: int) -> tuple[list[Owed], int]:
    """Return the tabs whose problems a page shows, and how many of the first one's are on the page before."""
    found: list[Owed] = []
    skipped, passed = 0, 0
    for one, count in counts.items():
        if passed + count > first and passed < first + most:
            skipped = skipped if found else max(0, first - passed)
            found.append(one)
        passed += count
    return found, skipped


def _tab_lines(
    unit: Unit, form: Form, contents: Contents, wanted: ProblemFilter, words: Words
) -> Iterator[ProblemLine]:
    language, titles = words.language.value, titles_of(form)
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
            kind=title_of(str(problem["code"]), words.language),
            row=row if isinstance(row, int) else None,
            cell=cell,
            column=titles.get(str(problem["column"]), ""),
            message=str(said[language]) if isinstance(said, dict) else "",
            spreadsheet_id=contents.spreadsheet_id,
            sheet_id=contents.sheet_id,
            seen_at=contents.seen_at,
        )


def title_of(code: str, language: Language) -> str:
    """Return a problem's code in a few words."""
    return str(area("problem_titles", language)[code.lower()])


def titles_of(form: Form) -> dict[str, str]:
    """Return the titles of a form's columns and fields by key."""
    titles = {column.key: column.title for column in form.columns}
    return titles | {field.key: field.label for field in form.fields}


def form_title(form: Form, words: Words) -> str:
    """Return a form's title in the language that is set, where it has one."""
    return form_title_in(form, words.language)


def last_good_read(workspace: Workspace) -> datetime | None:
    """Return when every tab was last read as a whole; None before that."""
    campaign: Campaign = workspace.campaign
    books = [book for book in workspace.store.registry.workbooks(campaign.key) if book.form]
    reads = [workspace.store.registry.last_read(book.spreadsheet_id) for book in books]
    known = [at for at in reads if at is not None]
    return min(known) if known and len(known) == len(reads) else None
