"""Have the spreadsheets' server tell us of changes: one living channel a workbook, renewed at half its life.

A push is a hint, the sweep is the source of truth: where no channel can be had, work goes on without.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import secrets
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from service.errors import SheetsError, SheetsMissingError
from service.facts.records import Channel, RegisteredWorkbook, WorkbookKind
from service.settings import Settings
from service.workspace import Workspace

PATH = "/hooks/drive"
LIFE = timedelta(days=1)  # as long as files may be watched at once
log = logging.getLogger(__name__)


def push_address(settings: Settings, own: str = "") -> str:
    """Return where pushes are to be sent, "" when nobody can send any.

    `own` is the address this process's web listens on: the embedded server reaches it on the same machine. Everybody
    else needs a public one with TLS.
    """
    beside_us = settings.sheets == "embedded" or _is_this_machine(settings.sheets)
    if beside_us and _is_this_machine(own):
        return own + PATH
    if settings.sheets != "embedded" and settings.public_url.startswith("https://"):
        return settings.public_url + PATH
    return ""


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hash_of(token: str) -> str:
    """Return what is kept of a channel's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def ensure_channels(workspace: Workspace, address: str, *, take_over: bool = False) -> int:
    """Give every workbook without a good channel a new one to an address; return how many were asked for.

    `take_over` also replaces the channels that lead elsewhere, as after a start on another port. The master is not
    watched: our own writes to it must not come back.
    """
    asked = 0
    for book in workspace.store.workbooks(workspace.campaign.key):
        if book.kind is WorkbookKind.FORM:
            asked += _ensure(workspace, book, address, take_over=take_over)
    return asked


def _ensure(workspace: Workspace, book: RegisteredWorkbook, address: str, *, take_over: bool) -> bool:
    now, token = workspace.clock(), secrets.token_urlsafe(32)
    channel = Channel(str(uuid.uuid4()), book.spreadsheet_id, address, hash_of(token), now, now + LIFE)
    if _has_good(workspace, channel, take_over=take_over):
        return False
    # written down first: the first message may come before the answer
    if not workspace.store.begin_channel(channel, now, take_over=take_over):
        return False
    try:
        granted = workspace.sheets.watch(book.spreadsheet_id, channel.id, token, address, channel.expires_at)
    except SheetsError as error:
        # asked again after a while, as for one that was never answered
        log.warning("no push channel for now: %s", error)
        return True
    workspace.store.grant_channel(channel.id, granted.resource_id, granted.expires_at)
    if not _stop_others(workspace, channel):
        _look(workspace, book.spreadsheet_id)
    return True


def _has_good(workspace: Workspace, wanted: Channel, *, take_over: bool) -> bool:
    """Say whether there is nothing to do, without taking the right to write."""
    known = workspace.store.channels_of(wanted.spreadsheet_id)
    good = (one for one in known if one.is_good(wanted.created_at))
    return any(one.address == wanted.address or not take_over for one in good)


def _stop_others(workspace: Workspace, channel: Channel) -> bool:
    """End the channels a new one replaces; say whether one of them was alive and led to the same place until now."""
    overlapped = False
    for old in workspace.store.channels_of(channel.spreadsheet_id):
        if old.id == channel.id or not old.resource_id:
            continue
        overlapped |= old.address == channel.address and channel.created_at < old.expires_at
        try:
            workspace.sheets.stop(old.id, old.resource_id)
        except SheetsMissingError:
            pass  # it ended by itself
        except SheetsError as error:
            log.warning("an old push channel stays until it ends: %s", error)
            continue
        workspace.store.drop_channel(old.id)
    return overlapped


def _look(workspace: Workspace, spreadsheet_id: str) -> None:
    """Have a workbook looked at: nobody was told what changed before its channel was there."""
    workspace.store.mark_dirty(spreadsheet_id, workspace.lease_clock(), timedelta(0), timedelta(0))
