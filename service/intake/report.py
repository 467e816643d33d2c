"""What would come of a file, and what came of it, as lines for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.documents import check_report
from service.documents.grid_file import FileSheet
from service.intake.acceptance import IntakeOutcome
from service.intake.file_reading import FileReading
from service.intake.preview import IntakePreview
from sheets_schema.campaign import Campaign, FieldRole, Unit
from sheets_schema.reading.unit_names import UnitNaming
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Language, Message, joined, message, one_line, verbatim

Json = dict[str, object]
LONGEST = 200


def preview_messages(found: IntakePreview, campaign: Campaign) -> Iterator[Message]:
    """Yield what is known of a file and of the tab it would go to, what is to be confirmed last."""
    yield from head_messages(found)
    yield from found.notes
    if found.earlier is not None and found.is_repeated:
        yield message("intake.taken_already", recorded=found.earlier.sentence(campaign.zone))
    elif found.plan is not None:
        yield from change_messages(found)
    yield from found.faults
    yield from (why for _, why in found.doubts)


def head_messages(found: IntakePreview) -> Iterator[Message]:
    """Yield the file, the unit and what the letterhead says."""
    reading = found.reading
    yield message("intake.of_file", name=reading.file.name, digest=reading.file.sha256[:12], size=reading.file.size)
    if found.unit is not None:
        yield _unit_message(found.unit, reading.naming)
    tables = head_tables(reading)
    if tables:
        titles = joined((check_report.sheet_title(one) for one in tables), ", ")
        yield message("intake.head_tables", tables=titles)
    for field in reading.form.fields:
        if field.key in reading.fields:
            yield message("intake.field_read", label=field.label, text=_cut(reading.fields[field.key]))


def _unit_message(unit: Unit, naming: UnitNaming) -> Message:
    said = {"unit": unit.name, "code": unit.code}
    if naming.certain is None:
        return message("intake.unit_unnamed", **said)
    key = "intake.unit_by_line" if naming.certain.code == unit.code else "intake.unit_chosen"
    return message(key, line=naming.line, **said)


def head_tables(reading: FileReading) -> list[FileSheet]:
    """Return the tables that are no table of the form, and are read as the head of the document."""
    sheets = reading.checked.sheets
    first = next((index for index, one in enumerate(sheets) if one.left_out is None), 0)
    return [one.sheet for one in sheets[:first] if one.checked is None and not one.sheet.hidden]


def note_messages(found: IntakePreview, language: Language) -> Iterator[Message]:
    """Yield what of the file was not read, is wrong beside its rows, or does not reach the tab."""
    for _, checked in found.reading.checked.judged:
        yield from (verbatim(f"{one.cell} {one.message(language)}".strip()) for one in checked.field_problems)
    yield from (verbatim(line) for line in check_report.notes(found.reading.checked, language))
    yield from found.notes


def change_messages(found: IntakePreview) -> Iterator[Message]:
    """Yield how the tab would change."""
    if found.plan is None:
        return
    words = found.plan.difference.messages(found.reading.form)
    if not words:
        yield message("intake.changes_nothing")
        return
    yield message(f"intake.changes_{found.plan.mode}", change=words[0])
    yield from (message("intake.change", change=word) for word in words[1:])


@dataclass(frozen=True, slots=True)
class RowReport:
    """A row of the file that the unit filled, with the verdict on it."""

    sheet: str
    line: int
    verdict: str  # accepted, rejected or skipped
    words: str
    problems: tuple[tuple[str, str, str], ...]  # severity, cell, message


def row_reports(found: IntakePreview, language: Language) -> Iterator[RowReport]:
    """Yield every filled row of the tables that were read."""
    for sheet, checked in found.reading.checked.judged:
        for row in checked.rows:
            if not row.row.filled and not row.problems:
                continue
            verdict = "accepted" if row.accepted else "skipped" if row.skipped else "rejected"
            problems = tuple((one.severity.value, one.cell, one.message(language)) for one in row.problems)
            words = _cut(" | ".join(text for text in row.row.texts.values() if text.strip()))
            name = check_report.sheet_title(sheet).text(language) if sheet.name else ""
            yield RowReport(name, row.row.number, verdict, words, problems)


def document_values(found: IntakePreview) -> list[tuple[str, str, str]]:
    """Return the document's number and day as they would be written: what each is posted as, its label, its text."""
    names = {FieldRole.DOCUMENT_NUMBER: "number", FieldRole.DOCUMENT_DATE: "day"}
    form, fields = found.reading.form, found.reading.fields
    declared = ((name, form.field(role)) for role, name in names.items())
    return [(name, field.label, fields.get(field.key, "")) for name, field in declared if field is not None]


def preview_lines(found: IntakePreview, campaign: Campaign, language: Language) -> Iterator[str]:
    """Yield the preview as lines: the check of every row stands where `tonghop check` has it."""
    checked, shown = check_report.as_lines(found.reading.checked, language), list(preview_messages(found, campaign))
    heads = len(list(head_messages(found)))
    yield from (one.text(language) for one in shown[:heads])
    yield from checked
    yield from (one.text(language) for one in shown[heads:])


def outcome_lines(outcome: IntakeOutcome, campaign: Campaign, language: Language) -> Iterator[str]:
    """Yield what was recorded, and the unit's status after it."""
    if not outcome.repeated:
        yield message("intake.taken", unit=outcome.unit.name, recorded=outcome.intake.sentence(campaign.zone)).text(
            language
        )
    if outcome.decision is not None and outcome.decision.number:
        yield message("intake.receipt", number=outcome.decision.number).text(language)
    yield message("intake.status", status=outcome.standing.label, limit=outcome.standing.limit.full_words).text(
        language
    )


def preview_json(found: IntakePreview, campaign: Campaign, language: Language) -> Json:
    """Return the preview as JSON values."""
    reading, plan, head = found.reading, found.plan, found.reading.letterhead
    form = reading.form
    return {
        "file": {"name": reading.file.name, "sha256": reading.file.sha256, "size": reading.file.size},
        "form": form.key,
        "unit": found.unit.code if found.unit else None,
        "guessed": found.guessed,
        "candidates": [one.code for one in reading.naming.candidates],
        "line": reading.naming.line,
        "letterhead": {
            "number": head.number,
            "day": head.day.isoformat() if head.day else None,
            "years": list(head.years),
        },
        "fields": dict(reading.fields),
        "rows": [
            {"sheet": row.sheet, "line": row.line, "key": row.key, "accepted": row.accepted, "values": dict(row.texts)}
            for row in reading.rows
        ],
        "check": check_report.as_json(reading.checked, language),
        "mode": plan.mode.value if plan else None,
        "changes": [one.text(language) for one in plan.difference.messages(form)] if plan else [],
        "notes": [one.text(language) for one in found.notes],
        "doubts": {doubt.value: why.text(language) for doubt, why in found.doubts},
        "faults": [one.text(language) for one in found.faults],
        "taken_already": found.earlier.as_dict(campaign.zone) if found.earlier and found.is_repeated else None,
        "ready": found.is_ready,
    }


def outcome_json(outcome: IntakeOutcome, campaign: Campaign, language: Language) -> Json:
    """Return what came of a file as JSON values."""
    return {
        "unit": outcome.unit.code,
        "form": outcome.intake.form,
        "repeated": outcome.repeated,
        "intake": outcome.intake.as_dict(campaign.zone),
        "decision": outcome.decision.number if outcome.decision else None,
        "label": outcome.standing.label_in(language),
        "notes": [one.text(language) for one in outcome.preview.notes],
    }


def _cut(text: str) -> str:
    return one_line(squash(text), LONGEST)
