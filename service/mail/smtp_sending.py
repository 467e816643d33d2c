"""One mail to a server by SMTP, so that it is known at every failure whether the server may have taken it.

A server takes a mail when it has the line with the lone dot. What fails before that line is sent was surely not
taken; what fails between it and the server's answer is a doubt, and nothing else is.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import TracebackType

from service.mail.mail_servers import MailServer, plain_credentials, trusted
from sheets_schema.wording import Message, Value, joined, message

ANSWER_SECONDS = 30.0  # one answer of the server
WHOLE_SECONDS = 100.0  # up to the dot, and after it: both shorter than the lease of a sender
_TRANSIENT = range(400, 500)
_TAKEN = 250
_LOGGED_IN = 235
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


class DeliveryVerdict(StrEnum):
    """What became of a mail given to a server."""

    TAKEN = "taken"
    LATER = "later"  # surely not taken; to be tried again
    REFUSED = "refused"  # surely not taken, and never will be
    DOUBTFUL = "doubtful"
    ABANDONED = "abandoned"  # another sender has it now


@dataclass(frozen=True, slots=True)
class Unreached:
    """An address that the server did not take, and its words."""

    address: str
    reason: Message
    is_transient: bool = False

    @property
    def words(self) -> Message:
        """Return the address with the server's words."""
        return message("mail.unreached", address=self.address, reason=self.reason)


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """What became of a mail, why, and the addresses that it did not reach: refused for good, or waited for in vain."""

    verdict: DeliveryVerdict
    reason: Message | None = None
    refused: tuple[Unreached, ...] = field(default=())
    copy_refused: Unreached | None = None  # the mail goes without the copy
    is_our_side: bool = False  # no server, no log-in: the next mail would fare no better


class _NotTakenError(Exception):
    """The server surely did not take the mail."""

    def __init__(self, delivery: MailDelivery) -> None:
        self.delivery = delivery
        super().__init__(delivery.verdict)


class Postman:
    """A connection that is opened for the first mail and kept for the next ones."""

    def __init__(self, server: MailServer, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._server = server
        self._seconds = answer_seconds
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()

    def leave(self) -> None:
        """End the connection politely."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
            except (OSError, smtplib.SMTPException):
                client.close()

    def log_in(self) -> MailDelivery | None:
        """Connect and log in; None where that went well, else why not."""
        try:
            self._ready()
        except _NotTakenError as error:
            return error.delivery
        return None

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        give: Callable[[Unreached | None], bool],
        *,
        copy_to: str = "",
        patient: bool = True,
    ) -> MailDelivery:
        """Give a mail to the server; `give` is asked just before the server may take it, and may say no.

        `copy_to` gets a copy where the server takes that address. Where it does not, the mail goes without, and `give`
        gets the server's words on it. While `patient`, a mail of which one recipient is to be tried later is tried
        later as a whole, so that none gets it twice. After that those who are accepted get it, and the others are named
        as not reached.
        """
        given, copy_refused = False, None
        try:
            with self._within(WHOLE_SECONDS):
                client = self._greeted(sender)
                refused = self._addressed(client, recipients, patient=patient)
                copy_refused = self._named(client, copy_to) if copy_to else None
                self._said(client, content)
            if not self._allowed(lambda: give(copy_refused)):
                return MailDelivery(DeliveryVerdict.ABANDONED)
            given = True
            with self._within(WHOLE_SECONDS):
                client.send(b".\r\n")
                code, reply = client.getreply()
        except _NotTakenError as error:
            self._drop() if error.delivery.is_our_side else self._reset()
            return error.delivery
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            verdict = DeliveryVerdict.DOUBTFUL if given else DeliveryVerdict.LATER
            reason = message(f"mail.cut_off_{'after' if given else 'before'}", reason=self._told(error))
            return MailDelivery(verdict, reason, copy_refused=copy_refused)
        return replace(self._answered(code, reply, refused), copy_refused=copy_refused)

    def _allowed(self, give: Callable[[], bool]) -> bool:
        """Ask whether the dot may be said; without leave the connection ends, and nothing was sent."""
        allowed = False
        try:
            allowed = give()
        finally:
            if not allowed:
                self._drop()
        return allowed

    def _answered(self, code: int, reply: bytes, refused: tuple[Unreached, ...]) -> MailDelivery:
        if code == _TAKEN:
            return MailDelivery(DeliveryVerdict.TAKEN, refused=refused)
        if code < 400:
            self._drop()
            return MailDelivery(
                DeliveryVerdict.DOUBTFUL, message("mail.strange_answer", code=code, reason=self._server.plain(reply))
            )
        return self._refusal(code, reply, refused)

    def _refusal(self, code: int, reply: bytes, refused: tuple[Unreached, ...] = ()) -> MailDelivery:
        verdict = DeliveryVerdict.LATER if code in _TRANSIENT else DeliveryVerdict.REFUSED
        return MailDelivery(verdict, self._words(code, reply), refused)

    def _words(self, code: int, reply: bytes) -> Message:
        return message("mail.refused", code=code, reason=self._server.plain(reply))

    def _ready(self) -> smtplib.SMTP:
        """Return an open connection, logged in; _NotTakenError where there can be none."""
        if self._client is None:
            try:
                self._client = self._connected()
            except smtplib.SMTPAuthenticationError as error:
                raise _our_side("mail.log_in_refused", place=self._server.place, code=error.smtp_code) from None
            except ssl.SSLError as error:
                reason = getattr(error, "verify_message", "") or error.reason or "TLS"
                raise _our_side("mail.bad_tls", place=self._server.place, reason=self._server.plain(reason)) from None
            except (OSError, smtplib.SMTPException, ValueError) as error:
                raise _our_side("mail.no_server", place=self._server.place, reason=self._told(error)) from None
        return self._client

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.at_once:
            client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self._seconds, context=trusted())
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        try:
            client.ehlo_or_helo_if_needed()
            if server.must_secure and not server.at_once:
                self._secure(client)
            if server.user:
                self._log_in(client)
        except BaseException:
            client.close()
            raise
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        user, password = self._server.user, self._server.password
        if (user + password).isascii():
            client.login(user, password)
            return
        # smtplib sends ASCII alone; the mechanism itself is in UTF-8
        code, reply = client.docmd("AUTH", f"PLAIN {plain_credentials(user, password)}")
        if code != _LOGGED_IN:
            raise smtplib.SMTPAuthenticationError(code, reply)

    def _secure(self, client: smtplib.SMTP) -> None:
        if not client.has_extn("starttls"):
            raise _our_side("mail.no_tls", place=self._server.place)
        client.starttls(context=trusted())
        client.ehlo()

    def _greeted(self, sender: str) -> smtplib.SMTP:
        """Begin a mail; a connection that the server had closed meanwhile is opened again, once."""
        was_open = self._client is not None
        try:
            client = self._ready()
            code, reply = client.mail(sender)
            if code == 421 and was_open:
                raise smtplib.SMTPServerDisconnected("421")
        except (OSError, smtplib.SMTPException):
            if not was_open:
                raise
            self._drop()
            client = self._ready()
            code, reply = client.mail(sender)
        if code != 250:
            # the sender itself is refused: no other mail would fare better
            refusal = self._refusal(code, reply)
            raise _NotTakenError(MailDelivery(DeliveryVerdict.LATER, refusal.reason, is_our_side=True))
        return client

    def _addressed(self, client: smtplib.SMTP, recipients: Sequence[str], *, patient: bool) -> tuple[Unreached, ...]:
        """Name the recipients; return those who do not get the mail. _NotTakenError where it goes to none just now."""
        unreached: list[Unreached] = []
        later: list[Unreached] = []
        for address in recipients:
            refusal = self._named(client, address)
            if refusal is not None:
                unreached.append(refusal)
                later += [refusal] if refusal.is_transient else []
        if later and (patient or len(unreached) == len(recipients)):
            refused = tuple(one for one in unreached if one not in later)
            raise _NotTakenError(MailDelivery(DeliveryVerdict.LATER, not_to(unreached, "mail.not_yet_to"), refused))
        if len(unreached) == len(recipients):
            raise _NotTakenError(MailDelivery(DeliveryVerdict.REFUSED, not_to(unreached), tuple(unreached)))
        return tuple(unreached)

    def _named(self, client: smtplib.SMTP, address: str) -> Unreached | None:
        """Name one recipient; return the server's words where it is not taken."""
        code, reply = client.rcpt(address)
        return None if code in (250, 251) else Unreached(address, self._words(code, reply), code in _TRANSIENT)

    def _said(self, client: smtplib.SMTP, content: bytes) -> None:
        """Say the mail up to the dot."""
        code, reply = client.docmd("DATA")
        if code != 354:
            raise _NotTakenError(self._refusal(code, reply))
        lines = _LINE_END.sub(b"\r\n", content)
        client.send(_DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n"))

    def _told(self, error: Exception) -> Message | str:
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{error.smtp_code} {self._server.plain(error.smtp_error)}"
        return self._server.told(error)

    def _reset(self) -> None:
        try:
            if self._client is not None:
                self._client.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        """End the connection as it is: whatever was said without the dot is not taken."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Cut the connection where a server that answers byte by byte takes longer than this."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        client = self._client
        if client is not None and client.sock is not None:
            try:
                client.sock.shutdown(2)
            except OSError:
                client.sock.close()


def not_to(unreached: Iterable[Unreached], key: str = "mail.not_to") -> Message:
    """Return that a mail did not reach addresses, with the server's words on each."""
    return message(key, addresses=joined((one.words for one in unreached), "; "))


def _our_side(key: str, **values: Value) -> _NotTakenError:
    return _NotTakenError(MailDelivery(DeliveryVerdict.LATER, message(key, **values), is_our_side=True))
