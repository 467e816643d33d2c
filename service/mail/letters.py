"""A mail as it goes to a server: headers that no name can break, the words as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from service.mail.wording import MailWords
from sheets_schema.wording import one_line

_LONGEST_NAME = 120
_MESSAGE_ID = re.compile(rb"Message-ID:\s+<")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from: the address, the name beside it, where answers go."""

    address: str
    name: str
    reply_to: str
    list_id: str  # the campaign's key

    @property
    def domain(self) -> str:
        """Return the domain of the address: what comes after the @."""
        return self.address.rpartition("@")[2]


def letter(
    sender: Sender, to: Sequence[tuple[str, str]], words: MailWords, message_id: str, at: datetime, language: str
) -> bytes:
    """Return a mail as bytes; `to` are addresses with the names beside them.

    `Auto-Submitted` keeps answering machines silent, `List-Id` lets a clerk sort what comes from here. There is
    nothing in it that reports that it was read.
    """
    made = MIMEMultipart("alternative")
    headers = {"From": _people("From", [(sender.address, sender.name)]), "To": _people("To", to)}
    if sender.reply_to:
        headers["Reply-To"] = _people("Reply-To", [(sender.reply_to, "")])
    # whole in one encoding: a reader that joins its parts loses no space between words
    headers["Subject"] = Header(one_line(words.subject), "utf-8", header_name="Subject")
    for name, header in headers.items():
        made[name] = header  # type: ignore[assignment]  # this policy folds a Header as it is
    made["Date"] = format_datetime(at)
    made["Message-ID"] = message_id
    made["List-Id"] = f"<{sender.list_id}.{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = language
    made.attach(MIMEText(words.text, "plain", "utf-8"))
    made.attach(MIMEText(words.html, "html", "utf-8"))
    whole = made.as_bytes(policy=compat32.clone(linesep="\r\n"))
    # on one line, whatever its length: not every mailbox finds it on two
    return _MESSAGE_ID.sub(b"Message-ID: <", whole, count=1)


def _people(header: str, people: Sequence[tuple[str, str]]) -> Header:
    """Return addresses with the names beside them, each name encoded by itself."""
    made = Header(header_name=header)
    for at, (address, name) in enumerate(people):
        shown = one_line(name, _LONGEST_NAME)
        if shown:
            made.append(shown, "utf-8")
        made.append(f"<{address}>{',' if at + 1 < len(people) else ''}", "us-ascii")
    return made
