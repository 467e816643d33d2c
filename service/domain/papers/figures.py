"""Figures that lead to their rows: each is the count of what it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, TypeVar

from service.domain.contents import Contents
from service.domain.made_as_asked import MadeAsAsked
from service.domain.papers.content import PaperContent, counted
from service.domain.papers.lists import state_words
from service.domain.papers.records import Figure, Source
from service.domain.standings import Standing
from sheets_schema.campaign import ColumnRole, Form, Unit

LONGEST_WORDS = 200

TabRow: TypeAlias = tuple[Unit, Contents, Mapping[str, object]]  # a row as its tab keeps it
_Counted = TypeVar("_Counted")


class FigureBook:
    """The figures of one paper, numbered as they are made."""

    def __init__(self, content: PaperContent) -> None:
        self.content = content
        self.sources = Sources(content)
        self.figures: list[Figure] = []

    def count(self, label: str, found: Iterable[_Counted], source_of: Callable[[_Counted], Source]) -> str:
        """Count what was found as a figure, each of it a source; return the count as it is written."""
        made = Figure(len(self.figures) + 1, label, MadeAsAsked(tuple(found), source_of))
        self.figures.append(made)
        return counted(made.value)


class Sources:
    """What a figure's sources are made of, as they are asked for."""

    def __init__(self, content: PaperContent) -> None:
        self._content = content

    def of_unit(self, standing: Standing, words: str = "") -> Source:
        """Return a unit as a source, with its tab."""
        held = self._content.held.get((standing.unit, standing.form))
        name = self._content.campaign.unit(standing.unit).name
        said = words or state_words(self._content, standing).replace("\n", ", ")
        link = self._content.link(held, "") if held else None
        title = self._content.campaign.form(standing.form).title
        return Source(name, standing.unit, title, None, said, link)

    def of_document(self, standing: Standing) -> Source:
        """Return a unit's deployment document as a source."""
        return self.of_unit(standing, self._content.document(standing.unit).replace("\n", ", "))

    def of_row(self, found: TabRow) -> Source:
        """Return a row as a source, with its cell."""
        unit, held, entry = found
        form = self._content.campaign.form(held.form)
        values = entry["values"]
        texts = values if isinstance(values, dict) else {}
        words = str(texts.get(_telling(form), "")).replace("\n", " ")
        row = entry["row"]
        shown = words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "…"
        link = self._content.link(held, str(entry["cell"]))
        return Source(unit.name, unit.code, form.title, row if isinstance(row, int) else None, shown, link)


def _telling(form: Form) -> str:
    """Return the column that says what a row is about."""
    for role in (ColumnRole.NAME, ColumnRole.RESULT):
        found = form.column(role)
        if found is not None:
            return found.key
    return form.columns[-1].key
