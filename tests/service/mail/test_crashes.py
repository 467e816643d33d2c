"""kill -9 at every step: with a mailbox nothing is lost or doubled, without one every doubtful mail is named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.mail import deciding
from sheets_schema.campaign import MailPolicy
from tests.mail_sender import Senders
from tests.mail_servers import SELF

ROOT = Path(__file__).parents[3]
# each at the second mail: what is kept before and after every commit, and what the server hears
COMMITS = [f"{name} {number}" for number in (4, 5, 6) for name in ("commit", "committed")]
HEARD = ("MAIL", "RCPT", "END")


@pytest.fixture(scope="module")
def senders() -> Iterator[Senders]:
    command = [sys.executable, "-m", "tests.mail_sender"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        yield Senders(process)
        process.stdin.close()
        process.wait()


class Killing:
    """The same season, sent by senders that are killed again and again."""

    def __init__(self, mail_office, senders: Senders) -> None:
        self.mail_office, self.senders = mail_office, senders
        office = mail_office.office.at("2023-09-20 09:00")
        self.machine = office.now
        with office.workspace():
            pass  # the declaration is on record
        self.settings = office.settings

    def job(self, die: str = "") -> dict:
        self.machine += timedelta(minutes=20)
        imap, smtp = (url.rpartition(":")[2] for url in (self.settings.imap_url, self.settings.smtp_url))
        when = {"now": self.mail_office.office.now.isoformat(), "machine": self.machine.isoformat()}
        place = {"data": str(self.settings.data_dir), "campaign": self.settings.campaign}
        return {
            **place,
            **when,
            "database": self.settings.database_url,
            "smtp": smtp,
            "imap": imap,
            "most": 9,
            "die": die,
        }

    def at_commits(self) -> int:
        return sum(self.senders.run(self.job(place)) == -signal.SIGKILL for place in COMMITS)

    def when_heard(self) -> None:
        """Kill the sender while the server answers: at each word, before the mail is taken and once it is."""
        taken, heard = self.mail_office.taken, Counter()

        def kill(name: str):
            def answer(asked):
                heard[name] += 1
                if heard[name] != 2:
                    return None
                if name == "END":
                    taken.add(asked.rcpt_tos, asked.content)
                os.kill(self.senders.pid, signal.SIGKILL)
                return "close"

            return answer

        for name in HEARD:
            self.mail_office.at.clear()
            self.mail_office.at[name] = kill(name)
            self.senders.run(self.job())
        self.mail_office.at.clear()

    def to_the_end(self) -> None:
        for _ in range(3):
            assert self.senders.run(self.job()) == 0


def keys_of(mail_office) -> Counter:
    return Counter(line.state for line in mail_office.lines())


def test_with_a_mailbox_nothing_is_lost_or_doubled(mail_office, senders):
    server = mail_office.with_mailbox()
    killing = Killing(mail_office, senders)
    killing.when_heard()
    killed = killing.at_commits()
    mail_office.office.at("2023-09-22 09:00")
    killing.to_the_end()
    to_units = [to[0] for to, _ in mail_office.taken.mails if to[0] != SELF]

    assert killed >= 3
    assert set(mail_office.taken.ids.values()) == {1}
    # three invitations and three reminders
    assert Counter(Counter(to_units).values()) == {2: 3}
    # the digest of a day that was over is the one thing that was not sent
    assert [line.kind for line in mail_office.lines() if line.state != "sent"] in (["digest"], [])
    assert server.searches > 0


def test_without_a_mailbox_nothing_is_doubled_and_every_doubtful_mail_is_named(mail_office, senders):
    killing = Killing(mail_office, senders)
    killing.when_heard()
    killing.at_commits()
    killing.to_the_end()
    unknown = {line.message_id for line in mail_office.lines("unknown")}
    surely = {line.message_id for line in mail_office.lines("sent")}

    assert set(mail_office.taken.ids.values()) == {1}
    assert set(mail_office.taken.ids) <= surely | unknown
    assert surely <= set(mail_office.taken.ids)
    assert len(unknown) >= 1
    assert set(keys_of(mail_office)) == {"sent", "unknown"}
    assert mail_office.office.campaign.mail == MailPolicy(send=True, call="Nguyễn Văn A, 0912 345 678")


def test_person_decides_on_what_is_unknown(mail_office, senders):
    mail_office.at["END"] = "take and close"
    office, before = mail_office.office, len(mail_office.taken.mails)
    mail_office.send("2023-09-20 09:00")
    mail_office.at.clear()
    mail_office.send("2023-09-20 09:05")
    unknown = mail_office.lines("unknown")
    with office.workspace() as workspace:
        deciding.decide_unknown(workspace, unknown[0].id, sent=True)
        deciding.decide_unknown(workspace, unknown[-1].id, sent=False)
    mail_office.send("2023-09-20 09:10")
    again = [count for count in mail_office.taken.ids.values() if count == 2]

    assert len(mail_office.taken.mails) > before
    # the same mail, known by the same Message-ID, and no other
    assert len(again) == 1
    assert not mail_office.lines("unknown", "planned", "sending") or len(unknown) > 3
