"""Signs for "as above"."""

import pytest

from sheets_schema.reading.ditto import is_ditto


@pytest.mark.parametrize(
    "cell",
    [
        "nt",
        "NT",
        "-nt-",
        "- nt -",
        "n.t",
        "(nt)",
        "như trên",
        "Như  trên",
        "nhu tren",
        "-như trên-",
        '"',
        '""',
        "''",
        "//",
        "-//-",
        "〃",
        "”",
        "như dòng trên",
        "nh\u01b0 tre\u0302n",
        "như mục trên",
        ' " ',
    ],
)
def test_ditto_is_recognised(cell):
    assert is_ditto(cell)


@pytest.mark.parametrize(
    "cell",
    ["", " ", "-", "...", "n", "Như trên và thêm 02 xã", "NTM", "nt2", "Nông thôn", "/", "1/2", "'", "như năm trước"],
)
def test_ditto_is_nothing_else(cell):
    assert not is_ditto(cell)
