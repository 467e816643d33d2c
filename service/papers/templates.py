"""Which template a paper is filled into: the one an office uploaded, the campaign folder's, else the shipped one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from service.documents.papers.shipped_templates import shipped_template
from service.domain.papers import PaperName
from service.errors import DecisionRefusedError, TemplateError
from service.facts.records import PaperTemplate
from service.papers.template_trial import try_template
from service.workspace import Workspace
from sheets_schema.wording import message, one_line

FOLDER = "papers"  # of a campaign's folder
LONGEST_NAME = 200


class TemplateSource(StrEnum):
    """Where a template comes from."""

    UPLOADED = "uploaded"
    FOLDER = "folder"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class TemplateInUse:
    """The template of a paper that is in use: where it comes from, and who uploaded it when."""

    name: PaperName
    source: TemplateSource
    record: PaperTemplate | None = None


def templates_in_use(workspace: Workspace) -> tuple[TemplateInUse, ...]:
    """Return what every paper is filled into now."""
    last = {one.paper: one for one in workspace.store.paper_templates.all(workspace.campaign.key)}
    return tuple(_in_use(workspace, name, last.get(name.value)) for name in PaperName)


def _in_use(workspace: Workspace, name: PaperName, last: PaperTemplate | None) -> TemplateInUse:
    if last is not None and last.sha256:
        return TemplateInUse(name, TemplateSource.UPLOADED, last)
    own = _own_file(workspace, name).is_file()
    return TemplateInUse(name, TemplateSource.FOLDER if own else TemplateSource.SHIPPED)


def _own_file(workspace: Workspace, name: PaperName) -> Path:
    return Path(workspace.settings.campaign) / FOLDER / f"{name.value}.docx"


def template_in_use(workspace: Workspace, name: PaperName) -> bytes:
    """Return the template of a paper that is in use now."""
    used = next(one for one in templates_in_use(workspace) if one.name is name)
    if used.record is not None:
        return workspace.store.paper_templates.content(used.record)
    if used.source is TemplateSource.FOLDER:
        return _own_file(workspace, name).read_bytes()
    return shipped_template(name)


def use_template(
    workspace: Workspace, name: PaperName, content: bytes, file_name: str, reason: str = ""
) -> PaperTemplate:
    """Try a template and use it from now on; TemplateError names the place of a fault, and nothing changes."""
    if not workspace.actor.strip():
        raise DecisionRefusedError(message("decisions.no_actor"))
    try_template(workspace.campaign, name, content)
    digest = hashlib.sha256(content).hexdigest()
    return _record(workspace, name, digest, content, one_line(file_name, LONGEST_NAME), reason)


def withdraw_template(workspace: Workspace, name: PaperName, reason: str = "") -> PaperTemplate:
    """Take an uploaded template back: the campaign's own, or the shipped one, is used again."""
    if not workspace.actor.strip():
        raise DecisionRefusedError(message("decisions.no_actor"))
    used = next(one for one in templates_in_use(workspace) if one.name is name)
    if used.record is None:
        raise TemplateError(message("paper_templates.none_uploaded", name=name.value))
    return _record(workspace, name, "", b"", used.record.file_name, reason)


def _record(
    workspace: Workspace, name: PaperName, digest: str, content: bytes, file_name: str, reason: str
) -> PaperTemplate:
    key, store = workspace.campaign.key, workspace.store
    with store.alone(key):
        at = store.facts.stamp(key, workspace.clock())
        made = PaperTemplate(name.value, digest, len(content), file_name, at, workspace.actor, reason)
        store.paper_templates.record(key, made, content)
    return made
