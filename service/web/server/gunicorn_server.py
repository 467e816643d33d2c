"""A WSGI application under gunicorn's threads, on a socket that is already ours: a port in use is reported at once."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gunicorn import glogging  # type: ignore[import-untyped]
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from service import garbage
from service.errors import SettingsError
from service.web.server.whole_requests import WholeRequestWorker
from sheets_schema.wording import message
from sheets_schema.wording.system_reasons import system_reason

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
GRACE_SECONDS = 8  # platforms kill after ten
BACKLOG = 2048
CONNECTIONS = 800  # below the 1,024 files that a process may usually open
OPTIONS: dict[str, object] = {
    "worker_class": WholeRequestWorker,
    "worker_connections": CONNECTIONS,
    "threads": THREADS,
    "preload_app": True,
    "timeout": 60,
    "graceful_timeout": GRACE_SECONDS,
    "keepalive": 5,
    "backlog": BACKLOG,
    "loglevel": "warning",
    "proc_name": "tonghop",
    "control_socket_disable": True,
    # a file is sent like a page, so that a client that does not read cannot hold a thread
    "sendfile": False,
    # scheme and path are those of the public address: no header says otherwise
    "forwarder_headers": "",
    "secure_scheme_headers": {},
    "forwarded_allow_ips": "",
}


class _Log(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's log in our form: its lines go where ours go."""

    def setup(self, cfg: object) -> None:
        """Leave the writing to the process's own handlers."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


def listen(host: str, port: int) -> socket.socket:
    """Open the socket to serve on, port 0 for any free one; SettingsError that says what to do when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(message("web.port_taken", port=port)) from error
        if error.errno == errno.EACCES:
            raise SettingsError(message("web.port_forbidden", port=port)) from error
        raise SettingsError(message("web.port_failed", host=host, port=port, reason=system_reason(error))) from error
    # head and body are sent one after the other: without this the body waits, 40 ms, until the head is acknowledged.
    # What is accepted takes it over; gunicorn sets it on sockets of its own alone.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address people open: a server on every interface is reached on this machine."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 – compared, not opened
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    application: WSGIApplication,
    listener: socket.socket,
    processes: int = 1,
    on_fork: Callable[[], None] | None = None,
) -> None:
    """Serve until a signal ends it; `on_fork` is called in every process that answers."""

    def post_fork(_arbiter: object, _worker: object) -> None:
        garbage.spare_what_stays()
        if on_fork is not None:
            on_fork()

    options = OPTIONS | {
        "bind": f"fd://{listener.fileno()}",
        "workers": processes,
        "post_fork": post_fork,
        "logger_class": _Log,
    }
    _Server(application, options).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our options alone: no file and no variable of its own is read."""

    def __init__(self, application: WSGIApplication, options: dict[str, object]) -> None:
        self._application = application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Set the options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 – gunicorn's signature
        """Return the application, made before the fork."""
        return self._application
