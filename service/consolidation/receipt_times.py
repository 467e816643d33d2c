"""When a receipt that was seen late came about: bounded by the file's modified time, where that may decide.

Drive reports changes up to `MODIFIED_LAG` late (domain/observations.py), so that a modified time asked right after a
read may not yet cover the very edit that was seen. Where it would decide, it must be asked once more when that much
time has passed since the read. Our own writes change it too: all of it comes before any feedback is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.consolidation.tab_reading import WorkbookRead
from service.domain.history import History, group_history
from service.domain.observations import Observation
from service.domain.standing_labels import Timeliness
from service.domain.standings import standing_at
from service.workspace import Workspace


def dated(
    workspace: Workspace, seen: Sequence[Observation], history: History, read: WorkbookRead
) -> tuple[list[Observation], bool]:
    """Return observations of one workbook in their order, and whether its modified time decides anything.

    A first receipt that straddles its limit is given the modified time. Asks Drive once, if there is any.
    """
    doubtful = [_is_doubtful(workspace, one, history, read.finished_at) for one in seen]
    if not any(doubtful):
        return list(seen), False
    at = workspace.sheets.modified_at(read.spreadsheet_id)
    found = [replace(one, modified_at=at) if doubt else one for one, doubt in zip(seen, doubtful, strict=True)]
    decides = any(
        doubt and not _is_doubtful(workspace, one, history, read.finished_at)
        for one, doubt in zip(found, doubtful, strict=True)
    )
    return found, decides


def _is_doubtful(workspace: Workspace, seen: Observation, history: History, at: datetime) -> bool:
    """Return True if this shows a first receipt that may have come before the limit or after it."""
    owed = (seen.unit, seen.form)
    before = history.observations_of(*owed)
    if not seen.receipt.counts or any(one.receipt.counts for one in before):
        return False
    then = group_history((*before, seen), history.decisions_of(*owed))
    return standing_at(at, workspace.campaign, *owed, then).timeliness is Timeliness.UNCONFIRMED
