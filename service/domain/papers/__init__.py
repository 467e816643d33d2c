"""The papers of a campaign as plain records: what each says at a count moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.papers.annexes import registrations, results
from service.domain.papers.content import PaperContent
from service.domain.papers.form_paper import form_paper
from service.domain.papers.lists import progress, unsent
from service.domain.papers.records import Figure, Paper, PaperName, PaperTable, RowStyle
from service.domain.papers.return_paper import return_paper
from service.domain.papers.summary import summary
from service.domain.papers.urging import due_form, urging
from service.errors import PaperError
from sheets_schema.wording import message

__all__ = ["Figure", "Paper", "PaperContent", "PaperName", "PaperRequest", "PaperTable", "RowStyle", "write_paper"]

_OF_ALL = {
    PaperName.PROGRESS: progress,
    PaperName.UNSENT: unsent,
    PaperName.REGISTRATIONS: registrations,
    PaperName.RESULTS: results,
    PaperName.SUMMARY: summary,
}
_OF_UNIT = {PaperName.FORM: form_paper, PaperName.RETURN: return_paper}


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """Which paper is asked for: of which unit, about which form; blank: none, and the usual one.

    `analysed` asks for the tables of the analysis as further annexes of the report.
    """

    name: PaperName
    unit: str = ""
    form: str = ""
    analysed: bool = False


def write_paper(asked: PaperRequest, content: PaperContent) -> Paper:
    """Return a paper; PaperError where it has nothing to say, or no unit was named where one is needed."""
    if asked.name is PaperName.URGING:
        return urging(content, asked.form or due_form(content))
    if asked.name in _OF_ALL:
        return _OF_ALL[asked.name](content)
    if not asked.unit:
        raise PaperError(message("papers.unit_needed", name=asked.name.value))
    unit = content.campaign.unit(asked.unit)
    return _OF_UNIT[asked.name](content, unit, asked.form or content.campaign.obligations[0].form)
