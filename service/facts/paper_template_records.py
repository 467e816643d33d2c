"""Word templates that an office uploaded, each kept by its digest, and who did when; nothing is updated or deleted."""

from __future__ import annotations

from sqlalchemy import insert, select

from service.facts import encoding
from service.facts.database import Database
from service.facts.kept_texts import keep_bytes, kept_bytes
from service.facts.log import fact_of
from service.facts.records import Fact, FactKind, PaperTemplate
from service.facts.schema import facts
from sheets_schema.wording import message


class PaperTemplates:
    """The part of a store that keeps templates of papers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, campaign_key: str, template: PaperTemplate, content: bytes = b"") -> None:
        """Append that a template is used from now on, and keep it; without content that the one before is not."""
        with self._database.writing() as connection:
            if content:
                keep_bytes(connection, content)
            line = _fact_of_template(campaign_key, template)
            connection.execute(insert(facts), [encoding.fact_values(line)])
            self._database.facts_follow()

    def all(self, campaign_key: str) -> tuple[PaperTemplate, ...]:
        """Return what was recorded, in order; the last one of a paper is in force."""
        query = select(facts).where(facts.c.campaign == campaign_key, facts.c.kind == FactKind.PAPER_TEMPLATE)
        with self._database.reading() as connection:
            lines = [fact_of(row) for row in connection.execute(query.order_by(facts.c.recorded_at, facts.c.id))]
        found = []
        for line in lines:
            try:
                found.append(_template_of(line))
            except (ValueError, KeyError, TypeError) as error:
                raise self._database.damaged(message("facts.line_unreadable", number=line.id or 0)) from error
        return tuple(found)

    def content(self, template: PaperTemplate) -> bytes:
        """Return the file of a template; FactsDamagedError where it is gone."""
        with self._database.reading() as connection:
            found = kept_bytes(connection, template.sha256)
        if found is None:
            raise self._database.damaged(message("facts.template_gone", name=template.file_name))
        return found


def _fact_of_template(campaign: str, template: PaperTemplate) -> Fact:
    return Fact(
        kind=FactKind.PAPER_TEMPLATE,
        campaign=campaign,
        unit="",
        form="",
        happened_at=template.recorded_at,
        recorded_at=template.recorded_at,
        actor=template.actor,
        reason=template.reason,
        payload={
            "paper": template.paper,
            "sha256": template.sha256,
            "size": template.size,
            "file_name": template.file_name,
        },
    )


def _template_of(line: Fact) -> PaperTemplate:
    said = line.payload
    return PaperTemplate(
        paper=str(said["paper"]),
        sha256=str(said["sha256"]),
        size=int(str(said["size"])),
        file_name=str(said["file_name"]),
        recorded_at=line.recorded_at,
        actor=line.actor,
        reason=line.reason,
    )
