"""Ticks as people give them."""

import pytest

from sheets_schema.reading.ticks import is_ticked, is_unclear


@pytest.mark.parametrize(
    "cell", ["TRUE", "true", "x", "X", " x ", "Có", "CÓ", "co", "✓", "✔", "v", "1", "đúng", "Đúng.", "(x)"]
)
def test_tick_is_set(cell):
    assert is_ticked(cell)
    assert not is_unclear(cell)


@pytest.mark.parametrize("cell", ["", "  ", "FALSE", "false", "Không", "KHÔNG", "0", "...", "-", "☐"])
def test_tick_is_not_set(cell):
    assert not is_ticked(cell)
    assert not is_unclear(cell)


@pytest.mark.parametrize("cell", ["có thể", "gửi sau", "2", "?!?"])
def test_tick_is_unclear_and_not_set(cell):
    assert not is_ticked(cell)
    assert is_unclear(cell)
