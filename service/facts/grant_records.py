"""Who may come in: grants, the hashes of their one-time links, of the accounts that hold them and of the sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from service.domain.roles import Role, belongs_to_unit
from service.facts.database import Database
from service.facts.records import Grant, GrantUse, SignInLink
from service.facts.schema import accounts, grants, links, sessions
from service.facts.upserts import insert_new


class Access:
    """The part of a store that remembers who may come in; tokens and session ids reach it as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give_grant(self, grant: Grant) -> Grant:
        """Save a grant and return it with its number.

        An address has one role in a campaign: one grant, or one for each of its units. The same role and unit keep
        their grant, and the sessions begun by it; only when it ends is changed.
        """
        same = (
            grants.c.campaign == grant.campaign,
            grants.c.email == grant.email,
            grants.c.revoked_at.is_(None),
            or_(grants.c.expires_at.is_(None), grants.c.expires_at > grant.granted_at),
            grants.c.role == grant.role,
            grants.c.unit == grant.unit,
        )
        with self._database.writing() as connection:
            kept = connection.execute(select(grants).where(*same).with_for_update()).first()
            _end_others(connection, grant, kept.id if kept else 0)
            if kept is None:
                return _insert(connection, grant)
            connection.execute(update(grants).where(grants.c.id == kept.id).values(expires_at=grant.expires_at))
            return replace(_grant(kept), expires_at=grant.expires_at)

    def revoke_grants(self, campaign_key: str, email: str, now: datetime, unit: str = "") -> tuple[Grant, ...]:
        """End an address's grants, or that for one unit, with its links and sessions.

        Those that had not been revoked are returned.
        """
        mine = [grants.c.campaign == campaign_key, grants.c.email == email, grants.c.revoked_at.is_(None)]
        if unit:
            mine.append(grants.c.unit == unit)
        with self._database.writing() as connection:
            ended = tuple(_grant(row) for row in connection.execute(select(grants).where(*mine)))
            connection.execute(update(grants).where(*mine).values(revoked_at=now))
        return tuple(replace(grant, revoked_at=now) for grant in ended)

    def rename_units(self, campaign_key: str, codes: Mapping[str, str]) -> None:
        """Let the grants of units go on under new codes, by former code."""
        with self._database.writing() as connection:
            for former, code in codes.items():
                this = (grants.c.campaign == campaign_key, grants.c.unit == former)
                connection.execute(update(grants).where(*this).values(unit=code))

    def grants(self, campaign_key: str) -> tuple[GrantUse, ...]:
        """Return every grant of a campaign, in the order they were given, with what became of it."""
        query = select(grants).where(grants.c.campaign == campaign_key).order_by(grants.c.id)
        begun = select(sessions.c.grant_id, func.max(sessions.c.started_at)).group_by(sessions.c.grant_id)
        made = select(links.c.grant_id, links.c.expires_at, links.c.used_at).order_by(links.c.made_at)
        bound = select(accounts.c.grant_id, func.min(accounts.c.bound_at), func.min(accounts.c.other_at))
        with self._database.reading() as connection:
            signed_in = {row[0]: row[1] for row in connection.execute(begun)}
            last_link = {row[0]: (row[1], row[2]) for row in connection.execute(made)}
            held = {row[0]: (row[1], row[2]) for row in connection.execute(bound.group_by(accounts.c.grant_id))}
            return tuple(
                GrantUse(
                    _grant(row),
                    *last_link.get(row.id, (None, None)),
                    signed_in.get(row.id),
                    *held.get(row.id, (None, None)),
                )
                for row in connection.execute(query)
            )

    def save_link(self, grant: Grant, token_hash: str, now: datetime, expires_at: datetime) -> None:
        """Remember a new link; those made earlier for the grant and not used yet are good no more."""
        values = {"token_hash": token_hash, "grant_id": grant.id, "made_at": now, "expires_at": expires_at}
        with self._database.writing() as connection:
            connection.execute(delete(links).where(links.c.grant_id == grant.id, links.c.used_at.is_(None)))
            connection.execute(insert(links).values(values))

    def link(self, campaign_key: str, token_hash: str) -> SignInLink | None:
        """Return a link of a campaign, good or not; None for a token that was never given or was replaced."""
        query = (
            select(grants, links.c.expires_at.label("link_expires_at"), links.c.used_at)
            .join(links, links.c.grant_id == grants.c.id)
            .where(links.c.token_hash == token_hash, grants.c.campaign == campaign_key)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else SignInLink(_grant(row), row.link_expires_at, row.used_at)

    def use_link(self, token_hash: str, now: datetime) -> bool:
        """Use up a link; False when it was used before: of two at once only one gets True."""
        unused = (links.c.token_hash == token_hash, links.c.used_at.is_(None), links.c.expires_at > now)
        with self._database.writing() as connection:
            return connection.execute(update(links).where(*unused).values(used_at=now)).rowcount == 1

    def refuse_link(self, token_hash: str, now: datetime) -> bool:
        """Remember that a link came too late; False when that is remembered already."""
        first = (links.c.token_hash == token_hash, links.c.refused_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(links).where(*first).values(refused_at=now)).rowcount == 1

    def standing_grant(self, campaign_key: str, email: str, now: datetime) -> Grant | None:
        """Return the grant an address has now; None when it has none, or one that ended."""
        query = (
            select(grants)
            .where(grants.c.campaign == campaign_key, grants.c.email == email, grants.c.revoked_at.is_(None))
            .order_by(grants.c.id.desc())
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        grant = None if row is None else _grant(row)
        return grant if grant is not None and grant.stands(now) else None

    def standing_grants(self, campaign_key: str, email: str, now: datetime) -> tuple[Grant, ...]:
        """Return every grant an address has now, in the order they were given: one, or one for each of its units."""
        mine = (grants.c.campaign == campaign_key, grants.c.email == email, grants.c.revoked_at.is_(None))
        with self._database.reading() as connection:
            found = [_grant(row) for row in connection.execute(select(grants).where(*mine).order_by(grants.c.id))]
        return tuple(grant for grant in found if grant.stands(now))

    def bind_account(self, grant: Grant, issuer: str, subject_hash: str, now: datetime) -> bool:
        """Let the first account that comes with a grant's address hold it; False when another one does."""
        ours = (accounts.c.grant_id == grant.id, accounts.c.issuer == issuer)
        first = {"grant_id": grant.id, "issuer": issuer, "subject_hash": subject_hash, "bound_at": now}
        with self._database.writing() as connection:
            insert_new(connection, accounts, first)
            held = connection.execute(select(accounts.c.subject_hash).where(*ours)).scalar_one()
        return bool(held == subject_hash)

    def note_other_account(self, grant: Grant, issuer: str, now: datetime) -> bool:
        """Remember that another account came with a grant's address; False when that is remembered already."""
        first = (accounts.c.grant_id == grant.id, accounts.c.issuer == issuer, accounts.c.other_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(accounts).where(*first).values(other_at=now)).rowcount == 1

    def start_session(self, grant: Grant, session_hash: str, now: datetime) -> None:
        """Remember a session."""
        values = {"session_hash": session_hash, "grant_id": grant.id, "started_at": now}
        with self._database.writing() as connection:
            connection.execute(insert(sessions).values(values))

    def session_grant(self, campaign_key: str, session_hash: str) -> Grant | None:
        """Return the grant of a session that was not ended; whether it stands is for the caller to see."""
        query = (
            select(grants)
            .join(sessions, sessions.c.grant_id == grants.c.id)
            .where(
                sessions.c.session_hash == session_hash,
                sessions.c.ended_at.is_(None),
                grants.c.campaign == campaign_key,
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _grant(row)

    def end_session(self, session_hash: str, now: datetime) -> bool:
        """End a session for good; False when there is none to end."""
        running = (sessions.c.session_hash == session_hash, sessions.c.ended_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(sessions).where(*running).values(ended_at=now)).rowcount == 1


def _end_others(connection: Connection, grant: Grant, kept: int) -> None:
    """End what an address had in another role, and for the same unit; its other units' grants go on."""
    others = [
        grants.c.campaign == grant.campaign,
        grants.c.email == grant.email,
        grants.c.revoked_at.is_(None),
        grants.c.id != kept,
    ]
    if belongs_to_unit(grant.role):
        others.append(or_(grants.c.role != grant.role, grants.c.unit == grant.unit))
    connection.execute(update(grants).where(*others).values(revoked_at=grant.granted_at))


def _insert(connection: Connection, grant: Grant) -> Grant:
    values = {
        "campaign": grant.campaign,
        "email": grant.email,
        "role": grant.role,
        "unit": grant.unit,
        "granted_at": grant.granted_at,
        "granted_by": grant.granted_by,
        "expires_at": grant.expires_at,
    }
    number = connection.execute(insert(grants).values(values).returning(grants.c.id)).scalar_one()
    return replace(grant, id=int(number))


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        campaign=row.campaign,
        email=row.email,
        role=Role(row.role),
        unit=row.unit,
        granted_at=row.granted_at,
        granted_by=row.granted_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        id=row.id,
    )
