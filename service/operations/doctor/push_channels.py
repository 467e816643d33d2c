"""Push channels: whether changes are pushed to us, until when, and what follows where they are not."""

from __future__ import annotations

from collections.abc import Iterator

from service import pushes
from service.domain.instant_words import instant_message
from service.domain.titles import form_part
from service.facts.records import ChannelKind
from service.operations.doctor.findings import Finding, State, attention, ok
from service.pushes import ChannelState, WatchLine
from service.workspace import Workspace
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, message, verbatim

SUBJECT = message("doctor.channels")


def channels_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about the channels, one for whatever has or should have one; a closed season has none."""
    if workspace.store.facts.is_closed(workspace.campaign.key):
        return
    swept = message("doctor.swept", seconds=f"{workspace.settings.sweep_seconds:g}")
    if workspace.settings.watch == pushes.OFF:
        yield ok(SUBJECT, "doctor.channels_off", swept=swept)
        return
    lines = [line for line in pushes.lines(workspace) if line.state is not ChannelState.ENDING]
    is_asked_for = any(line.channel is not None for line in lines)
    if not is_asked_for and not pushes.push_address(workspace.settings):
        yield ok(SUBJECT, "doctor.channels_unused", swept=swept)
        return
    refusal = workspace.store.watches.watch_of(workspace.campaign.key).refusal
    if refusal:
        yield Finding(SUBJECT, State.ATTENTION, verbatim(refusal))
    for line in lines:
        yield _finding(workspace, line, swept)


def _subject(campaign: Campaign, line: WatchLine) -> Message:
    target = line.target
    if target.kind is ChannelKind.CHANGES:
        return SUBJECT
    return message("doctor.channel_of", form=form_part(campaign, target.form, target.shard))


def _finding(workspace: Workspace, line: WatchLine, swept: Message) -> Finding:
    subject = _subject(workspace.campaign, line)
    if line.channel is None or line.state in {ChannelState.NONE, ChannelState.LAPSED, ChannelState.ASKED}:
        return attention(subject, "doctor.channel_missing", swept=swept)
    until = instant_message(line.channel.expires_at, workspace.campaign.zone)
    if line.state is ChannelState.LAPSING:
        return attention(subject, "doctor.channel_ending", until=until)
    return ok(subject, "doctor.channel_until", until=until)
