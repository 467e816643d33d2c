"""Whether mails can go out and be looked up: settings, templates, log-in to both servers; a mail to the operator."""

from __future__ import annotations

from collections.abc import Iterator

from service.clock import Clock
from service.domain.instant_words import instant_message
from service.errors import MailboxError
from service.mail.letters import Sender
from service.mail.mail_servers import MailServer
from service.mail.mailbox import open_mailbox
from service.mail.smtp_sending import Postman
from service.mail.trying import faulty_templates, send_trial
from service.operations.doctor.findings import Finding, State, attention, ok
from service.settings import Settings
from service.workspace import Workspace
from sheets_schema.wording import message

SMTP, IMAP = message("doctor.smtp"), message("doctor.imap")
TEMPLATES = message("doctor.mail_templates")
HOLD = message("doctor.mails")


def servers_of(settings: Settings) -> Iterator[Finding]:
    """Yield whether both servers take the log-in; nothing is sent."""
    if not settings.smtp_url:
        yield ok(SMTP, "doctor.no_smtp")
        return
    server = MailServer.of(settings.smtp_url)
    with Postman(server) as postman:
        refused = postman.log_in()
    if refused is not None and refused.reason is not None:
        yield Finding(SMTP, State.ATTENTION, refused.reason)
    else:
        yield ok(SMTP, "doctor.smtp_well", place=server.place, sender=settings.mail_from)
    if not settings.imap_url:
        yield attention(IMAP, "doctor.no_imap")
        return
    mailbox_server = MailServer.of(settings.imap_url)
    with open_mailbox(mailbox_server) as mailbox:
        yield ok(IMAP, "doctor.imap_well", place=mailbox_server.place, folders=", ".join(mailbox.folders))


def templates_of(settings: Settings, language: str) -> Iterator[Finding]:
    """Yield the templates that cannot be filled, tried with hostile values."""
    faults = faulty_templates(settings, language)
    if not faults:
        yield ok(TEMPLATES, "doctor.mail_templates_well")
    for fault in faults:
        yield Finding(TEMPLATES, State.ATTENTION, fault)


def hold_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield that all mails of the season are held back, as after a restore."""
    room = workspace.store.mail.room(workspace.campaign.key)
    if room.held_at is not None:
        at = instant_message(room.held_at, workspace.campaign.zone)
        yield attention(HOLD, "doctor.mail_held", who=room.held_by, at=at)


def trial_of(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Send a mail to the operator himself and look it up in the mailbox."""
    if not settings.smtp_url:
        return
    reply_to = settings.mail_reply_to or settings.mail_from
    sender = Sender(settings.mail_from, "tonghop", reply_to, "tonghop-doctor")
    refused, known = send_trial(settings, sender, clock())
    if refused is not None:
        yield Finding(SMTP, State.ATTENTION, refused)
        return
    yield ok(SMTP, "doctor.trial_sent", address=reply_to)
    if settings.imap_url:
        yield _copy(settings, known)


def _copy(settings: Settings, known: str) -> Finding:
    """Return whether the copy is in the mailbox: without it a doubt after a crash stays one."""
    try:
        with open_mailbox(MailServer.of(settings.imap_url)) as mailbox:
            if mailbox.holds(known):
                return ok(IMAP, "doctor.copy_found")
    except MailboxError as error:
        return Finding(IMAP, State.ATTENTION, error.message)
    return attention(IMAP, "doctor.copy_missing", address=settings.mail_from)
