"""Whether the process answers, and whether what it needs does: the database, the spreadsheets, a worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import flask

from service.errors import ServiceError
from service.facts.records import WorkerBeat
from service.web import current
from service.workspace import Workspace
from sheets_schema.wording import Message, message

WORKER_SILENT = timedelta(seconds=30)
PROBE_SECONDS = 3.0
PROBE = "tonghop.probe"

log = logging.getLogger(__name__)
health = flask.Blueprint("health", __name__)


class Probe:
    """Asks something that may hang, for so many seconds; an answer that is late is a failure, and asked once at a time.

    The spreadsheets' client tries again for minutes: no check waits for that, and no second thread joins the first.
    """

    def __init__(self, ask: Callable[[], object], seconds: float = PROBE_SECONDS) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._failure: Message | None = None

    def failure(self) -> Message | None:
        """Return what failed; None when the answer was good."""
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._run, name="probe", daemon=True)
                self._asking.start()
            asking = self._asking
        asking.join(self._seconds)
        return message("machines.no_answer") if asking.is_alive() else self._failure

    def _run(self) -> None:
        try:
            self._ask()
        except ServiceError as error:
            self._failure = error.message
        else:
            self._failure = None


@health.get("/healthz")
def healthz() -> flask.Response:
    """Answer that the process is alive."""
    return flask.jsonify(status="ok")


@health.get("/readyz")
def readyz() -> flask.Response:
    """Answer which of the needed parts respond, and name those that do not."""
    language = current.words().language
    checks = {"database": _database(), "spreadsheets": _spreadsheets(), "worker": _worker()}
    failed = [name for name, failure in checks.items() if failure]
    states = {name: failure.text(language) if failure else "ok" for name, failure in checks.items()}
    response = flask.jsonify(status="failed" if failed else "ok", failed=failed, checks=states)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK
    return response


def probe_of(workspace: Workspace) -> Probe:
    """Return the probe of a workspace's spreadsheets: one Drive call, which costs no quota of Sheets."""
    return Probe(lambda: workspace.sheets.find({"tonghop.campaign": workspace.campaign.key}))


def _database() -> Message | None:
    try:
        workspace = current.workspace()
        workspace.store.work.state(workspace.campaign.key)
        workspace.store.inspection.refuse_read_only()
    except ServiceError as error:
        # where it is, and what it says, is nothing for strangers
        log.error("the database fails: %s", error)  # noqa: TRY400 – an outage, not a slip of ours
        return message("machines.database_down")
    return None


def _spreadsheets() -> Message | None:
    probe: Probe = flask.current_app.extensions[PROBE]
    return probe.failure()


def _worker() -> Message | None:
    try:
        living = living_workers(current.workspace())
    except ServiceError:
        return message("machines.worker_unknown")
    return None if living else message("machines.worker_silent")


def living_workers(workspace: Workspace) -> tuple[WorkerBeat, ...]:
    """Return the workers that live: heard of lately, or in the middle of a run whose lease holds.

    A sign of a time to come was given by a clock that was ahead, and says nothing.
    """
    now = workspace.lease_clock()
    state = workspace.store.work.state(workspace.campaign.key)
    running = state.owner if state and state.lease_until and state.lease_until > now else None
    beats = workspace.store.work.workers(now)
    return tuple(beat for beat in beats if abs(now - beat.seen_at) <= WORKER_SILENT or beat.worker == running)
