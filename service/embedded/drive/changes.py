"""Drive's changes methods: the start page token, the list of changes, and a channel on all changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.embedded.api_errors import ApiError, Json
from service.embedded.contract import masks
from service.embedded.drive import channels, file_resource
from service.embedded.drive import files as drive_files
from service.embedded.sheets_api.call import Call
from service.embedded.storage import changelog, file_records
from service.embedded.storage.callers import is_meant
from service.embedded.storage.file_records import DriveFile

USUAL_PAGE, LONGEST_PAGE = 100, 1000
LONGEST_TOKEN = 18  # digits
_SHOWN = ("kind", "changeType", "type", "fileId", "removed", "time", "file")


@dataclass(frozen=True, slots=True)
class _Change:
    """One change as the caller may know it; without a file it was removed, or taken away from them."""

    number: int
    file_id: str
    time: str
    file: DriveFile | None


def start_page_token(call: Call) -> Json:
    """Answer changes.getStartPageToken: from here on."""
    tree = masks.for_answer("drive", "StartPageToken", call.query.get("fields"))
    answer = {"kind": "drive#startPageToken", "startPageToken": str(changelog.next_number(call.connection))}
    picked: Json = masks.pick(tree, answer)
    return picked


def list_changes(call: Call) -> Json:
    """Answer changes.list: each file that changed since the token, once, as it is now."""
    tree = masks.for_answer("drive", "ChangeList", call.query.get("fields"))
    start, size = _position(call), _page_size(call.query.get("pageSize", str(USUAL_PAGE)))
    with_removed = call.query.get("includeRemoved", "true").lower() != "false"
    page: list[_Change] = []
    answer: Json = {"kind": "drive#changeList"}
    for change in _since(call, start, with_removed=with_removed):
        if len(page) == size:
            answer["nextPageToken"] = str(change.number)
            break
        page.append(change)
    else:
        answer["newStartPageToken"] = str(changelog.next_number(call.connection))
    below = masks.of_listed(call.query.get("fields"), tree, "changes", _SHOWN)
    answer["changes"] = [masks.pick(below, _shown(call, change, below)) for change in page]
    picked: Json = masks.pick(tree, answer)
    return picked


def watch(call: Call) -> Json:
    """Answer changes.watch: a channel on everything the caller sees, now and later."""
    return channels.open_channel(call, channels.everything(call, _position(call)))


def _since(call: Call, start: int, *, with_removed: bool) -> Iterator[_Change]:
    sql = "SELECT number, file, kind, address, time FROM change WHERE number >= ? ORDER BY number"
    listed: set[str] = set()
    for number, file_id, kind, address, time in call.connection.execute(sql, (start,)).fetchall():
        file = file_records.find(call.connection, file_id)
        if file is not None and not file_records.is_listed(call.connection, file, call.caller):
            file = None
        if kind == changelog.SEEN:
            known = file is not None
        else:
            known = file is None and with_removed and is_meant(call.caller, kind, address)
        if known and file_id not in listed:
            listed.add(file_id)
            yield _Change(number, file_id, time, file)


def _shown(call: Call, change: _Change, tree: masks.Tree | None) -> Json:
    shown: Json = {
        "kind": "drive#change",
        "type": "file",
        "changeType": "file",
        "fileId": change.file_id,
        "removed": change.file is None,
        "time": change.time,
    }
    if change.file is not None and masks.wants(tree, "file"):
        below = masks.of_listed(call.query.get("fields"), tree, "file", drive_files.BASIC)
        shown["file"] = masks.pick(below, file_resource.shown(call, change.file))
    return shown


def _position(call: Call) -> int:
    """Return the number of a page token; raise the 400 for a token this store never gave."""
    given: str = call.query.get("pageToken", "")
    if not given:
        raise ApiError(400, "Required parameter: pageToken", reason="required")
    readable = given.isascii() and given.isdecimal() and len(given) <= LONGEST_TOKEN
    if not readable or not 1 <= int(given) <= changelog.next_number(call.connection):
        raise ApiError(400, "Invalid Value", reason="invalid")
    return int(given)


def _page_size(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not int(text[:9]):
        raise ApiError(400, f"Invalid value '{text}'. Values must be at least 1", reason="invalidParameter")
    return min(int(text[:9]), LONGEST_PAGE)
