"""Forms on a disk that is full: the page says what was recorded, and the second try records it once."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable

import pytest

from service.domain.roles import Role

pytestmark = pytest.mark.sqlite_file
FORMS = {
    "exempt": ("/units/S-CT/registration/decisions", {"kind": "exempt", "reason": "Mới chia tách " * 60}),
    "extend": ("/units/S-CT/registration/decisions", {"kind": "extend", "instant": "2030-01-01T00:00", "reason": "x"}),
    "nil": ("/units/S-CT/report/decisions", {"kind": "nil", "reason": "x", "document": "15-CV/BDV"}),
    "task": ("/board-tasks/1.1", {"done_on": "2023-09-19", "reason": "x"}),
}


@pytest.fixture
def post(browse) -> Callable:
    """Return `post(path, room, **fields)`: the operator's form, while no file may grow beyond so many bytes."""
    client = browse(Role.OPERATOR)

    def send(path: str, fields: dict[str, str], room: int | None = None):
        with client.session_transaction() as session:
            token = session["csrf"]
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            return client.post(path, data={"csrf_token": token, **fields})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return send


def count(office) -> int:
    """Count what was decided or done."""
    with office.workspace() as workspace:
        lines = workspace.store.facts.lines(office.campaign.key)
    return sum(line.kind in {"decision", "board_task"} for line in lines)


@pytest.mark.parametrize("name", FORMS)
def test_form_that_the_disk_does_not_take_is_not_recorded_and_says_so(office, post, name):
    path, fields = FORMS[name]
    journal = (office.settings.data_dir / "facts.sqlite-wal").stat().st_size

    failed = post(path, fields, room=journal)
    recorded = count(office)
    done = post(path, fields)

    assert (failed.status_code, recorded) == (503, 0)
    said = re.sub(r"\s+", " ", failed.get_data(as_text=True))
    assert "Thao tác vừa rồi chưa được ghi; khắc phục xong thì làm lại." in said
    assert "facts.sqlite" in said
    assert (done.status_code, count(office)) == (303, 1)


@pytest.mark.parametrize("name", FORMS)
def test_whatever_the_disk_takes_the_answer_is_true(office, post, name):
    path, fields = FORMS[name]
    recorded = False

    for room in range(0, 60_000, 5_000):
        journal = (office.settings.data_dir / "facts.sqlite-wal").stat().st_size
        answer = post(path, fields, room=journal + room)
        # sent again it is on record once
        recorded = recorded or answer.status_code == 303
        assert count(office) == int(recorded)
