"""When a receipt that was seen late came about: bounded by the file's modified time, where that may decide.

Drive tells of changes up to `MODIFIED_LAG` late (domain/observations.py), so that a modified time asked right after a
look may know nothing yet of the very edit that was seen. Where it would decide, it is asked once more when that much
time has passed since the look. Our own writes change it too: all of it comes before any feedback is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.domain.axes import Timeliness
from service.domain.history import History
from service.domain.observations import Observation
from service.domain.standings import standing_at
from service.reading import WholeRead
from service.workspace import Workspace


def dated(workspace: Workspace, changed: Sequence[Observation], history: History, read: WholeRead) -> list[Observation]:
    """Return looks in their order, each first receipt that straddles its limit with its file's modified time.

    Asks Drive once a file, twice where the answer decides and the server's modified time lags; then it waits between.
    """
    doubtful = [look for look in changed if _is_doubtful(workspace, look, history, read)]
    times = {file: workspace.sheets.modified_at(file) for file in _files(doubtful)}
    hopeful = [
        look
        for look in doubtful
        if not _is_doubtful(workspace, replace(look, modified_at=times[look.place.spreadsheet_id]), history, read)
    ]
    lag = workspace.modified_lag
    if hopeful and lag:
        workspace.progress(
            f"Có {len(hopeful)} lần gửi chưa rõ trước hay sau hạn: đợi {lag.total_seconds() / 60:.0f} phút rồi hỏi lại "
            "thời điểm tệp được sửa lần cuối …"
        )
        workspace.pause(lag.total_seconds())
        times |= {file: workspace.sheets.modified_at(file) for file in _files(hopeful)}
    found = {id(look): replace(look, modified_at=times[look.place.spreadsheet_id]) for look in doubtful}
    return [found.get(id(look), look) for look in changed]


def _files(looks: Sequence[Observation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(look.place.spreadsheet_id for look in looks))


def _is_doubtful(workspace: Workspace, seen: Observation, history: History, read: WholeRead) -> bool:
    """Say whether a look shows a first receipt of which nobody can say whether it came before the limit."""
    owed = (seen.unit, seen.form)
    before = history.observations_of(*owed)
    if not seen.receipt.counts or any(look.receipt.counts for look in before):
        return False
    records = ((*before, seen), history.decisions_of(*owed))
    standing = standing_at(read.finished_at, workspace.campaign, *owed, *records)
    return standing.timeliness is Timeliness.UNCONFIRMED
