"""The database: which, how it is set up, which version it has, what its clock shows."""

from __future__ import annotations

from collections.abc import Iterator

from service.facts.inspection import DatabaseState
from service.operations.doctor import clock_skew
from service.operations.doctor.findings import Finding, attention, ok
from service.operations.doctor.machine import is_on_network
from service.workspace import Workspace
from sheets_schema.wording import message

SUBJECT = message("doctor.database")


def database_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about the database."""
    before = workspace.lease_clock()
    state = workspace.store.inspection.inspect()
    after = workspace.lease_clock()
    count = len(workspace.store.facts.lines(workspace.campaign.key))
    kind = f"{state.kind} {state.version}"
    yield ok(SUBJECT, "doctor.database_is", kind=kind, revision=str(state.revision), count=count)
    if state.revision != state.newest:
        yield attention(SUBJECT, "doctor.database_newer", revision=str(state.revision), newest=str(state.newest))
    yield from _sqlite(state)
    if state.now is not None:
        yield clock_skew.compared(message("doctor.database_clock"), state.now, before, after)


def _sqlite(state: DatabaseState) -> Iterator[Finding]:
    if state.file is None:
        return
    if state.journal != "wal":
        yield attention(SUBJECT, "doctor.database_without_wal", journal=str(state.journal))
    if is_on_network(state.file):
        yield attention(SUBJECT, "doctor.database_on_network")
