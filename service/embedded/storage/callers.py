"""Who is calling, and what they may do with a file."""

import hmac
import sqlite3
from dataclasses import dataclass
from enum import IntEnum

from service.embedded.api_errors import unauthenticated
from service.embedded.storage import bearer_tokens
from service.embedded.storage.bearer_tokens import groups_of


class FileRole(IntEnum):
    """What an identity may do with a file, least first."""

    NONE = 0
    READER = 1
    WRITER = 2
    OWNER = 3


ROLE_OF_NAME = {
    "reader": FileRole.READER,
    "commenter": FileRole.READER,
    "writer": FileRole.WRITER,
    "fileOrganizer": FileRole.WRITER,
    "organizer": FileRole.WRITER,
    "owner": FileRole.OWNER,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """An e-mail address and the groups it is in."""

    email: str
    groups: frozenset[str] = frozenset()
    project: str = ""  # the developer project of the caller's token
    can_own: bool = True  # False for a service account: it has no storage of its own
    is_owner: bool = False  # True for the owner of the server, whose token is in the data folder

    @property
    def domain(self) -> str:
        """Return the part after the at sign."""
        return self.email.rpartition("@")[2]


# who calls without a token: may read what is shared by link, and nothing else
ANYONE = Caller("", can_own=False)


def identify(connection: sqlite3.Connection, header: str | None, owner_email: str, owner_token: str) -> Caller:
    """Return the caller an Authorization header names, or raise the 401."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated(given=False)
    token = token.strip()
    is_owner = bool(owner_token) and hmac.compare_digest(token.encode(), owner_token.encode())
    own = owner_email.lower()
    holder = (own, own) if is_owner else bearer_tokens.holder_of(connection, token)
    if holder is None:
        raise unauthenticated(given=True)
    email, project = holder
    can_own = not bearer_tokens.is_service_account(connection, email)
    return Caller(email, groups_of(connection, email), can_own=can_own, project=project, is_owner=is_owner)


def role_on(connection: sqlite3.Connection, file_key: int, identity: Caller) -> FileRole:
    """Return the most an identity may do with a file."""
    return max(
        (ROLE_OF_NAME.get(name, FileRole.NONE) for name in role_names_on(connection, file_key, identity)),
        default=FileRole.NONE,
    )


_GRANTED = (
    "SELECT type, address, role FROM permission WHERE file = ?1 UNION ALL "
    "SELECT m.type, m.address, m.role FROM drive_file f JOIN member m ON m.drive = f.drive WHERE f.file = ?1"
)


def role_names_on(connection: sqlite3.Connection, file_key: int, identity: Caller) -> frozenset[str]:
    """Return every role an identity was given on a file, or on the shared drive it is in, by Drive's names."""
    rows = connection.execute(_GRANTED, (file_key,))
    return frozenset(role for kind, address, role in rows if is_meant(identity, kind, address))


def is_meant(identity: Caller, kind: str, address: str) -> bool:
    """Return True if a permission of this kind and address is an identity's."""
    if kind == "anyone":
        return True
    if kind == "domain":
        return address == identity.domain
    return address == identity.email or (kind == "group" and address in identity.groups)
