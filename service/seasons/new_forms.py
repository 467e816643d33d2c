"""A form added to a season with what is owed by it, or taken out with it. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from service.seasons.declared_sections import PLAN_FILE, key_of
from sheets_schema.campaign import ColumnRole, FieldRole, TableKind
from sheets_schema.declaration.assembly import FORM_SUFFIX
from sheets_schema.declaration.edited_files import Files, TableEdit, form_content, form_file, with_plan_tables
from sheets_schema.declaration.sources import decoded
from sheets_schema.vietnamese.folding import squash
from sheets_schema.vietnamese.limit_words import read_limit
from sheets_schema.wording import SHEET_LANGUAGE, text

OWED = "obligations"


@dataclass(frozen=True, slots=True)
class NewForm:
    """What is asked for a new form."""

    title: str = ""
    owed: str = ""  # what must be sent, in words; blank: the form's title
    words: str = ""  # the limit
    base: str = ""  # the key of the form whose columns it begins with; blank: a short list of columns


def with_new_form(files: Files, new: NewForm, zone: ZoneInfo) -> tuple[dict[str, bytes], str]:
    """Return the files with a form and what is owed by it, and the form's key.

    What was typed goes into the files as it is: the loader names what cannot be.
    """
    title, owed_words, limit = (squash(typed) for typed in (new.title, new.owed, new.words))
    key = key_of(title, _keys(files)) if title else key_of("mau", _keys(files))
    known = files.get(f"{new.base}{FORM_SUFFIX}")
    base = form_content(known) if known is not None else _blank(title or key)
    base.pop("tonghop:title_en", None)
    content = {**base, "tonghop:key": key, "tonghop:version": "1", "tonghop:title": title}
    owed = {"form": key, "title": owed_words or title, "words": limit, "due_before": read_limit(limit, zone)}
    tables = [TableEdit(place, {}) for place in range(len(_owed(files)))]
    plan = with_plan_tables(files[PLAN_FILE], OWED, [*tables, TableEdit(None, owed)])
    return {**files, PLAN_FILE: plan, f"{key}{FORM_SUFFIX}": form_file(content)}, key


def without_form(files: Files, key: str) -> dict[str, bytes]:
    """Return the files without a form and what is owed by it."""
    tables = [TableEdit(place, {}) for place, owed in enumerate(_owed(files)) if owed.get("form") != key]
    plan = with_plan_tables(files[PLAN_FILE], OWED, tables)
    return {name: content for name, content in files.items() if name != f"{key}{FORM_SUFFIX}"} | {PLAN_FILE: plan}


def _keys(files: Files) -> list[str]:
    return [name.removesuffix(FORM_SUFFIX) for name in files if name.endswith(FORM_SUFFIX)]


def _owed(files: Files) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = tomllib.loads(decoded(PLAN_FILE, files[PLAN_FILE])).get(OWED, [])
    return found


def _blank(title: str) -> dict[str, Any]:
    """Return the shortest form that can be sent: numbered rows with a name and a note, and the box that confirms."""
    columns = ((ColumnRole.ORDINAL, 46), (ColumnRole.NAME, 420), (ColumnRole.NOTE, 200))
    fields = [_value(role, tick=False) | {"tonghop:width": width} for role, width in columns]
    return {
        "tonghop:table": TableKind.OPEN.value,
        "tonghop:heading": [_words("body"), _words("date"), title.upper().replace("{YEAR}", "{year}")],
        "tonghop:signature": _words("signature"),
        "fields": fields,
        "tonghop:block": {"fields": [_value(FieldRole.CONFIRM, tick=True)]},
    }


def _value(role: ColumnRole | FieldRole, *, tick: bool) -> dict[str, Any]:
    title = _words(role.value)
    kind = "boolean" if tick else "string"
    return {"name": key_of(title, ()), "title": title, "type": kind, "tonghop:role": role.value}


def _words(name: str) -> str:
    return text(f"declared.blank_{name}", SHEET_LANGUAGE)
