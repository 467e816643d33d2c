"""The database: which, how it is set up, where it stands, what its clock says."""

from __future__ import annotations

from collections.abc import Iterator

from service.facts.inspection import DatabaseState
from service.operations.doctor import clock_skew
from service.operations.doctor.findings import Finding, look, well
from service.operations.doctor.machine import is_on_network
from service.workspace import Workspace

SUBJECT = "Cơ sở dữ liệu"


def database_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is to be said of the database."""
    before = workspace.lease_clock()
    state = workspace.store.inspection.inspect()
    after = workspace.lease_clock()
    count = len(workspace.store.facts.lines(workspace.campaign.key))
    yield well(SUBJECT, f"{state.kind} {state.version}, phiên bản {state.revision}, {count} sự kiện.")
    if state.revision != state.newest:
        yield look(SUBJECT, f"phiên bản {state.revision}, chương trình cần {state.newest}. Cài bản mới của tonghop.")
    yield from _sqlite(state)
    if state.now is not None:
        yield clock_skew.compared("Đồng hồ của cơ sở dữ liệu", state.now, before, after)


def _sqlite(state: DatabaseState) -> Iterator[Finding]:
    if state.file is None:
        return
    if state.journal != "wal":
        yield look(SUBJECT, f"SQLite không ở chế độ WAL ({state.journal}): đĩa này không cho. Chuyển sang đĩa của máy.")
    if is_on_network(state.file):
        yield look(
            SUBJECT, "SQLite nằm trên đĩa mạng, dễ hỏng. Chuyển TONGHOP_DATA_DIR về đĩa của máy, hoặc dùng PostgreSQL."
        )
