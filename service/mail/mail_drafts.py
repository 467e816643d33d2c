"""Mails as they would go out, for those who send them by hand: files, short texts, a sheet for mail merge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from service.domain.mail.keys import MailState, message_id
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.planning import fits
from service.domain.mail.rechecks import BY_LIMIT, Recheck, mail_place
from service.domain.mail.recipients import named, recipients_of
from service.domain.printed_tables import Line, LineStyle, Table
from service.domain.standings import Standing, standing_at
from service.errors import MailTemplateError
from service.mail import content
from service.mail.content import PageLink
from service.mail.ledger_planning import ForeseenMail, foresee
from service.mail.letters import Sender, letter
from service.mail.mail_facts import MailEvent, record
from service.mail.own_templates import wording_of
from service.mail.wording import MailWords
from service.workspace import Workspace
from sheets_schema.addresses import can_be_written_to
from sheets_schema.campaign import MailKind, Unit
from sheets_schema.wording import Language, Message, message, text

NO_SENDER = "tonghop@localhost.invalid"  # of a file, where no sender is set: the mail program puts its own
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_COLUMNS = ("unit", "code", "to", "telephone", "kind", "subject", "text", "short_text", "link", "link_until")
_WIDTHS = (260, 90, 240, 120, 110, 260, 420, 420, 380, 140)


@dataclass(frozen=True, slots=True)
class MailDraft:
    """One mail to one unit, in words, with its links."""

    unit: Unit
    kind: MailKind
    to: tuple[str, ...]
    words: MailWords
    short: str
    page_links: tuple[PageLink, ...]
    lines: tuple[MailLine, ...]


@dataclass(frozen=True, slots=True)
class Drafts:
    """Mails that could be put into words, and why others could not."""

    made: tuple[MailDraft, ...]
    faults: tuple[Message, ...] = ()
    left_out: int = 0


def drafts(workspace: Workspace, until: datetime, *, links: bool, short: bool = False) -> Drafts:
    """Return the mails to units that are foreseen up to an instant or could not be sent, as things are now.

    One that is not right yet is as it will be when it is due: a unit is urged once its limit has passed. With `links`
    each has a new one-time link, which ends the one before; else the plain address of the unit's page. With `short`
    each has its few words too. A mail whose template is at fault is left out, and keeps its link.
    """
    foreseen = foresee(workspace, until, with_failed=True)
    found = [one for one in foreseen if one.line.key.unit and one.standing is not None]
    moments = _Moments(workspace)
    made: list[MailDraft] = []
    faults: list[Message] = []
    for (unit, _family), several in groupby(sorted(found, key=_place), key=_place):
        try:
            made.append(_draft(workspace, unit, list(several), moments, links=links, short=short))
        except MailTemplateError as error:
            faults.append(error.message)
    return Drafts(tuple(made), tuple(dict.fromkeys(faults)), len(faults))


class _Moments:
    """Of which instant each mail speaks, and how units stand then."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._now = workspace, workspace.clock()
        self._history = workspace.history(self._now)
        self._known: dict[tuple[str, str, datetime], Standing] = {}

    def standing(self, unit: str, form: str, at: datetime) -> Standing:
        """Return how a unit stands at an instant, as things are known now."""
        if (unit, form, at) not in self._known:
            self._known[unit, form, at] = standing_at(at, self._workspace.campaign, unit, form, self._history)
        return self._known[unit, form, at]

    def of(self, unit: str, steps: Iterable[ForeseenMail]) -> datetime:
        """Return now, or when the last step is due that is not right yet."""
        early = [
            one.line.due_at
            for one in steps
            if one.line.kind in BY_LIMIT and not fits(one.line.kind, self.standing(unit, one.line.key.form, self._now))
        ]
        return max([self._now, *early])


def _place(one: ForeseenMail) -> tuple[str, str]:
    return mail_place(one.line.key.unit, one.line.kind)


def _draft(
    workspace: Workspace, code: str, found: Sequence[ForeseenMail], moments: _Moments, *, links: bool, short: bool
) -> MailDraft:
    unit = workspace.campaign.unit(code)
    # of two steps about one form the later one gives the words
    latest = {one.line.key.form: one for one in found}
    at = moments.of(code, latest.values())
    checked = [Recheck(one.line, moments.standing(code, form, at), None) for form, one in latest.items()]
    kind = content.kind_of(checked)
    to = recipients_of(unit, kind, workspace.store.mail.bounced(workspace.campaign.key)).addresses
    opened: tuple[PageLink, ...] = (PageLink(f"{workspace.settings.public_url}/units/{code}"),)
    wording, history = wording_of(workspace), workspace.history(None, unit)
    places = content.unit_places(workspace, unit, checked, history, at, opened)
    words, few = wording.words(kind, places), wording.short(places) if short else ""
    if links and to:
        opened = content.links_for(workspace, unit, kind, to, checked[0].line.key.form)
        places = content.unit_places(workspace, unit, checked, history, at, opened)
        words, few = wording.words(kind, places), wording.short(places) if short else ""
    return MailDraft(unit, kind, to, words, few, opened, tuple(one.line for one in found))


def record_as_sent(workspace: Workspace, made: Sequence[MailDraft]) -> None:
    """Keep that mails went another way: nothing of them is sent again."""
    store, now, who = workspace.store, workspace.clock(), workspace.actor
    with store.alone(workspace.campaign.key):
        for one in made:
            store.mail.add(line for line in one.lines if not line.id)
            wanted = {line.key for line in one.lines}
            waiting = [
                line
                for state in (MailState.PLANNED, MailState.HELD, MailState.FAILED)
                for line in store.mail.of_unit(workspace.campaign.key, one.unit.code, state)
                if line.key in wanted
            ]
            store.mail.settle(waiting, MailState.SENT, now, message("mail.sent_otherwise", who=who), actor=who)
            if waiting:
                record(workspace, MailEvent.SENT, waiting)


def write_files(workspace: Workspace, made: Sequence[MailDraft], folder: Path) -> int:
    """Write each mail as a file that a mail program opens; return how many."""
    settings, campaign = workspace.settings, workspace.campaign
    address = settings.mail_from or NO_SENDER
    sender = Sender(address, campaign.board, settings.mail_reply_to or settings.mail_from, campaign.key)
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for one in made:
        to = [
            (address, named(one.unit, address) or one.unit.short_name)
            for address in one.to
            if can_be_written_to(address)
        ]
        known = message_id((line.key for line in one.lines), sender.domain)
        file = folder / f"{_UNSAFE.sub('_', one.unit.code)}-{one.kind.value}.eml"
        file.write_bytes(letter(sender, to, one.words, known, workspace.clock(), campaign.mail.language))
        count += 1
    return count


def merge_table(workspace: Workspace, made: Sequence[MailDraft], language: Language) -> Table:
    """Return the sheet for mail merge: a line a mail, its link included."""
    titles = Line(LineStyle.HEADER, tuple(text(f"mail.column_{name}", language) for name in _COLUMNS))
    return Table(text("mail.merge_title", language), _WIDTHS, (titles, *_rows(workspace, made, language)))


def _rows(workspace: Workspace, made: Sequence[MailDraft], language: Language) -> Iterator[Line]:
    for one in made:
        telephones = "; ".join(person.telephone for person in one.unit.contacts if person.telephone)
        ends = next((link.until for link in one.page_links if link.until), None)
        until = ends.astimezone(workspace.campaign.zone).strftime("%d/%m/%Y %H:%M") if ends else ""
        opened = "\n".join(f"{link.address}: {link.url}" if link.address else link.url for link in one.page_links)
        kind = text(f"mail.kind_{one.kind.value}", language)
        to = "; ".join(one.to)
        values = (one.unit.name, one.unit.code, to, telephones, kind, one.words.subject, one.words.text, one.short)
        yield Line(LineStyle.BODY, (*values, opened, until))


def short_texts(made: Sequence[MailDraft]) -> str:
    """Return what is pasted elsewhere, such as into Zalo: a paragraph a unit."""
    return "\n\n".join(f"{one.unit.name}\n{one.short}" for one in made) + ("\n" if made else "")
