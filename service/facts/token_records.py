"""What programs come with: tokens of the interface, each by its hash, with a scope and an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from service.domain.roles import Role
from service.facts.database import Database
from service.facts.records import ApiToken
from service.facts.schema import api_tokens

USED_EVERY = timedelta(hours=1)  # a use is noted once an hour


class ApiTokens:
    """The part of a store that remembers the tokens of programs; a token reaches it as a hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, token: ApiToken, token_hash: str) -> ApiToken:
        """Save a new token and return it with its number."""
        values = {
            "campaign": token.campaign,
            "name": token.name,
            "role": token.role,
            "unit": token.unit,
            "token_hash": token_hash,
            "made_at": token.made_at,
            "made_by": token.made_by,
            "expires_at": token.expires_at,
        }
        with self._database.writing() as connection:
            number = connection.execute(insert(api_tokens).values(values).returning(api_tokens.c.id)).scalar_one()
        return replace(token, id=int(number))

    def all(self, campaign_key: str) -> tuple[ApiToken, ...]:
        """Return every token of a campaign, in the order they were made."""
        query = select(api_tokens).where(api_tokens.c.campaign == campaign_key).order_by(api_tokens.c.id)
        with self._database.reading() as connection:
            return tuple(_token(row) for row in connection.execute(query))

    def find(self, campaign_key: str, token_hash: str) -> ApiToken | None:
        """Return the token with a hash, good or not."""
        query = select(api_tokens).where(api_tokens.c.campaign == campaign_key, api_tokens.c.token_hash == token_hash)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _token(row)

    def note_use(self, token: ApiToken, now: datetime) -> None:
        """Remember that a token was used, once an hour."""
        if token.used_at is not None and now - token.used_at < USED_EVERY:
            return
        this = (
            api_tokens.c.id == token.id,
            or_(api_tokens.c.used_at.is_(None), api_tokens.c.used_at < now),
        )
        with self._database.writing() as connection:
            connection.execute(update(api_tokens).where(*this).values(used_at=now))

    def revoke(self, campaign_key: str, number: int, now: datetime) -> ApiToken | None:
        """End a token for good; None where there is none to end."""
        this = (
            api_tokens.c.campaign == campaign_key,
            api_tokens.c.id == number,
            api_tokens.c.revoked_at.is_(None),
        )
        with self._database.writing() as connection:
            row = connection.execute(
                update(api_tokens).where(*this).values(revoked_at=now).returning(api_tokens)
            ).first()
        return None if row is None else _token(row)

    def rename_units(self, campaign_key: str, codes: Mapping[str, str]) -> None:
        """Let the tokens of units go on under new codes, by former code."""
        with self._database.writing() as connection:
            for former, code in codes.items():
                this = (api_tokens.c.campaign == campaign_key, api_tokens.c.unit == former)
                connection.execute(update(api_tokens).where(*this).values(unit=code))


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        campaign=row.campaign,
        name=row.name,
        role=Role(row.role),
        unit=row.unit,
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
        id=row.id,
    )
