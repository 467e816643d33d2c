"""Lines of the mail ledger as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.mail.ledger_lines import MailLine
from service.mail import deciding
from service.web import current
from service.web.pages import dashboard_content
from service.web.problem_lines import form_title
from service.web.texts import Words
from service.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of the ledger, or what will become one, as the page shows it."""

    number: int
    code: str
    unit: str
    form: str
    kind: str
    state: str
    state_label: str
    at: str
    why: str
    to: str
    note: str
    by: str
    letter: str
    can_be_taken_back: bool


def shown_lines(workspace: Workspace, words: Words, lines: Iterable[MailLine]) -> list[LineShown]:
    """Return lines in words."""
    return [shown_line(workspace, words, line) for line in lines]


def shown_line(workspace: Workspace, words: Words, line: MailLine) -> LineShown:
    """Return a line in words."""
    campaign, key = workspace.campaign, line.key
    names = {unit.code: unit.name for unit in campaign.units}
    titles = {form.key: form_title(form, words) for form in campaign.forms}
    return LineShown(
        number=line.id,
        code=key.unit,
        unit=names.get(key.unit, key.unit) or campaign.board,
        form=titles.get(key.form, key.form),
        kind=words(f"mail.kind_{line.kind.value}"),
        state=line.state.value,
        state_label=words(f"mail.state_{line.state.value}"),
        at=shown_moment(workspace, line.changed_at),
        why=line.why.text(words.language),
        to=", ".join(line.recipients),
        note=line.note.text(words.language),
        by=line.actor,
        letter=line.letter,
        can_be_taken_back=deciding.can_be_taken_back(line),
    )


def shown_moment(workspace: Workspace, instant: datetime | None) -> str:
    """Return an instant in words; blank where there is none."""
    if instant is None:
        return ""
    return current.words().instant(dashboard_content.minute(instant), workspace.campaign.zone)
