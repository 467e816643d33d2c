"""Where each part of a form stands on its tab, and that the tiles cover it without overlapping."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.campaign import FieldRole, TableKind
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.layout import Box, HeadingStyle, is_place_date, lay_out, locked_tiles

READING_WEEK = Path(__file__).parents[1] / "campaigns" / "tuan_le_doc_sach_2031"


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture(scope="module")
def laid(campaign):
    def make(form):
        return lay_out(campaign, campaign.form(form), campaign.unit("S-CT"), "Hạn gửi: hết ngày 29/9/2023.")

    return make


@pytest.mark.parametrize("form", ["registration", "report"])
def test_parts_stand_below_each_other(laid, form):
    layout = laid(form)

    headings = max(heading.box.end_row for heading in layout.headings)
    assert all(headings <= place.row < layout.header_row for place in layout.fields)
    assert (layout.table.start_row, layout.signature.start_row) == (layout.header_row + 1, layout.table.end_row)
    assert (layout.row_count, layout.column_count) == (layout.signature.end_row, layout.feedback_column + 1)


@pytest.mark.parametrize("form", ["registration", "report"])
def test_official_heading_stands_in_its_order(laid, campaign, form):
    declared = campaign.form(form).heading

    headings = [heading.text for heading in laid(form).headings]

    assert headings[0] == "SỞ CÔNG THƯƠNG"
    assert headings[-1] == "Hạn gửi: hết ngày 29/9/2023."
    assert headings[1:-1] == list(declared[1:])


@pytest.mark.parametrize("form", ["registration", "report"])
def test_headings_do_not_overlap(laid, form):
    cells = [cell for heading in laid(form).headings for cell in cells_of(heading.box)]

    assert len(cells) == len(set(cells))


def test_registration_leaves_a_hundred_rows(laid):
    layout = laid("registration")

    assert layout.table.end_row - layout.table.start_row >= 100
    assert (layout.table.start_column, layout.table.end_column) == (0, 7)


def test_report_has_its_fixed_rows(laid, campaign):
    layout = laid("report")

    assert [fixed.code for fixed in layout.fixed_rows if fixed.free is None] == [c.code for c in campaign.contents]
    assert [fixed.text for fixed in layout.fixed_rows if fixed.free] == [
        f.title for f in campaign.form("report").free_rows
    ]
    assert [fixed.row for fixed in layout.fixed_rows] == list(range(layout.table.start_row, layout.table.end_row))


@pytest.mark.parametrize("form", ["registration", "report"])
def test_every_value_is_an_input_right_of_its_label(laid, form):
    layout = laid(form)
    inputs = {cell for box in layout.inputs for cell in cells_of(box)}

    assert {(place.row, place.value_column) for place in layout.fields} <= inputs
    assert {(place.row, place.label_column) for place in layout.fields} & inputs == set()
    assert len({(place.row, place.label_column) for place in layout.fields}) == len(layout.fields)


@pytest.mark.parametrize("form", ["registration", "report"])
def test_feedback_header_and_given_words_are_no_inputs(laid, form):
    layout = laid(form)
    inputs = {cell for box in layout.inputs for cell in cells_of(box)}

    assert {row for row, column in inputs if column == layout.feedback_column} == set()
    assert {column for row, column in inputs if row == layout.header_row} == set()
    assert {row for row, _ in inputs if row >= layout.signature.start_row} == set()
    if layout.form.table is TableKind.FIXED:
        assert {column for row, column in inputs if row in range(*rows_of(layout.table))} & {0, 1} == set()


def rows_of(box):
    return box.start_row, box.end_row


def cells_of(box):
    return [(row, column) for row in range(*rows_of(box)) for column in range(box.start_column, box.end_column)]


@pytest.mark.parametrize("form", ["registration", "report"])
def test_inputs_and_locked_tiles_cover_every_cell_once(laid, form):
    layout = laid(form)

    assert coverage(layout.inputs, layout.row_count + 3, layout.column_count + 3) == {1}
    assert layout.tile_count == len(layout.inputs) + len(locked_tiles(layout.inputs))


def coverage(inputs, rows, columns):
    """Return how often cells are covered, those beyond the tab's edge too."""
    tiles = [(box.start_row, box.end_row, box.start_column, box.end_column) for box in inputs] + list(
        locked_tiles(inputs)
    )
    return {
        sum(
            top <= row < (rows if bottom is None else bottom) and left <= column < (columns if right is None else right)
            for top, bottom, left, right in tiles
        )
        for row in range(rows)
        for column in range(columns)
    }


@st.composite
def disjoint_boxes(draw):
    """Boxes in a grid of cells, none over another."""
    taken, boxes = set(), []
    for _ in range(draw(st.integers(0, 6))):
        top, left = draw(st.integers(0, 8)), draw(st.integers(0, 5))
        box = Box(top, top + draw(st.integers(1, 4)), left, left + draw(st.integers(1, 3)))
        if not taken & set(cells_of(box)):
            taken |= set(cells_of(box))
            boxes.append(box)
    return boxes


@given(disjoint_boxes())
def test_any_inputs_are_tiled_without_gap_or_overlap(boxes):
    assert coverage(boxes, 15, 11) == {1}


def test_no_input_leaves_one_locked_tile():
    assert locked_tiles([]) == ((0, None, 0, None),)


def test_longer_table_takes_the_signature_with_it(laid):
    layout = laid("registration")

    longer = layout.with_table_until(layout.table.end_row + 20)

    assert (longer.row_count, longer.signature.start_row) == (layout.row_count + 20, longer.table.end_row)
    assert longer.tile_count == layout.tile_count


@pytest.mark.parametrize(
    ("line", "is_it"),
    [("..., ngày ... tháng ... năm 2023", True), ("…, ngày …", True), ("BẢNG ĐĂNG KÝ", False), ("", False)],
)
def test_place_and_date_line_is_the_dotted_one(line, is_it):
    assert is_place_date(line) is is_it


def test_other_campaign_is_laid_out_without_a_date_line():
    campaign = load_campaign(READING_WEEK)
    layout = lay_out(campaign, campaign.form("viec_lam"), campaign.unit("CH-01"), "Hạn")

    assert HeadingStyle.PLACE_DATE not in {heading.style for heading in layout.headings}
    assert [place.field.role for place in layout.fields] == [FieldRole.CONFIRM]
    assert layout.table.end_row - layout.table.start_row == 20
    assert coverage(layout.inputs, layout.row_count, layout.column_count) == {1}
