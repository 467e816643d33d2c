"""Try what mails need before the season: every template with hostile values, a mail to the operator himself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from service.errors import MailTemplateError
from service.mail.letters import Sender, letter
from service.mail.mail_servers import MailServer
from service.mail.smtp_sending import DeliveryVerdict, Postman, not_to
from service.mail.wording import MailWording, MailWords
from service.settings import Settings
from sheets_schema.campaign import MailKind
from sheets_schema.wording import Message, message, text

_HOSTILE = "So <b>\"'&{{ 7*7 }}</b>\r\nBcc: x@example.org\x00"
_OBLIGATION: dict[str, object] = {
    **dict.fromkeys(("title", "limit", "last_day", "status", "received_at", "reason", "document"), _HOSTILE),
    **dict.fromkeys(("days_late", "entries", "errors", "expected", "sent", "unsent"), 3),
    "lacking": [_HOSTILE, _HOSTILE],
}
PLACES: dict[str, object] = {
    **dict.fromkeys(
        ("board", "campaign", "plan", "call", "now", "unit", "short_name", "link_until", "letter"), _HOSTILE
    ),
    **dict.fromkeys(("mails_sent", "mails_unknown", "mails_failed", "mails_held"), 3),
    "link": "https://tonghop.example.vn/sign-in/x",
    "links": [
        {"address": "a@example.org", "link": "https://tonghop.example.vn/sign-in/x"},
        {"address": "b@example.org", "link": "https://tonghop.example.vn/sign-in/y"},
    ],
    "obligations": [_OBLIGATION, _OBLIGATION],
    "bounced": ["a@example.org"],
}


# of a unit that owes one thing, has sent nothing and gets no letter: most places are blank
_BARE_OBLIGATION = {name: "" if isinstance(value, str) else 0 for name, value in _OBLIGATION.items()}
BARE_PLACES: dict[str, object] = {
    **{name: "" if isinstance(value, str) else 0 for name, value in PLACES.items()},
    "obligations": [_BARE_OBLIGATION | {"lacking": []}],
    "link": PLACES["link"],
    "links": [{"address": "", "link": PLACES["link"]}],
    "bounced": [],
}


def faulty_templates(settings: Settings, language: str) -> tuple[Message, ...]:
    """Return what is wrong with the templates of the campaign that is set; none where all can be filled."""
    wording = MailWording.of(settings, language)
    faults: dict[Message, None] = {}
    for places in (PLACES, BARE_PLACES):
        faults |= dict.fromkeys(faulty_kinds(wording, places).values())
        try:
            wording.short(places)
        except MailTemplateError as error:
            faults[error.message] = None
    return tuple(faults)


def faulty_kinds(wording: MailWording, places: Mapping[str, object] = PLACES) -> dict[MailKind, Message]:
    """Return the kinds of mails that cannot be put into words, each with what is wrong with its template."""
    faults = {}
    for kind in MailKind:
        try:
            wording.words(kind, places)
        except MailTemplateError as error:
            faults[kind] = error.message
    return faults


def send_trial(settings: Settings, sender: Sender, now: datetime) -> tuple[Message | None, str]:
    """Send a mail to where answers go, with a copy to the sender; return why it was not taken, and its Message-ID."""
    known = f"<tonghop.trial.{secrets.token_hex(12)}@{sender.domain}>"
    title = text("mail.trial_subject", settings.lang)
    words = MailWords(
        title, text("mail.trial_text", settings.lang) + "\n", f"<p>{text('mail.trial_text', settings.lang)}</p>"
    )
    content = letter(sender, [(sender.reply_to, "")], words, known, now, settings.lang)
    with Postman(MailServer.of(settings.smtp_url)) as postman:
        found = postman.send(
            sender.address, tuple(dict.fromkeys((sender.reply_to, sender.address))), content, lambda _: True
        )
    if found.verdict is DeliveryVerdict.TAKEN:
        return (not_to(found.refused) if found.refused else None), known
    return found.reason or message("mail.too_slow"), known
