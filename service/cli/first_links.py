"""The links a demonstration begins with: an operator's and the board's, only on this machine, only in a rehearsal."""

from __future__ import annotations

import ipaddress

from service import data_folder, grants
from service.cli.words import word
from service.domain.roles import Role
from service.workspace import Workspace

OPERATOR, VIEWER = "operator@localhost", "board@localhost"


def first_links(workspace: Workspace, host: str, address: str) -> list[str]:
    """Return sentences with one-time links; none once anybody else was granted anything.

    `host` is where the server listens, `address` how it is opened. Started again, it gives new links; those of an
    earlier start that were not used are good no more.
    """
    if not _is_here(host) or not (workspace.settings.data_dir / data_folder.REHEARSAL_MARK).exists():
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
