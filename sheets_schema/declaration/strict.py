"""Strict reading of declared tables: pydantic judges shapes, its errors become faults.

Each table is read on its own, so that a fault in one hides none in another. What a key accepts is its description:
the faults quote it.
"""

from __future__ import annotations

import re
import typing
import unicodedata
from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sheets_schema.declaration.faults import Fault, fold, suggested
from sheets_schema.declaration.lines import Path
from sheets_schema.declaration.sources import Source

_QUOTED = re.compile(r"'([^']+)'")


class Table(BaseModel):
    """A declared table: nothing unknown, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Table)
Placed = tuple[Path, Model]  # a table out of a list, with where it stands


def _plain(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise ValueError("a control character")
    return unicodedata.normalize("NFC", text)


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("blank")
    return text


MaybeText = Annotated[str, AfterValidator(_plain)]
Text = Annotated[str, AfterValidator(_plain), AfterValidator(_filled)]


class Reader:
    """Reads the tables of one source and collects a fault for everything it refuses."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Fault] = list(source.faults)

    def refuse(self, at: Path, found: object, accepted: str) -> None:
        """Collect a fault at a path; None as found means that nothing was given."""
        self.faults.append(self.source.fault(at, found, accepted))

    def refuse_repeats(
        self, texts: Iterable[tuple[Path, str]], owner: int | None = None, alike: Callable[[str], str] = fold
    ) -> None:
        """Collect a fault for every text that stands a second time; `alike` gives what two texts are compared by.

        Texts whose paths begin with the same `owner` parts may repeat each other.
        """
        first: dict[str, Path] = {}
        for place, text in texts:
            earlier = first.setdefault(alike(text), place)
            if earlier[:owner] != place[:owner]:
                self.refuse(place, text, f"a text of its own: line {self.source.line(earlier)} has it already")

    def table(self, model: type[Model], value: object, at: Path, beside: Iterable[str] = ()) -> Model | None:
        """Return the value as a table, or None with faults; `beside` names keys that others read."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            # a key that accepts two types is reported once for each
            faults = {fault.key: fault for fault in self._faults(model, error, at, tuple(beside))}
            self.faults += faults.values()
            return None

    def tables(self, model: type[Model], value: object, at: Path) -> list[Placed[Model]]:
        """Return the readable tables of a list with their paths; None counts as an empty list."""
        if not isinstance(value, list | None):
            self.refuse(at, value, "a list of tables")
            return []
        read = [((*at, index), self.table(model, item, (*at, index))) for index, item in enumerate(value or [])]
        return [(place, table) for place, table in read if table is not None]

    def _faults(self, model: type[Table], error: ValidationError, at: Path, beside: tuple[str, ...]) -> Iterable[Fault]:
        for details in error.errors(include_url=False):
            if details["type"] == "extra_forbidden":
                yield self._unknown_key(model, details["loc"], at, beside)
            else:
                yield self._refused_value(model, details, at)

    def _unknown_key(self, model: type[Table], place: Path, at: Path, beside: tuple[str, ...]) -> Fault:
        known, owner, _ = _followed(model, place)
        keys = (*declared_keys(owner), *(() if known else beside))
        key = str(place[-1])
        return self.source.fault((*at, *place), key, f"one of {', '.join(keys)}{suggested(key, keys)}")

    def _refused_value(self, model: type[Table], details: ErrorDetails, at: Path) -> Fault:
        place, _, accepted = _followed(model, details["loc"])
        found = None if details["type"] == "missing" else details["input"]
        if details["type"] == "enum":
            accepted += suggested(str(found), _QUOTED.findall(details["ctx"]["expected"]))
        return self.source.fault((*at, *place), found, accepted)


def declared_keys(model: type[Table]) -> dict[str, FieldInfo]:
    """Return the keys a table takes, as they are written in the file."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def nested_table(info: FieldInfo) -> type[Table] | None:
    """Return the table a key holds, alone or in a list; None for a plain value."""
    return _table_in(info.annotation)


def _table_in(annotation: object) -> type[Table] | None:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((table for part in typing.get_args(annotation) if (table := _table_in(part))), None)


def _followed(model: type[Table], place: Path) -> tuple[Path, type[Table], str]:
    """Return the part of a path that names declared keys, the last table on it, and what its last key accepts."""
    known: Path = ()
    accepted = "a table"
    for part in place:
        info = declared_keys(model).get(str(part))
        if info is None and not isinstance(part, int):
            break
        known = (*known, part)
        if info is not None:
            accepted = info.description or ""
            model = nested_table(info) or model
    return known, model, accepted
