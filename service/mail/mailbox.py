"""The operator's mailbox by IMAP, read and never changed: was a mail sent, and which mails came back."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.message import Message as AnyMessage

from service.errors import MailboxError
from service.mail.mail_servers import MailServer, trusted
from sheets_schema.wording import message, one_line

ANSWER_SECONDS = 30.0
MOST_BOUNCES = 200  # of one read
_LARGEST_BOUNCE = 256 * 1024
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)')
_KEPT_IN = (rb"\sent", rb"\all")  # what marks a folder of sent mails
_SENT_NAMES = ("sent", "sent items", "sent messages", "sent mail", "inbox.sent", "&ARGA5w- g&Hu0-i".lower())
_ADDRESS = re.compile(r"[^@\s<>;]{1,64}@[^@\s<>;]{1,190}")
_KNOWN_ID = re.compile(r"<tonghop\.[0-9a-f]{40}@[^>\s]{1,200}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that came back: which, from which address, what the other server said."""

    message_id: str
    address: str
    reason: str


class Mailbox:
    """An open mailbox; any failure is a MailboxError."""

    def __init__(self, client: imaplib.IMAP4, server: MailServer) -> None:
        self._client = client
        self._server = server
        self._folders: tuple[str, ...] | None = None

    def holds(self, message_id: str) -> bool:
        """Return True if the mail with this Message-ID is in the inbox or in a folder of sent mails."""
        return any(self._found(folder, message_id) for folder in self.folders)

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders where a mail that was sent is kept: the inbox and those of sent mails."""
        if self._folders is None:
            with self._failing():
                _, lines = self._client.list()
            self._folders = ("INBOX", *_sent_folders(lines))
        return self._folders

    def bounces(self, known: str) -> tuple[str, tuple[Bounce, ...]]:
        """Return how far this read came, and the mails that came back since the one before, which came to `known`."""
        with self._failing():
            self._client.select("INBOX", readonly=True)
            validity = _number(self._client.response("UIDVALIDITY")[1])
            before, _, last = known.partition(":")
            first = int(last) + 1 if before == validity and last.isdigit() else 1
            _, found = self._client.uid("SEARCH", f"UID {first}:*", 'HEADER "Content-Type" "multipart/report"')
            numbers = sorted(int(one) for one in (found[0] or b"").split() if int(one) >= first)[:MOST_BOUNCES]
            bounced = [one for number in numbers for one in bounces_in(self._whole(number))]
        upto = numbers[-1] if numbers else first - 1
        return f"{validity}:{upto}", tuple(bounced)

    def _whole(self, number: int) -> bytes:
        _, parts = self._client.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{_LARGEST_BOUNCE}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def _found(self, folder: str, message_id: str) -> bool:
        with self._failing():
            status, _ = self._client.select(_quoted(folder), readonly=True)
            if status != "OK":
                return False
            _, found = self._client.uid("SEARCH", f'HEADER "Message-ID" "{message_id}"')
        return bool((found[0] or b"").split())

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error, ValueError, IndexError, TypeError) as error:
            reason = self._server.told(error)
            raise MailboxError(message("mail.mailbox_failed", place=self._server.place, reason=reason)) from None


@contextmanager
def open_mailbox(server: MailServer, *, answer_seconds: float = ANSWER_SECONDS) -> Iterator[Mailbox]:
    """Log in to a mailbox and leave it at the end; MailboxError where it does not answer or refuses the log-in."""
    client = _connected(server, answer_seconds)
    try:
        yield Mailbox(client, server)
    finally:
        try:
            client.logout()
        except (OSError, imaplib.IMAP4.error):
            client.shutdown()


def _connected(server: MailServer, seconds: float) -> imaplib.IMAP4:
    try:
        if server.at_once:
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=trusted(), timeout=seconds)
        else:
            client = imaplib.IMAP4(server.host, server.port, timeout=seconds)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "TLS"
        raise MailboxError(message("mail.bad_tls", place=server.place, reason=server.plain(reason))) from None
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(message("mail.no_server", place=server.place, reason=server.told(error))) from None
    try:
        if server.must_secure and not server.at_once:
            client.starttls(ssl_context=trusted())
        _log_in(client, server)
    except ssl.SSLError as error:
        client.shutdown()
        reason = getattr(error, "verify_message", "") or error.reason or "TLS"
        raise MailboxError(message("mail.bad_tls", place=server.place, reason=server.plain(reason))) from None
    except (OSError, imaplib.IMAP4.error, ValueError):
        client.shutdown()
        # the server's words may quote what was typed
        raise MailboxError(message("mail.mailbox_log_in_refused", place=server.place)) from None
    return client


def _log_in(client: imaplib.IMAP4, server: MailServer) -> None:
    if (server.user + server.password).isascii():
        client.login(server.user, server.password)
    else:
        # imaplib sends ASCII alone; the mechanism itself is in UTF-8
        client.authenticate("PLAIN", lambda _asked: f"\0{server.user}\0{server.password}".encode())


def _sent_folders(lines: list[bytes | tuple[bytes, bytes]] | list[None]) -> Iterator[str]:
    for line in lines:
        match = _LISTED.match(line) if isinstance(line, bytes) else None
        if match is None or rb"\noselect" in match["flags"].lower():
            continue
        name = match["name"].decode("ascii", "replace").strip().strip('"')
        is_marked = any(mark in match["flags"].lower() for mark in _KEPT_IN)
        if name.upper() != "INBOX" and (is_marked or name.lower().rpartition("/")[2] in _SENT_NAMES):
            yield name


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(values: list[bytes | None]) -> str:
    found = values[0] if values else None
    return found.decode("ascii", "replace") if found else "0"


def bounces_in(content: bytes) -> Iterator[Bounce]:
    """Yield the addresses that a report of non-delivery names as failed for good, with the mail of ours it is about."""
    report = message_from_bytes(content, policy=policy.default)
    if not isinstance(report, EmailMessage) or report.get_content_type() != "multipart/report":
        return
    known = next(iter(_KNOWN_ID.findall(content.decode("ascii", "replace"))), "")
    for part in report.walk():
        if known and part.get_content_type() == "message/delivery-status":
            for status in part.get_payload():
                yield from _failed(status, known)


def _failed(status: object, known: str) -> Iterator[Bounce]:
    if not isinstance(status, AnyMessage) or str(status.get("Action", "")).strip().lower() != "failed":
        return
    named = str(status.get("Final-Recipient") or status.get("Original-Recipient") or "")
    address = _ADDRESS.search(named)
    if address is not None:
        reason = one_line(str(status.get("Diagnostic-Code") or status.get("Status") or ""), 200)
        yield Bounce(known, address[0].lower(), reason)
