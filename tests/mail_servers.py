"""Mail servers for tests: aiosmtpd with any behaviour asked for, and a mailbox over IMAP that holds what was taken."""

from __future__ import annotations

import base64
import re
import socket
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

SELF = "tonghop@board.example.org"
USER, PASSWORD = "tonghop@board.example.org", "mật khẩu/1:@"
BOUNCE = """From: <>
To: {to}
Subject: Undelivered
Message-ID: <bounce.{number}@other.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It did not arrive.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
Content-Type: message/rfc822

Message-ID: {known}
Subject: ours

--B--
"""


@dataclass
class Taken:
    """What the server took: each mail with its envelope, and the copies in our own mailbox."""

    mails: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    copies: list[bytes] = field(default_factory=list)

    def add(self, recipients: list[str], content: bytes) -> None:
        self.mails.append((tuple(recipients), content))
        if SELF in recipients:
            self.copies.append(content)

    @property
    def ids(self) -> Counter[str]:
        return Counter(id_of(content) for _, content in self.mails)

    @property
    def parsed(self):
        return [message_from_bytes(content, policy=policy.default) for _, content in self.mails]

    def texts(self) -> list[str]:
        return [mail.get_body(("plain",)).get_content() for mail in self.parsed]


def id_of(content: bytes) -> str:
    return re.search(rb"(?mi)^message-id:\s*(\S+)", content)[1].decode()


class Handler:
    """Takes every mail, or does what `at` asks: {"RCPT": answer, "DATA": answer, "END": answer or a function}."""

    def __init__(self, taken: Taken, at: dict[str, object]) -> None:
        self.taken = taken
        self.at = at

    def _answer(self, name: str, *about: object) -> str | None:
        answer = self.at.get(name)
        return answer(*about) if callable(answer) else answer

    async def handle_MAIL(self, server: SMTP, session, envelope: Envelope, address: str, options) -> str:  # noqa: N802 – as aiosmtpd calls it
        answer = self._answer("MAIL", address)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: SMTP, session, envelope: Envelope, address: str, options) -> str:  # noqa: N802 – as aiosmtpd calls it
        answer = self._answer("RCPT", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope: Envelope) -> str:  # noqa: N802 – as aiosmtpd calls it
        answer = self._answer("END", envelope)
        if answer == "take and close":
            self.taken.add(envelope.rcpt_tos, envelope.content)
            server.transport.abort()
            return "250 OK"
        if answer == "close":
            server.transport.abort()
            return "250 OK"
        if answer is None:
            self.taken.add(envelope.rcpt_tos, envelope.content)
        return answer or "250 OK"


@contextmanager
def smtp_server(taken: Taken, at: dict[str, object] | None = None, **given: object):
    """Run a server of aiosmtpd; yield its port."""
    port = free_port()
    controller = Controller(Handler(taken, {} if at is None else at), hostname="127.0.0.1", port=port, **given)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def authenticator(server, session, envelope, mechanism, data) -> AuthResult:
    good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=good, handled=good)


class _Imap(socketserver.StreamRequestHandler):
    """As much of IMAP as a mailbox is asked by us."""

    def handle(self) -> None:
        self.folder = ""
        self._say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.strip().partition(b" ")
            name, _, given = rest.partition(b" ")
            while literal := re.search(rb"\{(\d+)\}$", given):
                self._say(b"+ go on")
                given = given[: literal.start()] + self.rfile.read(int(literal[1])) + self.rfile.readline().rstrip()
            if name.upper() == b"UID":
                name, _, given = given.partition(b" ")
            answer = getattr(self, f"_{name.decode().lower()}", None)
            if answer is None:
                self._say(tag + b" BAD no such command")
                continue
            status = answer(given)
            self._say(tag + b" " + status)
            if name.upper() == b"LOGOUT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _capability(self, _given: bytes) -> bytes:
        self._say(b"* CAPABILITY IMAP4rev1")
        return b"OK done"

    def _login(self, given: bytes) -> bytes:
        wanted = self.server.password
        return b"OK in" if wanted is None or wanted.encode() in given else b"NO wrong " + given

    def _authenticate(self, _given: bytes) -> bytes:
        self._say(b"+")
        given = base64.b64decode(self.rfile.readline())
        return b"OK in" if (self.server.password or "").encode() in given else b"NO wrong"

    def _list(self, _given: bytes) -> bytes:
        self._say(b'* LIST (\\HasNoChildren) "/" INBOX')
        self._say(b'* LIST (\\HasNoChildren \\Sent) "/" "Sent Mail"')
        self._say(b'* LIST (\\Noselect) "/" "Shared"')
        return b"OK done"

    def _examine(self, given: bytes) -> bytes:
        self.folder = given.decode().strip('"')
        self._say(b"* %d EXISTS" % len(self._mails))
        self._say(b"* OK [UIDVALIDITY 7] valid")
        return b"OK [READ-ONLY] done"

    @property
    def _mails(self) -> list[bytes]:
        return self.server.folders.setdefault(self.folder, [])

    def _search(self, given: bytes) -> bytes:
        self.server.searches += 1
        first = re.search(rb"UID (\d+):\*", given)
        name, value = re.search(rb'HEADER "?([\w-]+)"? "([^"]*)"', given).groups()
        pattern = rb"(?mi)^" + name + rb":[^\n]*" + re.escape(value)
        found = [
            number
            for number, mail in enumerate(self._mails, start=1)
            if number >= int(first[1] if first else 1) and re.search(pattern, mail.partition(b"\r\n\r\n")[0])
        ]
        self._say(b"* SEARCH " + b" ".join(b"%d" % one for one in found))
        return b"OK done"

    def _fetch(self, given: bytes) -> bytes:
        number = int(given.split()[0])
        mail = self._mails[number - 1]
        self._say(b"* %d FETCH (UID %d BODY[]<0> {%d}" % (number, number, len(mail)))
        self.wfile.write(mail)
        self._say(b")")
        return b"OK done"

    def _noop(self, _given: bytes) -> bytes:
        return b"OK done"

    def _logout(self, _given: bytes) -> bytes:
        self._say(b"* BYE")
        return b"OK done"


class ImapServer(socketserver.ThreadingTCPServer):
    """A mailbox whose folders are lists of mails; `password` None takes any."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, folders: dict[str, list[bytes]], password: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Imap)
        self.folders = folders
        self.password = password
        self.searches = 0


@contextmanager
def imap_server(folders: dict[str, list[bytes]], password: str | None = None):
    """Run a mailbox; yield the server, whose port is `server_address[1]`."""
    with ImapServer(folders, password) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def bounce(known: str, address: str, *, action: str = "failed", number: int = 1) -> bytes:
    """Return a report that a mail did not reach an address."""
    text = BOUNCE.format(to=SELF, number=number, address=address, action=action, known=known)
    return text.replace("\n", "\r\n").encode()


@contextmanager
def raw_server(talk: Callable[[socket.socket], None], context: ssl.SSLContext | None = None):
    """Run a server that speaks as a function says, one connection after another; yield its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                talk(context.wrap_socket(connection, server_side=True) if context else connection)
            except OSError:
                pass
            finally:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)
