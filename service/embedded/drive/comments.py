"""Drive's comments on a file: listed and made; they belong to the file, not to its cells."""

import secrets

from service.embedded.api_errors import ApiError, Json, JsonValue
from service.embedded.contract import masks
from service.embedded.drive import file_resource
from service.embedded.sheets_api.call import Call
from service.embedded.storage import file_records
from service.embedded.storage.callers import FileRole

_KEPT = ("content", "anchor")
_QUOTED = ("mimeType", "value")


def _need_fields(call: Call) -> str:
    given: str = call.query.get("fields", "")
    if not given:
        raise ApiError(400, "The 'fields' parameter is required for this method.", reason="required")
    return given


def list_comments(call: Call) -> Json:
    """Answer comments.list; the query must have fields, as Google requires."""
    tree = masks.for_answer("drive", "CommentList", _need_fields(call))
    file = file_resource.opened(call, FileRole.READER, in_any_drive=True)
    answer: Json = {"kind": "drive#commentList", "comments": file.doc.get("comments", [])}
    picked: Json = masks.pick(tree, answer)
    return picked


def create(call: Call) -> Json:
    """Answer comments.create."""
    tree = masks.for_answer("drive", "Comment", _need_fields(call))
    file = file_resource.opened(call, FileRole.READER, in_any_drive=True)
    if not call.body.get("content"):
        raise ApiError(400, "The comment must have content.", reason="required")
    now = file_records.instant(call.now)
    comment: Json = {"kind": "drive#comment", "id": secrets.token_urlsafe(8), "deleted": False, "resolved": False}
    comment |= {"createdTime": now, "modifiedTime": now, "replies": []}
    comment["author"] = {"kind": "drive#user", "displayName": call.caller.email, "me": True}
    comment |= {key: call.body[key] for key in _KEPT if key in call.body}
    comment |= _quoted(call.body.get("quotedFileContent"))
    file.doc.setdefault("comments", []).append(comment)
    file_records.save(call.connection, file)
    picked: Json = masks.pick(tree, comment)
    return picked


def _quoted(given: JsonValue) -> Json:
    if not isinstance(given, dict):
        return {}
    quoted = {key: text for key in _QUOTED if isinstance(text := given.get(key), str)}
    return {"quotedFileContent": quoted} if quoted else {}
