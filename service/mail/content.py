"""What a mail says: the places of its template, from the standings of one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.deadlines import Limit
from service.domain.decisions import DecisionKind, in_force
from service.domain.history import History
from service.domain.instant_words import instant_words
from service.domain.mail.lacking import lacking
from service.domain.mail.rechecks import Recheck, decision_of
from service.domain.roles import Role
from service.domain.standings import Standing
from service.facts.records import Grant
from service.grants import invite
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, MailKind, Unit
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Language, text

_WITH_LINK = (MailKind.INVITATION, MailKind.REMINDER, MailKind.URGING, MailKind.RETURNED)
# of mails about several obligations at once the gravest gives the words
_GRAVEST = (
    MailKind.ESCALATION, MailKind.RETURNED, MailKind.URGING, MailKind.REMINDER, MailKind.INVITATION,
    MailKind.ACKNOWLEDGEMENT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageLink:
    """Where a unit opens its page, and until when that works; None where it works for good.

    `address` is the one it lets in, where a mail has a link for each of several.
    """

    url: str
    until: datetime | None = None
    address: str = ""


def kind_of(checked: Sequence[Recheck]) -> MailKind:
    """Return the kind that gives a mail its words."""
    return min((one.line.kind for one in checked), key=_GRAVEST.index)


def links_for(
    workspace: Workspace, unit: Unit, kind: MailKind, addresses: Sequence[str], form: str
) -> tuple[PageLink, ...]:
    """Return the links of a mail: on Google the unit's tab, else a new one-time link for each recipient.

    Where an address has another role here, a new link would end it: it has the page's plain address. What all
    recipients open alike is returned once.
    """
    if workspace.settings.sheets == "google":
        tabs = workspace.store.registry.tabs(workspace.campaign.key)
        own = next((tab for tab in tabs if (tab.unit, tab.form) == (unit.code, form)), None)
        url = workspace.link_to(own.spreadsheet_id, own.sheet_id, "") if own else workspace.settings.public_url
        return (PageLink(url),)
    page = PageLink(f"{workspace.settings.public_url}/units/{unit.code}")
    if kind not in _WITH_LINK:
        return (page,)
    made = [_link_of(workspace, unit, address, page) for address in addresses]
    return tuple(made) if len(made) > 1 else (replace(made[0], address=""),)


def _link_of(workspace: Workspace, unit: Unit, address: str, page: PageLink) -> PageLink:
    now = workspace.lease_clock()
    if _has_other_role(workspace.store.access.standing_grants(workspace.campaign.key, address, now)):
        return replace(page, address=address)
    invitation = invite(workspace, address, Role.UNIT, unit.code)
    return PageLink(invitation.url(workspace.settings.public_url), invitation.expires_at, address)


def _has_other_role(held: Sequence[Grant]) -> bool:
    return any(grant.role is not Role.UNIT for grant in held)


def unit_places(
    workspace: Workspace,
    unit: Unit,
    checked: Sequence[Recheck],
    history: History,
    now: datetime,
    links: Sequence[PageLink],
) -> dict[str, object]:
    """Return what the template of a mail to a unit may name."""
    language, campaign = Language(workspace.campaign.mail.language), workspace.campaign
    until = next((one.until for one in links if one.until), None)
    return {
        **_common(campaign, now, language),
        "unit": unit.name,
        "short_name": unit.short_name,
        "link": links[0].url,
        "links": [{"address": one.address, "link": one.url} for one in links],
        "link_until": instant_words(_minute(until), campaign.zone, language) if until else "",
        "letter": next((one.line.letter for one in checked if one.line.letter), ""),
        "obligations": [
            _obligation(campaign, one, one.standing, history, language, now) for one in checked if one.standing
        ],
    }


def _common(campaign: Campaign, now: datetime, language: Language) -> dict[str, object]:
    plan = ""
    if campaign.plan_number and campaign.plan_date:
        plan = text("mail.plan", language, number=campaign.plan_number, day=format_day(campaign.plan_date))
    return {
        "board": campaign.board,
        "campaign": campaign.title,
        "plan": plan,
        "call": campaign.mail.call,
        "now": instant_words(_minute(now), campaign.zone, language),
    }


def _obligation(
    campaign: Campaign, checked: Recheck, standing: Standing, history: History, language: Language, now: datetime
) -> dict[str, object]:
    seen = history.observations_of(standing.unit, standing.form)
    returned = _decision(checked, standing, history, now)
    form = campaign.form(standing.form)
    return {
        "title": campaign.obligation(standing.form).title,
        "limit": standing.limit.full_words.text(language),
        "last_day": format_day(standing.limit.last_day),
        "status": standing.label_in(language),
        "lacking": [part.text(language) for part in lacking(form, seen[-1] if seen else None)]
        if not standing.receipt.counts
        else [],
        "days_late": standing.days_late,
        "received_at": instant_words(_minute(standing.received_at), campaign.zone, language)
        if standing.received_at
        else "",
        "entries": standing.entries,
        "errors": standing.errors,
        "reason": returned[0],
        "document": returned[1],
    }


def _decision(checked: Recheck, standing: Standing, history: History, now: datetime) -> tuple[str, str]:
    """Return the reason and the document of the decision a mail is about; blank for any other."""
    number = decision_of(checked.line)
    made = in_force(history.decisions_of(standing.unit, standing.form), now) if number else []
    one = next((one for one in made if one.kind is DecisionKind.RETURN and one.number == number), None)
    return (one.reason, one.document) if one else ("", "")


def digest_places(
    workspace: Workspace, standings: Sequence[Standing], now: datetime, counts: dict[str, int], bounced: Sequence[str]
) -> dict[str, object]:
    """Return what the template of the operator's digest may name."""
    language, campaign = Language(workspace.campaign.mail.language), workspace.campaign
    items = []
    for owed in campaign.obligations:
        mine = [one for one in standings if one.form == owed.form and one.timeliness is not None]
        sent = sum(one.receipt.counts for one in mine)
        limit: Limit | None = mine[0].limit if mine else None
        words = limit.full_words.text(language) if limit else owed.words
        items.append(
            {"title": owed.title, "limit": words, "expected": len(mine), "sent": sent, "unsent": len(mine) - sent}
        )
    link = f"{workspace.settings.public_url}/mail"
    return {**_common(campaign, now, language), "obligations": items, "bounced": list(bounced), "link": link, **counts}


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
