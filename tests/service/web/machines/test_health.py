"""Health: the process, and by name what it needs."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from service.errors import SheetsUnavailableError
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.web.app import create_app
from service.web.machines import health
from service.web.machines.health import Probe
from sheets_schema.wording import message, verbatim

PUSH = {
    "X-Goog-Channel-ID": "kenh-1",
    "X-Goog-Message-Number": "1",
    "X-Goog-Resource-State": "update",
    "X-Goog-Resource-ID": "tep-1",
    "X-Goog-Channel-Token": "bi-mat",
}


def beat(office, ago: timedelta = timedelta(0)) -> None:
    with office.workspace() as workspace:
        workspace.store.work.heartbeat("worker-1", workspace.lease_clock() - ago)


def test_healthz_answers(browse):
    assert browse().get("/healthz").get_json() == {"status": "ok"}


def test_readyz_when_everything_answers(office, browse):
    beat(office)

    answer = browse().get("/readyz")

    assert (answer.status_code, answer.get_json()["failed"]) == (200, [])


@pytest.mark.parametrize(
    "ago", [health.WORKER_SILENT + timedelta(seconds=5), timedelta(hours=-1)], ids=["silent", "ahead"]
)
def test_readyz_names_a_worker_that_is_silent(office, browse, ago):
    beat(office, ago)

    answer = browse().get("/readyz")

    assert (answer.status_code, answer.get_json()["failed"]) == (503, ["worker"])


def test_readyz_takes_a_worker_in_a_long_run_for_alive(office, browse):
    beat(office, timedelta(minutes=5))
    with office.workspace() as workspace:
        now = workspace.lease_clock()
        workspace.store.work.claim_all(office.campaign.key, now, "worker-1", timedelta(minutes=1))

    assert browse().get("/readyz").get_json()["failed"] == []


def test_readyz_names_spreadsheets_that_refuse_us(office):
    beat(office)
    with office.workspace() as workspace:
        session = office.session(_refuse)
        away = replace(workspace, sheets=Sheets(http.connect(session), COLUMN_KEY))
        answer = create_app(away).test_client().get("/readyz")

    assert (answer.status_code, answer.get_json()["failed"]) == (503, ["spreadsheets"])


def _refuse(_environ, start_response):
    start_response("401 Unauthorized", [("Content-Type", "application/json")])
    return [b'{"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}}']


def test_probe_does_not_wait_for_what_hangs_and_asks_it_once():
    released, asked = threading.Event(), []

    def ask() -> None:
        asked.append(1)
        released.wait(10)

    probe = Probe(ask, seconds=0.01)

    assert [probe.failure(), probe.failure()] == [message("machines.no_answer")] * 2
    released.set()
    assert asked == [1]


def test_probe_recovers():
    answers = iter([SheetsUnavailableError(verbatim("bận")), None])

    def ask() -> None:
        answer = next(answers)
        if answer is not None:
            raise answer

    probe = Probe(ask)

    assert [probe.failure(), probe.failure()] == [verbatim("bận"), None]


@pytest.mark.sqlite_file
def test_strangers_are_not_told_where_the_database_is(office, browse, caplog):
    stranger, operator = browse(None), browse()
    assert operator.get("/runs").status_code == 200
    folder = office.settings.data_dir
    for path in folder.glob("facts.sqlite*"):
        path.rename(folder / f"{path.name}.mat")

    ready, push = stranger.get("/readyz"), stranger.post("/hooks/drive", headers=PUSH)

    assert (ready.status_code, push.status_code) == (503, 503)
    assert "database" in ready.get_json()["failed"]
    assert ready.get_json()["checks"]["database"].startswith("cơ sở dữ liệu không trả lời")
    assert "Dữ liệu của đợt tạm thời không mở được" in push.get_json()["error"]
    assert str(folder) not in ready.text + push.text + stranger.get("/").text
    assert any(str(folder) in one.message for one in caplog.records)
