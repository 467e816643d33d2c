"""What a mail is known by: the key of each thing it is about, and the Message-ID that follows from the keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sheets_schema.campaign import MailKind


class MailState(StrEnum):
    """What became of a line of the ledger."""

    PLANNED = "planned"
    HELD = "held"  # a person keeps it back
    SENDING = "sending"  # its Message-ID is kept; a server may have been called
    SENT = "sent"
    CANCELLED = "cancelled"  # no longer to be sent; the note tells why
    FAILED = "failed"  # it reached no address; the note tells why
    UNKNOWN = "unknown"  # it may have been sent; a person decides

    @property
    def is_settled(self) -> bool:
        """Return True if nothing more happens to it by itself."""
        return self in (MailState.SENT, MailState.CANCELLED, MailState.FAILED, MailState.UNKNOWN)


@dataclass(frozen=True, slots=True, order=True)
class MailKey:
    """One thing that is written to a unit once: no two lines of the ledger have the same.

    `occasion` tells repeated ones apart: the day a reminder is due, the number of a decision. It holds the effective
    limit where the kind depends on it, so that a new limit brings new reminders.
    """

    campaign: str
    unit: str
    form: str
    kind: MailKind
    occasion: str

    @property
    def text(self) -> str:
        """Return the key on one line."""
        return "\x1f".join((self.campaign, self.unit, self.form, self.kind.value, self.occasion))


def limit_occasion(due_before: datetime, step: str) -> str:
    """Return the occasion of a kind that is due by a limit: the limit in UTC and the step before or after it."""
    return f"{due_before.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}{step}"


def message_id(keys: Iterable[MailKey], domain: str) -> str:
    """Return the Message-ID of the mail about these things: always the same for the same."""
    known = hashlib.sha256("\x1e".join(sorted(key.text for key in keys)).encode())
    return f"<tonghop.{known.hexdigest()[:40]}@{domain}>"
