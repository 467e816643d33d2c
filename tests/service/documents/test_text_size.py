"""Words take as many lines as they are given."""

from __future__ import annotations

import pytest

from service.documents.text_size import line_count, line_starts, surely_on_a_line

SENTENCE = "Tuyên truyền, vận động Nhân dân hiến đất làm đường giao thông nông thôn; hỗ trợ 120 hộ nghèo."
TEXTS = [
    "",
    "Sở",
    SENTENCE,
    SENTENCE * 20,
    "dòng 1\n\ndòng 3\n",
    "  hai  khoảng   trống  ",
    "W" * 300,
    f"Xem https://vidu.example/{'a' * 90} và {SENTENCE}",
    f"một\thai\t{SENTENCE}",
    "漢字 " * 40,
    "Sở\u00a0Nội\u00a0vụ " * 12,
]


@pytest.mark.parametrize("words", TEXTS)
@pytest.mark.parametrize("width", [6.0, 13.0, 34.5, 60.0, 143.0])
@pytest.mark.parametrize("bold", [False, True])
def test_line_count_is_the_number_of_lines(words, width, bold):
    assert line_count(words, width, 11, bold=bold) == len(line_starts(words, width, 11, bold=bold))


@pytest.mark.parametrize("letter", ["W", "…", "漢", "Ư"])
def test_as_many_letters_as_surely_fit_are_on_a_line(letter):
    assert line_count(letter * surely_on_a_line(60, 11), 60, 11) == 1
