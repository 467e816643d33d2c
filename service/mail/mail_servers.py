"""The address of a mail server, from a setting: host, port, how it is secured, user and password."""

from __future__ import annotations

import base64
import imaplib
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from service.settings import LOOPBACK
from sheets_schema.wording import Message, message, one_line

_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
_LONGEST_REASON = 300
_TIMED_OUT, _ENDED = "timed out", "EOF"  # as the libraries word a silence and an end


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server to speak with. What is secret is never shown."""

    host: str
    port: int
    at_once: bool  # secured from the first byte
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> MailServer:
        """Return the server of an address that the settings have read."""
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, parts.scheme.endswith("s"), user, password)

    @property
    def place(self) -> str:
        """Return host and port."""
        return f"{self.host}:{self.port}"

    @property
    def must_secure(self) -> bool:
        """Return True if nothing is said in the clear: everywhere but on this very machine."""
        return self.host not in LOOPBACK

    def plain(self, reason: object) -> str:
        """Return a reason on one line, without what is secret and without its full stop."""
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        for secret in (self.password, self.user):
            shown = shown.replace(secret, "***") if secret else shown
        return one_line(shown, _LONGEST_REASON).rstrip(" .")

    def told(self, error: Exception) -> Message | str:
        """Return why a connection failed: in words of our own where they are known, else in those of the error."""
        if isinstance(error, TimeoutError) or _TIMED_OUT in str(error):
            return message("mail.too_slow")
        if isinstance(error, ConnectionRefusedError):
            return message("mail.connection_refused")
        if isinstance(error, socket.gaierror):
            return message("mail.no_such_host")
        ended = isinstance(error, imaplib.IMAP4.abort) and _ENDED in str(error)
        if ended or isinstance(error, (ConnectionError, smtplib.SMTPServerDisconnected)):
            return message("mail.hung_up")
        return self.plain(error) or type(error).__name__


def trusted() -> ssl.SSLContext:
    """Return how certificates are judged: by the machine's own authorities, the name of the host included."""
    return ssl.create_default_context()


def plain_credentials(user: str, password: str) -> str:
    """Return user and password as the mechanism PLAIN sends them."""
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
