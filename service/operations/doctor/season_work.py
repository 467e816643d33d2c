"""The season at work: limits, the worker, the last run, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain import deadlines
from service.domain.instant_words import instant_words
from service.operations.doctor.findings import Finding, look, well
from service.workspace import Workspace
from sheets_schema.vietnamese.dates import format_day

WORKER_SILENT_AFTER = timedelta(minutes=2)
WAITS_TOO_LONG = timedelta(minutes=10)


def campaign_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the campaign and its limits."""
    campaign = workspace.campaign
    yield well("Đợt", f"{campaign.title}, {len(campaign.active_units)} đơn vị.")
    for obligation in campaign.obligations:
        limit = deadlines.effective_limit(obligation, (), campaign.zone)
        warning = deadlines.rest_day_warning(limit)
        said = f"{obligation.words}, hết ngày {format_day(limit.last_day)}."
        subject = f"Hạn {obligation.title}"
        yield look(subject, str(warning)) if warning else well(subject, said)


def work_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the worker, the last run and what waits for one."""
    now = workspace.lease_clock()
    yield _worker(workspace, now)
    yield _last_run(workspace)
    state = workspace.store.work.state(workspace.campaign.key)
    if state is not None and state.dirty_since is not None and now - state.dirty_since > WAITS_TOO_LONG:
        minutes = (now - state.dirty_since) // timedelta(minutes=1)
        yield look(
            "Sửa đổi chờ tổng hợp", f"đã {minutes} phút. Xem tiến trình tổng hợp, hoặc chạy: tonghop consolidate."
        )


def _worker(workspace: Workspace, now: datetime) -> Finding:
    alive = [beat for beat in workspace.store.work.workers(now) if now - beat.seen_at < WORKER_SILENT_AFTER]
    if alive:
        return well("Tiến trình tổng hợp", f"{len(alive)} đang chạy.")
    return look("Tiến trình tổng hợp", "không chạy. Mở bằng tonghop serve, hoặc tự chạy tonghop consolidate.")


def _last_run(workspace: Workspace) -> Finding:
    subject = "Lần tổng hợp gần nhất"
    runs = workspace.store.runs.last(workspace.campaign.key, 1)
    if not runs:
        return look(subject, "chưa có. Chạy: tonghop consolidate.")
    run = runs[0]
    at = instant_words(run.started_at, workspace.campaign.zone)
    if run.error:
        return look(subject, f"lần {run.id}, {at}: {run.error}")
    if run.finished_at is None:
        return well(subject, f"lần {run.id}, {at}: đang chạy, hoặc bị ngắt giữa chừng (lần sau làm lại).")
    return well(subject, f"lần {run.id}, {at}.")
