"""A campaign folder becomes a campaign; another campaign is only another folder."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sheets_schema import declaration
from sheets_schema.campaign import Column, ColumnRole, Constraints, FieldRole, Unit, ValueType, Window
from sheets_schema.declaration import DeclarationError
from sheets_schema.wording import Language

FOLDER = Path(__file__).parents[1] / "campaigns" / "tuan_le_doc_sach_2031"


@pytest.fixture
def files():
    return declaration.read_folder(FOLDER)


def test_load_campaign_reads_a_folder_by_its_name(files):
    campaign = declaration.load_campaign(FOLDER)

    assert campaign == declaration.declare(files, "tuan_le_doc_sach_2031")
    assert campaign.key == "tuan_le_doc_sach_2031"


def test_load_campaign_carries_what_the_files_say():
    campaign = declaration.load_campaign(FOLDER)

    assert (campaign.title, campaign.year, campaign.locale) == ("Tuần lễ đọc sách 2031", 2031, "fr_FR")
    assert (campaign.plan_number, campaign.plan_date) == ("07/KH-HKĐ", date(2031, 2, 3))
    assert campaign.span == Window(date(2031, 4, 17), date(2031, 4, 23))
    assert campaign.policy.count_boundary_day_as_on_time is True
    assert campaign.units[0] == Unit(
        "CLB-01",
        "Câu lạc bộ Trang Sách",
        "Trang Sách",
        "cau_lac_bo",
        ("trang-sach@example.org", "thu-ky@example.org"),
        ("CLB Trang Sách",),
    )
    assert [unit.code for unit in campaign.active_units] == ["CH-01", "CLB-01"]
    assert (campaign.contents, campaign.slogans, campaign.board_tasks, campaign.recipients) == ((), (), (), ())


def test_deadline_is_the_instant_in_the_campaigns_zone():
    due_before = declaration.load_campaign(FOLDER).obligation("viec_lam").due_before

    assert due_before == datetime(2031, 3, 30, 22, tzinfo=UTC)
    assert due_before.isoformat() == "2031-03-31T00:00:00+02:00"


def test_deadline_in_another_offset_is_shown_in_the_campaigns_zone(files):
    files["campaign.toml"] = files["campaign.toml"].replace(b"2031-03-31T00:00:00+02:00", b"2031-03-30T22:00:00Z")

    assert declaration.declare(files, "x").obligations[0].due_before.isoformat() == "2031-03-31T00:00:00+02:00"


def test_form_is_read_whole():
    form = declaration.load_campaign(FOLDER).form("viec_lam")

    assert form.title == "Việc làm trong Tuần lễ đọc sách 2031"
    assert form.heading == ("TÊN CHI HỘI, CÂU LẠC BỘ", "BẢNG VIỆC LÀM TUẦN LỄ ĐỌC SÁCH 2031")
    assert form.columns[0] == Column(
        key="viec",
        title="Việc sẽ làm",
        role=ColumnRole.NAME,
        constraints=Constraints(required=True, min_length=3, max_length=200),
        aliases=("Việc",),
        description_vi="Gọi tên việc sẽ làm.",
        description_en="What will be done.",
        width=300,
    )
    assert form.columns[3].choices == form.columns[3].constraints.enum == ("Trong nhà", "Ngoài trời")
    assert (form.columns[4].type, form.columns[4].true_values) == (ValueType.TICK, ("true", "True", "TRUE", "1"))
    assert [(field.role, field.true_values) for field in form.fields] == [(FieldRole.CONFIRM, ("TRUE", "x"))]


def test_forms_stand_in_the_order_of_the_obligations():
    campaign = declaration.load_campaign(declaration.builtin_campaign("thang_dan_van_2023"))

    assert [form.key for form in campaign.forms] == [one.form for one in campaign.obligations]


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text + "\n\n",
    ],
    ids=["byte order mark", "Windows line ends", "decomposed", "blank lines at the end"],
)
def test_files_saved_by_other_programs_say_the_same(files, rewrite):
    saved = {name: rewrite(content.decode()).encode() for name, content in files.items()}

    assert declaration.declare(saved, "x") == declaration.declare(files, "x")


def test_roster_saved_by_a_spreadsheet_program_says_the_same(files):
    lines = files["units.csv"].decode().splitlines()
    saved = "\r\n".join(["active,code,name,short_name,group,emails,aliases", *(",,,,,,", "")])
    rows = [line.split(",") for line in lines[1:]]
    saved += "\r\n".join(",".join([row[6].upper(), *(f'" {cell}"' for cell in row[:6])]) for row in rows)

    same = declaration.declare(files | {"units.csv": saved.encode()}, "x")

    assert same.units == declaration.declare(files, "x").units


def test_group_without_units_is_fine(files):
    files["campaign.toml"] += '\n[[groups]]\ncode = "khac"\nname = "Nơi khác"\n'.encode()

    assert [group.code for group in declaration.declare(files, "x").groups][-1] == "khac"


def test_read_folder_leaves_other_files_alone(tmp_path, files):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "README.md").write_text("notes", encoding="utf-8")
    (tmp_path / ".hidden.json").write_text("{", encoding="utf-8")

    assert declaration.read_folder(tmp_path) == files


def test_read_folder_that_is_not_there(tmp_path):
    with pytest.raises(DeclarationError) as refused:
        declaration.load_campaign(tmp_path / "nowhere")

    assert refused.value.text(Language.ENGLISH) == (
        f"{tmp_path / 'nowhere'}: (folder): found no such file or folder; accepted: a readable folder"
    )


def test_builtin_campaign_is_a_folder_of_the_package():
    assert declaration.builtin_campaign("thang_dan_van_2023").name == "thang_dan_van_2023"


@pytest.mark.parametrize("key", ["thang_dan_van_2024", "", "..", "thang_dan_van_2023/units.csv", "/etc"])
def test_builtin_campaign_names_those_there_are(key):
    with pytest.raises(DeclarationError, match="thang_dan_van_2023"):
        declaration.builtin_campaign(key)
