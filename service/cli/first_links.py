"""The links a start prints, only on this machine: a rehearsal's two, or the operator's of an office without settings.

An office that chose its season on the first page has no other way in once its operator has signed out.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from service import data_folder, grants
from service.cli.words import word
from service.domain.roles import Role
from service.workspace import Workspace

OPERATOR, VIEWER = "operator@localhost", "board@localhost"
WAY_IN_LIFE = timedelta(hours=1)


def first_links(workspace: Workspace, host: str, address: str) -> list[str]:
    """Return sentences with one-time links.

    `host` is where the server listens, `address` how it is opened. Started again, it gives new links; those of an
    earlier start that were not used are good no more, and who is signed in stays so.
    """
    if not _is_here(host):
        return []
    if (workspace.settings.data_dir / data_folder.CHOSEN_FILE).exists():
        return _way_in(workspace, address)
    return _rehearsed(workspace, address)


def _way_in(workspace: Workspace, address: str) -> list[str]:
    now = workspace.lease_clock()
    uses = workspace.store.access.grants(workspace.campaign.key)
    held = [use.grant for use in uses if use.grant.role is Role.OPERATOR and use.grant.stands(now)]
    if not held:
        return []
    first = min(held, key=lambda grant: grant.granted_at)
    link = grants.invite(workspace, first.email, Role.OPERATOR, link_life=WAY_IN_LIFE, until=first.expires_at).url(
        address
    )
    return [word("cli.operator_link", link=link)]


def _rehearsed(workspace: Workspace, address: str) -> list[str]:
    if not (workspace.settings.data_dir / data_folder.REHEARSAL_MARK).exists():
        return []
    given = {use.grant.email for use in workspace.store.access.grants(workspace.campaign.key)}
    if given - {OPERATOR, VIEWER}:
        return []
    operator = grants.invite(workspace, OPERATOR, Role.OPERATOR).url(address)
    viewer = grants.invite(workspace, VIEWER, Role.VIEWER).url(address)
    return [word("cli.operator_link", link=operator), word("cli.board_link", link=viewer)]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
