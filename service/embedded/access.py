"""Who is calling, and what they may do with a file."""

import hmac
import sqlite3
from dataclasses import dataclass
from enum import IntEnum

from service.embedded import tokens
from service.embedded.errors import unauthenticated
from service.embedded.tokens import groups_of


class Role(IntEnum):
    """What an identity may do with a file, least first."""

    NONE = 0
    READER = 1
    WRITER = 2
    OWNER = 3


ROLE_OF_NAME = {
    "reader": Role.READER,
    "commenter": Role.READER,
    "writer": Role.WRITER,
    "fileOrganizer": Role.WRITER,
    "organizer": Role.WRITER,
    "owner": Role.OWNER,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """An e-mail address and the groups it is in."""

    email: str
    groups: frozenset[str] = frozenset()

    @property
    def domain(self) -> str:
        """Return the part after the at sign."""
        return self.email.rpartition("@")[2]


def identify(connection: sqlite3.Connection, header: str | None, owner_email: str, owner_token: str) -> Identity:
    """Return who the Authorization header stands for, or raise the 401."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated(given=False)
    token = token.strip()
    if owner_token and hmac.compare_digest(token.encode(), owner_token.encode()):
        email: str | None = owner_email.lower()
    else:
        email = tokens.email_of(connection, token)
    if email is None:
        raise unauthenticated(given=True)
    return Identity(email, groups_of(connection, email))


def role_on(connection: sqlite3.Connection, file_key: int, identity: Identity) -> Role:
    """Return the most an identity may do with a file."""
    rows = connection.execute("SELECT type, address, role FROM permission WHERE file = ?", (file_key,))
    roles = [ROLE_OF_NAME.get(role, Role.NONE) for kind, address, role in rows if is_meant(identity, kind, address)]
    return max(roles, default=Role.NONE)


def is_meant(identity: Identity, kind: str, address: str) -> bool:
    """Tell whether a permission of this kind and address is an identity's."""
    if kind == "anyone":
        return True
    if kind == "domain":
        return address == identity.domain
    return address == identity.email or (kind == "group" and address in identity.groups)
