"""A file that a unit sent is taken into its tab word for word, once, and nothing that was there is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service import workflows
from service.domain.intakes import IntakeMode
from service.domain.standing_labels import Receipt
from service.errors import IntakeRefusedError, UnreadableFileError
from service.intake.acceptance import accept
from service.intake.preview import Doubt
from tests.sent_forms import HEAD, ROWS


def test_rows_and_values_of_a_file_land_word_for_word(kind, take, table, value, sent):
    outcome = take(sent(kind))

    assert table() == [list(row) for row in ROWS]
    assert value("Số và ký hiệu") == "12/KH-SCT"
    assert value("Ngày ban hành") == "25/9/2023"
    assert (outcome.unit.code, len(outcome.intake.lines), outcome.repeated) == ("S-CT", 4, False)


def test_nothing_in_a_file_is_run(office, take):
    take()

    shown = office.tab("S-CT", "registration").get_all_values(value_render_option="FORMULA")
    assert "=HYPERLINK(1)" in [cell for row in shown for cell in row]
    office.consolidate()
    registrations = next(rows for title, rows in office.master().items() if "đăng ký" in title)
    assert "=HYPERLINK(1)" in [cell for row in registrations for cell in row]


def test_preview_writes_and_records_nothing(office, look):
    before = office.everything(office.books("registration")[0])

    found = look()

    assert found.is_ready
    assert (found.unit.code, found.guessed) == ("S-CT", True)
    assert office.everything(office.books("registration")[0]) == before
    with office.workspace() as workspace:
        assert workspace.store.intakes.of(office.campaign.key) == ()


def test_file_with_a_time_of_receipt_counts_as_sent_then(office, take):
    office.at("2023-10-05 09:00")

    outcome = take(received_at=office.at("2023-09-28 16:30").now)

    assert outcome.standing.receipt is Receipt.COMPLETE
    assert (outcome.standing.timeliness, outcome.decision.number) == ("on_time", 1)


def test_file_without_a_time_of_receipt_is_no_receipt(office, take):
    take()
    office.consolidate()

    assert office.standing("S-CT", "registration").receipt is Receipt.DRAFT


def test_receipt_in_the_future_is_refused_and_nothing_written(office, take, table):
    later = office.at("2023-09-28 16:30").now
    office.at("2023-09-20 08:00")

    with pytest.raises(IntakeRefusedError, match="chưa tới"):
        take(received_at=later)
    assert table() == []


def test_same_file_is_recorded_once(office, take, table, sent):
    file = sent()
    first = take(file, received_at=office.now)
    office.at("2023-09-21 08:00")
    again = take(file, received_at=first.intake.received_at)

    assert again.repeated
    assert again.intake == first.intake
    assert again.decision.number == first.decision.number
    assert len(table()) == 4
    with office.workspace() as workspace:
        assert len(workspace.store.intakes.of(office.campaign.key)) == 1


def test_original_file_is_kept_byte_for_byte(office, take, sent):
    file = sent("excel")
    outcome = take(file)

    with office.workspace() as workspace:
        assert workspace.store.intakes.file(outcome.intake.sha256) == file.content


def test_filled_tab_asks_how_and_loses_nothing(office, take, look, table):
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]])

    assert [doubt for doubt, _ in look().doubts] == [Doubt.TAB_FILLED]
    with pytest.raises(IntakeRefusedError, match="đã có nội dung khác"):
        take()
    assert [row[1] for row in table()] == ["Đơn vị tự nhập"]


def test_replaced_words_are_kept_as_a_version(office, take, table):
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]] * 6)

    take(mode=IntakeMode.REPLACE)

    assert [row[1] for row in table()] == [row[1] for row in ROWS]
    with office.workspace() as workspace:
        (version, *_) = workflows.versions(workspace, "S-CT", "registration")
        held = workflows.version_at(workspace, "S-CT", "registration", version.recorded_at)
    assert {row["values"]["ten_noi_dung"] for row, _ in held.rows} == {"Đơn vị tự nhập"}


def test_appended_words_stand_below_and_none_twice(office, take, table):
    own = ["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]
    office.type("S-CT", "registration", [own, ROWS[1]])

    outcome = take(mode=IntakeMode.APPEND)

    assert table() == [own, list(ROWS[1]), list(ROWS[0]), list(ROWS[2]), list(ROWS[3])]
    places = [line.row for line in sorted(outcome.intake.lines, key=lambda line: line.line)]
    assert [place - min(places) for place in places] == [1, 0, 2, 3]


def test_value_that_the_unit_typed_beside_the_table_stays_unless_it_is_replaced(office, take, look, value, sent):
    office.type("S-CT", "registration", labels={"Số và ký hiệu": "99/KH-SCT"})

    found = look()
    take()

    assert "99/KH-SCT" in " ".join(map(str, found.notes))
    assert value("Số và ký hiệu") == "99/KH-SCT"
    take(sent("excel"), mode=IntakeMode.REPLACE)
    assert value("Số và ký hiệu") == "12/KH-SCT"


@pytest.mark.parametrize(
    ("given", "said", "doubt"),
    [
        ({"head": ("TỈNH ỦY BẮC GIANG", "BAN NÀO ĐÓ")}, {}, Doubt.NO_UNIT),
        ({"head": ("UBND TỈNH BẮC GIANG", "Kế hoạch phối hợp với Sở Công Thương")}, {}, Doubt.NO_UNIT),
        ({}, {"unit": "S-GDDT"}, Doubt.OTHER_UNIT),
        ({"year": 2022}, {}, Doubt.OTHER_YEAR),
        ({"day": "Bắc Giang, ngày 25 tháng 9 năm 2022"}, {}, Doubt.OTHER_YEAR),
        ({"rows": [[*ROWS[1][:2], "15/10/2022", *ROWS[1][3:]]]}, {}, Doubt.OTHER_YEAR),
    ],
)
def test_file_of_another_unit_or_year_is_asked_about(kind, given, said, doubt, take, look, sent):
    file = sent(kind, **given)

    found = look(file, **said)

    assert [one for one, _ in found.doubts] == [doubt]
    with pytest.raises(IntakeRefusedError):
        take(file, **said)
    confirmed = {"unit": "S-CT"} if doubt is Doubt.NO_UNIT else {"confirmed": frozenset({doubt}), **said}
    assert not take(file, **confirmed).repeated


def test_file_of_a_unit_without_certainty_names_the_candidates(look, sent):
    head = ("UBND TỈNH BẮC GIANG", "Kế hoạch phối hợp với Sở Công Thương")

    ((_, why),) = look(sent(head=head)).doubts

    assert "Sở Công Thương (S-CT)" in str(why)


def test_file_taken_for_another_unit_is_noticed(take, look, sent):
    head = ("UBND TỈNH BẮC GIANG", "")
    file = sent(head=head)
    take(file, unit="S-CT")

    ((doubt, why),) = look(file, unit="S-GDDT").doubts

    assert doubt is Doubt.OTHER_UNIT
    assert "S-CT" in str(why)


def test_number_and_day_may_be_typed_instead(take, value):
    take(number="13/KH-SCT", day="")

    assert (value("Số và ký hiệu"), value("Ngày ban hành")) == ("13/KH-SCT", "")


def test_more_rows_than_the_tab_has_are_refused_with_their_number(take, table, sent):
    rows = [[str(number), *ROWS[1][1:]] for number in range(130)]

    with pytest.raises(IntakeRefusedError, match="thiếu 30 dòng"):
        take(sent(rows=rows))
    assert table() == []


def test_tab_that_changed_since_the_preview_is_not_written(office, look, table, asked):
    shown = look(mode=IntakeMode.REPLACE).fingerprint
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]])

    with office.workspace() as workspace, pytest.raises(IntakeRefusedError, match="vừa thay đổi"):
        accept(workspace, asked(mode=IntakeMode.REPLACE), expected=shown)
    assert [row[1] for row in table()] == ["Đơn vị tự nhập"]


def test_blank_form_and_unreadable_file_say_so(take, sent):
    with pytest.raises(IntakeRefusedError, match="còn trống"):
        take(sent(rows=[], head=HEAD[:2], day=""))
    with pytest.raises(UnreadableFileError, match=r"a\.docx: đây là tệp PDF"):
        take(replace(sent(), content=b"%PDF-1.7"))
