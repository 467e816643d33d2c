"""Long lists as files made in the background: asked for on “Xuất tệp”, with progress, fetched when they are whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from service import jobs
from service.documents import file_writing as files
from service.domain.printed_tables import Line, LinesMade, Table
from service.errors import FileNotWrittenError
from service.jobs import JobKind
from service.web.pages import job_view
from service.web.pages.job_view import JobView
from service.workspace import Workspace
from sheets_schema.wording import message
from sheets_schema.wording.system_reasons import system_reason

LONG = 20_000  # rows, which take a second
TOLD_EVERY = 20_000  # lines
_FOLDER = "exports"


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list as a file: its name on disk, and the one it is taken away by."""

    plain: str
    shown: str


@dataclass(frozen=True, slots=True)
class MadeList:
    """The list that was asked for last: how far it is, and its file once it is whole."""

    job: JobView
    file: ListFile | None


def row_count(workspace: Workspace, as_of: datetime | None) -> int:
    """Return how many rows tabs hold, or held at an instant."""
    tabs = workspace.store.contents.summaries(workspace.campaign.key, as_of).values()
    return sum(tab.tally.rows_out for tab in tabs)


def start(workspace: Workspace, file: ListFile, tables: Callable[[], Sequence[Table]]) -> threading.Thread | None:
    """Have a file made in the place of the one before, and return what makes it; None while another is being made."""

    def work(working: Workspace) -> Mapping[str, object]:
        written = _Counted(working)
        try:
            _write(_folder(working), file, [replace(one, lines=written.lines(one.lines)) for one in tables()])
        except OSError as error:
            reason = system_reason(error)
            raise FileNotWrittenError(message("web.list_not_written", file=file.shown, reason=reason)) from error
        return {"plain": file.plain, "shown": file.shown}

    return jobs.start(workspace, JobKind.EXPORT, work)


def _write(folder: Path, file: ListFile, tables: Sequence[Table]) -> None:
    """Write a file, then take the one before away, and what a killed process left."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place, fresh = folder / file.plain, folder / f".{file.plain}"
    try:
        with fresh.open("wb") as made:
            files.write_xlsx(tables, made)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
    for old in folder.iterdir():
        if old != place:
            old.unlink(missing_ok=True)


def last(workspace: Workspace) -> MadeList | None:
    """Return the list that was asked for last; None where none ever was."""
    job = job_view.last_job(workspace, JobKind.EXPORT)
    if job is None:
        return None
    plain, shown = (str(job.report.get(name, "")) for name in ("plain", "shown"))
    return MadeList(job, ListFile(plain, shown) if plain and (_folder(workspace) / plain).is_file() else None)


def path_of(workspace: Workspace, file: ListFile) -> Path:
    """Return where a file is on disk."""
    return (_folder(workspace) / file.plain).absolute()


def _folder(workspace: Workspace) -> Path:
    return workspace.settings.data_dir / _FOLDER / workspace.campaign.key


class _Counted:
    """Lines counted as they are written."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._count = 0

    def lines(self, lines: Iterable[Line]) -> LinesMade:
        """Return lines that tell now and then how many were written."""

        def made() -> Iterator[Line]:
            for one in lines:
                yield one
                self._count += 1
                if self._count % TOLD_EVERY == 0:
                    self._workspace.progress(message("web.lines_written", count=self._count))

        return LinesMade(made)
