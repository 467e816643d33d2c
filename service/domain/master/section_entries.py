"""The entries of a report's units section by section, each tab's words asked for once."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from service.domain.master.content import ContentsOf

Entry: TypeAlias = Mapping[str, object]
Entries: TypeAlias = Mapping[str, Sequence[Entry]]  # by unit


class SectionEntries:
    """What units report on each of some sections.

    A sheet goes over the same few units section by section: what they hold of the others is packed until it is their
    turn, so that thousands of tabs are neither held nor read again. Sections may be asked for in any order, and twice.
    """

    def __init__(self, contents_of: ContentsOf, form: str, sections: Sequence[str]) -> None:
        self._contents_of = contents_of
        self._form = form
        self._sections = sections
        self._packed: dict[tuple[str, str], bytes] = {}  # by the first of a few units, and section

    def of(self, units: Sequence[str], section: str) -> Entries:
        """Return the entries of a few units in a section; units without any are left out."""
        packed = self._packed.pop((units[0], section), None)
        if packed is not None:
            unpacked: Entries = marshal.loads(packed)  # noqa: S302 – packed below, by this process
            return unpacked
        found: dict[str, dict[str, list[Entry]]] = {key: {} for key in self._sections}
        for unit, tab in self._contents_of(self._form, units).items():
            for entry in tab.entries:
                found.setdefault(str(entry["key"]), {}).setdefault(unit, []).append(entry)
        own = found.pop(section)
        self._packed |= {(units[0], key): marshal.dumps(entries) for key, entries in found.items()}
        return own
