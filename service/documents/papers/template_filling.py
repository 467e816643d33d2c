"""A Word template filled with a paper, behind guards (decision 37).

The sandbox runs no code, every text is escaped, a name that papers lack is an error, the result must be XML as it is,
and every text and row that was given is read back. docxtpl and lxml are loaded when a paper is asked for.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from service.documents.papers.clean_words import clean_paper
from service.documents.papers.read_back import Given, refuse_losses
from service.documents.papers.table_fitting import fit_tables
from service.documents.papers.template_places import broken_near, check_tags, undefined_place, unfilled
from service.domain.papers.records import Paper, PaperTable, RowStyle, Words
from service.errors import TemplateError
from sheets_schema.wording import message
from sheets_schema.wording.template_faults import template_fault

if TYPE_CHECKING:
    from docx.document import Document
    from jinja2.sandbox import SandboxedEnvironment

MOST_TEXTS = 2_000_000  # that one template may put out
SAME_DAY = (2000, 1, 1, 0, 0, 0)
_RESERVED = re.compile("_")  # docxtpl turns "{_{" into "{{" after filling
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'


class RowText(str):
    """A text of a table's row; it knows which."""

    __slots__ = ("row",)
    row: int


class Named:
    """Named texts, as a template asks for them: `row.unit`."""

    __slots__ = ("_asked", "_texts")

    def __init__(self, texts: Mapping[str, object], asked: set[int] | None = None, row: int = 0) -> None:
        self._texts = texts
        self._asked = (asked, row)

    def __getattr__(self, name: str) -> object:
        asked, row = object.__getattribute__(self, "_asked")
        texts: Mapping[str, object] = object.__getattribute__(self, "_texts")
        if name not in texts:
            raise AttributeError(name)
        if asked is not None and not name.startswith("is_"):
            asked.add(row)
        return texts[name]


class Filling:
    """One paper put into one template: what was given, which rows were asked for."""

    def __init__(self, paper: Paper) -> None:
        self.paper = clean_paper(paper)
        self.given: list[Given] = []
        self.asked: set[int] = set()
        self.rows = 0

    def context(self) -> dict[str, object]:
        """Return what the template may name."""
        tables = [self._table(number, one) for number, one in enumerate(self.paper.tables, start=1)]
        found = {name: _named(words) for name, words in self.paper.texts.items()}
        return {**found, "tables": tables, "table": tables[0] if tables else None}

    def _table(self, number: int, table: PaperTable) -> Named:
        columns = [Named({"title": one.title, "key": one.key}) for one in table.columns]
        keys = [one.key for one in table.columns]
        rows = [self._row(keys, one.style, one.cells) for one in table.rows]
        return Named(
            {
                "key": table.key,
                "title": table.title,
                "number": str(number),
                "columns": columns,
                "rows": rows,
                "notes": list(table.notes),
            }
        )

    def _row(self, keys: list[str], style: RowStyle, cells: tuple[str, ...]) -> Named:
        self.rows += 1
        texts = [self._text(one) for one in cells]
        is_group = style is RowStyle.GROUP
        named: dict[str, object] = {} if is_group else dict(zip(keys, texts, strict=True))
        named |= {f"is_{one.value}": style is one for one in RowStyle}
        return Named({**named, "cells": texts, "words": texts[0] if is_group else ""}, self.asked, self.rows)

    def _text(self, words: str) -> RowText:
        made = RowText(words)
        made.row = self.rows
        return made

    def put_out(self, value: object) -> object:
        """Record a text that the template puts out, and return it as XML; numbers stay what they are."""
        from markupsafe import Markup, escape  # noqa: PLC0415 – most processes fill no template

        if not isinstance(value, str):
            return value
        if len(self.given) >= MOST_TEXTS:
            raise TemplateError(message("paper_templates.too_much"))
        plain = str(value)
        if plain:
            self.given.append(Given(plain, getattr(value, "row", 0)))
        safe = _RESERVED.sub("&#95;", str(escape(plain)))
        return Markup(safe.replace("\n", _BREAK).replace("\t", _TAB))  # noqa: S704 – escaped just above

    def refuse_rows_left_out(self) -> None:
        """Raise TemplateError where the template passed over a row."""
        left_out = self.rows - len(self.asked)
        if left_out:
            raise TemplateError(message("paper_templates.rows_left_out", count=left_out, rows=self.rows))


def _named(words: Words) -> object:
    if isinstance(words, str):
        return words
    if isinstance(words, Mapping):
        return Named({name: _named(one) for name, one in words.items()})
    return [_named(one) for one in words]


def fill(template: bytes, paper: Paper) -> bytes:
    """Return a template filled with a paper; TemplateError with the place of a fault, PaperError for what is lost."""
    filling = Filling(paper)
    environment = sandbox(filling.put_out)
    original = open_document(template)
    _refuse_broken_tags(template)
    document = _filled(template, original, filling, environment)
    filling.refuse_rows_left_out()
    fit_tables(document, filling.paper.tables)
    refuse_losses(document, filling.given)
    written = io.BytesIO()
    document.save(written)
    return _undated(written.getvalue())


@lru_cache(maxsize=16)
def _refuse_broken_tags(template: bytes) -> None:
    """Raise TemplateError for a broken tag; a template that was found right is not gone through again."""
    check_tags(open_document(template), sandbox(str))


def open_document(content: bytes) -> Document:
    """Return a .docx; TemplateError for what is none, or what asks for contents of other files."""
    from docx import Document  # noqa: PLC0415 – most processes fill no template
    from docx.opc.exceptions import OpcError  # noqa: PLC0415 – goes with it

    try:
        found = Document(io.BytesIO(content))
        sections = list(found.sections)
    except (OpcError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise TemplateError(message("paper_templates.not_word", reason=type(error).__name__)) from error
    if not sections:
        raise TemplateError(message("paper_templates.not_word", reason="sectPr"))
    fetched = {one.reltype.rpartition("/")[2] for one in found.part.package.iter_rels() if one.is_external}
    if fetched - {"hyperlink"}:
        raise TemplateError(message("paper_templates.fetches", kinds=", ".join(sorted(fetched - {"hyperlink"}))))
    return found


def sandbox(put_out: Callable[[object], object]) -> SandboxedEnvironment:
    """Return the environment of a template: no code, no endless counting, no name that papers lack."""
    from jinja2 import StrictUndefined  # noqa: PLC0415 – most processes fill no template
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 – most processes fill no template

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, _context: object, operator: str, _left: object, _right: object) -> NoReturn:
            raise TemplateError(message("paper_templates.no_reckoning", sign=operator))

    made = Sandbox(autoescape=True, undefined=StrictUndefined, finalize=put_out)
    made.globals.clear()
    return made


def _filled(template: bytes, original: Document, filling: Filling, environment: SandboxedEnvironment) -> Document:
    from jinja2 import TemplateError as JinjaError  # noqa: PLC0415 – most processes fill no template
    from jinja2 import UndefinedError  # noqa: PLC0415 – most processes fill no template

    from service.documents.papers.strict_template import (  # noqa: PLC0415 – loads docxtpl
        BrokenDocumentError,
        StrictTemplate,
    )

    opened = StrictTemplate(io.BytesIO(template))
    try:
        opened.render(filling.context(), environment)
    except UndefinedError as error:
        raise undefined_place(original, error.message or "") from error
    except JinjaError as error:
        raise unfilled(original, error.message or "") from error
    except BrokenDocumentError as error:
        raise broken_near(original, str(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise TemplateError(message("paper_templates.cannot_fill", reason=template_fault(str(error)))) from error
    found: Any = opened.docx
    return found  # type: ignore[no-any-return]


def _undated(packed: bytes) -> bytes:
    """Return the same package with one date on its parts: the same paper makes the same file."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in _entries(read):
            written.writestr(zipfile.ZipInfo(name, SAME_DAY), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in archive.namelist():
        yield name, archive.read(name)
