"""`tonghop paper` and `tonghop paper-template`: a file each, said plainly, nothing written where it is refused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from service.cli.root import main
from service.documents.papers.shipped_templates import shipped_template
from service.domain.papers import PaperName

ROOT = Path(__file__).parents[3]
NOW = "2023-10-02T17:00"


@pytest.fixture
def run(provisioned, tmp_path, monkeypatch):
    """Run a command over three units that have sent nothing."""
    monkeypatch.setenv("TONGHOP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TONGHOP_REHEARSAL", "1")
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str):
        return CliRunner().invoke(main, arguments)

    return command


@pytest.fixture
def at_work(office, run):
    del office  # its data folder is the one that the commands work on
    return run


def test_paper_is_written_and_accounted_for(at_work, tmp_path):
    done = at_work("paper", "progress", "--as-of", NOW)
    named = at_work("paper", "urging", "--as-of", NOW, "--new-date", "09/10/2023", "-o", "thu.docx")

    assert done.exit_code == 0, done.output
    assert (tmp_path / "tonghop-progress-20231002-1700.docx").exists()
    assert "= 3 đơn vị trong danh sách." in done.output
    assert named.exit_code == 0, named.output
    words = "\n".join(one.text for one in Document(str(tmp_path / "thu.docx")).paragraphs)
    assert "trước ngày 09/10/2023 (hết ngày 08/10/2023, Chủ nhật)" in words


def test_paper_is_accounted_for_in_the_operators_language(at_work, monkeypatch):
    monkeypatch.setenv("TONGHOP_LANG", "en")

    listed, reported = at_work("paper", "progress", "--as-of", NOW), at_work("paper", "summary", "--as-of", NOW)

    for done in (listed, reported):
        assert done.exit_code == 0, done.output
        assert "= 3 units on the roster." in done.stderr
        assert "đơn vị trong danh sách" not in done.stderr


def test_report_has_the_analysis_as_annexes_where_it_is_asked_for(at_work, tmp_path):
    plain = at_work("paper", "summary", "-o", "thuong.docx")
    analysed = at_work("paper", "summary", "--analysis", "-o", "phan-tich.docx")

    assert (plain.exit_code, analysed.exit_code) == (0, 0), analysed.output
    shorter, longer = (Document(str(tmp_path / name)) for name in ("thuong.docx", "phan-tich.docx"))
    titles = {cell.text for table in longer.tables[len(shorter.tables) :] for cell in table.rows[0].cells}
    assert {"MTTQ và các tổ chức CT-XH", "Tất cả"} <= titles
    assert "Hoạt động đăng ký theo nội dung và khối" in "\n".join(one.text for one in longer.paragraphs)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("paper", "form"), "của một đơn vị"),
        (("paper", "form", "khong-co"), "Không có đơn vị"),
        (("paper", "return", "S-CT"), "không có nội dung nào phải bổ sung"),
        (("paper", "urging", "--form", "x"), "Không có mẫu x"),
        (("paper", "urging", "--new-date", "31/9/2023"), "31/9/2023"),
        (("paper", "gi-do"), "progress"),
        (("paper", "urging", "S-CT"), "không dùng “S-CT”: chỉ form, return dùng"),
        (("paper", "summary", "--form", "report"), "không dùng --form"),
        (("paper", "progress", "--new-date", "5/10/2023"), "không dùng --new-date"),
        (("paper", "form", "S-CT", "--analysis"), "không dùng --analysis: chỉ summary"),
        (("paper", "progress", "-o", "khong/co/thu.docx"), "Không viết được khong/co/thu.docx"),
        (("paper-template", "withdraw", "urging"), "không có mẫu nào đã tải lên"),
    ],
)
def test_refusal_is_plain_and_writes_nothing(at_work, tmp_path, arguments, said):
    dated = (*arguments, "--as-of", NOW) if arguments[0] == "paper" else arguments
    done = at_work(*dated)

    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.glob("*.docx")) == []


def test_template_goes_out_and_comes_back(at_work, tmp_path):
    assert at_work("paper-template", "copy", "urging", "-o", "mau.docx").exit_code == 0
    assert (tmp_path / "mau.docx").read_bytes() == shipped_template(PaperName.URGING)
    edited = Document(str(tmp_path / "mau.docx"))
    edited.add_paragraph("Điện thoại: 0204.000.000")
    edited.save(str(tmp_path / "moi.docx"))
    edited.add_paragraph("{% for x in to %}")
    edited.save(str(tmp_path / "hong.docx"))

    (tmp_path / "mau.csv").write_text("a;b\n", encoding="utf-8")
    assert "dùng được: đây là tệp chữ" in at_work("paper-template", "try", "urging", "mau.csv").output

    refused = at_work("paper-template", "try", "urging", "hong.docx")
    assert refused.exit_code != 0
    assert "chưa được đóng bằng “endfor”" in refused.output
    assert at_work("paper-template", "try", "urging", "moi.docx").exit_code == 0
    assert at_work("paper-template", "use", "urging", "moi.docx", "--by", "Lê Thị B").exit_code == 0
    assert "moi.docx, Lê Thị B tải lên" in at_work("paper-template", "list").output
    at_work("paper-template", "copy", "urging", "-o", "dang-dung.docx")
    assert (tmp_path / "dang-dung.docx").read_bytes() == (tmp_path / "moi.docx").read_bytes()
    assert at_work("paper-template", "withdraw", "urging").exit_code == 0
    assert "tải lên" not in at_work("paper-template", "list").output


def test_shipped_templates_are_what_their_script_makes(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("paper_templates", ROOT / "scripts" / "paper_templates.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "FOLDER", tmp_path)

    script.main()

    made = {path.stem: path.read_bytes() for path in tmp_path.glob("*.docx")}
    assert made == {name.value: shipped_template(name) for name in PaperName}
