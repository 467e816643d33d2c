"""`tonghop intake` as it is typed."""

from __future__ import annotations

import json

import docx
import pytest
from click.testing import CliRunner

from service.cli.intake import intake
from service.cli.root import SeasonGroup
from service.data_folder import make_rehearsal
from tests.sent_forms import fill, saved, word_form


@pytest.fixture
def run(office, tmp_path, monkeypatch):
    """Return `run(content, options)`: the command over the office, on the morning of 28/9/2023."""
    monkeypatch.setenv("TONGHOP_DATA_DIR", str(office.settings.data_dir))
    make_rehearsal(office.settings.data_dir)
    path = tmp_path / "12-KH-SCT.docx"

    def invoke(content: bytes, *options: str):
        path.write_bytes(content)
        group = SeasonGroup(commands={"intake": intake})
        given = [str(path), "--form", "registration", "--now", "2023-09-28T08:00", *options]
        return CliRunner().invoke(group, ["intake", *given])

    return invoke


def test_dry_run_shows_and_writes_nothing(office, run):
    result = run(word_form(), "--dry-run")

    assert result.exit_code == 0
    for part in ("Sở Công Thương (S-CT)", "12/KH-SCT", "25/9/2023", "thêm 4 dòng", "Ngày “31/9/2023”", "Bảng 1."):
        assert part in result.stdout
    with office.workspace() as workspace:
        assert workspace.store.intakes.of(office.campaign.key) == ()


def test_file_is_taken_and_received_at_a_time(run):
    content = word_form()
    result = run(content, "--at", "2023-09-27T16:30", "--by", "Lê Thị A")

    assert result.exit_code == 0
    assert "Đã nhận vào trang của Sở Công Thương" in result.stdout
    assert "Đã gửi · Đúng hạn" in result.stdout
    again = run(content, "--at", "2023-09-27T16:30", "--by", "Lê Thị A")
    assert "Đã nhận rồi" in again.stdout
    assert "Lê Thị A nhận vào trang lúc 08:00 ngày 28/9/2023" in again.stdout


def test_without_a_time_it_says_that_the_unit_has_not_sent(run):
    assert "ghi --at" in run(word_form()).stderr


@pytest.mark.parametrize(
    ("content", "options", "hint"),
    [
        (word_form(head=("UBND TỈNH", "")), (), "--unit"),
        (word_form(), ("--unit", "S-GDDT"), "--other-unit"),
        (word_form(year=2022), (), "--other-year"),
    ],
)
def test_what_is_doubtful_is_refused_with_what_to_type(run, content, options, hint):
    refused = run(content, *options)

    assert refused.exit_code == 1
    assert hint in refused.stderr
    answer = {"--unit": ("--unit", "S-CT")}.get(hint, (hint,))
    assert run(content, *options, *answer).exit_code == 0


def test_words_without_a_place_are_left_out_only_when_that_is_confirmed(run):
    document = docx.Document()
    titles = ("Mục", "Nội dung", "Kết quả thực hiện", "Số liệu nổi bật", "Không phát sinh", "Ghi chú")
    fill(document, (titles, ("", "Đánh giá chung", "Tốt", "95%", "", "")))
    options = ("--form", "report", "--unit", "S-CT")
    refused = run(saved(document), *options)

    assert refused.exit_code == 1
    assert "“95%”" in refused.stdout
    assert "--leave-out" in refused.stderr
    taken = run(saved(document), *options, "--leave-out")
    assert (taken.exit_code, "“95%”" in taken.stdout) == (0, True)


def test_json_is_one_value(run):
    content = word_form()
    shown = json.loads(run(content, "--dry-run", "--format", "json").stdout)
    taken = json.loads(run(content, "--format", "json").stdout)

    assert (shown["unit"], shown["ready"], shown["mode"], len(shown["rows"])) == ("S-CT", True, "fill", 4)
    assert (taken["repeated"], taken["intake"]["name"], len(taken["intake"]["lines"])) == (False, "12-KH-SCT.docx", 4)


@pytest.mark.parametrize("options", [("--replace", "--append"), ("--unit", "không có"), ("--form", "")])
def test_wrong_arguments_are_refused(run, options):
    assert run(word_form(), *options).exit_code == 2


def test_document_without_number_and_day_is_taken_as_such(run):
    named = run(word_form(), "--dry-run").stdout
    without = run(word_form(), "--number", "", "--date", "", "--dry-run")

    assert without.exit_code == 0
    assert "12/KH-SCT" in named
    assert "12/KH-SCT" not in without.stdout


def test_english_is_spoken_where_it_is_set(run, monkeypatch):
    monkeypatch.setenv("TONGHOP_LANG", "en")

    result = run(word_form(), "--dry-run")

    assert "Unit: Sở Công Thương (S-CT), by the line “SỞ CÔNG THƯƠNG”" in result.stdout


def test_unit_that_was_chosen_against_the_file_is_not_said_to_be_named_by_it(run):
    answer = run(word_form(), "--unit", "S-GDDT", "--dry-run")

    assert answer.exit_code == 1
    assert "(S-GDDT), do người nhận chọn; dòng “SỞ CÔNG THƯƠNG” trong tệp là tên đơn vị khác." in answer.output
