"""By which rules tabs are read and checked: another fingerprint means that the same words may be judged otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from sheets_schema.campaign import Campaign

_RULES = ("sheets_schema", "service.domain")
_READING = ("service.sheets", "service.consolidation")


def rules_of(campaign: Campaign) -> str:
    """Return the fingerprint of a campaign's declaration, the roster apart, and of the code and words that apply it."""
    declared = repr(replace(campaign, units=()))
    return hashlib.sha256(f"{_code(*_RULES)}{declared}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def reading_code() -> str:
    """Return the fingerprint of the code that makes grids of what the spreadsheets' server answers."""
    return _code(*_READING)


@cache
def _code(*packages: str) -> str:
    seen = hashlib.sha256()
    for package in packages:
        for source in _sources(files(package)):
            seen.update(source.read_bytes())
    return seen.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir() and item.name not in {"campaigns", "__pycache__"}:
            yield from _sources(item)
        elif item.name.endswith((".py", ".toml")):
            yield item
