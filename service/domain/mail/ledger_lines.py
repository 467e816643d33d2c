"""A line of the mail ledger: one thing that is written to a unit once, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.mail.keys import MailKey, MailState
from sheets_schema.campaign import MailKind
from sheets_schema.wording import Message, verbatim

NO_NOTE = verbatim("")


@dataclass(frozen=True, slots=True)
class MailLine:
    """One line of the ledger; `id` is 0 until it is kept.

    Lines with one Message-ID are one mail: a unit gets one mail where several obligations are due.
    """

    key: MailKey
    state: MailState
    due_at: datetime
    planned_at: datetime
    changed_at: datetime
    why: Message
    limit_at: datetime | None = None
    urgent: bool = False
    message_id: str = ""
    recipients: tuple[str, ...] = ()
    owner: str = ""
    given_at: datetime | None = None
    attempts: int = 0
    not_before: datetime | None = None
    note: Message = NO_NOTE
    actor: str = ""
    letter: str = ""
    id: int = 0

    @property
    def kind(self) -> MailKind:
        """Return the kind of its mail."""
        return self.key.kind

    @property
    def is_in_doubt(self) -> bool:
        """Return True if a server may have taken it and nothing on record says so."""
        return self.state is MailState.SENDING and self.given_at is not None


def planned(key: MailKey, due_at: datetime, now: datetime, why: Message, limit_at: datetime | None = None) -> MailLine:
    """Return a new line for what is due."""
    return MailLine(key, MailState.PLANNED, due_at, now, now, why, limit_at)
