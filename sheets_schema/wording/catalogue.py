"""The catalogues: one folder a language, one TOML file an area, read when a text of the area is first asked for.

A key is `area.name`: "doctor.worker_dead" is `worker_dead` of `vi/doctor.toml` and `en/doctor.toml`. A text has named
places, `{unit}`; a literal brace is doubled. Where a text depends on a number, the entry is a table of `one` and
`other`, chosen by the value `count`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

Entry = str | Mapping[str, str]

_FOLDER = Path(__file__).parent


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
    """Return a text with its places filled; KeyError for a key or a value that is missing."""
    name, _, entry = key.partition(".")
    found = area(name, language)[entry]
    if isinstance(found, str):
        return found.format_map(values)
    return found["one" if values["count"] == 1 and "one" in found else "other"].format_map(values)
