"""Decisions that make no sense are refused in words an operator understands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.decisions import DecisionKind, refuse
from service.domain.standing_labels import Receipt
from service.domain.standings import context_of
from sheets_schema.wording import Language

NOW = "2023-10-05 08:00"


def refusals(season, local, decision, receipt=None):
    season.decisions.remove(decision)
    context = context_of(season.at(NOW), local(NOW))
    found = refuse(decision, context if receipt is None else replace(context, receipt=receipt))
    assert all(reason.text(Language.ENGLISH).isascii() for reason in found)
    return tuple(map(str, found))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (None, ("Gia hạn cần hạn mới: ghi thời điểm phải gửi trước đó.",)),
        ("2023-09-29 00:00", ("Hạn mới phải sau hạn gốc (00:00 ngày 30/9/2023).",)),
        ("2023-09-30 00:00", ("Hạn mới phải sau hạn gốc (00:00 ngày 30/9/2023).",)),
        ("2023-09-30 00:01", ()),
        ("2023-10-03 00:00", ()),
    ],
)
def test_extension_must_move_the_limit_forward(season, local, before, words):
    assert refusals(season, local, season.decide(DecisionKind.EXTEND, NOW, before=before)) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("2023-10-10 00:00", ("Hạn hiện tại đã là 00:00 ngày 10/10/2023.",)),
        ("2023-10-08 00:00", ()),  # a mistaken extension is shortened
        ("2023-10-12 00:00", ()),
    ],
)
def test_extension_of_an_extension(season, local, before, words):
    season.decide(DecisionKind.EXTEND, "2023-09-28 08:00", before="2023-10-10 00:00")

    assert refusals(season, local, season.decide(DecisionKind.EXTEND, NOW, before=before)) == words


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (None, ("Cần ghi thời điểm nhận bản giấy.",)),
        ("2023-10-05 08:00:01", ("Thời điểm nhận (08:00:01 ngày 05/10/2023) chưa tới.",)),
        ("2023-10-05 08:00", ()),
        ("2023-09-20 08:00", ()),
        ("2023-04-01 08:00", ()),
        (
            "2022-09-28 16:00",
            (
                "Thời điểm nhận (16:00 ngày 28/9/2022) trước hạn (00:00 ngày 30/9/2023) hơn nửa năm. "
                "Đề nghị kiểm tra lại năm.",
            ),
        ),
    ],
)
def test_paper_must_have_come(season, local, received, words):
    assert refusals(season, local, season.decide(DecisionKind.RECEIVE, NOW, received=received)) == words


NOTHING_TO_RETURN = ("Chưa nhận được gì của đơn vị nên chưa có gì để đề nghị chỉnh sửa.",)
NOTHING_TO_ACCEPT = ("Chưa nhận được gì của đơn vị nên chưa có gì để tiếp nhận.",)


@pytest.mark.parametrize(
    ("kind", "receipt", "words"),
    [
        (DecisionKind.RETURN, Receipt.NONE, NOTHING_TO_RETURN),
        (DecisionKind.RETURN, Receipt.DRAFT, NOTHING_TO_RETURN),
        (DecisionKind.RETURN, Receipt.PARTIAL, ()),
        (DecisionKind.RETURN, Receipt.COMPLETE, ()),
        (DecisionKind.ACCEPT, Receipt.NONE, NOTHING_TO_ACCEPT),
        (DecisionKind.ACCEPT, Receipt.DRAFT, NOTHING_TO_ACCEPT),
        (DecisionKind.ACCEPT, Receipt.PARTIAL, ("Đơn vị gửi chưa đủ nên chưa thể tiếp nhận.",)),
        (DecisionKind.ACCEPT, Receipt.COMPLETE, ()),
        (DecisionKind.ACCEPT, Receipt.NIL, ()),
        (DecisionKind.NIL, Receipt.NONE, ()),
        (DecisionKind.NIL, Receipt.PARTIAL, ()),
        (DecisionKind.NIL, Receipt.COMPLETE, ("Đơn vị đã gửi nên không thể ghi nhận không phát sinh.",)),
        (DecisionKind.NIL, Receipt.NIL, ("Đã ghi nhận không phát sinh.",)),
    ],
)
def test_decision_against_the_receipt(season, local, kind, receipt, words):
    assert refusals(season, local, season.decide(kind, NOW), receipt) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DecisionKind.EXEMPT, ("Đơn vị đã được xác định không thuộc diện.",)),
        (DecisionKind.EXTEND, ("Đơn vị không thuộc diện phải gửi nên không cần gia hạn.",)),
        (DecisionKind.NIL, ()),
    ],
)
def test_decision_on_an_exempt_unit(season, local, kind, words):
    season.decide(DecisionKind.EXEMPT, "2023-10-01 08:00")

    assert refusals(season, local, season.decide(kind, NOW, before="2023-10-10 00:00")) == words


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_every_decision_needs_an_actor(season, local, kind):
    season.see("2023-09-29 08:00", document=kind is not DecisionKind.NIL)
    made = season.decide(kind, NOW, before="2023-10-10 00:00", received="2023-10-01 08:00")
    season.decisions[-1] = unsigned = replace(made, actor="")

    assert refusals(season, local, unsigned)[:1] == ("Thiếu người quyết định.",)


def test_exemption_needs_a_reason(season, local):
    made = season.decide(DecisionKind.EXEMPT, NOW)
    season.decisions[-1] = unsigned = replace(made, reason=" ")

    assert refusals(season, local, unsigned)[:1] == ("Thiếu lý do: ghi rõ vì sao đơn vị không thuộc diện.",)
