"""Who was let in, in words: the people of each unit, of the board, and the programs. Knows no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.roles import belongs_to_unit, role_label
from service.facts.records import ApiToken, GrantUse
from service.grants import Guest, Invitation
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Unit


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One address with one grant."""

    email: str
    role: str
    role_value: str
    unit: str  # the code
    state: str
    tone: str  # in | waiting | ended
    is_ended: bool


@dataclass(frozen=True, slots=True)
class UnitAccess:
    """A unit and the addresses that were let in for it; `unasked` are the roster's that were not."""

    unit: Unit
    people: tuple[PersonLine, ...]
    unasked: tuple[str, ...]

    @property
    def has_come(self) -> bool:
        """Return True if anyone of the unit has signed in."""
        return any(one.tone == "in" for one in self.people)


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """A token of the interface."""

    id: int
    name: str
    scope: str
    state: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to one person."""

    unit: Unit
    email: str
    url: str
    until: str


def people_of(workspace: Workspace, words: Words) -> tuple[PersonLine, ...]:
    """Return everyone who was let in, those whose right was replaced by the same left out."""
    uses = workspace.store.access.grants(workspace.campaign.key)
    last = {(use.grant.email, use.grant.role, use.grant.unit): use for use in uses}
    return tuple(_person(workspace, use, words) for use in last.values())


def units_of(workspace: Workspace, people: Iterable[PersonLine]) -> tuple[UnitAccess, ...]:
    """Return every active unit with its people, in the roster's order."""
    own: dict[str, list[PersonLine]] = {}
    for one in people:
        own.setdefault(one.unit, []).append(one)
    return tuple(
        UnitAccess(
            unit,
            tuple(own.get(unit.code, ())),
            tuple(email for email in unit.emails if email.lower() not in {one.email for one in own.get(unit.code, ())}),
        )
        for unit in workspace.campaign.active_units
    )


def guests_of(units: Iterable[UnitAccess], *, only_absent: bool) -> tuple[Guest, ...]:
    """Return the guests to be let in: addresses of the roster, and those with a right now, of units asked for."""
    found: dict[tuple[str, str], Guest] = {}
    for one in units:
        if only_absent and one.has_come:
            continue
        ended = {person.email for person in one.people if person.is_ended}
        addresses = [person.email for person in one.people if not person.is_ended]
        for email in (*addresses, *(email for email in one.unit.emails if email.lower() not in ended)):
            found.setdefault((email.lower(), one.unit.code), Guest(email, one.unit.code))
    return tuple(found.values())


def waiting(units: Iterable[UnitAccess], guests: Iterable[Guest]) -> int:
    """Return how many guests have a link that they have not used: a new one ends it."""
    links = {
        (person.email.lower(), one.unit.code) for one in units for person in one.people if person.tone == "waiting"
    }
    return len(links & {(guest.email.lower(), guest.unit) for guest in guests})


def slips_of(workspace: Workspace, made: Iterable[Invitation], base: str, words: Words) -> tuple[Slip, ...]:
    """Return the slips of links just made."""
    campaign = workspace.campaign
    return tuple(
        Slip(
            campaign.unit(one.grant.unit),
            one.grant.email,
            one.url(base),
            words.instant(_minute(one.expires_at), campaign.zone),
        )
        for one in made
    )


def programs_of(workspace: Workspace, words: Words) -> tuple[ProgramLine, ...]:
    """Return the tokens of programs, the newest first."""
    return tuple(
        _program(workspace, one, words) for one in reversed(workspace.store.api_tokens.all(workspace.campaign.key))
    )


def _program(workspace: Workspace, token: ApiToken, words: Words) -> ProgramLine:
    zone, now = workspace.campaign.zone, workspace.lease_clock()
    if token.revoked_at is not None:
        state = words("access.revoked_at", at=words.instant(_minute(token.revoked_at), zone))
    else:
        key = "access.until" if token.stands(now) else "access.ended_at"
        state = words(key, at=words.instant(_minute(token.expires_at), zone))
    used = words.instant(_minute(token.used_at), zone) if token.used_at else ""
    state += "; " + (words("access.used_at", at=used) if used else words("access.never_used"))
    unit = workspace.campaign.unit(token.unit).name if belongs_to_unit(token.role) else ""
    scope = words("access.scope_unit", unit=unit) if unit else words("access.scope_all")
    return ProgramLine(token.id, token.name, scope, state, not token.stands(now))


def _person(workspace: Workspace, use: GrantUse, words: Words) -> PersonLine:
    grant = use.grant
    state, tone = _state(workspace, use, words)
    label = role_label(grant.role).text(words.language)
    is_ended = not grant.stands(workspace.lease_clock())
    return PersonLine(grant.email, label, grant.role.value, grant.unit, state, tone, is_ended)


def _state(workspace: Workspace, use: GrantUse, words: Words) -> tuple[str, str]:
    zone, now = workspace.campaign.zone, workspace.lease_clock()

    def at(instant: datetime) -> str:
        return words.instant(_minute(instant), zone)

    if use.grant.revoked_at is not None:
        return words("access.revoked_at", at=at(use.grant.revoked_at)), "ended"
    if use.grant.expires_at is not None and use.grant.expires_at <= now:
        return words("access.ended_at", at=at(use.grant.expires_at)), "ended"
    if use.last_sign_in is not None:
        return words("access.came_at", at=at(use.last_sign_in)), "in"
    if use.link_expires_at is not None and now < use.link_expires_at:
        return words("access.link_waits", at=at(use.link_expires_at)), "waiting"
    return words("access.link_over"), "waiting"


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
