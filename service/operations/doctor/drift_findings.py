"""What people changed on a workbook beside its cells, as the doctor's findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.domain.drift import DriftFinding, DriftKind, sentences
from service.facts.records import RegisteredTab, RegisteredWorkbook
from service.operations.doctor.findings import Finding, State, attention
from service.sheets.inventory import Inventory
from service.workbooks import drift_check
from service.workspace import Workspace
from sheets_schema.wording import Message

FAILING = {DriftKind.READ_ONLY}  # the service cannot work like this


def tabs_in(workspace: Workspace, book: RegisteredWorkbook) -> tuple[RegisteredTab, ...]:
    """Return the tabs that belong in a workbook."""
    known = workspace.store.registry.tabs(workspace.campaign.key)
    return tuple(tab for tab in known if tab.spreadsheet_id == book.spreadsheet_id and tab.orphaned_at is None)


def drift_in(
    workspace: Workspace, book: RegisteredWorkbook, inventory: Inventory, subject: Message
) -> Iterator[Finding]:
    """Yield what differs from what provisioning set: protections, tabs, copies, sharing, import functions."""
    if book.form not in {form.key for form in workspace.campaign.forms}:
        yield attention(subject, "doctor.form_left", form=book.form)
        return
    yield from as_findings(subject, drift_check.drift_in(workspace, book, inventory))


def as_findings(subject: Message, found: Iterable[DriftFinding]) -> Iterator[Finding]:
    """Yield what differs as the doctor's findings."""
    several = list(found)
    for state in (State.FAILED, State.ATTENTION):
        alike = [one for one in several if (one.kind in FAILING) is (state is State.FAILED)]
        for sentence in sentences(alike, mended=False):
            yield Finding(subject, state, sentence)
