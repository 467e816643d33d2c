"""Strict reading of declared files: pydantic judges shapes, its errors become faults.

What a key accepts is a message in its annotation. A fault carries it.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from sheets_schema.declaration.faults import Fault, fold, phrase, suggesting
from sheets_schema.declaration.lines import KeyPath
from sheets_schema.declaration.sources import SourceFile
from sheets_schema.wording import Message

_QUOTED = re.compile(r"'([^']+)'")


class DeclaredTable(BaseModel):
    """A declared table: nothing unknown, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


Model = TypeVar("Model", bound=DeclaredTable)


def refusal(
    accepted: Message, *, found: object = None, at: KeyPath | None = None, known: Collection[str] = ()
) -> PydanticCustomError:
    """Return the error a validator raises; `at` is another key of the same table, `known` the words to suggest from."""
    return PydanticCustomError("refused", "refused", {"accepted": accepted, "found": found, "at": at, "known": known})


class Reader:
    """Reads one source and collects a fault for everything it refuses, one for each key."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self._faults: dict[KeyPath, Fault] = {}

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the source."""
        return [*self.source.faults, *self._faults.values()]

    def refuse(self, at: KeyPath, found: object, accepted: Message, known: Iterable[str] = ()) -> None:
        """Collect a fault at a path; None as found means that nothing was given."""
        self._faults.setdefault(at, self.source.fault(at, found, suggesting(accepted, found, known)))

    def refuse_repeats(
        self, texts: Iterable[tuple[KeyPath, str]], owner: int | None = None, alike: Callable[[str], str] = fold
    ) -> None:
        """Collect a fault for every text that is there a second time; `alike` gives what two texts are compared by.

        Texts whose paths begin with the same `owner` parts may repeat each other.
        """
        first: dict[str, KeyPath] = {}
        for place, text in texts:
            earlier = first.setdefault(alike(text), place)
            if earlier[:owner] != place[:owner]:
                self.refuse(place, text, phrase("own_text", line=self.source.line(earlier) or 0))

    def table(self, model: type[Model], value: object, at: KeyPath = ()) -> Model | None:
        """Return the value as a table, or None with its faults collected."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                self._refuse_details(model, details, at)
            return None

    def _refuse_details(self, model: type[DeclaredTable], details: ErrorDetails, at: KeyPath) -> None:
        place, owner, accepted = _followed(model, details["loc"])
        found = None if details["type"] == "missing" else details["input"]
        known: Collection[str] = ()
        if details["type"] == "extra_forbidden":
            place, found, known = details["loc"], str(details["loc"][-1]), declared_keys(owner)
            accepted = phrase("one_of", known=", ".join(known))
        elif details["type"] == "enum":
            known = _QUOTED.findall(details["ctx"]["expected"])
        elif details["type"] == "refused":
            refused = details["ctx"]
            accepted, known = refused["accepted"], refused["known"]
            found = found if refused["found"] is None else refused["found"]
            place = place if refused["at"] is None else (*place[:-1], *refused["at"])
        self.refuse((*at, *place), found, accepted, known)


def declared_keys(model: type[DeclaredTable]) -> dict[str, FieldInfo]:
    """Return the keys a table takes, as they are written in the file."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def nested_table(info: FieldInfo) -> type[DeclaredTable] | None:
    """Return the table a key holds, alone or in a list; None for a plain value."""
    return next(_tables_in(info.annotation), None)


def accepted_words(info: FieldInfo) -> Message:
    """Return what a key accepts: the last message of its annotation, or its bounds."""
    said = next((item for item in reversed(info.metadata) if isinstance(item, Message)), None)
    if said is not None:
        return said
    bounds = {name: getattr(item, name) for item in info.metadata for name in ("ge", "le") if hasattr(item, name)}
    return phrase("whole_number", least=bounds["ge"], most=bounds["le"])


def _tables_in(annotation: object) -> Iterator[type[DeclaredTable]]:
    if isinstance(annotation, type) and issubclass(annotation, DeclaredTable):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _tables_in(part)


def _followed(model: type[DeclaredTable], place: KeyPath) -> tuple[KeyPath, type[DeclaredTable], Message]:
    """Return the part of a path that names declared keys, the last table on it, and what its last key accepts."""
    known: KeyPath = ()
    accepted = phrase("a_table")
    for part in place:
        info = declared_keys(model).get(str(part))
        if info is None and not isinstance(part, int):
            break
        known = (*known, part)
        if info is not None:
            accepted = accepted_words(info)
            model = nested_table(info) or model
    return known, model, accepted
