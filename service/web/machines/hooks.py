"""Incoming notices: each marks a workbook dirty, or asks the worker to read the changes, in one short transaction.

They carry no data.

`POST /hooks/sheet`: 204 accepted; 401 unsigned, wrong or older than five minutes; 409 a nonce seen before; 404 a
spreadsheet that is not ours; 400 a body that is not this; 413 a body that is too large; 503 without a secret.

`POST /hooks/drive`, a push of the spreadsheets' server, proven by channel, token and resource alone: 204 taken, or of
no use (`sync`, seen before); 404 a channel that is not ours or whose time is over; 401 another token; 403 another
file; 400 headers that are no push's; 413 as above; 503 our own outage, so that it is sent again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import flask

from service.facts.records import Channel, ChannelKind, Hook, HookTaken
from service.web import current, failures
from service.web.machines import hook_signatures, push_headers
from service.web.machines.hook_groups import HookGroups
from service.web.machines.push_headers import Push
from service.workspace import Workspace
from sheets_schema.wording import message

LARGEST_BODY = 8 * 1024
NONCE_KEPT = timedelta(minutes=15)  # longer than any signature is good for, on either side of our clock
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

GROUPS = "tonghop.hook_groups"
JUDGED = "tonghop.hook_judged"  # what a request's hook was found to be, where that is known before the view

hooks = flask.Blueprint("hooks", __name__, url_prefix="/hooks")


@dataclass(frozen=True, slots=True)
class HookNotice:
    """What a hook says: something changed in this spreadsheet, perhaps on this tab."""

    spreadsheet_id: str
    sheet_id: int | None = None


@dataclass(frozen=True, slots=True)
class HookRefusal:
    """Why a hook is refused."""

    status: HTTPStatus
    key: str  # of the message


@hooks.post("/sheet")
def sheet() -> flask.Response:
    """Answer a signed notice that a spreadsheet changed; `hook_gate` answers most of those that are taken."""
    judged: Future[HookRefusal | None] | None = flask.request.environ.get(JUDGED)
    refusal = judged.result() if judged is not None else _judge_here()
    if refusal is not None:
        return failures.answer(refusal.status, message(refusal.key))
    return flask.Response(status=HTTPStatus.NO_CONTENT)


def _judge_here() -> HookRefusal | None:
    # which declaration is in force does not matter to a mark, and asking costs more than the mark
    workspace = current.workspace_as_opened()
    flask.request.max_content_length = LARGEST_BODY
    body = flask.request.get_data(cache=False) if workspace.settings.hook_secret else b""
    return judge(workspace, flask.current_app.extensions[GROUPS], flask.request.headers.get, body)


def judge(
    workspace: Workspace, groups: HookGroups, header: Callable[[str], str | None], body: bytes
) -> HookRefusal | None:
    """Take a hook; return why it is refused, or None where its mark is on the disk. `header` looks one up."""
    secret = workspace.settings.hook_secret
    if not secret:
        return HookRefusal(HTTPStatus.SERVICE_UNAVAILABLE, "machines.hook_off")
    signed = hook_signatures.read_headers(header)
    if signed is None or not hook_signatures.holds(signed, secret, body, workspace.lease_clock()):
        return HookRefusal(HTTPStatus.UNAUTHORIZED, "machines.hook_unsigned")
    notice = read_notice(body)
    about = notice.spreadsheet_id if notice is not None and _ID.fullmatch(notice.spreadsheet_id) else ""
    # nonce and mark are one transaction: a nonce whose mark failed may be sent again
    taken = groups.submit(Hook(signed.nonce, about))
    if taken is HookTaken.BEFORE:
        return HookRefusal(HTTPStatus.CONFLICT, "machines.nonce_used")
    if notice is None:
        return HookRefusal(HTTPStatus.BAD_REQUEST, "machines.bad_notice")
    if taken is HookTaken.NOT_OURS:
        return HookRefusal(HTTPStatus.NOT_FOUND, "machines.not_our_spreadsheet")
    return None


def groups_of(workspace: Workspace) -> HookGroups:
    """Return what takes the hooks of one process."""

    def take(hooks: Sequence[Hook]) -> Sequence[HookTaken]:
        taken = workspace.store.work.take_hooks(hooks, workspace.lease_clock(), NONCE_KEPT, workspace.debounce)
        workspace.wake()
        return taken

    return HookGroups(take)


def read_notice(body: bytes) -> HookNotice | None:
    """Read a hook's body; None when it is anything else. Keys we do not know are left alone."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    spreadsheet_id, sheet_id = content.get("spreadsheet_id"), content.get("sheet_id")
    if not isinstance(spreadsheet_id, str) or not spreadsheet_id:
        return None
    if sheet_id is not None and (type(sheet_id) is not int or sheet_id < 0):
        return None
    return HookNotice(spreadsheet_id, sheet_id)


@hooks.post("/drive")
def drive() -> flask.Response:
    """Take a push that a workbook changed."""
    flask.request.max_content_length = LARGEST_BODY
    flask.request.get_data(cache=False)  # empty, as far as is known
    push = push_headers.read_push(flask.request.headers.get)
    if push is None:
        return failures.answer(HTTPStatus.BAD_REQUEST, message("machines.no_push"))
    workspace = current.workspace()
    channel = workspace.store.channels.channel(push.channel_id)
    if channel is None or channel.expires_at <= workspace.clock():
        return failures.answer(HTTPStatus.NOT_FOUND, message("machines.no_channel"))
    if not push.is_of(channel):
        return failures.answer(HTTPStatus.UNAUTHORIZED, message("machines.not_the_token"))
    if not push.is_about(channel):
        return failures.answer(HTTPStatus.FORBIDDEN, message("machines.another_file"))
    if push.number > channel.last_number:
        _take(push, channel)
    return flask.Response(status=HTTPStatus.NO_CONTENT)


def _take(push: Push, channel: Channel) -> None:
    """Count the message and mark what it is about, together or not at all: what fails here is sent again."""
    workspace = current.workspace()
    store = workspace.store
    with store.together():
        fresh = store.channels.take_message(channel.id, push.number, push.resource_id, workspace.clock())
        if not fresh or push.state == push_headers.SYNC or store.facts.is_closed(channel.campaign):
            return
        if channel.kind is ChannelKind.CHANGES:
            # which files, the worker asks: no call to another server belongs in a hook
            store.watches.want_look(channel.campaign, workspace.lease_clock())
        else:
            workspace.mark_edited(channel.spreadsheet_id)
