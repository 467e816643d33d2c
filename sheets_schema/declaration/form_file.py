"""A form's descriptor: a Table Schema with our `tonghop:` properties, read and checked against itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets_schema.campaign import ColumnRole, FieldRole, TableKind
from sheets_schema.declaration.faults import phrase
from sheets_schema.declaration.strict import Reader
from sheets_schema.declaration.tables import EITHER, FormTable
from sheets_schema.vietnamese import folding

COLUMNS: tuple[str, ...] = ("fields",)
FIELDS: tuple[str, ...] = ("tonghop:block", "fields")
_NEEDED_ROLES: Mapping[str, Sequence[str]] = {
    TableKind.OPEN: (ColumnRole.NAME,),
    TableKind.FIXED: (ColumnRole.SECTION, ColumnRole.GIVEN, ColumnRole.RESULT),
}
_DOCUMENT = ({FieldRole.DOCUMENT_NUMBER, FieldRole.DOCUMENT_DATE}, {FieldRole.DOCUMENT_LINK})


def read_form_file(reader: Reader, key: str) -> FormTable | None:
    """Return what the descriptor `<key>.json` declares; its faults are collected by the reader."""
    if not isinstance(reader.source.content, dict):
        reader.refuse((), reader.source.content, phrase("json_object"))
        return None
    form = reader.table(FormTable, reader.source.content)
    for at, given in reader.source.texts("tonghop:key"):
        if given != key:
            reader.refuse(at, given, phrase("own_name", name=key))
    _refuse_repeats(reader)
    _refuse_missing_roles(reader)
    return form


def is_fixed(reader: Reader) -> bool:
    """Return True if the form's table has one row for each content of the plan."""
    return any(kind == TableKind.FIXED for _, kind in reader.source.texts("tonghop:table"))


def _refuse_repeats(reader: Reader) -> None:
    texts = reader.source.texts
    headers = [*texts("fields", None, "title"), *texts("fields", None, "tonghop:aliases", None)]
    reader.refuse_repeats(headers, owner=2, alike=folding.fold)
    reader.refuse_repeats(texts(*FIELDS, None, "title"), alike=folding.fold)
    for key in ("key", "title"):
        reader.refuse_repeats(texts("tonghop:free_rows", None, key))
    for values in (COLUMNS, FIELDS):
        reader.refuse_repeats(texts(*values, None, "name"))
        roles = texts(*values, None, "tonghop:role")
        reader.refuse_repeats((at, role) for at, role in roles if role not in EITHER)


def _refuse_missing_roles(reader: Reader) -> None:
    columns, fields = (
        {role for _, role in reader.source.texts(*values, None, "tonghop:role")} for values in (COLUMNS, FIELDS)
    )
    for _, kind in reader.source.texts("tonghop:table"):
        for role in _NEEDED_ROLES.get(kind, ()):
            if role not in columns:
                reader.refuse(COLUMNS, None, phrase("column_with_role", role=role, table=kind))
    if FieldRole.CONFIRM not in fields:
        reader.refuse(FIELDS, None, phrase("field_with_role", role=FieldRole.CONFIRM))
    content = reader.source.content
    needs = isinstance(content, dict) and content.get("tonghop:needs_document") is True
    if needs and not any(roles <= fields for roles in _DOCUMENT):
        reader.refuse(("tonghop:needs_document",), phrase("true_without_field"), phrase("fields_for_document"))
