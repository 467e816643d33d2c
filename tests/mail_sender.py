"""A sender that can be killed: a process that forks one for each line it reads, so that a kill costs no start.

A line is JSON: `data`, `campaign`, `smtp`, `imap`, `now` and `machine` (ISO instants), `most` mails, and `die`, such as
"commit 7" (before the seventh transaction is committed) or "committed 7" (after it). It answers with the number of the
process, then with how that ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, event

from service import wiring
from service.mail.ledger_planning import as_on_record, plan_due
from service.mail.sending import MailRun
from service.settings import Settings
from tests.mail_servers import SELF


def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(place: str) -> None:
    """Kill this very process at a commit, counted from 1: before it, or once it is done."""
    name, _, number = place.partition(" ")
    seen = 0

    def count(_connection: object) -> None:
        nonlocal seen
        seen += 1
        if seen == int(number):
            end()

    def count_done(connection: object) -> None:
        nonlocal seen
        if seen == int(number):
            end()

    def note(_connection: object) -> None:
        nonlocal seen
        seen += 1

    if name == "commit":
        event.listen(Engine, "commit", count)
    elif name == "committed":
        event.listen(Engine, "commit", note)
        event.listen(Engine, "begin", count_done)


def work(job: dict) -> None:
    """Plan and send as one worker would."""
    settings = Settings(
        data_dir=Path(job["data"]),
        campaign=job["campaign"],
        database_url=job.get("database", ""),
        smtp_url=f"smtp://127.0.0.1:{job['smtp']}",
        imap_url=f"imap://127.0.0.1:{job['imap']}" if job.get("imap") else "",
        mail_from=SELF,
        rehearsal=True,
    )
    now, machine = datetime.fromisoformat(job["now"]), datetime.fromisoformat(job["machine"])
    with wiring.open_workspace(settings, lambda: now) as opened:
        workspace = as_on_record(opened)
        if job.get("die"):
            die_at(job["die"])
        plan_due(workspace)
        MailRun(workspace, f"sender-{os.getpid()}", lambda: machine).run(job["most"])


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                work(json.loads(line))
            except BaseException as error:  # noqa: BLE001 – shown to who asked, then this process is over
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201
                os._exit(1)
            os._exit(0)
        print(pid, flush=True)  # noqa: T201
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


class Senders:
    """The process from outside: `begin` one, learn its number, `ended` waits for its end."""

    def __init__(self, process) -> None:
        self._process = process
        self.pid = 0

    def begin(self, job: dict) -> int:
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._process.stdout.readline())
        return self.pid

    def ended(self) -> int:
        return int(self._process.stdout.readline())

    def run(self, job: dict) -> int:
        self.begin(job)
        return self.ended()


if __name__ == "__main__":
    main()
