"""The first minute of an installation: one link is printed, and the page it opens asks which season this is."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading

import click

from service import clock as clocks
from service.cli.processes import Household, Lifeline, Part
from service.cli.words import word
from service.seasons import installation
from service.settings import PREFIX, Settings
from service.web.first_minute.setup_app import create_setup_app
from service.web.server import gunicorn_server

ANSWER_SECONDS = 0.3  # in which the last page reaches the browser


def ask(settings: Settings, listener: socket.socket) -> None:
    """Serve the one page until a season was chosen; exit status 1 where it ended without one."""
    address = gunicorn_server.address_of(listener)
    token = secrets.token_urlsafe(32)
    # pages are opened where this one is
    more = {} if settings.public_url != Settings().public_url else {f"{PREFIX}PUBLIC_URL": address}
    application = create_setup_app(settings, token, clocks.system, _end_soon, more)

    def serve(lifeline: Lifeline) -> None:
        gunicorn_server.serve(application, listener, on_fork=lambda: lifeline.when_cut(_end_server))

    click.echo(word("setup.link", link=f"{address}/setup/{token}"))
    click.echo(word("cli.stop_with"))
    told = Household([Part("first minute", serve)]).run()
    if told or not installation.kept(settings.data_dir):
        raise click.exceptions.Exit(0 if told else 1)


def _end_server() -> None:
    os.kill(os.getppid(), signal.SIGTERM)


def _end_soon() -> None:
    threading.Timer(ANSWER_SECONDS, _end_server).start()
