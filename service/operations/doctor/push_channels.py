"""Push channels: whether we are told of changes, until when, and what follows where we are not."""

from __future__ import annotations

from collections.abc import Iterator

from service import pushes
from service.domain.instant_words import instant_words
from service.facts.records import ChannelKind
from service.operations.doctor.findings import Finding, look, well
from service.pushes import ChannelState, WatchLine
from service.workspace import Workspace

SUBJECT = "Kênh báo sửa đổi"


def channels_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is to be said of the channels, one finding for whatever has or should have one."""
    swept = f"mỗi {workspace.settings.sweep_seconds:g} giây vẫn quét một lượt"
    if workspace.settings.watch == pushes.OFF:
        yield well(SUBJECT, f"tắt (TONGHOP_WATCH=off); {swept}.")
        return
    lines = [line for line in pushes.lines(workspace) if line.state is not ChannelState.ENDING]
    is_asked_for = any(line.channel is not None for line in lines)
    if not is_asked_for and not pushes.push_address(workspace.settings):
        yield well(SUBJECT, f"không dùng; {swept}.")
        return
    refusal = workspace.store.watches.watch_of(workspace.campaign.key).refusal
    if refusal:
        yield look(SUBJECT, refusal)
    for line in lines:
        yield _finding(workspace, line, swept)


def _finding(workspace: Workspace, line: WatchLine, swept: str) -> Finding:
    target = line.target
    number = f" ({target.shard + 1})" if target.shard else ""
    subject = SUBJECT if target.kind is ChannelKind.CHANGES else f"{SUBJECT} {target.form}{number}"
    if line.channel is None or line.state in {ChannelState.NONE, ChannelState.LAPSED, ChannelState.ASKED}:
        return look(subject, f"không có kênh nào còn hạn; {swept}. Mở bằng: tonghop serve, hoặc tonghop watch.")
    until = instant_words(line.channel.expires_at, workspace.campaign.zone)
    if line.state is ChannelState.LAPSING:
        return look(subject, f"sắp hết hạn ({until}) mà chưa được gia hạn. Chạy: tonghop watch.")
    return well(subject, f"đến {until}.")
