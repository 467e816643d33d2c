"""The catalogues: one folder a language, one TOML file an area, read when a text of the area is first asked for.

A key is `area.name`: "doctor.worker_dead" is `worker_dead` of `vi/doctor.toml` and `en/doctor.toml`. A text has named
places, `{unit}`; a literal brace is doubled. Where a text depends on a number, the entry is a table of `one` and
`other`, chosen by the value `count`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

Entry = str | Mapping[str, str]

_FOLDER = Path(__file__).parent
# commands to a terminal, and marks that turn the direction of what follows
_DISTURBING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Language(StrEnum):
    """The languages people read."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


SHEET_LANGUAGE = Language.VIETNAMESE  # of what is written into spreadsheets: the campaign's own


@cache
def area(name: str, language: Language) -> Mapping[str, Entry]:
    """Return the texts of one area; KeyError where there is no such catalogue."""
    try:
        return tomllib.loads((_FOLDER / language / f"{name}.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyError(name) from None


def areas() -> tuple[str, ...]:
    """Return the names of all areas."""
    return tuple(sorted(file.stem for file in (_FOLDER / Language.VIETNAMESE).glob("*.toml")))


def text(key: str, language: Language = Language.VIETNAMESE, **values: object) -> str:
    """Return a text with its places filled; KeyError for a key or a value that is missing.

    What disturbs the words around it, in a value that a person typed, becomes a space.
    """
    found = _entry(f"{language}/{key}")
    shown = {place: _undisturbed(value) if isinstance(value, str) else value for place, value in values.items()}
    if isinstance(found, str):
        return found.format_map(shown)
    return found["one" if shown["count"] == 1 and "one" in found else "other"].format_map(shown)


@cache
def _entry(place: str) -> Entry:
    """Return what a catalogue says at `vi/area.name`."""
    language, _, key = place.partition("/")
    name, _, entry = key.partition(".")
    return area(name, Language(language))[entry]


def _undisturbed(value: str) -> str:
    return value if value.isprintable() else _DISTURBING.sub(" ", value)
