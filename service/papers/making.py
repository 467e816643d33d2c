"""A paper handed out as a file: its template chosen, filled, read back, and as .xlsx or .pdf where that is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from service.documents.papers.clean_words import clean_paper
from service.documents.papers.docx_blocks import Block, blocks
from service.documents.papers.paper_sheets import write_sheets
from service.documents.papers.template_filling import fill
from service.documents.pdf_conversion import to_pdf
from service.domain.papers import Paper, PaperContent, PaperName
from service.papers.templates import template_in_use
from service.workspace import Workspace
from sheets_schema.wording import SHEET_LANGUAGE, text


class PaperKind(StrEnum):
    """The kinds of files a paper is handed out as."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


MEDIA_TYPES = {
    PaperKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PaperKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperKind.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A filled paper."""

    paper: Paper
    document: bytes  # .docx

    def blocks(self) -> list[Block]:
        """Return what it shows, block by block."""
        return blocks(self.document, clean_paper(replace(self.paper, figures=())).tables)

    def file(self, kind: PaperKind) -> bytes:
        """Return it as a file; PaperError where this machine cannot make that kind."""
        if kind is PaperKind.PDF:
            return to_pdf(self.document)
        if kind is PaperKind.XLSX:
            return write_sheets(name_words(self.paper), self.blocks(), clean_paper(self.paper).figures)
        return self.document


def make(workspace: Workspace, paper: Paper) -> MadePaper:
    """Fill the template in use; TemplateError with the place of its fault, PaperError where it loses something."""
    return MadePaper(paper, fill(template_in_use(workspace, paper.name), paper))


def make_shown(workspace: Workspace, paper: Paper, most_rows: int) -> MadePaper:
    """Fill the template as `make` does, with no more than the first rows of each table: to be looked at on a page."""
    tables = tuple(replace(one, rows=one.rows[:most_rows]) for one in paper.tables)
    short = replace(paper, tables=tables, figures=())  # which no template shows
    return replace(make(workspace, short), paper=paper)


def name_words(paper: Paper) -> str:
    """Return what a paper is called."""
    return name_words_of(paper.name)


def name_words_of(name: PaperName) -> str:
    """Return what papers of a name are called."""
    return text(f"papers.name_{name.value}", SHEET_LANGUAGE)


def file_name(paper: Paper, content: PaperContent, kind: PaperKind) -> str:
    """Return the name of its file: the paper, the unit, the count moment."""
    local: datetime = content.at.astimezone(content.campaign.zone)
    words = "-".join(("tonghop", paper.name.value, *paper.file_words))
    return f"{words}-{local:%Y%m%d-%H%M}.{kind.value}"
