"""What a store tells of the database it stands on."""

from datetime import timedelta

from service import clock as clocks
from service.facts.schema import REVISION


def test_database_is_told_by_kind_and_revision(store, url):
    state = store.inspection.inspect()

    assert (state.revision, state.newest) == (REVISION, REVISION)
    assert state.version[0].isdigit()
    if url.startswith("sqlite"):
        assert (state.kind, state.journal, state.now) == ("SQLite", "wal", None)
        assert str(state.file) == url.removeprefix("sqlite:///")
    else:
        assert (state.kind, state.journal, state.file) == ("PostgreSQL", "", None)
        assert abs(state.now - clocks.system()) < timedelta(minutes=1)
