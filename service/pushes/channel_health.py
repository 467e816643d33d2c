"""How everything stands that is to be watched: what there is to watch, its channel, and for how long yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.facts.records import Channel, ChannelKind, WorkbookKind
from service.workspace import Workspace

OFF, CHANGES = "off", "changes"  # else a channel a workbook


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
        """Return True if a channel is on this."""
        return (channel.kind, channel.spreadsheet_id) == (self.kind, self.spreadsheet_id)


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A target, its channel, and how that stands."""

    target: Target
    channel: Channel | None
    state: ChannelState


def targets(workspace: Workspace) -> tuple[Target, ...]:
    """Return what is to be watched. Never the master: our own writes to it must not come back."""
    books = [
        Target(ChannelKind.FILE, book.form, book.shard, book.spreadsheet_id)
        for book in workspace.store.registry.workbooks(workspace.campaign.key)
        if book.kind is WorkbookKind.FORM
    ]
    if workspace.settings.watch == OFF or not books:
        return ()
    return (Target(ChannelKind.CHANGES),) if workspace.settings.watch == CHANGES else tuple(books)


def living_channel(known: tuple[Channel, ...], target: Target, now: datetime) -> Channel | None:
    """Return the living channel on a target that was made last."""
    return next((one for one in reversed(known) if target.is_of(one) and one.lives(now)), None)


def lines(workspace: Workspace) -> tuple[WatchLine, ...]:
    """Return how everything stands that is to be watched, then the channels that are about to go."""
    now, wanted = workspace.clock(), targets(workspace)
    known = workspace.store.channels.channels_for(workspace.campaign.key)
    found = [_line(known, target, now) for target in wanted]
    shown = {line.channel.id for line in found if line.channel is not None}
    books = {book.spreadsheet_id: book for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    for one in known:
        if one.id not in shown and one.lives(now):
            book = books.get(one.spreadsheet_id)
            target = Target(one.kind, book.form if book else "", book.shard if book else 0, one.spreadsheet_id)
            found.append(WatchLine(target, one, ChannelState.ENDING))
    return tuple(found)


def _line(known: tuple[Channel, ...], target: Target, now: datetime) -> WatchLine:
    channel = living_channel(known, target, now)
    if channel is not None:
        is_late = now >= channel.expires_at - (channel.expires_at - channel.created_at) / 4
        return WatchLine(target, channel, ChannelState.LAPSING if is_late else ChannelState.GOOD)
    latest = next((one for one in reversed(known) if target.is_of(one)), None)
    if latest is None:
        return WatchLine(target, None, ChannelState.NONE)
    return WatchLine(target, latest, ChannelState.LAPSED if latest.resource_id else ChannelState.ASKED)


def lapsing(workspace: Workspace) -> tuple[WatchLine, ...]:
    """Return what needs attention: whatever has no living channel, or one about to lapse unrenewed."""
    calm = {ChannelState.GOOD, ChannelState.ENDING}
    return tuple(line for line in lines(workspace) if line.state not in calm)
