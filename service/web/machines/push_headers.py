"""What the headers of a spreadsheet server's push say. Pure."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

from service.domain.token_hash import hash_of
from service.facts.records import Channel

SYNC = "sync"
STATES = frozenset({SYNC, "add", "remove", "update", "trash", "untrash", "change", "changed"})
_CHANNEL = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_RESOURCE = re.compile(r"[!-~]{1,256}")


@dataclass(frozen=True, slots=True)
class Push:
    """One message of a channel."""

    channel_id: str
    token: str
    resource_id: str
    number: int
    state: str

    def is_of(self, channel: Channel) -> bool:
        """Return True if it carries the channel's token; a wrong guess takes as long."""
        return hmac.compare_digest(hash_of(self.token), channel.token_hash)

    def is_about(self, channel: Channel) -> bool:
        """Return True if it is about the channel's file, or that is not known yet."""
        return channel.resource_id in {"", self.resource_id}


def read_push(header: Callable[[str], str | None]) -> Push | None:
    """Return what the headers say, or None when one is missing or malformed; `header` looks one up."""
    channel, number = header("X-Goog-Channel-ID") or "", header("X-Goog-Message-Number") or ""
    resource, state = header("X-Goog-Resource-ID") or "", header("X-Goog-Resource-State") or ""
    readable = _CHANNEL.fullmatch(channel) and _NUMBER.fullmatch(number) and _RESOURCE.fullmatch(resource)
    if not readable or state not in STATES:
        return None
    return Push(channel, header("X-Goog-Channel-Token") or "", resource, int(number), state)
