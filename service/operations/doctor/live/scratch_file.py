"""The spreadsheet that trials are made on: one made for them and deleted, or one brought and left as it was."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from service.errors import (
    ScratchError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsUnavailableError,
)
from service.sheets.scratch import CONTENT_FIELDS, Client, Json, Scratch
from service.sheets.verbs import Sheets
from service.workspace import Progress
from sheets_schema.wording import Language, Message, message, verbatim

MARK = "tonghop.scratch"
_SESSION = "tonghop.session"
_ID = r"[A-Za-z0-9_-]{15,120}"
_TYPED = re.compile(rf"(?:https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/({_ID})(?:[/?#].*)?)|({_ID})")
_LINK = "https://docs.google.com/spreadsheets/d/{}"
# what trials change: of the file, with its value where Drive leaves it out, and of the spreadsheet
_FILE_FIELDS = {"copyRequiresWriterPermission": False, "writersCanShare": True}
_BOOK_FIELDS = ("locale", "timeZone")


def id_of(typed: str) -> str:
    """Return a spreadsheet's id from what was typed, an address or the id; ScratchError when it is neither."""
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        raise ScratchError(message("live.not_a_spreadsheet", typed=typed.strip()[:60]))
    return found[1] or found[2]


@contextmanager
def made(sheets: Sheets, us: str, progress: Progress, language: Language) -> Iterator[Scratch]:
    """Make a spreadsheet and delete it at the end, however that comes."""
    session = secrets.token_hex(8)
    title = message("live.scratch_title").text(language)
    try:
        scratch = Scratch.make(sheets.client, title, {MARK: "1", _SESSION: session})
    except (SheetsUnavailableError, KeyboardInterrupt):
        # made perhaps, and the answer lost
        for spreadsheet_id, _properties in sheets.find({_SESSION: session}):
            Scratch(sheets.client, spreadsheet_id).delete_file()
        raise
    except SheetsForbiddenError as error:
        raise ScratchError(message("live.none_made", error=error.message, us=ourselves(us))) from error
    try:
        yield scratch
    finally:
        progress(message("live.deleting"))
        _do_all(scratch, scratch.delete_file)


@contextmanager
def brought(client: Client, spreadsheet_id: str, us: str, progress: Progress) -> Iterator[Scratch]:
    """Use a blank spreadsheet and leave it as it was; ScratchError when it holds anything or is not ours to write."""
    scratch = Scratch(client, spreadsheet_id)
    file, content = _blank(scratch, us)
    properties = scratch.look(f"properties({','.join(_BOOK_FIELDS)})").get("properties", {})
    shared = {item["id"] for item in scratch.permissions()}
    try:
        yield scratch
    finally:
        progress(message("live.giving_back"))
        _do_all(
            scratch,
            lambda: _drop_tabs(scratch, {sheet["properties"].get("sheetId", 0) for sheet in content["sheets"]}),
            lambda: _restore_properties(scratch, properties),
            lambda: _restore_file(scratch, file),
            lambda: _drop_permissions(scratch, shared),
        )


def _blank(scratch: Scratch, us: str) -> tuple[Json, Json]:
    """Return what a file and its spreadsheet are; ScratchError unless it is blank and ours to write."""
    try:
        file = scratch.file("capabilities,appProperties,copyRequiresWriterPermission,writersCanShare")
    except (SheetsMissingError, SheetsForbiddenError) as error:
        raise ScratchError(message("live.not_opened", us=ourselves(us), error=error.message)) from error
    if not file.get("capabilities", {}).get("canEdit"):
        raise ScratchError(message("live.read_only", us=us))
    content = scratch.look(CONTENT_FIELDS)
    if file.get("appProperties") or not is_blank(content):
        raise ScratchError(message("live.has_content"))
    return file, content


def ourselves(us: str) -> Message:
    """Return our address, or words for it where it is not known."""
    return verbatim(us) if us else message("live.our_account")


def is_blank(content: Mapping[str, object]) -> bool:
    """Return True if a spreadsheet holds nothing but one tab without content."""
    sheets = content.get("sheets")
    if not isinstance(sheets, list) or len(sheets) != 1 or content.keys() - {"sheets"}:
        return False
    rows = [row for data in sheets[0].get("data", ()) for row in data.get("rowData", ())]
    is_filled = any(cell for row in rows for cell in row.get("values", ()))
    return not is_filled and not sheets[0].keys() - {"properties", "data"}


def _drop_tabs(scratch: Scratch, kept: set[int]) -> None:
    found = scratch.look("sheets(properties(sheetId))").get("sheets", ())
    ids = {sheet["properties"].get("sheetId", 0) for sheet in found} - kept
    if ids:
        scratch.apply(*({"deleteSheet": {"sheetId": sheet_id}} for sheet_id in ids))


def _restore_properties(scratch: Scratch, kept: Mapping[str, object]) -> None:
    scratch.apply({"updateSpreadsheetProperties": {"properties": kept, "fields": ",".join(kept)}})


def _restore_file(scratch: Scratch, before: Mapping[str, object]) -> None:
    changed = scratch.file(",".join(_FILE_FIELDS))
    scratch.change_file({name: before.get(name, _FILE_FIELDS[name]) for name in changed})


def _drop_permissions(scratch: Scratch, kept: set[str]) -> None:
    for permission in scratch.permissions():
        if permission["id"] not in kept:
            scratch.unshare(permission["id"])


def _do_all(scratch: Scratch, *steps: Callable[[], None]) -> None:
    """Do every step of cleaning up, whichever fails; ScratchError that names what was left where."""
    failed: list[Message] = []
    for step in steps:
        try:
            step()
        except SheetsError as error:
            failed.append(error.message)
    if failed:
        raise ScratchError(message("live.not_cleaned", link=_LINK.format(scratch.spreadsheet_id), error=failed[0]))
