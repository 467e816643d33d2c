"""What people changed on a workbook beside its cells, as the doctor's findings."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.drift import DriftKind, sentences
from service.facts.records import RegisteredTab, RegisteredWorkbook
from service.operations.doctor.findings import Finding, State, attention
from service.sheets.verbs import Inventory
from service.workbooks import drift_check
from service.workspace import Workspace
from sheets_schema.wording import Message, verbatim

# the doctor's own lines on the workbook say these
TOLD_ALREADY = {DriftKind.LOCALE, DriftKind.READ_ONLY, DriftKind.WRITERS_SHARE}


def tabs_in(workspace: Workspace, book: RegisteredWorkbook) -> tuple[RegisteredTab, ...]:
    """Return the tabs that a workbook is to have."""
    known = workspace.store.registry.tabs(workspace.campaign.key)
    return tuple(tab for tab in known if tab.spreadsheet_id == book.spreadsheet_id and tab.orphaned_at is None)


def drift_in(
    workspace: Workspace, book: RegisteredWorkbook, inventory: Inventory, subject: Message
) -> Iterator[Finding]:
    """Yield what differs from what provisioning set: protections, tabs, copies, sharing, import functions."""
    if book.form not in {form.key for form in workspace.campaign.forms}:
        yield attention(subject, "doctor.form_left", form=book.form)
        return
    found = (one for one in drift_check.drift_in(workspace, book, inventory) if one.kind not in TOLD_ALREADY)
    for sentence in sentences(found, mended=False):
        yield Finding(subject, State.ATTENTION, verbatim(sentence))
