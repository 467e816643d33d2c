"""Files of units taken into an office's tabs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.intake.acceptance import IntakeOutcome, accept
from service.intake.file_reading import SentFile
from service.intake.preview import IntakePreview, IntakeRequest, foresee
from tests.sent_forms import excel_form, word_form

FORMS = {"word": ("a.docx", word_form), "excel": ("a.xlsx", excel_form)}


@pytest.fixture(params=FORMS)
def kind(request) -> str:
    """The kinds of files that offices send."""
    return request.param


@pytest.fixture
def sent() -> Callable[..., SentFile]:
    """Return `sent(kind, rows=…, head=…, day=…, year=…)`: a file as an office sends it."""

    def make(kind: str = "word", **given: object) -> SentFile:
        name, form = FORMS[kind]
        return SentFile(name, form(**given))

    return make


@pytest.fixture
def asked(sent) -> Callable[..., IntakeRequest]:
    """Return `asked(file, …)`: that a file be taken for the registration."""

    def make(file: SentFile | None = None, form: str = "registration", **given: object) -> IntakeRequest:
        return IntakeRequest(file or sent(), form, "Trần Thị B", **given)

    return make


@pytest.fixture
def take(office, asked) -> Callable[..., IntakeOutcome]:
    """Return `take(file, …)`: take it."""

    def make(file: SentFile | None = None, **given: object) -> IntakeOutcome:
        with office.workspace() as workspace:
            return accept(workspace, asked(file, **given))

    return make


@pytest.fixture
def look(office, asked) -> Callable[..., IntakePreview]:
    """Return `look(file, …)`: what would come of it."""

    def make(file: SentFile | None = None, **given: object) -> IntakePreview:
        with office.workspace() as workspace:
            return foresee(workspace, asked(file, **given))

    return make


@pytest.fixture
def table(office) -> Callable[..., list[list[str]]]:
    """Return `table(unit)`: what is typed into a unit's table, without the feedback."""

    def read(unit: str = "S-CT", form: str = "registration") -> list[list[str]]:
        declared = office.campaign.form(form)
        shown = office.tab(unit, form).get_all_values()
        header = next(index for index, row in enumerate(shown) if row[0] == declared.columns[0].title)
        width = len(declared.columns)
        rows = [row[:width] for row in shown[header + 1 :]]
        return [row for row in rows if any(row) and declared.signature not in row]

    return read


@pytest.fixture
def value(office) -> Callable[..., str]:
    """Return `value(label)`: what stands beside a label on a unit's tab."""

    def read(label: str, unit: str = "S-CT", form: str = "registration") -> str:
        shown = office.tab(unit, form).get_all_values()
        row, column = office.find(shown, label)
        return shown[row - 1][column]

    return read
