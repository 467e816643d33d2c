"""Clocks compared: whole seconds and slow answers are no skew, half a minute is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from service import clock as clocks
from service import connections, wiring
from service.operations.doctor import clock_skew
from service.operations.doctor.findings import State
from service.settings import Settings
from sheets_schema.wording import message

SUBJECT = message("doctor.database_clock")
NOW = datetime(2023, 9, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("theirs", "took", "state"),
    [
        (0, 0, State.OK),
        (30, 0, State.OK),
        (-30, 0, State.OK),
        (31, 0, State.ATTENTION),
        (-31, 0, State.ATTENTION),
        (45, 60, State.OK),
        (95, 60, State.ATTENTION),
    ],
)
def test_skew_is_told_beyond_half_a_minute(theirs, took, state):
    found = clock_skew.compared(SUBJECT, NOW + timedelta(seconds=theirs), NOW, NOW + timedelta(seconds=took))

    assert found.state is state


def test_direction_is_told():
    ahead = clock_skew.compared(SUBJECT, NOW - timedelta(minutes=5), NOW, NOW)
    behind = clock_skew.compared(SUBJECT, NOW + timedelta(minutes=5), NOW, NOW)

    assert str(ahead.message).startswith("máy này nhanh 300 giây.")
    assert str(behind.message).startswith("máy này chậm 300 giây.")


@pytest.fixture
def served(listen, tmp_path):
    """Return `served(moved)`: settings of the embedded server over HTTP, its Date moved by so many seconds."""

    def serve(moved):
        settings = Settings(data_dir=tmp_path / "server", embedded_token="khoa-chung")
        application = connections.embedded_application(settings, clocks.system)

        def dated(environ, start_response):
            def start(status, headers, exc_info=None):
                date = format_datetime(clocks.system() + timedelta(seconds=moved), usegmt=True)
                return start_response(status, [*headers, ("Date", date)], exc_info)

            return application(environ, start)

        return Settings(data_dir=tmp_path / "office", sheets=listen(dated), embedded_token="khoa-chung")

    return serve


@pytest.mark.parametrize(("moved", "state"), [(0, State.OK), (90, State.ATTENTION), (-90, State.ATTENTION)])
def test_clock_of_the_spreadsheets_server_is_compared(served, moved, state):
    with wiring.open_workspace(served(moved)) as workspace:
        (found,) = clock_skew.spreadsheets_clock(workspace)

    assert found.state is state
