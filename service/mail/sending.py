"""Send what is due, each thing once: the use cases of mail, to be read first in this folder.

    planned ─► begin: asked once more, Message-ID kept ─► the server is called ─► give ─► the dot ─► sent
                 │                                           │                              │
                 ▼                                           ▼                              ▼
             cancelled                          planned again (surely not taken)         in doubt

What is in doubt is looked up by its Message-ID in the mailbox, where the server put a copy in the same transaction.
Where there is no mailbox a person decides. Lines of one unit that are due together are one mail.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from service.clock import Clock
from service.domain.history import History
from service.domain.mail.keys import MailState, message_id
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.rechecks import BY_LIMIT, Recheck, Rechecks, mail_place
from service.domain.mail.recipients import named, recipients_of
from service.domain.mail.working_days import WorkingDays
from service.domain.standings import standings_at
from service.errors import MailboxError, MailTemplateError
from service.facts.mail_records import BouncedAddress, SetAside
from service.facts.records import CLOCKS_AGREE_WITHIN, RegisteredTab
from service.mail import content
from service.mail.letters import Sender, letter
from service.mail.mailbox import Bounce, Mailbox, open_mailbox
from service.mail.means import MailMeans
from service.mail.own_templates import wording_of
from service.mail.smtp_sending import DeliveryVerdict, MailDelivery, Postman, Unreached, not_to
from service.mail.trying import faulty_kinds
from service.workspace import Workspace
from sheets_schema.addresses import can_be_written_to
from sheets_schema.campaign import MailKind
from sheets_schema.wording import Message, joined, message, verbatim

log = logging.getLogger(__name__)

LOOKED_UP_AFTER = timedelta(minutes=15)  # a copy may come so much later
DECIDED_AFTER = timedelta(days=1)  # a doubt that no mailbox settles is a person's then
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=2)
UNREAD_AT_MOST = timedelta(hours=1)  # a workbook that cannot be read holds reminders up no longer
MOST_ATTEMPTS = 12
PATIENT_ATTEMPTS = 4  # then those recipients who are accepted get it, and the others are named
AT_ONCE = (MailKind.RETURNED, MailKind.ACKNOWLEDGEMENT)  # they answer what was done just now, at any hour
_WITHOUT_COPY = "mail.without_copy"  # of a mail that may have been sent: the mailbox cannot tell
_HOUR = timedelta(hours=1)
_READ = 500  # lines
MOST_ASIDE = 200  # lines of a run that are tried one by one where a template takes some values and others not


@dataclass(slots=True)
class SendReport:
    """What one round of sending did, in mails, and why it ended early."""

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    postponed: int = 0
    doubtful: int = 0
    stopped: Message | None = None
    faults: tuple[Message, ...] = ()  # of templates; the mails made of them wait, the others go out

    @property
    def is_idle(self) -> bool:
        """Return True if nothing was done."""
        return not (self.sent or self.cancelled or self.failed or self.postponed or self.doubtful)

    def as_dict(self) -> dict[str, int]:
        """Return the counts as JSON values."""
        names = ("sent", "cancelled", "failed", "postponed", "doubtful")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class _Begun:
    """A mail that is about to be sent: its lines, its recipients, its content."""

    lines: tuple[MailLine, ...]
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)


class MailRun:
    """One sender over one campaign. `machine` is the clock of leases and attempts, as real as the servers are."""

    def __init__(self, workspace: Workspace, owner: str, machine: Clock | None = None) -> None:
        self._workspace = workspace
        self._owner = owner
        self._machine = machine or workspace.lease_clock
        self._key = workspace.campaign.key
        self._ledger = workspace.store.mail
        self._means = MailMeans.of(workspace)
        self._wording = wording_of(workspace)
        self._report = SendReport()
        self._aside = SetAside()  # kinds whose template is at fault, lines whose values alone it cannot take
        self._tabs = {(tab.unit, tab.form): tab for tab in _tabs(workspace)}

    def run(self, at_most: int, *, asked: bool = False, urgent: bool = False) -> SendReport:
        """Settle what is in doubt, then send what is due, up to a number of mails; another may be sending already.

        With `asked` a person wants it now: the hours do not matter. With `urgent` only those lines are sent that a
        person asked for one by one.
        """
        lack = self._means.lack(self._workspace.settings)
        if lack is not None:
            self._report.stopped = lack
            return self._report
        if not self._ledger.take(self._key, self._owner, self._machine()):
            self._report.stopped = message("mail.other_sender")
            return self._report
        try:
            self._ledger.release_begun(self._key, self._owner, self._machine())
            self._settle_doubts()
            self._send(at_most, asked=asked, urgent=urgent)
        finally:
            self._ledger.drop(self._key, self._owner)
        self._report.faults = tuple(dict.fromkeys((*self._aside.kinds.values(), *self._aside.lines.values())))
        self._keep_error(self._report.stopped or _held_up(self._report.faults))
        return self._report

    def _keep_error(self, stopped: Message | None) -> None:
        room = self._ledger.room(self._key)
        if stopped != room.error:
            values = {
                "error": stopped.kept() if stopped else "",
                "error_at": self._workspace.clock() if stopped else None,
            }
            self._ledger.set_room(self._key, **values)
            for fault in self._report.faults:
                log.warning("mail template at fault, mails made of it wait: %s", dict(fault.values).get("file"))

    # sending

    def _send(self, at_most: int, *, asked: bool, urgent: bool) -> None:
        sender, smtp = self._means.sender, self._means.smtp
        if sender is None or smtp is None:
            return
        with Postman(smtp) as postman:
            left = at_most
            while left and (lines := self._next(asked=asked, urgent=urgent)):
                begun = self._begin_or_set_aside(sender, lines)
                left -= begun is not None
                if begun is not None and not self._one(postman, sender, begun):
                    return

    def _next(self, *, asked: bool, urgent: bool) -> tuple[MailLine, ...]:
        """Return the lines of the next mail; none where nothing may be sent just now."""
        if self._ledger.room(self._key).held_at is not None:
            self._report.stopped = message("mail.all_held")
            return ()
        now, machine = self._workspace.clock(), self._machine()
        waiting = self._ledger.waiting(self._key, now, machine, _READ, urgent=urgent, aside=self._aside)
        days = WorkingDays.of(self._workspace.campaign)
        if not asked and not days.is_open(now):
            waiting = tuple(line for line in waiting if line.urgent or line.kind in AT_ONCE)
        waiting = read_by_now(self._workspace, waiting, now)
        if not waiting:
            return ()
        most = self._workspace.campaign.mail.per_hour
        if self._ledger.given_since(self._key, machine - _HOUR) >= most:
            self._report.stopped = message("mail.rate", most=most)
            return ()
        first = waiting[0]
        return tuple(line for line in waiting if _belongs(line, first))

    def _begin_or_set_aside(self, sender: Sender, lines: Sequence[MailLine]) -> _Begun | None:
        """Begin a mail; where its template is at fault the lines stay planned, and this run goes on without them."""
        cancelled = self._report.cancelled
        try:
            return self._begin(sender, lines)
        except MailTemplateError as error:
            self._report.cancelled = cancelled  # what was begun is undone as a whole
            faulty = faulty_kinds(self._wording)
            self._aside.kinds.update(faulty)
            if not any(line.kind in faulty for line in lines):
                self._set_aside(lines, error.message)
            return None

    def _set_aside(self, lines: Sequence[MailLine], fault: Message) -> None:
        self._aside.lines.update((line.id, fault) for line in lines)
        if len(self._aside.lines) >= MOST_ASIDE:
            self._aside.kinds.update((line.kind, fault) for line in lines)
        self._ledger.note([line for line in lines if line.note != fault], fault)

    def _one(self, postman: Postman, sender: Sender, begun: _Begun) -> bool:
        """Send one mail; return False where the next would fare no better."""
        attempts = max(line.attempts for line in begun.lines)
        delivery = postman.send(
            sender.address,
            begun.recipients,
            begun.content,
            lambda copy_refused: self._give(begun.lines, copy_refused),
            copy_to=self._copy_to(sender, begun.recipients),
            patient=attempts < PATIENT_ATTEMPTS,
        )
        self._end(begun, delivery, sender)
        return not delivery.is_our_side and delivery.verdict is not DeliveryVerdict.ABANDONED

    def _copy_to(self, sender: Sender, recipients: Sequence[str]) -> str:
        """Return our own address where a mailbox is asked on doubt, for the copy comes there; blank where not."""
        return sender.address if self._means.imap and sender.address not in recipients else ""

    def _give(self, lines: Sequence[MailLine], copy_refused: Unreached | None) -> bool:
        """Keep that the server may have a mail from now on, and that there is no copy of it where that is so."""
        note = _without_copy(copy_refused) if copy_refused is not None else None
        return self._ledger.give(lines, self._owner, self._machine(), self._key, note)

    def _begin(self, sender: Sender, lines: Sequence[MailLine]) -> _Begun | None:
        """Ask once more whether lines are to be sent, in the transaction that keeps their Message-ID."""
        workspace, now = self._workspace, self._workspace.clock()
        with workspace.store.alone(self._key):
            if lines[0].kind is MailKind.DIGEST:
                return self._begin_digest(sender, lines, now)
            unit = next((one for one in workspace.campaign.active_units if one.code == lines[0].key.unit), None)
            history = workspace.history(None, unit) if unit else History()
            rechecks = Rechecks(workspace.campaign, history, _latest(history, now))
            checked = [rechecks.of(line, self._opened_at(line)) for line in lines]
            self._cancel(one for one in checked if one.against is not None)
            good = [one for one in checked if one.against is None]
            if unit is None or not good:
                return None
            bounced = self._ledger.bounced(self._key)
            found = recipients_of(unit, good[0].line.kind, bounced)
            good = [one for one in good if recipients_of(unit, one.line.kind, bounced) == found]
            to = tuple(one for one in found.addresses if can_be_written_to(one))
            if not to:
                self._fail(good, message("mail.all_bounced") if found.bounced else message("mail.no_address"))
                return None
            mine = tuple(one.line for one in good)
            known = message_id((line.key for line in mine), sender.domain)
            if not self._ledger.begin(mine, known, to, self._owner, now):
                return None
            kind = content.kind_of(good)
            links = content.links_for(workspace, unit, kind, to, good[0].line.key.form)
            words = self._wording.words(kind, content.unit_places(workspace, unit, good, history, now, links))
            addressed = [(address, named(unit, address) or unit.short_name) for address in to]
            made = letter(sender, addressed, words, known, now, workspace.campaign.mail.language)
        return _Begun(mine, to, made)

    def _opened_at(self, line: MailLine) -> datetime | None:
        tab = self._tabs.get((line.key.unit, line.key.form))
        return tab.created_at if tab is not None else None

    def _begin_digest(self, sender: Sender, lines: Sequence[MailLine], now: datetime) -> _Begun | None:
        workspace, mine = self._workspace, tuple(lines[:1])
        today = now.astimezone(workspace.campaign.zone).date().isoformat()
        if mine[0].key.occasion != today:
            self._cancel([Recheck(mine[0], None, message("mail.against_later"))])
            return None
        known = message_id((line.key for line in mine), sender.domain)
        if not self._ledger.begin(mine, known, (sender.reply_to,), self._owner, now):
            return None
        states = self._ledger.count_mails(self._key)
        names = {
            "sent": MailState.SENT,
            "unknown": MailState.UNKNOWN,
            "failed": MailState.FAILED,
            "held": MailState.HELD,
        }
        counts = {f"mails_{name}": states.get(state, 0) for name, state in names.items()}
        bounced = sorted(self._ledger.bounced(self._key))
        standings = standings_at(now, workspace.campaign, workspace.history(now))
        places = content.digest_places(workspace, standings, now, counts, bounced)
        words = self._wording.words(MailKind.DIGEST, places)
        to = [(sender.reply_to, workspace.campaign.board)]
        return _Begun(mine, (sender.reply_to,), letter(sender, to, words, known, now, workspace.campaign.mail.language))

    def _cancel(self, checked: Iterable[Recheck]) -> None:
        for one in checked:
            self._ledger.settle([one.line], MailState.CANCELLED, self._workspace.clock(), one.against)
            self._report.cancelled += 1

    def _fail(self, checked: Sequence[Recheck], reason: Message) -> None:
        self._ledger.settle([one.line for one in checked], MailState.FAILED, self._workspace.clock(), reason)
        self._report.failed += 1

    def _end(self, begun: _Begun, delivery: MailDelivery, sender: Sender) -> None:
        """Keep what became of a mail."""
        now, lines = self._workspace.clock(), begun.lines
        refused = [one for one in delivery.refused if one.address != sender.address]
        if delivery.verdict in (DeliveryVerdict.TAKEN, DeliveryVerdict.REFUSED):
            # one that the server put off is written to again by the next mail
            self._mark(one for one in refused if not one.is_transient)
        if delivery.verdict is DeliveryVerdict.TAKEN:
            notes = [not_to(refused)] if refused else []
            notes += [_without_copy(delivery.copy_refused)] if delivery.copy_refused else []
            self._ledger.settle(lines, MailState.SENT, now, joined(notes, "; ") if notes else None)
            self._report.sent += 1
        elif delivery.verdict is DeliveryVerdict.REFUSED:
            self._ledger.settle(lines, MailState.FAILED, now, delivery.reason)
            self._report.failed += 1
        elif delivery.verdict is DeliveryVerdict.DOUBTFUL and delivery.copy_refused is not None:
            reasons = [delivery.reason or verbatim(""), _without_copy(delivery.copy_refused)]
            self._leave_to_a_person(lines, message("mail.unknown_without_its_copy"), joined(reasons, "; "))
        elif delivery.verdict is DeliveryVerdict.DOUBTFUL:
            self._ledger.let_go(lines, now, delivery.reason or verbatim(""))
            self._report.doubtful += 1
        elif delivery.verdict is DeliveryVerdict.LATER:
            self._later(lines, delivery)
        log.info("mail %s to %s: %s", lines[0].kind, lines[0].key.unit or "operator", delivery.verdict)

    def _mark(self, refused: Iterable[Unreached]) -> None:
        """Keep that addresses are not to be written to, with the server's words on each."""
        for one in refused:
            bounced = BouncedAddress(one.address, self._workspace.clock(), one.reason.text())
            self._ledger.mark_bounced(self._key, bounced)

    def _later(self, lines: Sequence[MailLine], delivery: MailDelivery) -> None:
        now, reason = self._workspace.clock(), delivery.reason or verbatim("")
        attempts = max(line.attempts for line in lines) + (not delivery.is_our_side)
        if attempts >= MOST_ATTEMPTS:
            self._mark(delivery.refused)
            self._ledger.settle(lines, MailState.FAILED, now, message("mail.gave_up", count=attempts, reason=reason))
            self._report.failed += 1
            return
        wait = timedelta(0) if delivery.is_our_side else min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))
        self._ledger.postpone(lines, now, self._machine() + wait, reason, attempts)
        self._report.postponed += 1
        if delivery.is_our_side:
            self._report.stopped = reason

    # doubts

    def _settle_doubts(self) -> None:
        """Settle lines that a sender gave to a server without knowing what became of them."""
        doubtful = self._ledger.doubtful(self._key, self._owner)
        if not doubtful:
            return
        mails = [tuple(lines) for _, lines in groupby(sorted(doubtful, key=_by_message), key=_by_message)]
        imap = self._means.imap
        if imap is None:
            for lines in mails:
                self._leave_to_a_person(lines, message("mail.unknown_without_mailbox"))
            return
        try:
            with open_mailbox(imap) as mailbox:
                for lines in mails:
                    self._look_up(mailbox, lines)
        except MailboxError as error:
            log.warning("mailbox does not answer: %s", error)
            for lines in mails:
                if self._age(lines) >= DECIDED_AFTER:
                    self._leave_to_a_person(lines, error.message)

    def _look_up(self, mailbox: Mailbox, lines: tuple[MailLine, ...]) -> None:
        """Ask the mailbox whether a mail was sent. That it was not is believed where it has a later one."""
        now, known, given_at = self._workspace.clock(), lines[0].message_id, lines[0].given_at
        if mailbox.holds(known):
            self._ledger.settle(lines, MailState.SENT, now, message("mail.found"))
        elif lines[0].note.key == _WITHOUT_COPY:
            self._leave_to_a_person(lines, message("mail.unknown_without_its_copy"))
        elif given_at is not None and self._age(lines) >= LOOKED_UP_AFTER:
            later = self._ledger.sent_after(self._key, given_at)
            if later is not None and mailbox.holds(later.message_id):
                self._ledger.postpone(lines, now, None, message("mail.not_found"), lines[0].attempts)
            elif self._age(lines) >= DECIDED_AFTER:
                self._leave_to_a_person(lines, message("mail.unknown_without_copy"))

    def _age(self, lines: Sequence[MailLine]) -> timedelta:
        given_at = lines[0].given_at
        return self._machine() - given_at if given_at is not None else timedelta(0)

    def _leave_to_a_person(self, lines: Sequence[MailLine], why: Message, reason: Message | None = None) -> None:
        reason = reason or lines[0].note
        note = joined([reason, why], ". ") if reason.text() else why
        self._ledger.settle(lines, MailState.UNKNOWN, self._workspace.clock(), note)
        self._report.doubtful += 1


def read_by_now(workspace: Workspace, waiting: Sequence[MailLine], now: datetime) -> tuple[MailLine, ...]:
    """Leave out units whose workbook was changed and is yet to be read: they may have sent this very second."""
    unread = workspace.store.mail.unread_workbooks(workspace.campaign.key)
    if not unread:
        return tuple(waiting)
    books = {(tab.unit, tab.form): tab.spreadsheet_id for tab in _tabs(workspace)}
    return tuple(
        line
        for line in waiting
        if line.kind not in BY_LIMIT
        or now - line.due_at >= UNREAD_AT_MOST
        or books.get((line.key.unit, line.key.form)) not in unread
    )


def _tabs(workspace: Workspace) -> list[RegisteredTab]:
    return [tab for tab in workspace.store.registry.tabs(workspace.campaign.key) if tab.orphaned_at is None]


def read_bounces(workspace: Workspace) -> int:
    """Mark the addresses from which mails of ours came back, as the mailbox has it; return how many are new.

    A report counts where it names a mail of the ledger and an address that mail was sent to.
    """
    imap = MailMeans.of(workspace).imap
    if imap is None:
        return 0
    ledger, key = workspace.store.mail, workspace.campaign.key
    with open_mailbox(imap) as mailbox:
        upto, found = mailbox.bounces(ledger.room(key).inbox)
    marked = [one for one in found if _is_ours(workspace, one)]
    with workspace.store.together():
        for one in marked:
            ledger.mark_bounced(key, BouncedAddress(one.address, workspace.clock(), one.reason))
            lines = ledger.with_message(key, one.message_id)
            ledger.note(lines, message("mail.came_back", address=one.address, reason=one.reason))
        ledger.set_room(key, inbox=upto)
    return len(marked)


def _is_ours(workspace: Workspace, bounce: Bounce) -> bool:
    lines = workspace.store.mail.with_message(workspace.campaign.key, bounce.message_id)
    return any(bounce.address in line.recipients for line in lines)


def _latest(history: History, now: datetime) -> datetime:
    """Return now, or when the last fact became known by the clock of a process that is a little ahead."""
    seen = [one.known_at for several in history.observations.values() for one in several]
    decided = [one.known_at for several in history.decisions.values() for one in several]
    known = max((*seen, *decided), default=now)
    return known if now < known <= now + CLOCKS_AGREE_WITHIN else now


def _without_copy(refused: Unreached) -> Message:
    """Return that the mailbox has no copy of a mail, with the server's words."""
    return message(_WITHOUT_COPY, address=refused.words)


def _held_up(faults: Sequence[Message]) -> Message | None:
    """Return what is said of templates at fault; None where there is none."""
    return message("mail.templates_faulty", faults=joined(faults)) if faults else None


def _belongs(line: MailLine, first: MailLine) -> bool:
    """Return True if two lines may be one mail: of one unit, both by the limits, or both the same answer."""
    return mail_place(line.key.unit, line.kind) == mail_place(first.key.unit, first.kind)


def _by_message(line: MailLine) -> str:
    return line.message_id
