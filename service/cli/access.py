"""Who may come in: one-time links, the list of who has which role, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from service import grants as accesses
from service.cli import context
from service.cli.context import INSTANT, INSTANT_HELP
from service.domain.instant_words import instant_words
from service.domain.roles import Role, may_use_account, role_label
from service.facts.records import GrantUse
from service.web.session import account_entry
from service.workspace import Workspace

EMAIL_COLUMN = 34


@click.group()
def access() -> None:
    """Cấp, xem và thu hồi quyền vào trang web: người điều hành, lãnh đạo Ban, đơn vị."""


@access.command()
@click.argument("email", metavar="EMAIL")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="operator: mọi việc; viewer: xem tất cả; unit: trang của một đơn vị.",
)
@click.option("--unit", default="", metavar="MÃ", help="Đơn vị, khi địa chỉ không có trong danh sách đơn vị.")
@click.option(
    "--days",
    type=click.IntRange(1, 90),
    default=accesses.LINK_LIFE.days,
    show_default=True,
    help="Liên kết dùng được mấy ngày.",
)
@click.option(
    "--until", type=INSTANT, metavar="ISO", help="Quyền hết lúc nào; không ghi là đến khi thu hồi. " + INSTANT_HELP
)
def grant(email: str, role: str, unit: str, days: int, until: datetime | None) -> None:
    """Cấp quyền cho một địa chỉ và in một liên kết dùng một lần; liên kết chỉ hiện lần này."""
    with context.workspace() as workspace:
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
        context.note(f"Đã cấp cho {given.email}: {role_label(given.role)}{whose}.")
        last = instant_words(invitation.expires_at.replace(second=0, microsecond=0), zone)
        context.note(f"Liên kết trên dùng được một lần, trước {last}; gửi riêng cho người này.")
        if account_entry.is_on(workspace.settings) and may_use_account(given.role):
            provider = account_entry.provider_name(workspace.settings)
            context.note(
                f"Hoặc bấm “Đăng nhập bằng {provider}” với đúng địa chỉ này: {account_entry.page(workspace.settings)}"
            )


@access.command(name="list")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", help="Bảng hoặc JSON.")
def list_(format_: str) -> None:
    """Xem ai có quyền gì, liên kết đã dùng chưa, vào lần cuối khi nào, tài khoản khác đã thử vào chưa."""
    with context.workspace() as workspace:
        uses = workspace.store.access.grants(workspace.campaign.key)
        if format_ == "json":
            context.answer_json([_json(workspace, use) for use in uses])
        elif not uses:
            click.echo("Chưa cấp quyền cho ai. Cấp: tonghop access grant EMAIL --role operator")
        else:
            for use in uses:
                click.echo(_line(workspace, use))


@access.command()
@click.argument("email", metavar="EMAIL")
def revoke(email: str) -> None:
    """Thu hồi mọi quyền của một địa chỉ; có hiệu lực ngay, cả với người đang vào."""
    with context.workspace() as workspace:
        for ended in accesses.revoke(workspace, email):
            click.echo(f"Đã thu hồi: {ended.email}, {role_label(ended.role)}.")


def _state(use: GrantUse, now: datetime) -> str:
    if use.grant.revoked_at is not None:
        return "revoked"
    return "standing" if use.grant.stands(now) else "expired"


def _json(workspace: Workspace, use: GrantUse) -> dict[str, object]:
    def text(instant: datetime | None) -> str | None:
        return instant.astimezone(workspace.campaign.zone).isoformat(timespec="seconds") if instant else None

    grant = use.grant
    return {
        "email": grant.email,
        "role": grant.role.value,
        "unit": grant.unit or None,
        "state": _state(use, workspace.lease_clock()),
        "granted_at": text(grant.granted_at),
        "granted_by": grant.granted_by,
        "link_expires_at": text(use.link_expires_at),
        "link_used_at": text(use.link_used_at),
        "last_sign_in": text(use.last_sign_in),
        "account_bound_at": text(use.account_bound_at),
        "other_account_at": text(use.other_account_at),
        "expires_at": text(grant.expires_at),
        "revoked_at": text(grant.revoked_at),
    }


def _line(workspace: Workspace, use: GrantUse) -> str:
    def words(instant: datetime) -> str:
        return instant_words(instant.replace(second=0, microsecond=0), workspace.campaign.zone)

    grant = use.grant
    parts = [
        f"{role_label(grant.role)} {grant.unit}".strip(),
        f"cấp {words(grant.granted_at)}",
        _link_words(use, workspace.lease_clock()),
        f"vào lần cuối {words(use.last_sign_in)}" if use.last_sign_in else "chưa vào lần nào",
    ]
    if use.account_bound_at is not None:
        parts.append(f"gắn với một tài khoản từ {words(use.account_bound_at)}")
    if use.other_account_at is not None:
        parts.append(f"TÀI KHOẢN KHÁC cùng địa chỉ đã thử vào {words(use.other_account_at)}")
    if grant.expires_at is not None:
        parts.append(f"hết quyền {words(grant.expires_at)}")
    if grant.revoked_at is not None:
        parts.append(f"ĐÃ THU HỒI {words(grant.revoked_at)}")
    return f"{grant.email.ljust(EMAIL_COLUMN)} {'; '.join(parts)}"


def _link_words(use: GrantUse, now: datetime) -> str:
    if use.link_used_at is not None:
        return "liên kết đã dùng"
    is_good = use.link_expires_at is not None and now < use.link_expires_at and use.grant.stands(now)
    return "liên kết chưa dùng" if is_good else "liên kết hết hạn"
