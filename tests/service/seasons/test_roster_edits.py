"""Lists laid over a roster, units renamed, merged, split; nothing of what is not understood is lost."""

from __future__ import annotations

import pytest

from service.errors import SeasonRefusedError
from service.seasons import roster_edits, roster_lists
from sheets_schema.declaration import DeclarationError, builtin_campaign, declare, read_folder
from sheets_schema.declaration.edited_files import roster_text
from sheets_schema.wording import Language

SEASON = "thang_dan_van_2023"
FILES = read_folder(builtin_campaign(SEASON))
CAMPAIGN = declare(FILES, SEASON)
ROSTER = roster_text(FILES["units.csv"])
COUNT = len(ROSTER.lines)


def declared(roster):
    return declare({**FILES, "units.csv": roster.content}, SEASON)


def laid(text: str, *, switch_off: bool = False):
    rows = roster_lists.rows_of_list(text.encode())
    return roster_edits.laid_over(ROSTER, CAMPAIGN, rows, switch_off=switch_off)


def test_a_pasted_list_is_laid_over_by_name_and_code():
    brought = laid(
        "DANH SÁCH ĐƠN VỊ\n\nStt\tTên đơn vị\tKhối\tEmail\tGhi chú\n"
        "1\tsở công thương\tSở, ban, ngành\tmoi@bg.example, hai@bg.example\tx\n"
        "2\tSở Du lịch\tSở, ban, ngành\t\t\n3\tSCT2\tMTTQ và các tổ chức CT-XH\t\t\n"
    )
    made = declared(brought.roster)

    assert made.unit("S-CT").emails == ("moi@bg.example", "hai@bg.example")
    assert [(one.code, one.name, one.group, one.active) for one in made.units[COUNT:]] == [
        ("SDL", "Sở Du lịch", "so_ban_nganh", True),
        ("S", "SCT2", "mttq_to_chuc_ctxh", True),
    ]
    assert brought.notes[0].text(Language.VIETNAMESE).startswith("52 đơn vị không có trong danh sách mới, giữ nguyên")


def test_a_bare_list_of_names_needs_no_titles():
    made = declared(laid("Sở Du lịch\n\nSở Công Thương\n").roster)

    assert len(made.units) == COUNT + 1
    assert made.unit("S-CT") == CAMPAIGN.unit("S-CT")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Sở Nội vụ\nSở Văn hóa, Thể thao và Du lịch\n", []),
        ("Sở Văn hóa, Thể thao và Du lịch\n", []),
        ("Tên đơn vị\nSở Nội vụ\nSở Mới,Cũ\n", ["Sở Mới,Cũ"]),  # one title is a title, no unit
        ('"Sở Mới, Cũ"\n"Sở ""Nữa"""\n', ["Sở Mới, Cũ", 'Sở "Nữa"']),
        ("Sở Nội vụ;\nSở Mới, Cũ;\n", ["Sở Mới, Cũ"]),
        ("Mã\nS-NV\nS-CT\n", []),
        ("1. Sở Nội vụ\n2) Sở Mới, Cũ\n- Sở Văn hóa, Thể thao và Du lịch;\n", ["Sở Mới, Cũ"]),
        ("1.\tSở Nội vụ\n2\tSở Mới, Cũ\n(3)\tSở Nữa\n", ["Sở Mới, Cũ", "Sở Nữa"]),
        ("Stt\tTên đơn vị\tKhối\n1\t1. Sở Nội vụ\t\n2\ta) Sở Mới\t\n", ["Sở Mới"]),
        ("Sở Lạ\n3. Sở Nội vụ\n4. Sở Mới\n", ["Sở Lạ", "4. Sở Mới"]),  # not every line has a number
        ("30-4\n19/5\n", ["30-4", "19/5"]),
    ],
)
def test_a_bare_list_is_names_with_their_commas_and_without_their_numbers(text, new):
    assert [one.name for one in declared(laid(text).roster).units[COUNT:]] == new


def test_units_that_are_absent_are_switched_off_when_asked():
    made = declared(laid("Mã đơn vị;Tên đơn vị;Phải gửi\nS-CT;Sở Công Thương;có\n", switch_off=True).roster)

    assert [one.code for one in made.active_units] == ["S-CT"]


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\tc\n1\t2\t3\n",
        "   ",
        "x;y\n",
        "Sở Nội vụ,so_ban_nganh\nSở Y tế,so_ban_nganh\n",
        "STT, Tên\n1, Sở Nội vụ\n",
        "Sở Nội vụ, snv@bg.example\nSở Y tế\n",
        "Sở Nội vụ, 12\nSở Y tế\n",
        "Tên đơn vị\n",
    ],
)
def test_what_is_no_list_is_refused_with_what_is_looked_for(text):
    with pytest.raises(SeasonRefusedError):
        laid(text)


def as_excel_saves(roster):
    cells = {"true": "TRUE", "false": "FALSE"}
    return roster.with_lines({**line, "active": cells[line["active"]]} for line in roster.lines)


def test_roster_that_excel_saved_is_read_as_the_same():
    saved = as_excel_saves(ROSTER)
    rows = roster_lists.rows_of_list("Sở Công Thương\n".encode())

    assert declared(saved) == CAMPAIGN
    made = roster_edits.laid_over(saved, CAMPAIGN, rows, switch_off=True)
    assert [one.code for one in declared(made.roster).active_units] == ["S-CT"]
    assert made.notes[0].text(Language.VIETNAMESE).startswith(f"{len(CAMPAIGN.active_units) - 1} đơn vị")
    assert declared(roster_edits.merged(saved, "S-CT", "S-GDDT")).unit("S-CT").merged_into == "S-GDDT"


@pytest.mark.parametrize("on", ["true", "TRUE", "True"])
def test_active_unit_is_merged_into_none_however_its_switch_is_written(on):
    lines = [
        {**line, "merged_into": "S-GDDT", "active": on} if line["code"] == "S-CT" else line for line in ROSTER.lines
    ]

    with pytest.raises(DeclarationError, match="để trống khi đơn vị còn hoạt động"):
        declared(ROSTER.with_lines(lines))


def test_two_lines_of_one_unit_are_named():
    with pytest.raises(SeasonRefusedError) as refused:
        laid("Sở Công Thương\nSCT\n")

    assert "“SCT” và “Sở Công Thương”" in refused.value.text(Language.VIETNAMESE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Mã;Thư điện tử\nS-NVX;a@b.vn\nS-YT;c@d.vn\n",
            "Dòng 2: chưa có đơn vị nào mang mã “S-NVX”, có phải “S-NV”? Sửa lại mã, hoặc ghi tên đơn vị",
        ),
        (
            "DANH SÁCH\n\nMã;Tên đơn vị;Khối;Tên trang\nSM;Sở Mới;;\nQQQQ;;;Trang mới\n",
            "Dòng 5: chưa có đơn vị nào mang mã “QQQQ”. Sửa lại mã, hoặc ghi tên đơn vị",
        ),
        ("Mã;Tên đơn vị\nSM;Sở Mới\nsm;\n", "Hai dòng cùng là một đơn vị: “sm” và “Sở Mới”."),
    ],
)
def test_a_new_code_without_a_name_is_refused_by_its_line(text, reason):
    with pytest.raises(SeasonRefusedError) as refused:
        laid(text)

    assert refused.value.text(Language.VIETNAMESE).startswith(reason)


def test_many_new_codes_without_names_are_counted():
    with pytest.raises(SeasonRefusedError) as refused:
        laid("Mã;Thư điện tử\n" + "".join(f"Q{number:04};\n" for number in range(8)))

    said = refused.value.text(Language.ENGLISH)
    assert said.count("no unit has the code") == 5
    assert said.endswith("3 further lines are like these.")


def test_a_new_code_keeps_what_was_received_under_the_former_one():
    once = roster_edits.with_unit(ROSTER, "S-CT", {"code": "SCT", "name": "Sở Công thương"})
    again = roster_edits.with_unit(once, "SCT", {"code": "SCTT"})

    assert declared(again).unit("SCTT").former_codes == ("S-CT", "SCT")
    assert "former_codes" in again.columns
    back = roster_edits.with_unit(again, "SCTT", {"code": "S-CT"})
    assert declared(back).unit("S-CT").former_codes == ("SCT", "SCTT")


def test_units_are_merged_and_split():
    made = declared(roster_edits.merged(ROSTER, "S-CT", "S-GDDT"))
    assert (made.unit("S-CT").active, made.unit("S-CT").merged_into) == (False, "S-GDDT")
    halves = declared(roster_edits.split(ROSTER, "S-CT", ["Sở Công", " Sở Thương ", ""], stays=False))
    assert halves.unit("S-CT").active is False
    assert [one.name for one in halves.units if one.code in ("SC", "ST")] == ["Sở Công", "Sở Thương"]
    for wrong in (lambda: roster_edits.merged(ROSTER, "S-CT", "S-CT"), lambda: roster_edits.merged(ROSTER, "S-CT", "")):
        with pytest.raises(SeasonRefusedError):
            wrong()
    with pytest.raises(SeasonRefusedError):
        roster_edits.split(ROSTER, "S-CT", ["một"], stays=False)


def test_a_column_that_is_not_known_is_carried_through():
    roster = roster_text(b"code,name,short_name,group,emails,aliases,active,phone\nA,Unit A,A,g,,,true,0204\n")
    made = roster_edits.with_typed(
        roster, {"A": {"name": "Unit  A\n2"}}, [{"name": "Unit B", "group": "g"}, {"name": " ", "group": "g"}]
    )

    assert made.content.decode().splitlines()[1:] == ["A,Unit A 2,A,g,,,true,0204", "UB,Unit B,Unit B,g,,,true,"]


def test_a_new_line_typed_without_its_name_is_kept_to_be_refused_beside_it():
    made = roster_edits.with_typed(ROSTER, {}, [{"code": "SM", "name": "", "group": "so_ban_nganh"}])

    with pytest.raises(DeclarationError) as refused:
        declared(made)
    assert {(fault.line, fault.key) for fault in refused.value.faults} >= {(COUNT + 2, "name")}


@pytest.mark.parametrize(
    ("name", "code"),
    [("Sở Văn hóa và Thể thao", "SVHTT"), ("★", "DV"), ("Đội 5", "D5"), ("Sở Xây dựng", "SXD"), ("", "DV")],
)
def test_codes_are_made_of_first_letters_and_are_no_others(name, code):
    assert roster_edits.code_of(name, ()) == code
    assert roster_edits.code_of(name, (code.lower(),)) == f"{code}-2"
