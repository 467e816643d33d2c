"""Channels: one a workbook, or one on all, asked for, renewed at half its life, stopped once another does its work."""

from __future__ import annotations

import logging
import secrets
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.token_hash import hash_of
from service.errors import (
    PushRefusedError,
    SheetsError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.facts.records import Channel, ChannelKind, Watch
from service.pushes.changed_workbooks import begin_looking
from service.pushes.channel_health import OFF, Target, lapsing, living_channel, targets
from service.sheets import channels
from service.sheets.channels import ChannelWish, Watched
from service.workspace import Workspace

# as long as the server lets one watch
LIFE = {ChannelKind.FILE: timedelta(days=1), ChannelKind.CHANGES: timedelta(days=7)}
ASKED_AGAIN_AFTER = timedelta(minutes=1)  # when the server did not answer
REFUSED_FOR = timedelta(minutes=15)  # when it will not send to our address: the operator has to act first
STOPPED_AGAIN_AFTER = timedelta(minutes=10)
log = logging.getLogger(__name__)


def ensure_channels(workspace: Workspace, address: str, *, take_over: bool = False) -> int:
    """Give everything that is to be watched and has no good channel a new one; return how many were asked for.

    `take_over` also replaces the channels that lead elsewhere, as after a start on another port, and asks at once where
    a refusal was to be waited out. Then those of no use any more are stopped: replaced ones, and those of another mode.
    """
    now, key = workspace.clock(), workspace.campaign.key
    wanted = targets(workspace) if address else ()
    known = workspace.store.channels.channels_for(key)
    missing = [target for target in wanted if not _has_good(known, target, address, now, take_over=take_over)]
    asked = 0
    if missing and (take_over or not _is_held_back(workspace.store.watches.watch_of(key), now)):
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
    if not store.channels.begin_channel(channel, now, take_over=take_over):
        return _Outcome.LEFT
    try:
        granted = _ask(workspace, channel, token)
    except SheetsError as error:
        # asked again after a while, as for one that was never answered
        log.warning("no push channel for now: %s", error)
        return _after_failure(workspace, channel, error)
    store.channels.grant_channel(channel.id, granted.resource_id, granted.expires_at)
    if granted.expires_at <= now + ASKED_AGAIN_AFTER:
        # over before it began: asking again at once would go on and on
        store.watches.hold_back(channel.campaign, now + ASKED_AGAIN_AFTER, "")
        return _Outcome.HOPELESS
    if store.watches.watch_of(channel.campaign).retry_at is not None:
        store.watches.hold_back(channel.campaign, None, "")
    replaced = [
        one for one in store.channels.channels_for(channel.campaign) if target.is_of(one) and one.id != channel.id
    ]
    replaced = [one for one in replaced if one.resource_id]
    overlapped = any(one.address == address and channel.created_at < one.expires_at for one in replaced)
    stop_channels(workspace, replaced, now)
    if not overlapped:
        _look(workspace, channel)
    return _Outcome.ASKED


def _ask(workspace: Workspace, channel: Channel, token: str) -> Watched:
    wish = ChannelWish(channel.id, token, channel.address, channel.expires_at)
    if channel.kind is ChannelKind.FILE:
        return channels.watch(workspace.sheets, channel.spreadsheet_id, wish)
    kept = workspace.store.watches.watch_of(channel.campaign).page_token
    return channels.watch_changes(workspace.sheets, kept or begin_looking(workspace), wish)


def _after_failure(workspace: Workspace, channel: Channel, error: SheetsError) -> _Outcome:
    """Decide when to ask again: each refused or unanswered call may take minutes, and there may be hundreds."""
    store, now = workspace.store, channel.created_at
    if isinstance(error, PushRefusedError):
        store.watches.hold_back(channel.campaign, now + REFUSED_FOR, str(error))
        return _Outcome.HOPELESS
    if isinstance(error, SheetsUnavailableError):
        store.watches.hold_back(channel.campaign, now + ASKED_AGAIN_AFTER, str(error))
        return _Outcome.HOPELESS
    if channel.kind is ChannelKind.CHANGES and isinstance(error, (SheetsRefusedError, SheetsMissingError)):
        # perhaps it is the place to look from: the next time a new one is asked for
        store.watches.end_looking(channel.campaign)
    return _Outcome.ASKED


def _is_held_back(watch: Watch, now: datetime) -> bool:
    # a rehearsal's clock may have been set back
    return watch.retry_at is not None and watch.retry_at - REFUSED_FOR <= now < watch.retry_at


def _has_good(known: tuple[Channel, ...], target: Target, address: str, now: datetime, *, take_over: bool) -> bool:
    good = (one for one in known if target.is_of(one) and one.is_good(now))
    return any(one.address == address or not take_over for one in good)


def _look(workspace: Workspace, channel: Channel) -> None:
    """Ask for a read: what changed before the channel was there was not reported."""
    now = workspace.lease_clock()
    if channel.kind is ChannelKind.CHANGES:
        workspace.store.watches.want_look(channel.campaign, now)
    else:
        workspace.mark_unwatched(channel.spreadsheet_id)


def _superfluous(workspace: Workspace, now: datetime) -> list[Channel]:
    """Return the channels that have done their work; those of another mode stay until the new ones are there."""
    known, wanted = workspace.store.channels.channels_for(workspace.campaign.key), targets(workspace)
    current = {target.spreadsheet_id: living_channel(known, target, now) for target in wanted}
    is_whole = all(current.values())

    def is_superfluous(one: Channel) -> bool:
        if one.stop_at is not None and one.stop_at - STOPPED_AGAIN_AFTER <= now < one.stop_at:
            return False
        if not any(target.is_of(one) for target in wanted):
            return is_whole or one.expires_at <= now
        newer = current[one.spreadsheet_id]
        return newer is not None and one.id != newer.id and one.created_at <= newer.created_at

    return [one for one in known if is_superfluous(one)]


def stop_channels(workspace: Workspace, ended: list[Channel], now: datetime) -> int:
    """Stop channels and forget them; return how many are left that could not be stopped."""
    left = 0
    for one in ended:
        try:
            if one.resource_id and now < one.expires_at:
                channels.stop(workspace.sheets, one.id, one.resource_id)
        except SheetsMissingError:
            pass  # it ended by itself
        except SheetsError as error:
            log.warning("an old push channel stays for now: %s", error)
            workspace.store.channels.stop_later(one.id, now + STOPPED_AGAIN_AFTER)
            left += 1
            continue
        workspace.store.channels.drop_channel(one.id)
    return left


def stop_all(workspace: Workspace) -> tuple[int, int]:
    """Stop every channel of the campaign and forget where we stand; return how many there were and how many stay."""
    known = list(workspace.store.channels.channels_for(workspace.campaign.key))
    left = stop_channels(workspace, known, workspace.clock())
    workspace.store.watches.end_looking(workspace.campaign.key)
    workspace.store.watches.hold_back(workspace.campaign.key, None, "")
    return len(known), left


def _warn(workspace: Workspace) -> None:
    ends = [line.channel.expires_at for line in lapsing(workspace) if line.channel and line.channel.resource_id]
    if ends:
        log.warning("push channels lapse: %s, the first at %s", len(ends), min(ends).isoformat(timespec="seconds"))
