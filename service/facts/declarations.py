"""What the campaign declared, as it became known: each declaration whole, by its digest, in force until the next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select

from service.facts import encoding
from service.facts.database import Database
from service.facts.kept_texts import digest_of, keep, kept
from service.facts.records import Declared, FactKind
from service.facts.schema import facts
from sheets_schema.campaign import Campaign
from sheets_schema.declaration.kept_text import campaign_from, kept_text

AT_HAND = 8  # declarations that are asked for again and again


class Declarations:
    """The part of a store that remembers declarations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[str, Campaign] = {}  # by digest

    def record(
        self, campaign: Campaign, at: datetime, actor: str, files: Mapping[str, bytes] | None = None
    ) -> Declared:
        """Record that a campaign was declared so, from an instant on; never before the declaration before it.

        The folder's files are kept with it where they are at hand: comments and order are theirs alone.
        """
        text = kept_text(campaign)
        listed = _listed(files) if files else ""
        with self._database.writing() as connection:
            before = connection.execute(_newest(campaign.key)).first()
            when = at if before is None else max(at, before.recorded_at)
            declared = Declared(digest_of(text), when, actor, digest_of(listed) if listed else "")
            keep(connection, [text, listed] if listed else [text])
            values = encoding.fact_values(encoding.declaration_fact(campaign.key, declared))
            connection.execute(facts.insert(), [values])
            self._database.facts_follow()
        self._read[declared.digest] = campaign
        return declared

    def is_recorded(self, campaign: Campaign) -> bool:
        """Return True if a campaign is what was declared last."""
        digest = digest_of(kept_text(campaign))
        if self.last(campaign.key) != digest:
            return False
        self._read[digest] = campaign
        return True

    def last(self, campaign_key: str) -> str:
        """Return the digest of what was declared last, blank before that."""
        with self._database.reading() as connection:
            row = connection.execute(_newest(campaign_key)).first()
        return "" if row is None else encoding.digest_in(row.payload)

    def at(self, campaign_key: str, instant: datetime | None = None) -> Campaign | None:
        """Return what was declared at an instant (None: last), None where nothing ever was.

        Before the first declaration it is the first: what the season declared when tonghop was first run.
        """
        with self._database.reading() as connection:
            row = connection.execute(_newest(campaign_key, instant)).first()
            if row is None and instant is not None:
                row = connection.execute(_oldest(campaign_key)).first()
            if row is None:
                return None
            digest = encoding.digest_in(row.payload)
            if digest not in self._read:
                at_hand = dict(list(self._read.items())[-AT_HAND:])
                self._read = {**at_hand, digest: campaign_from(kept(connection, [digest])[digest])}
        return self._read[digest]

    def campaigns(self) -> tuple[str, ...]:
        """Return the keys of every campaign that was ever declared here."""
        query = select(facts.c.campaign).where(facts.c.kind == FactKind.DECLARATION).distinct()
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def all(self, campaign_key: str) -> tuple[Declared, ...]:
        """Return every declaration of a campaign in the order they became known."""
        with self._database.reading() as connection:
            rows = connection.execute(_declared(campaign_key).order_by(facts.c.recorded_at, facts.c.id))
            return tuple(
                Declared(
                    encoding.digest_in(row.payload), row.recorded_at, row.actor, encoding.files_digest_in(row.payload)
                )
                for row in rows
            )

    def files(self, declared: Declared) -> dict[str, bytes]:
        """Return the files that a declaration was read from; none where they are not kept."""
        if not declared.files:
            return {}
        with self._database.reading() as connection:
            listed = json.loads(kept(connection, [declared.files])[declared.files])
        return {str(name): str(text).encode() for name, text in listed.items()}

    def campaign(self, declared: Declared) -> Campaign:
        """Return what a declaration on record says."""
        with self._database.reading() as connection:
            return campaign_from(kept(connection, [declared.digest])[declared.digest])


def _listed(files: Mapping[str, bytes]) -> str:
    """Return files as one text; a mark of the byte order is no part of them."""
    texts = {name: content.decode("utf-8-sig") for name, content in sorted(files.items())}
    return json.dumps(texts, ensure_ascii=False)


_Rows = Select[tuple[str, datetime, str]]


def _declared(campaign_key: str) -> _Rows:
    columns = (facts.c.payload, facts.c.recorded_at, facts.c.actor)
    return select(*columns).where(facts.c.campaign == campaign_key, facts.c.kind == FactKind.DECLARATION)


def _newest(campaign_key: str, until: datetime | None = None) -> _Rows:
    query = _declared(campaign_key).order_by(facts.c.recorded_at.desc(), facts.c.id.desc()).limit(1)
    return query if until is None else query.where(facts.c.recorded_at <= until)


def _oldest(campaign_key: str) -> _Rows:
    return _declared(campaign_key).order_by(facts.c.recorded_at, facts.c.id).limit(1)
