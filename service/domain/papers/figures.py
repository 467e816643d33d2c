"""Figures that lead to their rows: each is the count of what it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.domain.contents import Contents
from service.domain.papers.content import PaperContent, counted
from service.domain.papers.lists import state_words
from service.domain.papers.records import Figure, Source
from service.domain.standings import Standing
from sheets_schema.campaign import ColumnRole, Form, Unit

LONGEST_WORDS = 200


class FigureBook:
    """The figures of one paper, numbered as they are made."""

    def __init__(self, content: PaperContent) -> None:
        self.content = content
        self.figures: list[Figure] = []

    def count(self, label: str, sources: Iterable[Source]) -> str:
        """Count sources as a figure; return it as it is written."""
        made = Figure(len(self.figures) + 1, label, tuple(sources))
        self.figures.append(made)
        return counted(made.value)

    def of_unit(self, standing: Standing, words: str = "") -> Source:
        """Return a unit as a source, with its tab."""
        held = self.content.held.get((standing.unit, standing.form))
        name = self.content.campaign.unit(standing.unit).name
        said = words or state_words(self.content, standing).replace("\n", ", ")
        link = self.content.link(held, "") if held else None
        return Source(name, standing.unit, standing.form, None, said, link)

    def of_row(self, unit: Unit, held: Contents, entry: Mapping[str, object], form: Form) -> Source:
        """Return a row as a source, with its cell."""
        values = entry["values"]
        texts = values if isinstance(values, dict) else {}
        words = str(texts.get(_telling(form), "")).replace("\n", " ")
        row = entry["row"]
        shown = words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "…"
        link = self.content.link(held, str(entry["cell"]))
        return Source(unit.name, unit.code, held.form, row if isinstance(row, int) else None, shown, link)


def _telling(form: Form) -> str:
    """Return the column that says what a row is about."""
    for role in (ColumnRole.NAME, ColumnRole.RESULT):
        found = form.column(role)
        if found is not None:
            return found.key
    return form.columns[-1].key
