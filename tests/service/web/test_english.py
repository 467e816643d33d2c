"""With TONGHOP_LANG=en every page is English, but for the campaign's words, names, and what units typed."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator, Mapping

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.domain.roles import Role
from tests.service.conftest import instant
from tests.test_wording import VIETNAMESE

TYPED = ["Dọn vệ sinh đường làng", "ngày mai", "Toàn xã", "Nhân dân", "Sạch đẹp"]
REASON = "Mới chia tách"
BOARD = (
    "/",
    "/?form=registration&sort=-status",
    "/?as_of=2023-09-20T08:00",
    "/problems",
    "/problems?severity=info",
    "/runs",
    "/board-tasks",
    "/exports",
)
DESK = (
    "/mail",
    "/decisions",
    "/decisions/new",
    "/access",
    "/access/units/S-CT",
    "/state",
    "/log",
    "/seasons",
    "/seasons/new",
    "/papers",
)
UNIT = (
    "/units/S-CT",
    "/units/S-CT/registration/edit",
    "/units/S-CT?as_of=2023-09-20T08:00",
    "/units/S-CT/registration/versions",
)
REFUSED = (
    "/?as_of=khong",
    "/?group=khong",
    "/problems?page=0",
    "/units/KHONG",
    "/units/KHONG/registration/edit",
    "/units/S-CT/khong/edit",
    "/khong-co",
    "/hooks/sheet",
    "/tasks/sweep",
    "/api/v1/units?khong=1",
    "/api/v1/units?limit=0",
    "/api/v1/units?unit=khong",
    "/api/v1/statuses?as_of=2099-01-01",
    "/api/v1/statuses?after=khong",
    "/units/KHONG/registration/cells",
    "/readyz",
    "/master",
)


def words_of(value: object) -> Iterator[str]:
    """Yield every text of a campaign."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from words_of(getattr(value, part.name))
    elif isinstance(value, Mapping):
        yield from words_of(tuple(value.values()))
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from words_of(part)


@pytest.fixture(scope="module")
def english_once(shared_office):
    """Return the office in English, after S-CT typed a row that is wrong and the operator decided."""
    shared_office.settings = dataclasses.replace(shared_office.settings, lang="en")
    shared_office.at("2023-09-25 08:00").consolidate()
    shared_office.type("S-CT", "registration", [["1", *TYPED, ""]], {"Xác nhận gửi": "x"})
    shared_office.at("2023-09-26 08:00").consolidate()
    shared_office.at("2023-09-27 08:00")
    with shared_office.workspace() as workspace:
        extended = Decision(
            DecisionKind.EXTEND,
            "S-CT",
            "registration",
            shared_office.now,
            "a@vidu.example",
            REASON,
            before=instant("2023-10-02 17:00"),
        )
        workflows.decide(workspace, [extended])
    return shared_office.at("2023-10-03 08:00")


@pytest.fixture
def english(office, english_once):
    return office.become(english_once)


@pytest.fixture
def left_in(english):
    """Return `left_in(answer)`: the Vietnamese of an answer, the campaign's and the units' words apart."""
    said = {*TYPED, REASON, *filter(lambda text: len(text) > 3, words_of(english.campaign))}
    # a form that has an English title is called by it
    foreign = sorted(said - {form.title for form in english.campaign.forms if form.title_en}, key=len, reverse=True)

    def find(answer) -> list[str]:
        # a spreadsheet shown is in the campaign's language
        page = re.sub(r'<table class="(grid|sheet)".*?</table>', "", answer.get_data(as_text=True), flags=re.DOTALL)
        page = html.unescape(page)
        for text in foreign:
            page = page.replace(text, "")
        # what is quoted is an example of what to type, or what was typed
        page = re.sub(r"“[^”]*”", "", page)
        return [line.strip() for line in page.splitlines() if VIETNAMESE.search(line)]

    return find


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.OPERATOR, (*BOARD, *DESK, *UNIT, *REFUSED)),
        (Role.VIEWER, (*BOARD, *UNIT)),
        (Role.UNIT, (*UNIT, "/runs", "/units/S-GDDT")),
        (None, ("/sign-in", "/sign-in/khong", "/khong-co", "/api/v1/units")),
    ],
)
def test_pages_are_english(left_in, browse, role, paths):
    client = browse(role, "S-CT" if role is Role.UNIT else "", lang="en")

    found = {path: left_in(client.get(path)) for path in paths}

    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/units/S-CT/registration/decisions", {"kind": "khong"}),
        ("/units/S-CT/registration/decisions", {"kind": "extend", "instant": "khong"}),
        ("/units/S-CT/registration/decisions", {"kind": "exempt"}),
        ("/units/S-CT/registration/decisions", {"kind": "accept", "reason": "a" * 1001}),
        ("/board-tasks/TASK", {"done_on": "khong"}),
        ("/board-tasks/khong", {"done_on": "2023-10-01"}),
        ("/units/S-CT/registration/cells", {}),
        ("/units/S-CT/registration/check", {}),
    ],
)
def test_refusals_of_forms_are_english(english, left_in, browse, path, data):
    client = browse(lang="en")
    with client.session_transaction() as session:
        token = session["csrf"]

    path = path.replace("TASK", english.campaign.board_tasks[0].code)
    answer = client.post(path, data=data, headers={"X-CSRF-Token": token})

    assert (answer.status_code >= 400, left_in(answer)) == (True, [])
