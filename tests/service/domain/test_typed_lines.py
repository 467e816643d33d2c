"""Reasons, notes, numbers and names as they are typed."""

from __future__ import annotations

import pytest

from service.domain import typed_lines
from service.domain.typed_lines import read_line
from service.errors import DecisionRefusedError
from sheets_schema.wording import Language, verbatim


@pytest.mark.parametrize("text", ["x\x00", "x\ud800", "x\x1b[0m", "x\ue000"])
def test_what_no_person_can_read_is_refused(text):
    with pytest.raises(DecisionRefusedError):
        read_line(text, 100, verbatim("Lý do"))


@pytest.mark.parametrize(
    ("read", "longest", "title"),
    [
        (typed_lines.read_reason, 1000, "Lý do"),
        (typed_lines.read_note, 1000, "Ghi chú"),
        (typed_lines.read_document, 200, "Số, ký hiệu văn bản"),
        (typed_lines.read_actor, 200, "Tên người ghi"),
    ],
)
def test_each_is_one_line_of_a_length(read, longest, title):
    assert read(f"  {'Ơ' * (longest - 2)}\n\tb ") == f"{'Ơ' * (longest - 2)} b"
    with pytest.raises(DecisionRefusedError) as refused:
        read("Ơ" * (longest + 1))
    assert refused.value.text(Language.VIETNAMESE) == f"“{title}” dài quá {longest} ký tự."
