"""What the operator has the machine do in the background, its state in the store: a reload finds it, a kill ends it.

A job is a thread of the process that was asked. It says now and then that it lives; one that has been silent was cut
off with its process. What it did until then is on record, and it can be asked for again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from service.errors import FactsError, ServiceError
from service.workspace import Workspace
from sheets_schema.wording import Message, message, verbatim

log = logging.getLogger(__name__)

SEEN_EVERY = 5.0  # seconds

Work = Callable[[Workspace], Mapping[str, object]]


class JobKind(StrEnum):
    """What can be asked for."""

    PLAN = "plan"  # what provisioning would do
    PROVISION = "provision"
    RUN = "run"  # a consolidation that reads every tab again
    DOCTOR = "doctor"
    BACKUP = "backup"
    VERIFY = "verify"  # whether a backup can be restored
    RESTORE = "restore"
    EXPORT = "export"  # a long list as a file
    CLOSE = "close"  # the season, once every tab was read again


def start(workspace: Workspace, kind: JobKind, work: Work) -> threading.Thread | None:
    """Have work done in the background and return its thread; None where one of its kind is under way.

    What the work returns is kept as JSON; what it reports by `workspace.progress` is kept as it comes.
    """
    now, store, key = workspace.lease_clock(), workspace.store, workspace.campaign.key
    with store.alone(key):
        last = store.jobs.last(key, kind)
        if last is not None and last.runs(now):
            return None
        number = store.jobs.start(key, kind, workspace.actor, now)
    thread = threading.Thread(target=_run, args=(workspace, number, work), name=f"job-{kind}", daemon=True)
    thread.start()
    return thread


def _run(workspace: Workspace, number: int, work: Work) -> None:
    lines: list[str] = []
    ended = threading.Event()

    def tell() -> None:
        try:
            workspace.store.jobs.report_progress(number, tuple(lines), workspace.lease_clock())
        except FactsError as error:
            log.warning("progress of a job not kept: %s", error)

    def progress(sentence: Message | str) -> None:
        said = verbatim(sentence) if isinstance(sentence, str) else sentence
        lines.append(said.kept())
        tell()

    def live() -> None:
        while not ended.wait(SEEN_EVERY):
            tell()

    beat = threading.Thread(target=live, name="job-beat", daemon=True)
    beat.start()
    report: Mapping[str, object] | None = None
    error: Message | None = None
    try:
        report = work(replace(workspace, progress=progress))
    except ServiceError as failed:
        log.warning("job %s failed: %s", number, failed)
        error = failed.message
    except Exception as slip:
        # an unforeseen failure must be read by the user who asked
        log.exception("job %s failed", number)
        error = message("jobs.unforeseen", name=type(slip).__name__)
    finally:
        ended.set()
        beat.join()
    workspace.store.jobs.finish(number, workspace.lease_clock(), report, error.kept() if error else None)
