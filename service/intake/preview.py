"""What would come of taking a file into a unit's tab: unit, rows, changes, and what must be confirmed first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from service import workflows
from service.documents import check_report
from service.domain.decisions import Decision, DecisionKind
from service.domain.instant_words import instant_message
from service.domain.intake_left_words import BELOW, LeftWords
from service.domain.intake_plan import IntakePlan, holds_words, lacking_columns, plan_intake
from service.domain.intake_rows import FileRow, row_label
from service.domain.intakes import Intake, IntakeMode
from service.domain.printed_tables import digest
from service.domain.standings import standing_at
from service.domain.succession import own_codes
from service.intake.file_reading import FileReading, SentFile, read_file
from service.intake.unit_tab import UnitTab, look_at
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, FieldRole, Unit
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import SHEET_LANGUAGE, Message, joined, message, one_line

OUTSIDE = "TIME_OUT_OF_WINDOW"
MOST_PLACES = 20  # in one sentence
MOST_NAMED = 300  # lines
LONGEST_QUOTED = 400


class Doubt(StrEnum):
    """What a person must confirm before a file is taken."""

    NO_UNIT = "no_unit"  # which unit it is of
    OTHER_UNIT = "other_unit"
    OTHER_YEAR = "other_year"
    TAB_FILLED = "tab_filled"  # whether its words are put in place of the tab's, or below them
    LEFT_OUT = "left_out"  # that words of the file have no place on the tab
    NO_ROW = "no_row"  # that it counts as received though no row of it is accepted


@dataclass(frozen=True, slots=True)
class IntakeRequest:
    """What is asked for: a file for a form, and what the operator typed beside it."""

    file: SentFile
    form: str
    actor: str
    unit: str = ""  # blank: by the letterhead
    received_at: datetime | None = None  # when the file came; blank: nothing is recorded as received
    number: str | None = None  # of the document, instead of what the letterhead says; blank: none
    day: str | None = None
    mode: IntakeMode | None = None
    confirmed: frozenset[Doubt] = frozenset()
    reason: str = ""
    sees_others: bool = True  # whether the person may learn of other units' files


@dataclass(frozen=True, slots=True)
class IntakePreview:
    """What is known of a file and of the tab it would go to."""

    reading: FileReading
    unit: Unit | None
    guessed: bool  # by the letterhead, not named by the operator
    doubts: tuple[tuple[Doubt, Message], ...]  # those not confirmed yet
    faults: tuple[Message, ...] = ()  # what no confirming helps
    tab: UnitTab | None = None
    plan: IntakePlan | None = None
    earlier: Intake | None = None  # the same file, taken for this unit
    decision: Decision | None = None  # that it was received then
    notes: tuple[Message, ...] = ()
    asks_mode: bool = False  # the operator said how the file's words go onto the tab

    @property
    def is_ready(self) -> bool:
        """Return True if it can be taken as it is."""
        return self.plan is not None and not self.doubts and not self.faults

    @property
    def is_repeated(self) -> bool:
        """Return True if it was taken before and nothing more would be written."""
        again = self.asks_mode and self.plan is not None and self.plan.writes
        return self.earlier is not None and not again

    @property
    def fingerprint(self) -> str:
        """Return what changes with the file or the words of the tab: what is accepted is what was shown."""
        if self.tab is None:
            return ""
        held = self.tab.held
        rows = [[row["row"], row["values"]] for row, _ in held.rows]
        return digest([self.reading.file.sha256, held.unit, rows, sorted(held.fields.items())])


def foresee(workspace: Workspace, asked: IntakeRequest) -> IntakePreview:
    """Return what would come of taking a file; nothing is written or recorded.

    UnreadableFileError or IntakeRefusedError says why it cannot be read at all.
    """
    workspace = workflows.as_declared(workspace)
    campaign = workspace.campaign
    reading = _with_typed(read_file(campaign, campaign.form(asked.form), asked.file), asked)
    unit, guessed = _unit_of(campaign, reading, asked)
    doubts = [*_unit_doubts(workspace, reading, unit, asked), *_year_doubts(campaign, reading)]
    preview = IntakePreview(reading, unit, guessed, tuple(doubts))
    if unit is not None:
        preview = _on_tab(workspace, preview, unit, asked)
    left = tuple((doubt, why) for doubt, why in preview.doubts if doubt not in asked.confirmed)
    return replace(preview, doubts=left)


def _with_typed(reading: FileReading, asked: IntakeRequest) -> FileReading:
    """Return a reading with the number and day that the operator typed in place of those of the file."""
    typed = {FieldRole.DOCUMENT_NUMBER: asked.number, FieldRole.DOCUMENT_DATE: asked.day}
    fields, differing = dict(reading.fields), dict(reading.differing)
    for role, text in typed.items():
        declared = reading.form.field(role)
        if declared is not None and text is not None:
            fields.pop(declared.key, None)
            differing.pop(declared.key, None)
            if text.strip():
                fields[declared.key] = text.strip()
    return replace(reading, fields=fields, differing=differing)


def _unit_of(campaign: Campaign, reading: FileReading, asked: IntakeRequest) -> tuple[Unit | None, bool]:
    if asked.unit:
        return campaign.unit(asked.unit), False
    found = reading.naming.certain
    return (found, True) if found is not None and found.active else (None, True)


def _unit_doubts(
    workspace: Workspace, reading: FileReading, unit: Unit | None, asked: IntakeRequest
) -> Iterator[tuple[Doubt, Message]]:
    naming = reading.naming
    if unit is None:
        names = ", ".join(f"{one.name} ({one.code})" for one in naming.candidates[:5])
        key = "intake.unit_unsure" if names else "intake.unit_unknown"
        yield Doubt.NO_UNIT, message(key, candidates=names) if names else message(key)
        return
    if naming.certain is not None and naming.certain.code != unit.code:
        said = {"line": naming.line, "named": naming.certain.name, "unit": unit.name}
        yield Doubt.OTHER_UNIT, message("intake.other_unit", **said)
        return
    if not asked.unit or not asked.sees_others:
        return
    taken = [one for one in workspace.store.intakes.of(workspace.campaign.key) if one.sha256 == reading.file.sha256]
    other = next((one for one in taken if one.unit not in own_codes(unit) and one.form == reading.form.key), None)
    if other is not None:
        at = instant_message(other.recorded_at, workspace.campaign.zone)
        yield Doubt.OTHER_UNIT, message("intake.taken_for_other", other=other.unit, at=at, unit=unit.name)


def _year_doubts(campaign: Campaign, reading: FileReading) -> Iterator[tuple[Doubt, Message]]:
    head, year = reading.letterhead, campaign.year
    if head.years and year not in head.years:
        years = ", ".join(str(one) for one in head.years)
        yield Doubt.OTHER_YEAR, message("intake.titled_other_year", years=years, year=year)
    elif head.day is not None and _is_of_other_year(campaign, head.day):
        yield Doubt.OTHER_YEAR, message("intake.dated_other_year", day=format_day(head.day), year=year)
    else:
        rows = [row for _, found in reading.checked.judged for row in found.rows if not row.skipped]
        outside = [row for row in rows if any(found.code == OUTSIDE for found in row.problems)]
        if outside and 2 * len(outside) > len(rows):
            said = message("intake.times_outside", outside=len(outside), rows=len(rows), campaign=campaign.title)
            yield Doubt.OTHER_YEAR, said


def _is_of_other_year(campaign: Campaign, day: date) -> bool:
    """Return True if a document is of no year that the campaign's window touches."""
    return not campaign.window.start.year <= day.year <= campaign.window.end.year


def _on_tab(workspace: Workspace, preview: IntakePreview, unit: Unit, asked: IntakeRequest) -> IntakePreview:
    """Add what the file would change on the unit's tab."""
    campaign, form = workspace.campaign, preview.reading.form
    if not unit.active:
        return replace(preview, faults=(message("intake.unit_not_active", unit=unit.name),))
    tab = look_at(workspace, unit, form)
    rows, fields = preview.reading.rows, preview.reading.fields
    filled = holds_words(form, tab.table)
    mode = asked.mode or (IntakeMode.REPLACE if filled else IntakeMode.FILL)
    plan = plan_intake(form, tab.held, tab.table, rows, fields, mode)
    taken = workspace.store.intakes.of(campaign.key, own_codes(unit), form.key)
    earlier = next((one for one in reversed(taken) if one.sha256 == preview.reading.file.sha256), None)
    doubts = list(preview.doubts)
    if asked.mode is None and filled and plan.writes and earlier is None:
        doubts.append((Doubt.TAB_FILLED, message("intake.tab_filled", unit=unit.name)))
    lost = [words for words in preview.reading.left if words.are_lost]
    if lost and (earlier is None or (asked.mode is not None and plan.writes)):
        doubts.append((Doubt.LEFT_OUT, message("intake.words_lost", places=_places(preview.reading, lost))))
    known = _received_before(workspace, unit, asked.form)
    decision, faults = _decision(workspace, unit, asked, preview.reading, known)
    if decision is not None and _has_no_row(preview.reading):
        doubts.append((Doubt.NO_ROW, message("intake.no_row", rejected=preview.reading.checked.rejected)))
    faults += list(_misfits(preview.reading, tab, plan))
    return replace(
        preview,
        tab=tab,
        plan=plan,
        doubts=tuple(doubts),
        faults=tuple(faults),
        earlier=earlier,
        decision=decision,
        notes=(*_notes(preview.reading, tab, plan), *_first_stays(asked, known, decision, campaign)),
        asks_mode=asked.mode is not None,
    )


def _first_stays(
    asked: IntakeRequest, known: datetime | None, decision: Decision | None, campaign: Campaign
) -> Iterator[Message]:
    """Yield that a file which came after the first complete receipt leaves its time as it is."""
    if asked.received_at is not None and known is not None and decision is None:
        later, first = (instant_message(at, campaign.zone) for at in (asked.received_at, known))
        yield message("intake.first_stays", first=first, later=later)


def _has_no_row(reading: FileReading) -> bool:
    nil = any(found.ticked(FieldRole.NIL) for _, found in reading.checked.judged)
    return not reading.checked.accepted and not nil


def _misfits(reading: FileReading, tab: UnitTab, plan: IntakePlan) -> Iterator[Message]:
    """Yield why the file's words do not fit onto the tab."""
    if not reading.rows and not reading.fields:
        yield message("intake.nothing_fits" if reading.left else "intake.nothing_filled")
    lacking = lacking_columns(reading.form, tab.table, reading.rows)
    if lacking:
        yield message("intake.tab_lacks_columns", columns=", ".join(lacking))
    if plan.beyond:
        yield message("intake.no_room", rows=len(reading.rows), lacking=plan.beyond)
    if plan.clashes:
        yield message("intake.sections_differ", sections=joined((_clash(reading, rows) for rows in plan.clashes), ", "))
    labels = {one.key: one.label for one in reading.form.fields}
    for key, several in reading.differing.items():
        said = (
            message("intake.sheet_says", sheet=check_report.sheet_title(sheet), text=one_line(text, LONGEST_QUOTED))
            for sheet, text in several
        )
        yield message("intake.fields_differ", label=labels[key], values=joined(said, "; "))
    if plan.lost:
        yield message("intake.lines_lost", lines=", ".join(plan.lost))


def _clash(reading: FileReading, rows: Sequence[FileRow]) -> Message:
    """Return a section with the lines of the file that say different things for it."""
    section = row_label(reading.form, rows[0].key)
    return message(
        "intake.section_lines", section=section, lines=joined((place_of(reading, row) for row in rows), "; ")
    )


def _places(reading: FileReading, found: Sequence[LeftWords]) -> Message:
    """Return where words of a file are, the first few places and how many more there are."""
    places = [place_of(reading, words) for words in found[:MOST_PLACES]]
    if len(found) > MOST_PLACES:
        places.append(message("intake.more_lines", count=len(found) - MOST_PLACES))
    return joined(places, "; ")


def place_of(reading: FileReading, row: FileRow | LeftWords) -> Message:
    """Return where a row of a file is: its line, and its sheet where it has to be said."""
    if row.line == BELOW:
        return message("intake.below_table")
    judged = [sheet.name for sheet, _ in reading.checked.judged]
    if judged == [row.sheet]:
        return message("intake.line", line=row.line)
    sheet = next(one.sheet for one in reading.checked.sheets if one.sheet.name == row.sheet)
    return message("intake.line_of_sheet", line=row.line, sheet=check_report.sheet_title(sheet))


def _notes(reading: FileReading, tab: UnitTab, plan: IntakePlan) -> Iterator[Message]:
    """Yield what of the file does not reach the tab, and why."""
    labels = {one.key: one.label for one in reading.form.fields}
    homeless = [labels[key] for key in reading.fields if key in labels and key not in tab.table.fields]
    if homeless:
        yield message("intake.tab_lacks_fields", labels=", ".join(homeless))
    for words in reading.left[:MOST_NAMED]:
        texts = joined((message("intake.quoted", text=one_line(text, LONGEST_QUOTED)) for text in words.texts), "; ")
        yield message("intake.words_left", place=place_of(reading, words), texts=texts)
    if len(reading.left) > MOST_NAMED:
        yield message("intake.more_left", count=len(reading.left) - MOST_NAMED)
    if plan.repeated:
        yield message("intake.rows_there_already", count=len(plan.repeated))
    for row in plan.twice:
        section = row_label(reading.form, row.key)
        yield message("intake.said_twice", place=place_of(reading, row), section=section)
    for label, kept, new in plan.kept:
        yield message("intake.value_kept", label=label, kept=kept, new=new)


def _received_before(workspace: Workspace, unit: Unit, form: str) -> datetime | None:
    """Return since when a complete receipt is on record: the first one counts, whatever is sent later."""
    now = workspace.clock()
    standing = standing_at(now, workspace.campaign, unit.code, form, workspace.history(now, unit))
    return standing.received_at if standing.receipt.counts else None


def _decision(
    workspace: Workspace, unit: Unit, asked: IntakeRequest, reading: FileReading, known: datetime | None
) -> tuple[Decision | None, list[Message]]:
    """Return the paper receipt that is recorded with the file, and why it is refused; none where one is known."""
    if asked.received_at is None or (known is not None and known < asked.received_at):
        return None, []
    reason = asked.reason.strip() or message(
        "intake.reason", name=reading.file.name, digest=reading.file.sha256[:12]
    ).text(SHEET_LANGUAGE)
    decision = Decision(
        kind=DecisionKind.RECEIVE,
        unit=unit.code,
        form=asked.form,
        recorded_at=workspace.clock(),
        actor=asked.actor,
        reason=reason,
        document=document_number(reading),
        received_at=asked.received_at,
    )
    refused = workflows.foresee(workspace, [decision]).refused
    return decision, [why for _, why in refused]


def document_number(reading: FileReading) -> str:
    """Return the number of the document that goes onto the tab; blank without one."""
    declared = reading.form.field(FieldRole.DOCUMENT_NUMBER)
    return reading.fields.get(declared.key, "") if declared is not None else reading.letterhead.number
