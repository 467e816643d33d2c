"""`tonghop access`: give, list and revoke access to the web pages."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from service import grants as accesses
from service.cli import context
from service.cli.context import INSTANT
from service.cli.words import Choice, Number, argument, group, language, option, print_word, word
from service.domain.instant_words import instant_words
from service.domain.roles import Role, may_use_account, role_label
from service.facts.records import ApiToken, Grant, GrantUse
from service.web.session import account_entry
from service.workspace import Workspace

EMAIL_COLUMN = 34


@group("cli.access_about")
def access() -> None:
    """Give, list and revoke access."""


@access.command(help="cli.access_grant_about")
@argument("email", metavar="EMAIL")
@option(
    "--role",
    type=Choice([role.value for role in Role]),
    required=True,
    help="cli.access_role_help",
)
@option("--unit", default="", metavar="cli.metavar_code", help="cli.access_unit_help")
@option(
    "--days",
    type=Number(1, 90),
    default=accesses.LINK_LIFE.days,
    show_default=True,
    help="cli.access_days_help",
)
@option("--until", type=INSTANT, metavar="ISO", help="cli.access_until_help")
def grant(email: str, role: str, unit: str, days: int, until: datetime | None) -> None:
    """Give an address access and print a link that works once."""
    with context.workspace(unbegun=True) as workspace:
        zone = workspace.campaign.zone
        invitation = accesses.invite(
            workspace,
            email,
            Role(role),
            context.unit_named(workspace.campaign, unit).code if unit else "",
            link_life=timedelta(days=days),
            until=context.in_zone(until, zone) if until else None,
        )
        click.echo(invitation.url(workspace.settings.public_url))
        given = invitation.grant
        whose = f" {workspace.campaign.unit(given.unit).name}" if given.unit else ""
        context.note(
            word("cli.grant_given", email=given.email, role=f"{role_label(given.role).text(language())}{whose}")
        )
        for ended in invitation.ended:
            context.note(word("cli.grant_ended", role=_role_words(ended)))
        if invitation.warning is not None:
            context.note(invitation.warning.text(language()))
        units = [one.unit for one in accesses.unit_grants(workspace, given.email)]
        if len(units) > 1:
            context.note(word("cli.grant_several", units=", ".join(units)))
        last = instant_words(invitation.expires_at.replace(second=0, microsecond=0), zone, language())
        context.note(word("cli.grant_link_once", at=last))
        if account_entry.is_on(workspace.settings) and may_use_account(given.role):
            provider = account_entry.provider_name(workspace.settings)
            page = account_entry.page(workspace.settings)
            context.note(word("cli.grant_account", provider=provider, page=page))


@access.command(name="list", help="cli.access_list_about")
@option("--format", "format_", type=Choice(["table", "json"]), default="table", help="cli.table_or_json")
def list_(format_: str) -> None:
    """List who has which access."""
    with context.workspace(unbegun=True) as workspace:
        uses = workspace.store.access.grants(workspace.campaign.key)
        if format_ == "json":
            context.answer_json([_json(workspace, use) for use in uses])
        elif not uses:
            print_word("cli.no_grants")
        else:
            for use in uses:
                click.echo(_line(workspace, use))


@access.command(help="cli.access_revoke_about")
@argument("email", metavar="EMAIL")
@option("--unit", default="", metavar="cli.metavar_code", help="cli.access_revoke_unit_help")
def revoke(email: str, unit: str) -> None:
    """Revoke all access of an address, or that to one unit."""
    with context.workspace(unbegun=True) as workspace:
        code = context.unit_named(workspace.campaign, unit).code if unit else ""
        for ended in accesses.revoke(workspace, email, code):
            print_word("cli.revoked", email=ended.email, role=_role_words(ended))


@access.command(help="cli.access_token_about")
@argument("name", metavar="cli.metavar_name")
@option("--until", type=INSTANT, required=True, metavar="ISO", help="cli.access_token_until_help")
@option("--unit", default="", metavar="cli.metavar_code", help="cli.access_token_unit_help")
def token(name: str, until: datetime, unit: str) -> None:
    """Make a token by which a program reads the interface, and print it once."""
    with context.workspace(unbegun=True) as workspace:
        code = context.unit_named(workspace.campaign, unit).code if unit else ""
        role = Role.UNIT if code else Role.VIEWER
        end = context.in_zone(until, workspace.campaign.zone)
        made = accesses.make_api_token(workspace, name, role, code, end)
        click.echo(made.text)
        context.note(word("cli.token_given", number=made.kept.id, name=made.kept.name, scope=_scope(made.kept)))
        context.note(word("access.token_note", page=f"{workspace.settings.public_url}/api/v1/openapi.json"))


@access.command(help="cli.access_tokens_about")
@option("--format", "format_", type=Choice(["table", "json"]), default="table", help="cli.table_or_json")
def tokens(format_: str) -> None:
    """List the tokens of programs."""
    with context.workspace(unbegun=True) as workspace:
        found = workspace.store.api_tokens.all(workspace.campaign.key)
        if format_ == "json":
            context.answer_json([_token_json(workspace, one) for one in found])
        elif not found:
            print_word("cli.no_tokens")
        for one in found if format_ == "table" else ():
            click.echo(_token_line(workspace, one))


@access.command(name="revoke-token", help="cli.access_revoke_token_about")
@argument("number", type=Number(1, 2**53), metavar="cli.metavar_number")
def revoke_token(number: int) -> None:
    """End a program's token at once."""
    with context.workspace(unbegun=True) as workspace:
        ended = accesses.revoke_api_token(workspace, number)
        print_word("access.token_revoked_now", name=ended.name)


def _scope(token: ApiToken) -> str:
    return token.unit or word("cli.token_for_all")


def _token_line(workspace: Workspace, token: ApiToken) -> str:
    state = _state(token, workspace.lease_clock())
    parts = [
        _scope(token),
        word("cli.grant_given_at", at=_words(workspace, token.made_at)),
        word("cli.token_used", at=_words(workspace, token.used_at)) if token.used_at else word("cli.token_unused"),
        word("cli.grant_ends", at=_words(workspace, token.expires_at)),
        *([word(f"cli.token_{state}")] if state != "standing" else []),
    ]
    return f"{str(token.id).rjust(4)}  {token.name.ljust(EMAIL_COLUMN)} {'; '.join(parts)}"


def _token_json(workspace: Workspace, token: ApiToken) -> dict[str, object]:
    return {
        "number": token.id,
        "name": token.name,
        "role": token.role.value,
        "unit": token.unit or None,
        "state": _state(token, workspace.lease_clock()),
        "made_at": _text(workspace, token.made_at),
        "made_by": token.made_by,
        "used_at": _text(workspace, token.used_at),
        "expires_at": _text(workspace, token.expires_at),
        "revoked_at": _text(workspace, token.revoked_at),
    }


def _role_words(grant: Grant) -> str:
    return f"{role_label(grant.role).text(language())} {grant.unit}".strip()


def _state(right: Grant | ApiToken, now: datetime) -> str:
    if right.revoked_at is not None:
        return "revoked"
    return "standing" if right.stands(now) else "expired"


def _words(workspace: Workspace, instant: datetime) -> str:
    return instant_words(instant.replace(second=0, microsecond=0), workspace.campaign.zone, language())


def _text(workspace: Workspace, instant: datetime | None) -> str | None:
    return instant.astimezone(workspace.campaign.zone).isoformat(timespec="seconds") if instant else None


def _json(workspace: Workspace, use: GrantUse) -> dict[str, object]:
    grant = use.grant
    return {
        "email": grant.email,
        "role": grant.role.value,
        "unit": grant.unit or None,
        "state": _state(grant, workspace.lease_clock()),
        "granted_at": _text(workspace, grant.granted_at),
        "granted_by": grant.granted_by,
        "link_expires_at": _text(workspace, use.link_expires_at),
        "link_used_at": _text(workspace, use.link_used_at),
        "last_sign_in": _text(workspace, use.last_sign_in),
        "account_bound_at": _text(workspace, use.account_bound_at),
        "other_account_at": _text(workspace, use.other_account_at),
        "expires_at": _text(workspace, grant.expires_at),
        "revoked_at": _text(workspace, grant.revoked_at),
    }


def _line(workspace: Workspace, use: GrantUse) -> str:
    grant = use.grant
    parts = [
        _role_words(grant),
        word("cli.grant_given_at", at=_words(workspace, grant.granted_at)),
        _link_words(use, workspace.lease_clock()),
        word("cli.grant_last_sign_in", at=_words(workspace, use.last_sign_in))
        if use.last_sign_in
        else word("cli.grant_never_signed_in"),
    ]
    if use.account_bound_at is not None:
        parts.append(word("cli.grant_bound", at=_words(workspace, use.account_bound_at)))
    if use.other_account_at is not None:
        parts.append(word("cli.grant_other_account", at=_words(workspace, use.other_account_at)))
    if grant.expires_at is not None:
        parts.append(word("cli.grant_ends", at=_words(workspace, grant.expires_at)))
    if grant.revoked_at is not None:
        parts.append(word("cli.grant_revoked", at=_words(workspace, grant.revoked_at)))
    return f"{grant.email.ljust(EMAIL_COLUMN)} {'; '.join(parts)}"


def _link_words(use: GrantUse, now: datetime) -> str:
    if use.link_used_at is not None:
        return word("cli.grant_link_used")
    is_good = use.link_expires_at is not None and now < use.link_expires_at and use.grant.stands(now)
    return word("cli.grant_link_unused" if is_good else "cli.grant_link_expired")
