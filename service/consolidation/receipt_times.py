"""When a receipt that was seen late came about: bounded by the file's modified time, where that may decide.

Drive tells of changes up to `MODIFIED_LAG` late (domain/observations.py), so that a modified time asked right after a
look may know nothing yet of the very edit that was seen: where it would decide, it must be asked once more when that
much time has passed since the look. Our own writes change it too: all of it comes before any feedback is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.consolidation.tab_reading import WorkbookRead
from service.domain.history import History
from service.domain.observations import Observation
from service.domain.standing_labels import Timeliness
from service.domain.standings import standing_at
from service.workspace import Workspace


def dated(
    workspace: Workspace, looks: Sequence[Observation], history: History, read: WorkbookRead
) -> tuple[list[Observation], bool]:
    """Return looks at one workbook in their order, and whether its modified time decides anything.

    A first receipt that straddles its limit is given the modified time. Asks Drive once, if there is any.
    """
    doubtful = [_is_doubtful(workspace, look, history, read.finished_at) for look in looks]
    if not any(doubtful):
        return list(looks), False
    at = workspace.sheets.modified_at(read.spreadsheet_id)
    found = [replace(look, modified_at=at) if doubt else look for look, doubt in zip(looks, doubtful, strict=True)]
    decides = any(
        doubt and not _is_doubtful(workspace, look, history, read.finished_at)
        for look, doubt in zip(found, doubtful, strict=True)
    )
    return found, decides


def _is_doubtful(workspace: Workspace, seen: Observation, history: History, at: datetime) -> bool:
    """Say whether a look shows a first receipt of which nobody can say whether it came before the limit."""
    owed = (seen.unit, seen.form)
    before = history.observations_of(*owed)
    if not seen.receipt.counts or any(look.receipt.counts for look in before):
        return False
    records = ((*before, seen), history.decisions_of(*owed))
    return standing_at(at, workspace.campaign, *owed, *records).timeliness is Timeliness.UNCONFIRMED
