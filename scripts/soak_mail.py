"""Kill senders of mail at every step over thousands of mails, and count what was lost, doubled and named.

    scripts/soak mail [--kills 1000] [--units 600] [--only "without one"] [--seed N]

A server of aiosmtpd takes the mails; the first half of the kills has a mailbox to ask, the second none. A sender is
killed before and after every commit, at each word the server hears, and once the server has the mail. Ends with a line
a half, and status 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from service import clock as clocks  # noqa: E402
from service import wiring, workflows  # noqa: E402
from service.domain.mail.keys import MailState  # noqa: E402
from service.facts.records import RegisteredTab  # noqa: E402
from service.settings import Settings  # noqa: E402
from sheets_schema.declaration.campaign_folder import builtin_campaign  # noqa: E402
from tests.mail_sender import Senders  # noqa: E402
from tests.mail_servers import SELF, Taken, imap_server, smtp_server  # noqa: E402

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BORN, NOW = datetime(2023, 9, 11, 8, tzinfo=ZONE), datetime(2023, 9, 11, 9, tzinfo=ZONE)
STEPS = (NOW, NOW + timedelta(days=11), NOW + timedelta(days=15), NOW + timedelta(days=18))  # three reminders
HEARD = ("MAIL", "RCPT", "END", "taken")
MOST = 8  # mails of one sender


def season_of(folder: Path, units: int) -> Path:
    """Make a campaign of a number of units that sends."""
    made = shutil.copytree(builtin_campaign("thang_dan_van_2023"), folder / "thang_dan_van_2023")
    plan = (made / "campaign.toml").read_text(encoding="utf-8")
    mail = "[mail]\nsend = true\nper_hour = 10000\n\n[policy]"
    (made / "campaign.toml").write_text(plan.replace("[policy]", mail), encoding="utf-8")
    lines = ["code,name,short_name,group,emails,aliases,active"]
    lines += [f"U{n},Đơn vị số {n},ĐV {n},so_ban_nganh,u{n}@example.org,,true" for n in range(1, units + 1)]
    (made / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def begin(settings: Settings) -> None:
    """Put the declaration and the tabs on record, as provisioning does."""
    settings.data_dir.mkdir(parents=True)
    with wiring.open_workspace(settings, clocks.frozen(BORN)) as workspace:
        workflows.learn_declaration(workspace)
        campaign = workspace.campaign
        tabs = [
            RegisteredTab(campaign.key, unit.code, owed.form, f"sheet-{owed.form}", number, BORN)
            for owed in campaign.obligations
            for number, unit in enumerate(campaign.active_units, start=1)
        ]
        workspace.store.registry.save_tabs(tabs)


class Half:
    """One half of the soak: with a mailbox or without."""

    def __init__(self, folder: Path, season: Path, units: int, chance: random.Random, stack: ExitStack) -> None:
        self.chance, self.units = chance, units
        self.taken, self.at = Taken(), {}
        self.settings = Settings(data_dir=folder / "data", campaign=str(season), rehearsal=True, mail_from=SELF)
        self.smtp = stack.enter_context(smtp_server(self.taken, self.at))
        self.machine, self.now = NOW, NOW
        self.kills: Counter[str] = Counter()
        self.imap = 0
        begin(self.settings)

    def job(self, die: str = "") -> dict:
        """Return what a sender is to do, twenty minutes after the one before."""
        self.machine += timedelta(minutes=20)
        place = {"data": str(self.settings.data_dir), "campaign": self.settings.campaign}
        when = {"now": self.now.isoformat(), "machine": self.machine.isoformat()}
        return {**place, **when, "smtp": self.smtp, "imap": self.imap, "most": MOST, "die": die}

    def kill_one(self, senders: Senders) -> None:
        """Let one sender begin, and kill it at a step chosen by chance."""
        self.at.clear()
        if self.chance.random() < 0.5:
            name = self.chance.choice(("commit", "committed"))
            place = f"{name} {self.chance.randint(1, 4 + 3 * MOST)}"
            killed = senders.run(self.job(place)) == -signal.SIGKILL
            self.kills[name] += killed
        else:
            name = self.chance.choice(HEARD)
            self._listen(name, self.chance.randint(1, MOST), senders)
            self.kills[name] += senders.run(self.job()) == -signal.SIGKILL
        self.at.clear()

    def _listen(self, name: str, number: int, senders: Senders) -> None:
        heard = 0

        def answer(asked: object) -> str | None:
            nonlocal heard
            heard += 1
            if heard != number:
                return None
            if name == "taken":
                self.taken.add(asked.rcpt_tos, asked.content)
            os.kill(senders.pid, signal.SIGKILL)
            return "close"

        self.at["END" if name == "taken" else name] = answer

    def run(self, senders: Senders, kills: int) -> None:
        """Send three reminders a unit under kills, then to the end in peace."""
        for step in STEPS:
            self.now = step
            wanted = sum(self.kills.values()) + kills // len(STEPS)
            began = time.monotonic()
            while sum(self.kills.values()) < wanted and time.monotonic() - began < 1200:
                self.kill_one(senders)
                if not self.is_busy():
                    break
            while self.is_busy():
                senders.run({**self.job(), "most": 500})
        for _ in range(3):
            senders.run({**self.job(), "most": 500})

    def states(self) -> Counter:
        """Return how many lines are in each state, without the digests."""
        with wiring.open_workspace(self.settings, clocks.frozen(self.now)) as workspace:
            lines = workspace.store.mail.lines(workspace.campaign.key)
        self.known = {line.message_id: line for line in lines if line.key.unit}
        return Counter(line.state for line in lines if line.key.unit)

    def is_busy(self) -> bool:
        """Return True while something of this step is to be sent."""
        with wiring.open_workspace(self.settings, clocks.frozen(self.now)) as workspace:
            counts = workspace.store.mail.count(workspace.campaign.key)
        return bool(counts.get(MailState.PLANNED, 0)) or (bool(self.imap) and bool(counts.get(MailState.SENDING, 0)))

    def report(self, name: str) -> bool:
        """Print a line; return True if nothing is wrong."""
        states, ids = self.states(), self.taken.ids
        doubled = sum(count - 1 for count in ids.values())
        unknown = {known for known, line in self.known.items() if line.state is MailState.UNKNOWN}
        claimed = {known for known, line in self.known.items() if line.state is MailState.SENT}
        never = len(claimed - set(ids))  # said to be sent, and no server ever had it
        unnamed = len({known for known in ids if known in self.known} - claimed - unknown)
        left = states[MailState.PLANNED] + states[MailState.SENDING] + states[MailState.FAILED]
        print(  # noqa: T201
            f"{name}: {sum(self.kills.values())} kills {dict(self.kills)}; {len(ids)} mails, {dict(states)}; "
            f"lost {never + left}, doubled {doubled}, doubtful and not named {unnamed}, named unknown {len(unknown)}",
            flush=True,
        )
        return not (never or left or doubled or unnamed or (self.imap and unknown))


def main() -> int:
    """Run both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--units", type=int, default=600)
    parser.add_argument("--only", choices=["with a mailbox", "without one"], help="one half alone")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)  # noqa: T201
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        season = season_of(folder, chosen.units)
        command = [sys.executable, "-m", "tests.mail_sender"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, text=True, **pipes))  # noqa: S603 – our own
        senders = Senders(process)
        for name in (chosen.only,) if chosen.only else ("with a mailbox", "without one"):
            chance = random.Random(f"{chosen.seed} {name}")  # noqa: S311 – repeatable by its seed
            half = Half(folder / name.replace(" ", "-"), season, chosen.units, chance, stack)
            if name == "with a mailbox":
                box = stack.enter_context(imap_server({"INBOX": half.taken.copies}))
                half.imap = box.server_address[1]
            half.run(senders, chosen.kills // 2)
            good = half.report(name) and good
        process.stdin.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
