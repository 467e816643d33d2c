"""What a registration's file says outside the form's table is named and asked about, and never counted in silence."""

from __future__ import annotations

import docx
import pytest

from service.domain.intakes import IntakeMode
from service.errors import IntakeRefusedError
from service.intake.file_reading import SentFile
from service.intake.preview import Doubt
from sheets_schema.wording import Language
from tests.sent_forms import HEAD, ROWS, TITLES, fill, saved

MORE = ("4", "Hoạt động ở bảng sau", "25/10/2023", "5 xã", "Nhân dân", "100%", "")
LOST = frozenset({Doubt.LEFT_OUT})


def document(*parts: str | list[tuple[str, ...]]) -> SentFile:
    """Return a Word file with a letterhead, then lines and tables in this order."""
    made = docx.Document()
    for line in HEAD:
        made.add_paragraph(line)
    for part in parts:
        if isinstance(part, str):
            made.add_paragraph(part)
        else:
            fill(made, part)
    return SentFile("a.docx", saved(made))


def with_budget(texts: tuple[str, ...], budget: str) -> tuple[str, ...]:
    return (*texts[:6], budget, texts[6])


WHOLE = [TITLES, *ROWS[1:3]]
FILES = {
    "a further table without titles": (
        document(WHOLE, "Tiếp theo", [MORE, ("5", *MORE[1:])]),
        "Bảng 2, dòng 2: “4”; “Hoạt động ở bảng sau”",
    ),
    "a column that is none of the form's": (
        document([with_budget(TITLES, "Kinh phí"), *(with_budget(row, "10 triệu") for row in ROWS[1:3])]),
        "dòng 5: “Kinh phí: 10 triệu”",
    ),
    "a paragraph below the table": (
        document(WHOLE, "KT. GIÁM ĐỐC", "4. Lễ phát động ngày 12/10/2023"),
        "dưới bảng: “4. Lễ phát động ngày 12/10/2023”",
    ),
    "a paragraph above the signature's table": (
        document(
            WHOLE,
            "4. Lễ phát động đợt cao điểm hưởng ứng Tháng Dân vận, ngày 12/10/2023",
            [("Nơi nhận: như trên", "KT. GIÁM ĐỐC")],
        ),
        "Bảng 2, dòng 1: “4. Lễ phát động đợt cao điểm",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_words_outside_the_table_are_named_and_asked_about(kind, look, take, table):
    file, said = FILES[kind]
    found = look(file)

    assert [doubt for doubt, _ in found.doubts] == [Doubt.LEFT_OUT]
    assert any(said in note.text(Language.VIETNAMESE) for note in found.notes)
    with pytest.raises(IntakeRefusedError):
        take(file)
    take(file, confirmed=LOST)
    assert [row[1] for row in table()] == [row[1] for row in ROWS[1:3]]


def test_a_signature_below_the_table_is_not_asked_about(look):
    below = ("Bắc Giang, ngày 25 tháng 9 năm 2023", "KT. GIÁM ĐỐC", "Nguyễn Văn A")

    for file in (document(WHOLE, *below), document(WHOLE, "", [("Nơi nhận:\n- Như trên;\n- Lưu: VT.", below[1])])):
        assert look(file).is_ready


def test_a_file_of_which_no_row_is_accepted_counts_as_sent_only_when_that_is_confirmed(office, look, take):
    file = document([TITLES, ("1", "", "15/10/2023", "xã", "dân", "tốt", ""), ("2", "Thăm", "", "xã", "dân", "", "")])
    at = office.now

    assert [doubt for doubt, _ in look(file, received_at=at).doubts] == [Doubt.NO_ROW]
    assert look(file).is_ready
    assert take(file, received_at=at, confirmed=frozenset({Doubt.NO_ROW})).standing.receipt.counts


def test_a_later_file_leaves_the_first_receipt_as_it_is(office, look, take):
    first = document(WHOLE)
    take(first, received_at=office.at("2023-09-27 11:00").now)
    later = office.at("2023-10-02 08:00").now
    second = document([*WHOLE, MORE])
    answer = {"received_at": later, "mode": IntakeMode.REPLACE}

    assert any("thời điểm ấy giữ nguyên" in note.text(Language.VIETNAMESE) for note in look(second, **answer).notes)
    taken = take(second, **answer)
    assert (taken.decision, taken.standing.timeliness, taken.intake.received_at) == (None, "on_time", later)
    # one that came before the first is the first
    earlier = office.at("2023-09-26 08:00").now
    office.at("2023-10-03 08:00")
    assert take(first, received_at=earlier).standing.received_at == earlier
