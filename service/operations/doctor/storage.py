"""The database: which, how it is set up, which version it has, what its clock shows."""

from __future__ import annotations

from collections.abc import Iterator

from service import connections, data_folder
from service.facts.inspection import DatabaseState
from service.operations.doctor import clock_skew
from service.operations.doctor.findings import Finding, attention, ok
from service.operations.doctor.machine import is_on_network
from service.workspace import Workspace
from sheets_schema.wording import message

SUBJECT = message("doctor.database")
SPREADSHEETS = message("doctor.spreadsheets_file")
BACKUP = message("doctor.newest_backup")


def database_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about the database."""
    before = workspace.lease_clock()
    state = workspace.store.inspection.inspect()
    after = workspace.lease_clock()
    workspace.store.inspection.refuse_unsound()
    workspace.store.inspection.refuse_read_only()
    workspace.store.facts.refuse_unreadable()
    count = len(workspace.store.facts.lines(workspace.campaign.key))
    kind = f"{state.kind} {state.version}"
    yield ok(SUBJECT, "doctor.database_is", kind=kind, revision=str(state.revision), count=count)
    if state.revision != state.newest:
        yield attention(SUBJECT, "doctor.database_newer", revision=str(state.revision), newest=str(state.newest))
    yield from _counted(workspace)
    missing = workspace.store.facts.numbers_missing()
    if missing and state.file is not None:
        yield attention(SUBJECT, "doctor.facts_missing", count=missing)
    yield from _sqlite(state)
    if state.now is not None:
        yield clock_skew.compared(message("doctor.database_clock"), state.now, before, after)


def _counted(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is kept beside the database: the count of facts, who accepted fewer, the newest backup."""
    tally = data_folder.tally_of(workspace.settings)
    count = tally.read()
    if not count.is_whole:
        yield attention(SUBJECT, "doctor.count_unreadable", file=str(tally.path))
    for line in count.accepted:
        yield ok(SUBJECT, "doctor.fewer_accepted", line=line)
    if count.backup:
        yield ok(BACKUP, "doctor.set_to", value=count.backup)


def spreadsheets_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield how the embedded spreadsheets' file is, where there is one."""
    file = workspace.settings.data_dir / connections.EMBEDDED_FILE
    if workspace.settings.sheets != "embedded" or not file.exists():
        return
    # a newer or older file is made ready as any first use would
    _ = workspace.sheets.client
    yield ok(SPREADSHEETS, "doctor.spreadsheets_sound", count=connections.examine_embedded(file))


def _sqlite(state: DatabaseState) -> Iterator[Finding]:
    if state.file is None:
        return
    if state.journal != "wal":
        yield attention(SUBJECT, "doctor.database_without_wal", journal=str(state.journal))
    if is_on_network(state.file):
        yield attention(SUBJECT, "doctor.database_on_network")
