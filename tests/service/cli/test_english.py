"""Where English is set, what commands say of forms, limits, papers and instants is English."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from service.cli.root import main

VIETNAMESE = re.compile(r"trước ngày|hết ngày|\d\d:\d\d ngày|Đăng ký hoạt động|Báo cáo kết quả$|Bảng theo dõi|Công văn")


@pytest.fixture
def run(office, monkeypatch, tmp_path):
    """Run a command in English over three units that have sent nothing."""
    monkeypatch.setenv("TONGHOP_DATA_DIR", str(office.settings.data_dir))
    monkeypatch.setenv("TONGHOP_REHEARSAL", "1")
    monkeypatch.setenv("TONGHOP_LANG", "en")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status",), "before 30/9/2023 (the last day is 29/9/2023)"),
        (("status", "--if", "due_soon_days=3"), "before 30/9/2023 (the last day"),
        (("explain", "S-CT", "--form", "registration"), "Registration of activities"),
        (("nil", "S-CT", "--form", "report", "--dry-run"), "Result report"),
        (("paper", "progress", "--as-of", "2023-10-02T17:00"), "Follow-up list, figures as of 17:00 on 02/10/2023"),
        (("paper-template", "list"), "Letter of urging"),
    ],
)
def test_what_is_said_is_english(run, arguments, said):
    answer = run(*arguments).stdout

    assert said in answer
    assert not VIETNAMESE.search(answer)
