"""What a tab still lacks to be a receipt, and the cells where it goes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from service.domain.contents import FIRST_ROW, Contents
from service.domain.observations import Observation
from service.domain.standing_labels import Receipt
from service.domain.standings import Standing
from sheets_schema.campaign import Field, FieldRole, Form, TableKind
from sheets_schema.vietnamese.folding import is_blank
from sheets_schema.wording import Message, message


def missing_parts(form: Form, standing: Standing, seen: Observation, held: Contents) -> Iterator[Message]:
    """Yield what is missing on a tab that is begun, as it was seen last and is kept; nothing for any other receipt."""
    if standing.receipt not in (Receipt.DRAFT, Receipt.PARTIAL):
        return
    if not seen.document:
        yield _document(_ways(form, held))
    if not seen.content:
        kind = "activity" if form.table is TableKind.OPEN else "content"
        yield _at(message(f"feedback.{kind}"), held.cells.get(FIRST_ROW, ""))
    tick = form.field(FieldRole.CONFIRM)
    if not seen.confirmed and tick is not None:
        yield _field(tick, held)


def _document(ways: Sequence[Message]) -> Message:
    if not ways:
        return message("feedback.document")
    either = reduce(lambda one, other: message("explanation.lacking_or", one=one, other=other), ways)
    return message("explanation.lacking_document", options=either)


def _ways(form: Form, held: Contents) -> list[Message]:
    """Return the ways to give the document: number and date, where one of them is there already the other alone."""
    pair = [
        field
        for role in (FieldRole.DOCUMENT_NUMBER, FieldRole.DOCUMENT_DATE)
        if (field := form.field(role)) is not None and is_blank(held.fields.get(field.key, ""))
    ]
    others = [form.field(role) for role in (FieldRole.DOCUMENT_LINK, FieldRole.DOCUMENT_WITHIN)]
    together = [_field(field, held) for field in pair]
    both = [message("explanation.lacking_and", one=together[0], other=together[1])] if together[1:] else together
    return [*both, *(_field(field, held) for field in others if field is not None)]


def _field(field: Field, held: Contents) -> Message:
    return _at(message("explanation.lacking_field", label=field.label), held.cells.get(field.key, ""))


def _at(part: Message, cell: str) -> Message:
    return message("explanation.lacking_at", part=part, cell=cell) if cell else part
