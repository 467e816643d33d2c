"""What a unit's tab still lacks to be a receipt, component by component."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.observations import Observation
from sheets_schema.campaign import FieldRole, Form, TableKind
from sheets_schema.wording import Message, message


def lacking(form: Form, seen: Observation | None) -> tuple[Message, ...]:
    """Return the components that a tab lacks, as it was seen last; everything where it was never seen."""
    return tuple(_missing(form, seen))


def _missing(form: Form, seen: Observation | None) -> Iterator[Message]:
    if form.needs_document and not (seen and seen.document):
        yield message("mail.lacks_document")
    if not (seen and seen.content):
        yield message("mail.lacks_activity" if form.table is TableKind.OPEN else "mail.lacks_content")
    tick = form.field(FieldRole.CONFIRM)
    if tick is not None and not (seen and seen.confirmed):
        yield message("mail.lacks_tick", label=tick.label)
