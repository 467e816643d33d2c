"""A template tried before it is used: filled with words made to break it, and read back."""

from __future__ import annotations

from collections.abc import Mapping

from service.documents.file_kinds import FileKind, kind_of
from service.documents.papers.template_filling import fill
from service.documents.unsafe_parts import refuse_unsafe
from service.domain.papers import PaperContent, PaperName, PaperRequest, write_paper
from service.domain.papers.sample import STAGES, sample_content
from service.errors import PaperError, TemplateError, UnreadableFileError
from sheets_schema.campaign import Campaign
from sheets_schema.wording import message

LARGEST = 4 * 1024 * 1024  # bytes of a template


def try_template(campaign: Campaign, name: PaperName, template: bytes) -> None:
    """Raise TemplateError naming the place where a template cannot be filled, or would lose something."""
    if len(template) > LARGEST:
        raise TemplateError(message("paper_templates.too_large", limit=LARGEST // 1024 // 1024))
    _refuse_other_files(template)
    content = sample_content(campaign)
    unit = _sample_unit(content) if name.is_of_unit else ""
    forms = [one.form for one in campaign.obligations] if name.is_of_form else [""]
    for form in forms:
        try:
            fill(template, write_paper(PaperRequest(name, unit, form), content))
        except TemplateError:
            raise
        except PaperError as lost:
            raise TemplateError(message("paper_templates.trial_lost", reason=lost.message)) from lost


def tags_of(campaign: Campaign, name: PaperName) -> list[str]:
    """Return the tags that a template of a paper may use, as they are written."""
    content = sample_content(campaign)
    form = campaign.obligations[0].form if name.is_of_form else ""
    unit = _sample_unit(content) if name.is_of_unit else ""
    paper = write_paper(PaperRequest(name, unit, form), content)
    tags: list[str] = []
    for key, words in paper.texts.items():
        if isinstance(words, str):
            tags.append(f"{{{{ {key} }}}}")
            continue
        tags.append(f"{{%p for one in {key} %}}")
        first = next(iter(words), "")
        tags += [f"{{{{ one.{inner} }}}}" for inner in first] if isinstance(first, Mapping) else ["{{ one }}"]
    tags += ["{%p for table in tables %}", "{{ table.title }}", "{%p for note in table.notes %}"]
    tags += ["{%tr for row in table.rows %}", "{{ row.words }}", "{%tc for cell in row.cells %}"]
    columns = dict.fromkeys(column.key for table in paper.tables for column in table.columns)
    return list(dict.fromkeys([*tags, *(f"{{{{ row.{column} }}}}" for column in columns)]))


def _sample_unit(content: PaperContent) -> str:
    """Return a unit of the sample that sent, and not whole."""
    return content.campaign.active_units[STAGES.index("partial")].code


def _refuse_other_files(template: bytes) -> None:
    """Raise TemplateError for what is no .docx, holds programs, or fetches what other files hold."""
    try:
        kind = kind_of(template)
        if kind is not FileKind.DOCX:
            raise TemplateError(message("paper_templates.not_word", reason=message(f"documents.kind_{kind.value}")))
        refuse_unsafe(template)
    except UnreadableFileError as error:
        raise TemplateError(message("paper_templates.not_word", reason=error.message)) from error
