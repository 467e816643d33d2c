"""Access to the pages: grants with one-time links or accounts, signing in and out, each recorded as a fact.

Expiry goes by the machine's own clock even where a season is rehearsed: no set clock brings a link back to life.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.link_tokens import link_token
from service.domain.roles import Role, belongs_to_unit, may_use_account, read_address
from service.domain.token_hash import hash_of
from service.errors import ServiceError, UnknownNameError
from service.facts.records import ApiToken, Fact, FactKind, Grant, SignInLink
from service.workspace import Workspace
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Message, message, verbatim

LINK_LIFE = timedelta(days=7)
LONGEST_LINK_LIFE = timedelta(days=90)
LONGEST_TOKEN_NAME = 60
LONGEST_TOKEN_LIFE = timedelta(days=400)  # a season and a bit

log = logging.getLogger(__name__)


class AccessEvent(StrEnum):
    """What an audit line is about."""

    GRANTED = "granted"
    REVOKED = "revoked"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    REFUSED = "refused"
    TOKEN_MADE = "token_made"  # noqa: S105 – the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 – the name of an event


class GrantRefusedError(ServiceError):
    """A grant that cannot be: no address, no unit, a unit for a role that has none."""

    http_status = 422


class LinkRefusedError(ServiceError):
    """A link that no longer signs in: unknown, used, expired or revoked; the answer does not show which."""

    http_status = 404


class AccountRefusal(StrEnum):
    """Why an account may not sign in."""

    NOT_GRANTED = "not_granted"  # its address has no standing grant
    LINK_ONLY = "link_only"  # its address is a unit's
    OTHER_ACCOUNT = "other_account"  # the grant is held by another account of the same address


class AccountRefusedError(ServiceError):
    """A verified account without access."""

    http_status = 403

    def __init__(self, reason: AccountRefusal) -> None:
        super().__init__(verbatim(str(reason)))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """A user a provider vouches for; the address is verified, the subject is never given to another."""

    issuer: str
    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A grant with its new link; the token is known here and nowhere else."""

    grant: Grant
    token: str
    expires_at: datetime  # of the link
    ended: tuple[Grant, ...] = ()  # what the address had in another role
    warning: Message | None = None  # why the unit cannot type yet

    def url(self, base: str) -> str:
        """Return the address to open."""
        return f"{base}/sign-in/{self.token}"


@dataclass(frozen=True, slots=True)
class Session:
    """A session just begun; its id is known here and in the browser's signed cookie alone."""

    id: str
    grant: Grant


def invite(
    workspace: Workspace,
    email: str,
    role: Role,
    unit: str = "",
    *,
    link_life: timedelta = LINK_LIFE,
    until: datetime | None = None,
) -> Invitation:
    """Grant a role to an address and return a new one-time link; GrantRefusedError when that cannot be.

    The same grant again gives a new link and keeps the sessions. An address may serve several units, each by a grant
    of its own; another role ends what it had, which the invitation names.
    """
    address = _address(email)
    now = workspace.lease_clock()
    if until is not None and until <= now:
        raise GrantRefusedError(message("grants.until_past"))
    code = _unit_for(workspace.campaign, address, role, unit)
    grant = Grant(workspace.campaign.key, address, role, code, now, workspace.actor, until)
    token = link_token(secrets.choice)
    with workspace.store.together():
        access = workspace.store.access
        before = access.standing_grants(grant.campaign, address, now)
        grant = access.give_grant(grant)
        left = {one.id for one in access.standing_grants(grant.campaign, address, now)}
        ended = tuple(one for one in before if one.id not in left)
        access.save_link(grant, hash_of(token), now, now + link_life)
        for one in ended:
            _record(workspace, AccessEvent.REVOKED, one, workspace.actor)
        _record(workspace, AccessEvent.GRANTED, grant, workspace.actor)
    served = workspace.campaign.unit(code) if code else None
    # cells are opened to the addresses of the roster
    warning = message("grants.no_cell_open", unit=served.name) if served and not served.emails else None
    return Invitation(grant, token, now + link_life, ended, warning)


@dataclass(frozen=True, slots=True)
class Guest:
    """An address to be let in for a unit."""

    email: str
    unit: str


@dataclass(frozen=True, slots=True)
class Invitations:
    """What came of letting many in: their links, and who was left out and why."""

    made: tuple[Invitation, ...]
    left_out: tuple[tuple[Guest, Message], ...]


def invite_units(workspace: Workspace, guests: Iterable[Guest], *, link_life: timedelta = LINK_LIFE) -> Invitations:
    """Grant many addresses the pages of their units, each with a new one-time link, in one transaction.

    An address that is the operator's or the board's is left out: the grant would end what it has.
    """
    made: list[Invitation] = []
    left_out: list[tuple[Guest, Message]] = []
    with workspace.store.together():
        for guest in guests:
            try:
                _refuse_other_role(workspace, guest.email)
                made.append(invite(workspace, guest.email, Role.UNIT, guest.unit, link_life=link_life))
            except GrantRefusedError as refused:
                left_out.append((guest, refused.message))
    return Invitations(tuple(made), tuple(left_out))


def _refuse_other_role(workspace: Workspace, email: str) -> None:
    address = _address(email)
    standing = workspace.store.access.standing_grants(workspace.campaign.key, address, workspace.lease_clock())
    if any(not belongs_to_unit(one.role) for one in standing):
        raise GrantRefusedError(message("grants.has_other_role", address=address))


def give(workspace: Workspace, email: str, role: Role) -> Grant:
    """Grant a role without a unit to an address, without a link: it signs in from another season, or by account."""
    address = _address(email)
    now = workspace.lease_clock()
    grant = Grant(workspace.campaign.key, address, role, "", now, workspace.actor, None)
    with workspace.store.together():
        given = workspace.store.access.give_grant(grant)
        _record(workspace, AccessEvent.GRANTED, given, workspace.actor)
    return given


def enter(workspace: Workspace, email: str) -> Session | None:
    """Begin a session for an address that sees the board of this season; None where it has no such grant.

    Only for a user who is signed in as the operator of the office: no proof but that session is asked for.
    """
    grant = workspace.store.access.standing_grant(workspace.campaign.key, email, workspace.lease_clock())
    if grant is None or belongs_to_unit(grant.role):
        return None
    with workspace.store.together():
        return _start(workspace, grant, workspace.lease_clock(), by="season")


def _unit_for(campaign: Campaign, address: str, role: Role, unit: str) -> str:
    """Return the unit's code: the one named, else the one whose address this is; blank for the other roles."""
    if not belongs_to_unit(role):
        if unit:
            raise GrantRefusedError(message("grants.unit_for_other_role"))
        return ""
    if unit:
        return campaign.unit(unit).code
    own = [found.code for found in campaign.active_units if address in map(read_address, found.emails)]
    if not own:
        raise GrantRefusedError(message("grants.no_unit", address=address))
    if len(own) > 1:
        raise GrantRefusedError(message("grants.several_units", address=address, units=", ".join(own)))
    return own[0]


def revoke(workspace: Workspace, email: str, unit: str = "") -> tuple[Grant, ...]:
    """End every grant of an address, or that for one unit, its links and sessions at once.

    UnknownNameError when there is none.
    """
    address = _address(email)
    with workspace.store.together():
        ended = workspace.store.access.revoke_grants(workspace.campaign.key, address, workspace.lease_clock(), unit)
        for grant in ended:
            _record(workspace, AccessEvent.REVOKED, grant, workspace.actor)
    if not ended and unit:
        raise UnknownNameError(message("grants.no_grant_for_unit", address=address, unit=unit))
    if not ended:
        raise UnknownNameError(message("grants.no_grant", address=address))
    return ended


def is_open(workspace: Workspace, token: str) -> bool:
    """Return True if a link still signs in; asking does not use it up."""
    link = workspace.store.access.link(workspace.campaign.key, hash_of(token))
    return link is not None and link.is_good(workspace.lease_clock())


def sign_in(workspace: Workspace, token: str) -> Session:
    """Use up a link and begin a session; LinkRefusedError for one that no longer signs in."""
    token_hash, key = hash_of(token), workspace.campaign.key
    # an unknown token costs one read: no write, and no line in a log that is never cut
    if workspace.store.access.link(key, token_hash) is None:
        raise LinkRefusedError(verbatim("unknown link"))
    with workspace.store.together():
        link = workspace.store.access.link(key, token_hash)
        session = _begin(workspace, link, token_hash) if link else None
    if session is None:
        raise LinkRefusedError(verbatim("used, expired or revoked link"))
    return session


def _begin(workspace: Workspace, link: SignInLink, token_hash: str) -> Session | None:
    now = workspace.lease_clock()
    if link.is_good(now) and workspace.store.access.use_link(token_hash, now):
        return _start(workspace, link.grant, now)
    if workspace.store.access.refuse_link(token_hash, now):
        _record(workspace, AccessEvent.REFUSED, link.grant, link.grant.email)
    return None


def _start(workspace: Workspace, grant: Grant, now: datetime, by: str = "") -> Session:
    session = Session(secrets.token_urlsafe(32), grant)
    workspace.store.access.start_session(grant, hash_of(session.id), now)
    _record(workspace, AccessEvent.SIGNED_IN, grant, grant.email, by)
    return session


def sign_in_with_account(workspace: Workspace, account: ProviderAccount) -> Session:
    """Begin a session for an operator or the board by a verified address; AccountRefusedError where there is no right.

    The first account that comes with an address holds its grant. An address that passes to another person signs in
    again once the operator has revoked the grant and given it again.
    """
    now = workspace.lease_clock()
    address = read_address(account.email)
    # letters beyond ASCII may look like others, or become them in lower case; no provider's address needs them
    is_plain = address is not None and account.email.isascii()
    grant = (
        workspace.store.access.standing_grant(workspace.campaign.key, address, now) if address and is_plain else None
    )
    if grant is None:
        raise AccountRefusedError(AccountRefusal.NOT_GRANTED)
    if not may_use_account(grant.role):
        raise AccountRefusedError(AccountRefusal.LINK_ONLY)
    with workspace.store.together():
        if workspace.store.access.bind_account(grant, account.issuer, hash_of(account.subject), now):
            return _start(workspace, grant, now, by="account")
        if workspace.store.access.note_other_account(grant, account.issuer, now):
            _record(workspace, AccessEvent.REFUSED, grant, grant.email, by="other account")
    log.warning("another account came with the address of grant %s, refused", grant.id)
    raise AccountRefusedError(AccountRefusal.OTHER_ACCOUNT)


def grant_of(workspace: Workspace, session_id: str) -> Grant | None:
    """Return the grant of a session; None when it was ended, revoked or has expired."""
    grant = workspace.store.access.session_grant(workspace.campaign.key, hash_of(session_id))
    return grant if grant is not None and grant.stands(workspace.lease_clock()) else None


def unit_grants(workspace: Workspace, email: str) -> tuple[Grant, ...]:
    """Return the grants by which an address serves units, in the roster's order; those no longer on it are left out."""
    order = {unit.code: place for place, unit in enumerate(workspace.campaign.active_units)}
    known = workspace.store.access.standing_grants(workspace.campaign.key, email, workspace.lease_clock())
    found = (one for one in known if belongs_to_unit(one.role) and one.unit in order)
    return tuple(sorted(found, key=lambda one: order[one.unit]))


def choose_unit(workspace: Workspace, email: str, unit: str) -> Session | None:
    """Begin a session for another unit that the address of a signed-in user serves; None where it serves no such."""
    grant = next((one for one in unit_grants(workspace, email) if one.unit == unit), None)
    if grant is None:
        return None
    with workspace.store.together():
        return _start(workspace, grant, workspace.lease_clock(), by="choice")


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """A token of the interface just made; its text is known here and nowhere else."""

    kept: ApiToken
    text: str


def make_api_token(workspace: Workspace, name: str, role: Role, unit: str, until: datetime) -> NewApiToken:
    """Return a new token by which a program reads the interface as a role does, until an instant.

    GrantRefusedError where the name is blank or too long, the end has passed or is too far, or the unit does not fit.
    """
    name = squash(name)
    now = workspace.lease_clock()
    if not name or len(name) > LONGEST_TOKEN_NAME or not name.isprintable():
        raise GrantRefusedError(message("grants.bad_token_name", longest=LONGEST_TOKEN_NAME))
    if not now < until <= now + LONGEST_TOKEN_LIFE:
        raise GrantRefusedError(message("grants.bad_token_end", days=LONGEST_TOKEN_LIFE.days))
    if belongs_to_unit(role):
        unit = workspace.campaign.unit(unit).code
    elif unit:
        raise GrantRefusedError(message("grants.unit_for_other_role"))
    text = secrets.token_urlsafe(32)
    token = ApiToken(workspace.campaign.key, name, role, unit, now, workspace.actor, until)
    with workspace.store.together():
        kept = workspace.store.api_tokens.save(token, hash_of(text))
        _record_token(workspace, AccessEvent.TOKEN_MADE, kept)
    return NewApiToken(kept, text)


def revoke_api_token(workspace: Workspace, number: int) -> ApiToken:
    """End a token at once; UnknownNameError where there is none to end."""
    with workspace.store.together():
        ended = workspace.store.api_tokens.revoke(workspace.campaign.key, number, workspace.lease_clock())
        if ended is not None:
            _record_token(workspace, AccessEvent.TOKEN_REVOKED, ended)
    if ended is None:
        raise UnknownNameError(message("grants.no_token"))
    return ended


def api_token(workspace: Workspace, text: str) -> ApiToken | None:
    """Return the token a program came with, and note its use; None when it is unknown, revoked or has expired."""
    now = workspace.lease_clock()
    found = workspace.store.api_tokens.find(workspace.campaign.key, hash_of(text))
    if found is None or not found.stands(now):
        return None
    workspace.store.api_tokens.note_use(found, now)
    return found


def go_on(workspace: Workspace, session_id: str, email: str, role: Role) -> Invitation:
    """Let a user who is signed in go on in a store that was restored: with a grant, the session and a new link."""
    invitation = invite(workspace, email, role)
    if grant_of(workspace, session_id) is None:
        workspace.store.access.start_session(invitation.grant, hash_of(session_id), workspace.lease_clock())
    return invitation


def sign_out(workspace: Workspace, session_id: str) -> None:
    """End a session for good: its cookie is worth nothing afterwards."""
    session_hash = hash_of(session_id)
    grant = workspace.store.access.session_grant(workspace.campaign.key, session_hash)
    with workspace.store.together():
        if workspace.store.access.end_session(session_hash, workspace.lease_clock()) and grant is not None:
            _record(workspace, AccessEvent.SIGNED_OUT, grant, grant.email)


def _address(email: str) -> str:
    address = read_address(email)
    if address is None:
        raise GrantRefusedError(message("grants.email_malformed", email=email[:80]))
    return address


def _record(workspace: Workspace, event: AccessEvent, grant: Grant, actor: str, by: str = "") -> None:
    # the unit is in the payload alone: what is listed as a unit's facts is about what it owes
    now = workspace.clock()
    payload: dict[str, object] = {
        "event": event,
        "email": grant.email,
        "role": grant.role,
        "unit": grant.unit,
        "grant": grant.id,
    }
    if by:
        payload["by"] = by
    line = Fact(FactKind.ACCESS, grant.campaign, "", "", now, now, actor, payload=payload)
    workspace.store.facts.record([line])


def _record_token(workspace: Workspace, event: AccessEvent, token: ApiToken) -> None:
    now = workspace.clock()
    payload: dict[str, object] = {
        "event": event,
        "token": token.id,
        "name": token.name,
        "role": token.role,
        "unit": token.unit,
    }
    line = Fact(FactKind.ACCESS, token.campaign, "", "", now, now, workspace.actor, payload=payload)
    workspace.store.facts.record([line])
