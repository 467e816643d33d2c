"""A signer's title and name on lines of their own."""

from __future__ import annotations

import pytest

from service.domain.signers import signer_lines


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("GIÁM ĐỐC - Nguyễn Văn An", ["GIÁM ĐỐC", "Nguyễn Văn An"]),
        ("Nguyễn Văn An, Giám đốc", ["Nguyễn Văn An", "Giám đốc"]),
        ("K/T GIÁM ĐỐC\nPHÓ GIÁM ĐỐC ;  Trần Thị B", ["K/T GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Thị B"]),
        ("  Lê A-li-mi  ", ["Lê A-li-mi"]),
        ("\n –  ", ["–"]),
        ("", []),
    ],
)
def test_title_and_name_are_lines(typed, lines):
    assert signer_lines(typed) == lines
