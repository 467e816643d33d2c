"""Assumptions about files: when they changed, how they are shared, what is pushed."""

from __future__ import annotations

from service.errors import SheetsForbiddenError
from service.operations.doctor.live.trial import Assumption, Outcome, Trial, TrialVerdict, judged, untried
from sheets_schema.wording import message

LAG = 180  # seconds that Drive's modified time may be behind


def _modified_time(trial: Trial) -> TrialVerdict:
    before = trial.book.file("modifiedTime")["modifiedTime"]
    trial.book.type_rows(trial.book.add_tab(), [["x"]])
    took = trial.wait_for(
        message("live.modified_time"), lambda: bool(trial.book.file("modifiedTime")["modifiedTime"] != before)
    )
    if took is None:
        return judged(False, message("live.never_changed", seconds=round(trial.waiting.longest)))
    return TrialVerdict(Outcome.HOLDS if took <= LAG else Outcome.FAILS, message("live.after", seconds=took))


def _copying_off(trial: Trial) -> TrialVerdict:
    if not trial.book.is_own():
        return untried(message("live.not_our_file"))
    wanted = {"copyRequiresWriterPermission": True, "writersCanShare": False}
    trial.book.change_file(wanted)
    kept = trial.book.file(",".join(wanted))
    if "writersCanShare" not in kept and kept.get("copyRequiresWriterPermission"):
        return TrialVerdict(Outcome.HOLDS, message("live.shared_drive"))
    return judged(kept == wanted)


def _group(trial: Trial) -> TrialVerdict:
    if not trial.group:
        return untried(message("live.needs_group"))
    permission = trial.book.share("group", trial.group, "writer")
    found = [item for item in trial.book.permissions() if item["id"] == permission]
    trial.book.unshare(permission)
    return judged([(item["type"], item["role"]) for item in found] == [("group", "writer")])


def _metadata_scope(trial: Trial) -> TrialVerdict:
    if trial.watching is None:
        return untried(message("live.no_scopes"))
    if trial.inbox is None:
        return untried(message("live.needs_address"))
    try:
        with trial.inbox.channel(trial.watching):
            return judged(True)
    except SheetsForbiddenError as error:
        return judged(False, error.message)


def _own_writes(trial: Trial) -> TrialVerdict:
    inbox = trial.inbox
    if inbox is None:
        return untried(message("live.needs_serve"))
    with inbox.channel(trial.book) as channel:
        if trial.wait_for(message("live.first_push"), lambda: inbox.last_number(channel) > 0) is None:
            return untried(message("live.no_push", address=inbox.address))
        first = inbox.last_number(channel)
        trial.book.type_rows(trial.book.add_tab(), [["x"]])
        took = trial.wait_for(message("live.own_push"), lambda: inbox.last_number(channel) > first)
    return judged(False) if took is None else TrialVerdict(Outcome.HOLDS, message("live.after", seconds=took))


FILES: tuple[Assumption, ...] = (
    Assumption("modified-time-lag", "service/workflows.py", _modified_time),
    Assumption("copying-off", "service/sheets/drive_about.py", _copying_off),
    Assumption("group-without-mail", "service/sheets/drive_files.py", _group),
    Assumption("metadata-scope-watches", "service/sheets/components.py", _metadata_scope),
    Assumption("own-writes-pushed", "service/pushes/channel_health.py", _own_writes),
)
