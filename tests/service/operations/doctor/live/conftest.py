"""Sessions of trials over an office's own embedded server, with faults in between where a test wants them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from service import clock as clocks
from service import connections, wiring
from service.operations.doctor.live import session
from service.operations.doctor.live.session import ASSUMPTIONS, Means, try_all
from service.operations.doctor.live.trial import WaitRules
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.retrying import RetryPolicy
from service.sheets.verbs import Sheets

OTHER = "thu@vidu.example"
GROUP = "nhom@vidu.example"


class Clockwork:
    """Time that passes only by waiting."""

    def __init__(self, on_wait=lambda: None) -> None:
        self.seconds, self.on_wait = 0.0, on_wait

    def wait(self, seconds):
        self.seconds += seconds
        self.on_wait()

    @property
    def waiting(self):
        return WaitRules(self.wait, lambda: self.seconds)


class Live:
    """`tonghop doctor --live` over one office."""

    def __init__(self, office) -> None:
        self.office = office
        # what is written changes a file's modified time only where time goes on
        self.clock = clocks.ticking(office.now)
        self.said: list[str] = []

    def hear(self, sentence) -> None:
        self.said.append(str(sentence))

    @contextmanager
    def trial(self, means=None, between=None, waiting=None):
        with wiring.open_workspace(self.office.settings, self.clock, progress=self.hear) as opened:
            if between is not None:
                application = between(connections.embedded_application(self.office.settings, self.clock))
                client = http.connect(self.office.session(application), policy=RetryPolicy(attempts=1))
                opened = replace(opened, sheets=Sheets(client, COLUMN_KEY))
            with session.opened(opened, means or Means(), waiting or Clockwork().waiting) as trial:
                yield trial

    def run(self, means=None, between=None, waiting=None):
        with self.trial(means, between, waiting) as trial:
            return list(try_all(trial, ASSUMPTIONS))

    def files(self):
        """Return every spreadsheet the office's server holds, by id."""
        return sorted(item["id"] for item in self.office.owner.list_spreadsheet_files())


@pytest.fixture
def live(office) -> Live:
    return Live(office)


@pytest.fixture
def blank(office):
    """A blank spreadsheet that somebody brings."""
    return office.owner.create("Bảng trống mang tới")
