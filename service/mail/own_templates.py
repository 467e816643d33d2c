"""The words of mails that an office changed in the browser: tried before they are used, kept, and taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from service.errors import DecisionRefusedError, MailTemplateError
from service.facts.records import PaperTemplate
from service.mail.trying import BARE_PLACES, PLACES
from service.mail.wording import LONGEST_TEMPLATE, SHORT, MailWording, MailWords
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, MailKind
from sheets_schema.wording import message

RECORDED_AS = "mail_"  # before the name, beside the templates of papers
NAMES = (*(kind.value for kind in MailKind), SHORT)


@dataclass(frozen=True, slots=True)
class MailTemplateInUse:
    """The template of a mail in use: its words, and who changed it; no record where it is the folder's or ours."""

    name: str
    source: str
    record: PaperTemplate | None = None


def wording_of(workspace: Workspace) -> MailWording:
    """Return the wording of a season: what was changed in the browser, else its folder's, else the shipped one."""
    language = workspace.campaign.mail.language
    wording = MailWording.of(workspace.settings, language)
    return wording.with_own(
        {f"{name}.{language}.txt": _source(workspace, one) for name, one in _last(workspace).items() if one.sha256}
    )


def templates_in_use(workspace: Workspace) -> tuple[MailTemplateInUse, ...]:
    """Return every template in use."""
    wording, last = wording_of(workspace), _last(workspace)
    return tuple(
        MailTemplateInUse(name, wording.source(name), one if (one := last.get(name)) and one.sha256 else None)
        for name in NAMES
    )


def try_source(workspace: Workspace, name: str, source: str) -> MailWords:
    """Return a mail in the words of a source, with values as in a season; MailTemplateError names the line of a fault.

    It is filled with values made to break it first.
    """
    if len(source.encode()) > LONGEST_TEMPLATE:
        raise MailTemplateError(message("mail.template_too_long", file=name, most=LONGEST_TEMPLATE // 1024))
    language = workspace.campaign.mail.language
    wording = MailWording.of(workspace.settings, language).with_own({f"{name}.{language}.txt": source})
    for places in (PLACES, BARE_PLACES):
        _filled(wording, name, places)
    return _filled(wording, name, sample_places(workspace.campaign))


def use(workspace: Workspace, name: str, source: str) -> None:
    """Use a source from now on, once it was tried."""
    _refuse_nobody(workspace)
    try_source(workspace, name, source)
    content = source.encode()
    _record(workspace, name, hashlib.sha256(content).hexdigest(), content)


def withdraw(workspace: Workspace, name: str) -> None:
    """Take the words of the office back: the folder's, or the shipped ones, are used again."""
    _refuse_nobody(workspace)
    last = _last(workspace).get(name)
    if last is None or not last.sha256:
        raise MailTemplateError(message("mail.none_of_our_own"))
    _record(workspace, name, "", b"")


def sample_places(campaign: Campaign) -> dict[str, object]:
    """Return places as a unit of the season would fill them."""
    unit = campaign.active_units[0]
    texts = {name: "…" if isinstance(value, str) else value for name, value in PLACES.items()}
    owed = [
        {
            **{name: "…" if isinstance(value, str) else value for name, value in places_of_obligation().items()},
            "title": one.title,
            "limit": one.words,
            "lacking": [],
        }
        for one in campaign.obligations
    ]
    known = {"board": campaign.board, "campaign": campaign.title, "call": campaign.mail.call, "unit": unit.name}
    opened = {"link": PLACES["link"], "links": BARE_PLACES["links"]}
    return {**texts, **known, "short_name": unit.short_name, **opened, "obligations": owed}


def places_of_obligation() -> Mapping[str, object]:
    """Return the places of one thing that a unit owes."""
    listed = PLACES["obligations"]
    return dict(listed[0]) if isinstance(listed, list) else {}


def _filled(wording: MailWording, name: str, places: Mapping[str, object]) -> MailWords:
    if name == SHORT:
        return MailWords("", wording.short(places), "")
    return wording.words(name, places)


def _last(workspace: Workspace) -> dict[str, PaperTemplate]:
    known = workspace.store.paper_templates.all(workspace.campaign.key)
    return {one.paper.removeprefix(RECORDED_AS): one for one in known if one.paper.startswith(RECORDED_AS)}


def _source(workspace: Workspace, record: PaperTemplate) -> str:
    return workspace.store.paper_templates.content(record).decode()


def _refuse_nobody(workspace: Workspace) -> None:
    if not workspace.actor.strip():
        raise DecisionRefusedError(message("decisions.no_actor"))


def _record(workspace: Workspace, name: str, digest: str, content: bytes) -> None:
    key, store = workspace.campaign.key, workspace.store
    with store.alone(key):
        at = store.facts.stamp(key, workspace.clock())
        made = PaperTemplate(f"{RECORDED_AS}{name}", digest, len(content), f"{name}.txt", at, workspace.actor)
        store.paper_templates.record(key, made, content)
