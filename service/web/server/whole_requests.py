"""A gunicorn worker whose threads are given whole requests alone.

gunicorn hands a connection to a thread with its first byte: as many half-sent requests as there are threads, and no
page is answered any more. Here the loop that waits for all connections gathers a request until it is whole.
"""

from __future__ import annotations

import fcntl
import re
import socket
import struct
import termios
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from service.web.server import crowds

HEAD_SECONDS = 10.0
BODY_SECONDS = 20.0
SLOWEST = 4096  # bytes a second of a body, beyond its first seconds
LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 16 * 1024 * 1024  # the application has smaller limits of its own, and better words
MOST_HELD = 64 * 1024 * 1024  # by all unfinished requests of a process
LEAVING_SECONDS = 2.0
ENDING_SECONDS = 1.0
GATHERING_SECONDS = 0.001
_AT_ONCE = 64 * 1024
_CROWDED = re.compile(rb"POST [^ ?]{0,200}%s[ ?]" % re.escape(crowds.PATH.encode()))

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}")
_END = b"\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_REFUSAL = "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
TOO_SLOW = "408 Request Timeout"
TOO_LONG = "413 Content Too Large"
HEAD_TOO_LONG = "431 Request Header Fields Too Large"

# what a thread waits for a client at most; a page fits into what the kernel keeps for a client that does not read
_THREAD_WAITS = struct.pack("ll", 10, 0)
_KEPT_BY_KERNEL = 256 * 1024
_NOUGHT = struct.pack("i", 0)


class Arrival:
    """A request that is being received, from its first byte."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.received = bytearray()
        self.expects_answer = False  # the client waits for “100 Continue” before it sends the body
        self.refusal = ""
        self._head = 0  # where the body begins, once that is known
        self._end = 0
        self._next_chunk: int | None = None

    def add(self, data: bytes) -> None:
        """Take what was received."""
        searched = max(0, len(self.received) - len(_END))
        self.received += data
        if not self._head:
            self._read_head(searched)
        elif len(self.received) > self._head + LARGEST_BODY:
            self.refusal = TOO_LONG

    def _read_head(self, searched: int) -> None:
        found = self.received.find(_END, searched)
        if found >= 0:
            self._head = found + len(_END)
        if (self._head or len(self.received)) > LARGEST_HEAD:
            self.refusal = HEAD_TOO_LONG
        elif self._head:
            head = bytes(self.received[: self._head])
            length = _LENGTH.search(head)
            self.expects_answer = bool(_EXPECTS.search(head))
            self._next_chunk = self._head if _CHUNKED.search(head) else None
            self._end = self._head + (int(length[1][:18]) if length and self._next_chunk is None else 0)
            if self._end > self._head + LARGEST_BODY:
                self.refusal = TOO_LONG

    def is_whole(self) -> bool:
        """Return True if a thread would not have to wait for more; gunicorn's parser refuses what is malformed."""
        if not self._head:
            return False
        return len(self.received) >= self._end if self._next_chunk is None else self._has_last_chunk()

    def _has_last_chunk(self) -> bool:
        while self._next_chunk is not None:
            line_end = self.received.find(b"\r\n", self._next_chunk)
            if line_end < 0:
                return False
            size = _CHUNK.fullmatch(self.received[self._next_chunk : line_end].partition(b";")[0].strip(b" \t"))
            if size is None:
                return True
            if int(size[0], 16) == 0:
                return self.received.find(_END, line_end) >= 0
            self._next_chunk = line_end + 2 + int(size[0], 16) + 2
        return False

    def latest(self) -> float:
        """Return when it must have come, as far as it has come now."""
        if not self._head:
            return self.began + HEAD_SECONDS
        return self.began + BODY_SECONDS + len(self.received) / SLOWEST


class WholeRequestWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Threads for whole requests; when places or memory run out, the oldest unfinished request goes."""

    def __init__(self, *args: object, **given: object) -> None:
        super().__init__(*args, **given)
        self._arriving: dict[TConn, Arrival] = {}
        self._leaving: dict[TConn, float] = {}
        self._held = 0
        self._crowd: list[TConn] = []  # with whole requests
        self._crowd_is_answered = False  # one, by a thread
        self._last_crowd = 0  # how many
        self._gathers_until = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, in place of the oldest idle one where there is no more room."""
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()
        super().accept(listener)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Do what has come; a crowd is answered once it is as large as the one before, or has gathered long enough."""
        gathers = bool(self._crowd) and not self._crowd_is_answered
        super().wait_for_and_dispatch_events(max(0.0, self._gathers_until - time.monotonic()) if gathers else timeout)
        if self._crowd and not self._crowd_is_answered:
            is_large = len(self._crowd) >= self._last_crowd
            if is_large or time.monotonic() >= self._gathers_until:
                self._answer_crowd()

    def enqueue_req(self, conn: TConn) -> None:
        """Receive a request; its thread begins when it is whole."""
        conn.sock.setblocking(False)
        self._arriving[conn] = Arrival(time.monotonic())
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        ahead = conn.parser.unreader.take_buffered() if conn.parser else b""
        if ahead:
            self._take(conn, ahead)
        else:
            self._receive(conn, conn.sock)

    def finish_request(self, conn: TConn, fs: Future[bool]) -> None:
        """Keep a connection for the next request, or end it without waiting for a client that does not."""
        if fs.cancelled() or fs.exception() is not None or not fs.result():
            self._leave(conn)
        else:
            super().finish_request(conn, fs)

    def handle_error(self, req: object, client: socket.socket, _addr: object, exc: BaseException) -> None:
        """Refuse a request that is malformed; the log does not name who sent it."""
        super().handle_error(req, client, ("", -1), exc)

    def murder_pending(self) -> None:
        """End what took too long; called in every round of the loop."""
        super().murder_pending()
        now = time.monotonic()
        for conn, arrival in list(self._arriving.items()):
            if now > (arrival.latest() if self.alive else arrival.began + ENDING_SECONDS):
                self._refuse(conn, TOO_SLOW if arrival.received else "")
        for conn, latest in list(self._leaving.items()):
            if now > latest:
                self._close(conn)

    def _receive(self, conn: TConn, _sock: socket.socket) -> None:
        try:
            data = conn.sock.recv(_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(conn, data)
        else:
            self._close(conn)

    def _take(self, conn: TConn, data: bytes) -> None:
        arrival = self._arriving[conn]
        arrival.add(data)
        self._held += len(data)
        if arrival.refusal:
            self._refuse(conn, arrival.refusal)
        elif arrival.is_whole():
            self._hand_over(conn, bytes(arrival.received))
        else:
            self._answer_expectation(conn, arrival)
            self._hold_no_more_than_allowed()

    def _hand_over(self, conn: TConn, received: bytes) -> None:
        self._forget(conn)
        conn.init()
        bound_waiting(conn.sock)
        conn.parser.unreader.unread(received)
        if _CROWDED.match(received) and _has_read_all(conn.sock):
            self._crowd.append(conn)
        else:
            super().enqueue_req(conn)

    def _answer_crowd(self) -> None:
        """Have one thread answer the requests of a crowd that have come by now."""
        answered, began = [(conn, Future[bool]()) for conn in self._crowd], time.monotonic()
        self._crowd, self._crowd_is_answered = [], True
        done = self.tpool.submit(crowds.run_together, [partial(self._answer, *one) for one in answered])
        done.add_done_callback(lambda _: self.method_queue.defer(self._finish_crowd, answered, began))

    def _answer(self, conn: TConn, future: Future[bool]) -> None:
        try:
            future.set_result(self.handle(conn))
        except BaseException as error:  # noqa: BLE001 – as a thread of the pool keeps it
            future.set_exception(error)

    def _finish_crowd(self, answered: list[tuple[TConn, Future[bool]]], began: float) -> None:
        # who was answered asks again in a moment: one that is quicker than the others does not begin without them
        now = time.monotonic()
        self._crowd_is_answered, self._last_crowd = False, len(answered)
        self._gathers_until = now + min(GATHERING_SECONDS, (now - began) / 2)
        for conn, future in answered:
            self.finish_request(conn, future)

    def _answer_expectation(self, conn: TConn, arrival: Arrival) -> None:
        if arrival.expects_answer:
            arrival.expects_answer = False
            self._send(conn, _CONTINUE)

    def _hold_no_more_than_allowed(self) -> None:
        if self._held > MOST_HELD:
            large = (conn for conn, arrival in self._arriving.items() if len(arrival.received) > _AT_ONCE)
            self._refuse(next(large), TOO_SLOW)

    def _make_room(self) -> None:
        idle = next(iter(self._leaving or self._arriving), None)
        if idle is None and self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
        if idle is not None:
            self._close(idle)

    def _refuse(self, conn: TConn, status: str) -> None:
        """End a connection whose request no thread will see."""
        self._forget(conn)
        if status:
            self._send(conn, _REFUSAL.format(status).encode())
        self._leave(conn)

    def _send(self, conn: TConn, text: bytes) -> None:
        with suppress(OSError):  # its next read ends it
            conn.sock.send(text)

    def _leave(self, conn: TConn) -> None:
        """Say that nothing more comes, and give the client a moment to read it: what is closed at once may be lost."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self._read_leftovers, conn))
        except (OSError, ValueError):
            self._close(conn)
        else:
            self._leaving[conn] = time.monotonic() + LEAVING_SECONDS

    def _read_leftovers(self, conn: TConn, _sock: socket.socket) -> None:
        try:
            is_over = not conn.sock.recv(_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self._close(conn)

    def _close(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> None:
        """Wait for a connection no longer."""
        with suppress(OSError, KeyError, ValueError):  # it may be closed, or not waited for
            self.poller.unregister(conn.sock)
        self._leaving.pop(conn, None)
        arrival = self._arriving.pop(conn, None)
        self._held -= len(arrival.received) if arrival else 0


def _has_read_all(sock: socket.socket) -> bool:
    """Return True if a client has read its last answer: one that does not keeps no others waiting."""
    try:
        return fcntl.ioctl(sock, termios.TIOCOUTQ, _NOUGHT) == _NOUGHT
    except OSError:
        return False


def bound_waiting(sock: socket.socket) -> None:
    """Make a thread wait for a client no longer than it must, also for one that does not read."""
    with suppress(OSError):  # the client may be gone
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KEPT_BY_KERNEL)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _THREAD_WAITS)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _THREAD_WAITS)
