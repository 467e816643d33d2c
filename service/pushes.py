"""Have the spreadsheets' server tell us of changes: a channel a workbook, or one on all, renewed at half its life.

A push is a hint, the sweep is the source of truth: where no channel can be had, work goes on without.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from service.errors import (
    PushRefusedError,
    SheetsError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.facts.records import Channel, ChannelKind, Watch, WorkbookKind
from service.settings import Settings
from service.sheets.verbs import ChannelWish, Watched
from service.workspace import Workspace

PATH = "/hooks/drive"
# as long as the server lets one watch
LIFE = {ChannelKind.FILE: timedelta(days=1), ChannelKind.CHANGES: timedelta(days=7)}
ASKED_AGAIN_AFTER = timedelta(minutes=1)  # when the server did not answer
REFUSED_FOR = timedelta(minutes=15)  # when it will not send to our address: somebody has to do something first
STOPPED_AGAIN_AFTER = timedelta(minutes=10)
OFF, FILES, CHANGES = "off", "files", "changes"
log = logging.getLogger(__name__)


class ChannelState(StrEnum):
    """How a channel stands."""

    GOOD = "good"
    ASKED = "asked"  # not answered yet
    LAPSING = "lapsing"  # in the last quarter of its life: renewing has failed for long
    LAPSED = "lapsed"
    NONE = "none"
    ENDING = "ending"  # replaced, or of no use any more


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be watched: a workbook of units, or everything at once (blank)."""

    kind: ChannelKind
    form: str = ""
    shard: int = 0
    spreadsheet_id: str = ""

    def is_of(self, channel: Channel) -> bool:
        """Say whether a channel is on this."""
        return (channel.kind, channel.spreadsheet_id) == (self.kind, self.spreadsheet_id)


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A target, its channel, and how that stands."""

    target: Target
    channel: Channel | None
    state: ChannelState


def push_address(settings: Settings, own: str = "") -> str:
    """Return where pushes are to be sent, "" when nobody can send any.

    `own` is the address this process's web listens on: the embedded server reaches it on the same machine. Everybody
    else needs a public one with TLS.
    """
    if _is_beside_us(settings) and _is_this_machine(own):
        return own + PATH
    if settings.sheets != "embedded" and settings.public_url.startswith("https://"):
        return settings.public_url + PATH
    return ""


def address_fault(settings: Settings) -> str:
    """Say what is wrong with the address that pushes are to be sent to, "" when nothing is known to be."""
    if push_address(settings, settings.public_url):
        return ""
    if _is_beside_us(settings):
        wanted = "http://127.0.0.1:CỔNG, nơi tonghop serve đang mở trên chính máy này"
    else:
        wanted = "https://… với chứng thư được tin cậy, mở tới được từ Internet"
    return (
        f"TONGHOP_PUBLIC_URL đang là {settings.public_url}: dịch vụ bảng tính không gửi tin tới đó được. "
        f"Đặt là {wanted}; hoặc đặt TONGHOP_WATCH=off để chạy không cần báo tin."
    )


def _is_beside_us(settings: Settings) -> bool:
    return settings.sheets == "embedded" or _is_this_machine(settings.sheets)


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hash_of(token: str) -> str:
    """Return what is kept of a channel's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def mark(workspace: Workspace, spreadsheet_id: str) -> bool:
    """Mark a workbook dirty after the usual debounce; False when it is not ours."""
    settings = workspace.settings
    debounce, longest = timedelta(seconds=settings.debounce_seconds), timedelta(seconds=settings.max_wait_seconds)
    return workspace.store.mark_dirty(spreadsheet_id, workspace.lease_clock(), debounce, longest)


def ensure_channels(workspace: Workspace, address: str, *, take_over: bool = False) -> int:
    """Give everything that is to be watched and has no good channel a new one; return how many were asked for.

    `take_over` also replaces the channels that lead elsewhere, as after a start on another port, and asks at once where
    a refusal was to be waited out. Then those of no use any more are stopped: replaced ones, and those of another mode.
    """
    now, key = workspace.clock(), workspace.campaign.key
    wanted = targets(workspace) if address else ()
    known = workspace.store.channels_for(key)
    missing = [target for target in wanted if not _has_good(known, target, address, now, take_over=take_over)]
    asked = 0
    if missing and (take_over or not _is_held_back(workspace.store.watch_of(key), now)):
        for target in missing:
            outcome = _ensure(workspace, target, address, take_over=take_over)
            asked += outcome is not _Outcome.LEFT
            if outcome is _Outcome.HOPELESS:
                break
    if asked:
        _warn(workspace)
    if address or workspace.settings.watch == OFF:
        stop_channels(workspace, _superfluous(workspace, now), now)
    return asked


def targets(workspace: Workspace) -> tuple[Target, ...]:
    """Return what is to be watched. Never the master: our own writes to it must not come back."""
    books = [
        Target(ChannelKind.FILE, book.form, book.shard, book.spreadsheet_id)
        for book in workspace.store.workbooks(workspace.campaign.key)
        if book.kind is WorkbookKind.FORM
    ]
    if workspace.settings.watch == OFF or not books:
        return ()
    return (Target(ChannelKind.CHANGES),) if workspace.settings.watch == CHANGES else tuple(books)


class _Outcome(StrEnum):
    LEFT = "left"  # another worker was faster
    ASKED = "asked"
    HOPELESS = "hopeless"  # the next would fare no better


def _ensure(workspace: Workspace, target: Target, address: str, *, take_over: bool) -> _Outcome:
    now, token, store = workspace.clock(), secrets.token_urlsafe(32), workspace.store
    until = now + LIFE[target.kind]
    channel = Channel(str(uuid.uuid4()), target.spreadsheet_id, address, hash_of(token), now, until)
    channel = replace(channel, campaign=workspace.campaign.key, kind=target.kind)
    # written down first: the first message may come before the answer
    if not store.begin_channel(channel, now, take_over=take_over):
        return _Outcome.LEFT
    try:
        granted = _ask(workspace, channel, token)
    except SheetsError as error:
        # asked again after a while, as for one that was never answered
        log.warning("no push channel for now: %s", error)
        return _after_failure(workspace, channel, error)
    store.grant_channel(channel.id, granted.resource_id, granted.expires_at)
    if granted.expires_at <= now + ASKED_AGAIN_AFTER:
        # over before it began: asking again at once would go on and on
        store.hold_back(channel.campaign, now + ASKED_AGAIN_AFTER, "")
        return _Outcome.HOPELESS
    if store.watch_of(channel.campaign).retry_at is not None:
        store.hold_back(channel.campaign, None, "")
    replaced = [one for one in store.channels_for(channel.campaign) if target.is_of(one) and one.id != channel.id]
    replaced = [one for one in replaced if one.resource_id]
    overlapped = any(one.address == address and channel.created_at < one.expires_at for one in replaced)
    stop_channels(workspace, replaced, now)
    if not overlapped:
        _look(workspace, channel)
    return _Outcome.ASKED


def _ask(workspace: Workspace, channel: Channel, token: str) -> Watched:
    wish = ChannelWish(channel.id, token, channel.address, channel.expires_at)
    if channel.kind is ChannelKind.FILE:
        return workspace.sheets.watch(channel.spreadsheet_id, wish)
    kept = workspace.store.watch_of(channel.campaign).page_token
    return workspace.sheets.watch_changes(kept or _begin_looking(workspace), wish)


def _after_failure(workspace: Workspace, channel: Channel, error: SheetsError) -> _Outcome:
    """Decide when to ask again: each refused or unanswered call may take minutes, and there may be hundreds."""
    store, now = workspace.store, channel.created_at
    if isinstance(error, PushRefusedError):
        store.hold_back(channel.campaign, now + REFUSED_FOR, str(error))
        return _Outcome.HOPELESS
    if isinstance(error, SheetsUnavailableError):
        store.hold_back(channel.campaign, now + ASKED_AGAIN_AFTER, str(error))
        return _Outcome.HOPELESS
    if channel.kind is ChannelKind.CHANGES and isinstance(error, (SheetsRefusedError, SheetsMissingError)):
        # perhaps it is the place to look from: the next time a new one is asked for
        store.end_looking(channel.campaign)
    return _Outcome.ASKED


def _is_held_back(watch: Watch, now: datetime) -> bool:
    # a rehearsal's clock may have been set back
    return watch.retry_at is not None and watch.retry_at - REFUSED_FOR <= now < watch.retry_at


def _has_good(known: tuple[Channel, ...], target: Target, address: str, now: datetime, *, take_over: bool) -> bool:
    good = (one for one in known if target.is_of(one) and one.is_good(now))
    return any(one.address == address or not take_over for one in good)


def _look(workspace: Workspace, channel: Channel) -> None:
    """Have a look taken: nobody was told what changed before the channel was there."""
    now = workspace.lease_clock()
    if channel.kind is ChannelKind.CHANGES:
        workspace.store.want_look(channel.campaign, now)
    else:
        workspace.store.mark_dirty(channel.spreadsheet_id, now, timedelta(0), timedelta(0))


def _superfluous(workspace: Workspace, now: datetime) -> list[Channel]:
    """Return the channels that have done their work; those of another mode stay until the new ones are there."""
    known, wanted = workspace.store.channels_for(workspace.campaign.key), targets(workspace)
    current = {target.spreadsheet_id: _current(known, target, now) for target in wanted}
    is_whole = all(current.values())

    def is_superfluous(one: Channel) -> bool:
        if one.stop_at is not None and one.stop_at - STOPPED_AGAIN_AFTER <= now < one.stop_at:
            return False
        if not any(target.is_of(one) for target in wanted):
            return is_whole or one.expires_at <= now
        newer = current[one.spreadsheet_id]
        return newer is not None and one.id != newer.id and one.created_at <= newer.created_at

    return [one for one in known if is_superfluous(one)]


def _current(known: tuple[Channel, ...], target: Target, now: datetime) -> Channel | None:
    """Return the living channel on a target that was made last."""
    return next((one for one in reversed(known) if target.is_of(one) and one.lives(now)), None)


def stop_channels(workspace: Workspace, ended: list[Channel], now: datetime) -> int:
    """Stop channels and forget them; return how many are left that could not be stopped."""
    left = 0
    for one in ended:
        try:
            if one.resource_id and now < one.expires_at:
                workspace.sheets.stop(one.id, one.resource_id)
        except SheetsMissingError:
            pass  # it ended by itself
        except SheetsError as error:
            log.warning("an old push channel stays for now: %s", error)
            workspace.store.stop_later(one.id, now + STOPPED_AGAIN_AFTER)
            left += 1
            continue
        workspace.store.drop_channel(one.id)
    return left


def stop_all(workspace: Workspace) -> tuple[int, int]:
    """Stop every channel of the campaign and forget where we stand; return how many there were and how many stay."""
    known = list(workspace.store.channels_for(workspace.campaign.key))
    left = stop_channels(workspace, known, workspace.clock())
    workspace.store.end_looking(workspace.campaign.key)
    workspace.store.hold_back(workspace.campaign.key, None, "")
    return len(known), left


def lines(workspace: Workspace) -> tuple[WatchLine, ...]:
    """Return how everything stands that is to be watched, then the channels that are about to go."""
    now, wanted = workspace.clock(), targets(workspace)
    known = workspace.store.channels_for(workspace.campaign.key)
    found = [_line(known, target, now) for target in wanted]
    shown = {line.channel.id for line in found if line.channel is not None}
    books = {book.spreadsheet_id: book for book in workspace.store.workbooks(workspace.campaign.key)}
    for one in known:
        if one.id not in shown and one.lives(now):
            book = books.get(one.spreadsheet_id)
            target = Target(one.kind, book.form if book else "", book.shard if book else 0, one.spreadsheet_id)
            found.append(WatchLine(target, one, ChannelState.ENDING))
    return tuple(found)


def _line(known: tuple[Channel, ...], target: Target, now: datetime) -> WatchLine:
    channel = _current(known, target, now)
    if channel is not None:
        is_late = now >= channel.expires_at - (channel.expires_at - channel.created_at) / 4
        return WatchLine(target, channel, ChannelState.LAPSING if is_late else ChannelState.GOOD)
    latest = next((one for one in reversed(known) if target.is_of(one)), None)
    if latest is None:
        return WatchLine(target, None, ChannelState.NONE)
    return WatchLine(target, latest, ChannelState.LAPSED if latest.resource_id else ChannelState.ASKED)


def lapsing(workspace: Workspace) -> tuple[WatchLine, ...]:
    """Return what somebody must look at: whatever has no living channel, or one about to lapse unrenewed."""
    calm = {ChannelState.GOOD, ChannelState.ENDING}
    return tuple(line for line in lines(workspace) if line.state not in calm)


def _warn(workspace: Workspace) -> None:
    ends = [line.channel.expires_at for line in lapsing(workspace) if line.channel and line.channel.resource_id]
    if ends:
        log.warning("push channels lapse: %s, the first at %s", len(ends), min(ends).isoformat(timespec="seconds"))


def look_at_changes(workspace: Workspace) -> int:
    """Ask what changed since we last looked, if a push said that something did; return how many marks were made.

    The page token moves on together with the marks: killed before, the next look begins where this one did. Whatever
    the mode: a channel of the one before may not be stopped yet.
    """
    key, now = workspace.campaign.key, workspace.lease_clock()
    watch = workspace.store.watch_of(key)
    if not watch.page_token or watch.look_at is None or now < watch.look_at:
        return 0
    ours = {book.spreadsheet_id for book in workspace.store.workbooks(key) if book.kind is WorkbookKind.FORM}
    try:
        return _look_through(workspace, watch, ours)
    except (SheetsRefusedError, SheetsMissingError) as error:
        log.warning("the place in the changes is lost, everything is swept: %s", error)
        return _look_anew(workspace)
    except SheetsError as error:
        log.warning("no look at the changes for now: %s", error)
        workspace.store.look_later(key, now + ASKED_AGAIN_AFTER)
        return 0


def _look_through(workspace: Workspace, watch: Watch, ours: set[str]) -> int:
    marked = 0
    while True:
        page = workspace.sheets.changes(watch.page_token)
        with workspace.store.together():
            for spreadsheet_id in sorted(page.file_ids & ours):
                marked += mark(workspace, spreadsheet_id)
            moved = workspace.store.looked(watch, page.next_token, workspace.lease_clock(), is_whole=page.is_last)
        if page.is_last or not moved:
            return marked
        watch = replace(watch, page_token=page.next_token)


def _look_anew(workspace: Workspace) -> int:
    try:
        _begin_looking(workspace)
    except SheetsError as error:
        log.warning("no new place in the changes for now: %s", error)
        workspace.store.look_later(workspace.campaign.key, workspace.lease_clock() + ASKED_AGAIN_AFTER)
        return 0
    return 1


def _begin_looking(workspace: Workspace) -> str:
    """Take the present as the place to look from, and have everything swept: nobody knows what changed before."""
    key, store = workspace.campaign.key, workspace.store
    before = store.watch_of(key).page_token
    token = workspace.sheets.start_page_token()
    with store.together():
        if store.begin_looking(key, token, instead_of=before):
            store.mark_campaign_dirty(key, workspace.lease_clock())
    return token
