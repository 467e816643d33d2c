"""A file that a unit sent is taken into its tab word for word, once, and nothing that was there is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service import workflows
from service.domain.intakes import IntakeMode
from service.domain.standing_labels import Receipt
from service.errors import IntakeRefusedError, UnreadableFileError
from service.intake.acceptance import accept
from service.intake.file_reading import SentFile
from service.intake.preview import Doubt, IntakeRequest, foresee
from tests.sent_forms import HEAD, ROWS, excel_form, word_form

FORMS = {"word": ("a.docx", word_form), "excel": ("a.xlsx", excel_form)}


def sent(kind: str = "word", **given: object) -> SentFile:
    name, make = FORMS[kind]
    return SentFile(name, make(**given))


def request(office, file: SentFile | None = None, **given: object) -> IntakeRequest:
    return IntakeRequest(file or sent(), "registration", "Trần Thị B", **given)


def take(office, file: SentFile | None = None, **given: object):
    with office.workspace() as workspace:
        return accept(workspace, request(office, file, **given))


def look(office, file: SentFile | None = None, **given: object):
    with office.workspace() as workspace:
        return foresee(workspace, request(office, file, **given))


def table(office, unit: str = "S-CT") -> list[list[str]]:
    """Return what is typed into a unit's table, without the feedback."""
    shown = office.tab(unit, "registration").get_all_values()
    header = next(index for index, row in enumerate(shown) if row[0] == "Stt")
    return [row[:7] for row in shown[header + 1 :] if any(row[:7]) and row[4] != "(Ký tên, đóng dấu)"]


def value(office, label: str, unit: str = "S-CT") -> str:
    shown = office.tab(unit, "registration").get_all_values()
    row, column = office.find(shown, label)
    return shown[row - 1][column]


@pytest.mark.parametrize("kind", FORMS)
def test_rows_and_values_of_a_file_land_word_for_word(office, kind):
    outcome = take(office, sent(kind))

    assert table(office) == [list(row) for row in ROWS]
    assert value(office, "Số và ký hiệu") == "12/KH-SCT"
    assert value(office, "Ngày ban hành") == "25/9/2023"
    assert (outcome.unit.code, len(outcome.intake.lines), outcome.repeated) == ("S-CT", 4, False)


def test_nothing_in_a_file_is_run(office):
    take(office)

    shown = office.tab("S-CT", "registration").get_all_values(value_render_option="FORMULA")
    assert "=HYPERLINK(1)" in [cell for row in shown for cell in row]
    office.consolidate()
    registrations = next(rows for title, rows in office.master().items() if "đăng ký" in title)
    assert "=HYPERLINK(1)" in [cell for row in registrations for cell in row]


def test_preview_writes_and_records_nothing(office):
    before = office.everything(office.books("registration")[0])

    found = look(office)

    assert found.is_ready
    assert (found.unit.code, found.guessed) == ("S-CT", True)
    assert office.everything(office.books("registration")[0]) == before
    with office.workspace() as workspace:
        assert workspace.store.intakes.of(office.campaign.key) == ()


def test_file_with_a_time_of_receipt_counts_as_sent_then(office):
    office.at("2023-10-05 09:00")

    outcome = take(office, received_at=office.at("2023-09-28 16:30").now)

    assert outcome.standing.receipt is Receipt.COMPLETE
    assert (outcome.standing.timeliness, outcome.decision.number) == ("on_time", 1)


def test_file_without_a_time_of_receipt_is_no_receipt(office):
    take(office)
    office.consolidate()

    assert office.standing("S-CT", "registration").receipt is Receipt.DRAFT


def test_receipt_in_the_future_is_refused_and_nothing_written(office):
    later = office.at("2023-09-28 16:30").now
    office.at("2023-09-20 08:00")

    with pytest.raises(IntakeRefusedError, match="chưa tới"):
        take(office, received_at=later)
    assert table(office) == []


def test_same_file_is_recorded_once(office):
    file = sent()
    first = take(office, file, received_at=office.now)
    office.at("2023-09-21 08:00")
    again = take(office, file, received_at=first.intake.received_at)

    assert again.repeated
    assert again.intake == first.intake
    assert again.decision.number == first.decision.number
    assert len(table(office)) == 4
    with office.workspace() as workspace:
        assert len(workspace.store.intakes.of(office.campaign.key)) == 1


def test_original_file_is_kept_byte_for_byte(office):
    file = sent("excel")
    outcome = take(office, file)

    with office.workspace() as workspace:
        assert workspace.store.intakes.file(outcome.intake.sha256) == file.content


def test_filled_tab_asks_how_and_loses_nothing(office):
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]])

    assert [doubt for doubt, _ in look(office).doubts] == [Doubt.TAB_FILLED]
    with pytest.raises(IntakeRefusedError, match="đã có nội dung khác"):
        take(office)
    assert [row[1] for row in table(office)] == ["Đơn vị tự nhập"]


def test_replaced_words_are_kept_as_a_version(office):
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]] * 6)

    take(office, mode=IntakeMode.REPLACE)

    assert [row[1] for row in table(office)] == [row[1] for row in ROWS]
    with office.workspace() as workspace:
        (version, *_) = workflows.versions(workspace, "S-CT", "registration")
        held = workflows.version_at(workspace, "S-CT", "registration", version.recorded_at)
    assert {row["values"]["ten_noi_dung"] for row, _ in held.rows} == {"Đơn vị tự nhập"}


def test_appended_words_stand_below_and_none_twice(office):
    own = ["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]
    office.type("S-CT", "registration", [own, ROWS[1]])

    outcome = take(office, mode=IntakeMode.APPEND)

    assert table(office) == [own, list(ROWS[1]), list(ROWS[0]), list(ROWS[2]), list(ROWS[3])]
    places = [line.row for line in sorted(outcome.intake.lines, key=lambda line: line.line)]
    assert [place - min(places) for place in places] == [1, 0, 2, 3]


def test_value_that_the_unit_typed_beside_the_table_stays_unless_it_is_replaced(office):
    office.type("S-CT", "registration", labels={"Số và ký hiệu": "99/KH-SCT"})

    found = look(office)
    take(office)

    assert "99/KH-SCT" in " ".join(map(str, found.notes))
    assert value(office, "Số và ký hiệu") == "99/KH-SCT"
    take(office, sent("excel"), mode=IntakeMode.REPLACE)
    assert value(office, "Số và ký hiệu") == "12/KH-SCT"


@pytest.mark.parametrize(
    ("given", "asked", "doubt"),
    [
        ({"head": ("TỈNH ỦY BẮC GIANG", "BAN NÀO ĐÓ")}, {}, Doubt.NO_UNIT),
        ({"head": ("UBND TỈNH BẮC GIANG", "Kế hoạch phối hợp với Sở Công Thương")}, {}, Doubt.NO_UNIT),
        ({}, {"unit": "S-GDDT"}, Doubt.OTHER_UNIT),
        ({"year": 2022}, {}, Doubt.OTHER_YEAR),
        ({"day": "Bắc Giang, ngày 25 tháng 9 năm 2022"}, {}, Doubt.OTHER_YEAR),
        ({"rows": [[*ROWS[1][:2], "15/10/2022", *ROWS[1][3:]]]}, {}, Doubt.OTHER_YEAR),
    ],
)
@pytest.mark.parametrize("kind", FORMS)
def test_file_of_another_unit_or_year_is_asked_about(office, kind, given, asked, doubt):
    file = sent(kind, **given)

    found = look(office, file, **asked)

    assert [one for one, _ in found.doubts] == [doubt]
    with pytest.raises(IntakeRefusedError):
        take(office, file, **asked)
    confirmed = {"unit": "S-CT"} if doubt is Doubt.NO_UNIT else {"confirmed": frozenset({doubt}), **asked}
    assert not take(office, file, **confirmed).repeated


def test_file_of_a_unit_without_certainty_names_the_candidates(office):
    head = ("UBND TỈNH BẮC GIANG", "Kế hoạch phối hợp với Sở Công Thương")

    ((_, why),) = look(office, sent(head=head)).doubts

    assert "Sở Công Thương (S-CT)" in str(why)


def test_file_taken_for_another_unit_is_noticed(office):
    head = ("UBND TỈNH BẮC GIANG", "")
    file = sent(head=head)
    take(office, file, unit="S-CT")

    ((doubt, why),) = look(office, file, unit="S-GDDT").doubts

    assert doubt is Doubt.OTHER_UNIT
    assert "S-CT" in str(why)


def test_number_and_day_may_be_typed_instead(office):
    take(office, number="13/KH-SCT", day="")

    assert (value(office, "Số và ký hiệu"), value(office, "Ngày ban hành")) == ("13/KH-SCT", "")


def test_more_rows_than_the_tab_has_are_refused_with_their_number(office):
    rows = [[str(number), *ROWS[1][1:]] for number in range(130)]

    with pytest.raises(IntakeRefusedError, match="thiếu 30 dòng"):
        take(office, sent(rows=rows))
    assert table(office) == []


def test_tab_that_changed_since_the_preview_is_not_written(office):
    shown = look(office, mode=IntakeMode.REPLACE).fingerprint
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]])

    with office.workspace() as workspace, pytest.raises(IntakeRefusedError, match="vừa thay đổi"):
        accept(workspace, request(office, mode=IntakeMode.REPLACE), expected=shown)
    assert [row[1] for row in table(office)] == ["Đơn vị tự nhập"]


def test_blank_form_and_unreadable_file_say_so(office):
    with pytest.raises(IntakeRefusedError, match="còn trống"):
        take(office, sent(rows=[], head=HEAD[:2], day=""))
    with pytest.raises(UnreadableFileError, match=r"a\.docx: đây là tệp PDF"):
        take(office, replace(sent(), content=b"%PDF-1.7"))
