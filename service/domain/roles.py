"""The roles, what each may do, and what an address of a grant looks like.

The table of rights is the only place that knows what a role may do: the web, the interface for programs and the
command line ask its functions.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from sheets_schema.wording import Message, message

LONGEST_ADDRESS = 200
# one @, nothing that could end a line, a header or an attribute
_ADDRESS = re.compile(r"""[^@\s<>"'\\,;:()\[\]]{1,64}@[^@\s<>"'\\,;:()\[\]]{1,190}""")


class Role(StrEnum):
    """The role of a grant."""

    OPERATOR = "operator"
    VIEWER = "viewer"  # the board
    UNIT = "unit"


class Right(StrEnum):
    """One thing that a role may do."""

    SEE_BOARD = "see_board"  # every unit, the lists, the runs, the board's tasks, the master
    DECIDE = "decide"
    EDIT_TABS = "edit_tabs"  # of the units it may see
    CHANGE_TEMPLATES = "change_templates"  # of papers
    SEE_ACCESS = "see_access"  # who was granted what and signed in
    USE_ACCOUNT = "use_account"  # sign in with an account, not by link alone
    READ_MASTER_FILE = "read_master_file"  # is made a reader of the spreadsheet


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset(Right) - {Right.READ_MASTER_FILE},
    Role.VIEWER: frozenset({Right.SEE_BOARD, Right.USE_ACCOUNT, Right.READ_MASTER_FILE}),
    Role.UNIT: frozenset({Right.EDIT_TABS}),
}


def role_label(role: Role) -> Message:
    """Return the name of a role."""
    return message(f"roles.{role}")


def belongs_to_unit(role: Role) -> bool:
    """Return True if a grant of this role is for one unit, and sees that unit alone."""
    return not may_see_board(role)


def may_sign_in(role: Role) -> bool:
    """Return True for every role: what this guards asks only who the visitor is."""
    return role in RIGHTS


def may_see_board(role: Role) -> bool:
    """Return True if a role sees every unit, the runs and the master."""
    return Right.SEE_BOARD in RIGHTS[role]


def board_roles() -> tuple[Role, ...]:
    """Return the roles that see every unit."""
    return tuple(role for role in Role if may_see_board(role))


def may_see_unit(role: Role, own_unit: str, unit: str) -> bool:
    """Return True if a role sees a unit; `own_unit` is the unit of the grant, blank for the other roles."""
    return may_see_board(role) or (own_unit != "" and own_unit == unit)


def may_decide(role: Role) -> bool:
    """Return True if a role records decisions and the board's tasks."""
    return Right.DECIDE in RIGHTS[role]


def may_edit_tabs(role: Role) -> bool:
    """Return True if a role types into the tabs of the units it sees."""
    return Right.EDIT_TABS in RIGHTS[role]


def may_change_templates(role: Role) -> bool:
    """Return True if a role uploads Word templates of papers and takes them back."""
    return Right.CHANGE_TEMPLATES in RIGHTS[role]


def may_see_access(role: Role) -> bool:
    """Return True if a role sees who was granted access and who signed in."""
    return Right.SEE_ACCESS in RIGHTS[role]


def may_use_account(role: Role) -> bool:
    """Return True if a role may sign in with an account."""
    return Right.USE_ACCOUNT in RIGHTS[role]


def may_read_master_file(role: Role) -> bool:
    """Return True if holders of a role are made readers of the master's spreadsheet."""
    return Right.READ_MASTER_FILE in RIGHTS[role]


def read_address(text: str) -> str | None:
    """Return an address as it is kept: NFC, trimmed, lower case; None for what is none."""
    address = unicodedata.normalize("NFC", text).strip().lower()
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or not _ADDRESS.fullmatch(address):
        return None
    return address
