"""Lines of the log in words: no code, no bare instant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.decisions import DecisionKind
from service.domain.pairings import PairVerdict
from service.domain.papers import PaperName
from service.domain.roles import Role
from service.domain.standing_labels import Receipt
from service.facts.records import Fact, FactKind
from service.grants import AccessEvent
from service.mail.mail_facts import MailEvent
from service.web.pages.fact_words import kind_words, said_words
from service.web.texts import Words
from sheets_schema.campaign import MailKind
from sheets_schema.wording import Language

NOW = datetime(2023, 10, 2, 3, 0, tzinfo=UTC)
WORDS = Words(Language.VIETNAMESE)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CODED = [
    *((FactKind.DECISION, "kind", one) for one in DecisionKind),
    *((FactKind.MAIL, "kind", one) for one in MailKind),
    *((FactKind.MAIL, "event", one) for one in MailEvent),
    *((FactKind.ACCESS, "event", one) for one in AccessEvent),
    *((FactKind.ACCESS, "role", one) for one in Role),
    *((FactKind.OBSERVATION, "receipt", one) for one in Receipt),
    *((FactKind.PAIRING, "verdict", one) for one in PairVerdict),
    *((FactKind.PAPER_TEMPLATE, "paper", one) for one in PaperName),
    *((FactKind.SEASON, "event", one) for one in ("closed", "reopened")),
]


def said(of: FactKind, /, **payload: object) -> str:
    fact = Fact(of, "k", "S-CT", "", NOW, NOW, "a@vidu.example", payload=payload)
    return said_words(fact, ZONE, WORDS)


@pytest.mark.parametrize(("kind", "name", "value"), CODED, ids=str)
def test_every_code_has_words(kind, name, value):
    # that English has the words that Vietnamese has is held by the catalogue's own tests
    found = said(kind, **{name: str(value)})

    assert found
    assert str(value) not in found


@pytest.mark.parametrize("kind", FactKind)
def test_every_kind_of_line_has_words(kind):
    assert kind_words(kind, WORDS) != kind.value


def test_times_are_written_out():
    extended = said(FactKind.DECISION, number=3, kind="extend", before="2023-10-09T17:00:00+00:00", received_at=None)

    assert extended == "3 · Gia hạn · nhận trước 00:00 ngày 10/10/2023 là đúng hạn"
    assert said(FactKind.BOARD_TASK, code="1.1", done_on="2023-10-05") == "1.1 · hoàn thành ngày 05/10/2023"
    assert said(FactKind.BOARD_TASK, code="1.1", done_on=None) == "1.1 · chưa hoàn thành"


def test_what_has_no_words_is_shown_as_it_is_kept():
    assert said(FactKind.ACCESS, event="<b>mới</b>", email="a@vidu.example") == "<b>mới</b> · a@vidu.example"
