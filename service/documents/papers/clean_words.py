"""Words as a document can hold them: what XML 1.0 lacks is shown as a replacement mark, never dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from service.domain.made_as_asked import MadeAsAsked
from service.domain.papers.records import Figure, Paper, PaperRow, PaperTable, Source, Words

REPLACEMENT = "\ufffd"
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return a text of XML 1.0: every way to end a line is one, what cannot be written becomes a mark."""
    return _UNWRITABLE.sub(REPLACEMENT, _LINE_ENDS.sub("\n", text))


def clean_paper(paper: Paper) -> Paper:
    """Return a paper whose every word can be written."""
    return replace(
        paper,
        title=clean(paper.title),
        texts={name: _clean_words(words) for name, words in paper.texts.items()},
        tables=tuple(map(clean_table, paper.tables)),
        figures=tuple(map(_clean_figure, paper.figures)),
    )


def _clean_words(words: Words) -> Words:
    if isinstance(words, str):
        return clean(words)
    if isinstance(words, Mapping):
        return {name: _clean_words(one) for name, one in words.items()}
    return [_clean_words(one) for one in words]


def clean_table(table: PaperTable) -> PaperTable:
    """Return a table whose every word can be written."""
    columns = tuple(replace(one, title=clean(one.title)) for one in table.columns)
    rows, notes = MadeAsAsked(table.rows, _clean_row), tuple(map(clean, table.notes))
    return replace(table, title=clean(table.title), columns=columns, rows=rows, notes=notes)


def _clean_row(row: PaperRow) -> PaperRow:
    return replace(row, cells=tuple(map(clean, row.cells)))


def _clean_figure(figure: Figure) -> Figure:
    return replace(figure, label=clean(figure.label), sources=MadeAsAsked(figure.sources, _clean_source))


def _clean_source(source: Source) -> Source:
    return replace(source, unit=clean(source.unit), form=clean(source.form), words=clean(source.words))
