"""A form's descriptor: a Table Schema with our `tonghop:` properties, read and checked against itself."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheets_schema.campaign import ColumnRole, FieldRole, TableKind
from sheets_schema.declaration.lines import Path
from sheets_schema.declaration.strict import Placed, Reader, declared_keys
from sheets_schema.declaration.tables import (
    BlockTable,
    ColumnTable,
    ConstraintsTable,
    FieldTable,
    FormTable,
    FreeRowTable,
)
from sheets_schema.vietnamese import folding

COLUMNS, BLOCK, FREE_ROWS = "fields", "tonghop:block", "tonghop:free_rows"
_NO_BLOCK: dict[str, object] = {"fields": []}
_TICKED: frozenset[ColumnRole | FieldRole] = frozenset(
    {ColumnRole.NIL, FieldRole.NIL, FieldRole.DOCUMENT_WITHIN, FieldRole.CONFIRM}
)
_NEEDED_ROLES = {
    TableKind.OPEN: (ColumnRole.NAME,),
    TableKind.FIXED: (ColumnRole.SECTION, ColumnRole.GIVEN, ColumnRole.RESULT),
}
_EITHER: frozenset[ColumnRole | FieldRole] = frozenset({ColumnRole.OTHER, FieldRole.OTHER})
_DOCUMENT = ({FieldRole.DOCUMENT_NUMBER, FieldRole.DOCUMENT_DATE}, {FieldRole.DOCUMENT_LINK})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class FormFile:
    """A descriptor as far as it could be read; `form` None stands for faults in its plain keys."""

    form: FormTable | None
    columns: list[Placed[ColumnTable]]
    fields: list[Placed[FieldTable]]
    free_rows: list[Placed[FreeRowTable]]

    @property
    def is_fixed(self) -> bool:
        """Whether the table has one row for each content of the plan."""
        return self.form is not None and self.form.table is TableKind.FIXED


def read_form_file(reader: Reader, key: str) -> FormFile:
    """Return what the descriptor `<key>.json` says; its faults are collected by the reader."""
    content = reader.source.content
    if not isinstance(content, dict):
        reader.refuse((), content, "a Table Schema: a JSON object")
        return FormFile(None, [], [], [])
    parts = {part: content[part] for part in (COLUMNS, BLOCK, FREE_ROWS) if part in content}
    plain = {name: value for name, value in content.items() if name not in parts}
    declared = FormFile(
        form=reader.table(FormTable, plain, (), beside=(COLUMNS, BLOCK, FREE_ROWS)),
        columns=reader.tables(ColumnTable, parts.get(COLUMNS), (COLUMNS,)),
        fields=_block_fields(reader, parts.get(BLOCK, _NO_BLOCK)),
        free_rows=reader.tables(FreeRowTable, parts.get(FREE_ROWS), (FREE_ROWS,)),
    )
    if not parts.get(COLUMNS):
        reader.refuse((COLUMNS,), None, "a list of at least one column")
    _judge_values(reader, declared)
    _judge_repeats(reader, declared)
    if declared.form is not None:
        _judge_form(reader, declared.form, key)
        _judge_roles(reader, declared.form, content)
        if declared.form.table is TableKind.OPEN and parts.get(FREE_ROWS):
            reader.refuse((FREE_ROWS,), parts[FREE_ROWS], "free rows only in a fixed table")
    return declared


def _block_fields(reader: Reader, block: object) -> list[Placed[FieldTable]]:
    table = reader.table(BlockTable, block, (BLOCK,))
    return reader.tables(FieldTable, table.fields if table else None, (BLOCK, "fields"))


def _judge_values(reader: Reader, declared: FormFile) -> None:
    values: list[Placed[ColumnTable] | Placed[FieldTable]] = [*declared.columns, *declared.fields]
    for at, value in values:
        ticked = value.type == "boolean"
        if ticked != (value.role in _TICKED) and value.role not in _EITHER:
            right = "string" if ticked else "boolean"
            reader.refuse((*at, "type"), value.type, f"{right}, which the role {value.role} asks for")
        judge = _judge_tick if ticked else _judge_text
        judge(reader, at, value)


def _judge_tick(reader: Reader, at: Path, value: ColumnTable | FieldTable) -> None:
    both = sorted(set(value.true_values) & set(value.false_values))
    if both:
        reader.refuse((*at, "falseValues"), both[0], "texts that are not among trueValues")
    keys = declared_keys(ConstraintsTable)
    for key, info in keys.items():
        if key != "required" and getattr(value.constraints, _attribute(key)) != info.default:
            reader.refuse((*at, "constraints", key), "a constraint on a tick", "required alone")


def _judge_text(reader: Reader, at: Path, value: ColumnTable | FieldTable) -> None:
    rules = value.constraints
    if rules.min_length is not None and rules.max_length is not None and rules.min_length > rules.max_length:
        reader.refuse(
            (*at, "constraints", "minLength"), rules.min_length, f"no more than maxLength, {rules.max_length}"
        )
    if rules.pattern is not None and (flaw := _flaw(rules.pattern)):
        accepted = f"a regular expression, its alternatives in a group as in (a|b); this one has: {flaw}"
        reader.refuse((*at, "constraints", "pattern"), rules.pattern, accepted)
    for key in ("trueValues", "falseValues"):
        if getattr(value, _attribute(key)):
            reader.refuse((*at, key), "texts for a tick", 'such texts only beside "type": "boolean"')


def _flaw(pattern: str) -> str:
    """Return what keeps a pattern from meaning the same to us and to every Table Schema reader, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(f"^{pattern}$")
            re.compile(pattern)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        return str(error)
    outside = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    while (inner := re.sub(r"\([^()]*\)", "", outside)) != outside:
        outside = inner
    return "alternatives outside a group" if "|" in outside else ""


def _judge_repeats(reader: Reader, declared: FormFile) -> None:
    reader.refuse_repeats(((*at, "key"), row.key) for at, row in declared.free_rows)
    reader.refuse_repeats(((*at, "title"), row.title) for at, row in declared.free_rows)
    reader.refuse_repeats(_headers(declared), owner=2, alike=folding.fold)
    reader.refuse_repeats((((*at, "title"), field.title) for at, field in declared.fields), alike=folding.fold)
    for values in (declared.columns, declared.fields):
        placed: Sequence[Placed[ColumnTable] | Placed[FieldTable]] = values
        reader.refuse_repeats(((*at, "name"), value.name) for at, value in placed)
        reader.refuse_repeats(((*at, "tonghop:role"), value.role) for at, value in placed if value.role not in _EITHER)


def _headers(declared: FormFile) -> Iterator[tuple[Path, str]]:
    """Yield every text a column's header is recognised by."""
    for at, column in declared.columns:
        yield (*at, "title"), column.title
    for at, column in declared.columns:
        for index, alias in enumerate(column.aliases):
            yield (*at, "tonghop:aliases", index), alias


def _judge_form(reader: Reader, form: FormTable, key: str) -> None:
    if form.key != key:
        reader.refuse(("tonghop:key",), form.key, f"the file's own name, {key}")
    places: list[tuple[Path, str]] = [(("tonghop:title",), form.title), (("tonghop:title_en",), form.title_en)]
    places += [(("tonghop:heading", index), line) for index, line in enumerate(form.heading)]
    for at, wording in places:
        for placeholder in _PLACEHOLDER.findall(wording):
            if placeholder != "{year}":
                reader.refuse(at, placeholder, "no other placeholder than {year}")


def _judge_roles(reader: Reader, form: FormTable, content: dict[str, object]) -> None:
    columns = _roles(content.get(COLUMNS))
    for role in _NEEDED_ROLES[form.table]:
        if role not in columns:
            reader.refuse((COLUMNS,), None, f"a column with the role {role}, which a table that is {form.table} needs")
    block = content.get(BLOCK, _NO_BLOCK)
    values = block.get("fields") if isinstance(block, dict) else None
    if not isinstance(values, list):
        return  # refused already
    fields = _roles(values)
    if FieldRole.CONFIRM not in fields:
        reader.refuse((BLOCK, "fields"), None, f"a field with the role {FieldRole.CONFIRM}")
    if form.needs_document and not any(roles <= fields for roles in _DOCUMENT):
        accepted = "fields for the document: its number and its date, or its link"
        reader.refuse(("tonghop:needs_document",), "true without such a field", accepted)


def _roles(values: object) -> set[object]:
    """Return the roles that are written down, even in tables with faults, so that none is called missing."""
    tables = [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return {role for table in tables if isinstance(role := table.get("tonghop:role"), str)}


def _attribute(key: str) -> str:
    """Return the attribute a key of a value is read into: `minLength` is `min_length`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()
