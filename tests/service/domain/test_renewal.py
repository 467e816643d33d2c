"""A changed template over a tab people have worked on: fitted where it moves nobody's words, else not laid at all."""

from dataclasses import replace

import pytest

from service.domain import renewal
from service.domain.tab_shape import decode, shape_of
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Grid
from sheets_schema.layout import lay_out
from sheets_schema.reading.rows import read_tab


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture
def layout(campaign):
    return lay_out(campaign, campaign.form("registration"), campaign.unit("S-CT"), "Hạn gửi")


@pytest.fixture
def report(campaign):
    return lay_out(campaign, campaign.form("report"), campaign.unit("S-CT"), "Hạn gửi")


def drawn(layout):
    """Return the cells of a new tab."""
    cells = [[""] * layout.column_count for _ in range(layout.row_count)]
    for place in layout.fields:
        cells[place.row][place.label_column] = place.field.label
    cells[layout.header_row][:-1] = [column.title for column in layout.form.columns]
    for fixed in layout.fixed_rows:
        cells[fixed.row][:2] = [fixed.code, fixed.text]
    if layout.form.signature:
        cells[layout.signature.start_row][layout.signature.start_column] = layout.form.signature
    return cells


def fitted(layout, cells, row_count=None):
    grid = Grid(tuple(map(tuple, cells)))
    return renewal.fit(layout, read_tab(layout.form, grid), grid, row_count or len(cells))


def test_untouched_tab_fits(layout, report):
    assert fitted(layout, drawn(layout)) == layout
    assert fitted(report, drawn(report)) == report


def test_rows_put_in_or_taken_out_are_followed(layout):
    cells = drawn(layout)
    blank = [""] * layout.column_count
    cells[layout.header_row + 2 : layout.header_row + 2] = [blank] * 7

    assert fitted(layout, cells).table.end_row == layout.table.end_row + 7
    del cells[layout.header_row + 1 : layout.header_row + 11]
    assert fitted(layout, cells).table.end_row == layout.table.end_row - 3


def test_rows_added_below_the_signature_are_not_the_tables(layout):
    cells = drawn(layout) + [[""] * layout.column_count] * 9

    assert fitted(layout, cells) == layout


def test_signature_that_is_gone_is_told_by_the_size(layout):
    cells = drawn(layout)
    cells[layout.signature.start_row] = [""] * layout.column_count

    assert fitted(layout, cells[:30], row_count=layout.row_count + 4).table.end_row == layout.table.end_row + 4


@pytest.mark.parametrize("row", [0, 3])
def test_line_inserted_above_does_not_fit(layout, row):
    cells = drawn(layout)
    cells.insert(row, [""] * layout.column_count)

    assert fitted(layout, cells) is None


def test_moved_column_does_not_fit(layout):
    cells = [[*row[1:3], row[0], *row[3:]] for row in drawn(layout)]

    assert fitted(layout, cells) is None


def test_missing_header_does_not_fit(layout):
    cells = drawn(layout)
    cells[layout.header_row] = [""] * layout.column_count

    assert fitted(layout, cells) is None


def test_field_that_stands_elsewhere_does_not_fit(layout):
    cells = drawn(layout)
    first, second = layout.fields[0], layout.fields[1]
    cells[first.row][first.label_column] = second.field.label
    cells[second.row][second.label_column] = first.field.label

    assert fitted(layout, cells) is None


def test_row_between_the_contents_of_a_report_does_not_fit(report):
    cells = drawn(report)
    cells.insert(report.table.start_row + 2, [""] * report.column_count)

    assert fitted(report, cells) is None


def planned(old, new, cells, **changes):
    grid = Grid(tuple(map(tuple, cells)))
    keys = {index: column.key for index, column in enumerate(old.form.columns)} | {old.feedback_column: "kiem_tra"}
    content = read_tab(new.form, grid, keys)
    standing = renewal.TabState(content, grid, keys, len(cells), old.column_count, shape_of(old))
    return renewal.plan_renewal(new, replace(standing, **changes), "kiem_tra")


def with_form(campaign, **changes):
    form = replace(campaign.form("registration"), **changes)
    return lay_out(campaign, form, campaign.unit("S-CT"), "Hạn gửi")


def test_same_shape_moves_nothing(layout):
    assert planned(layout, layout, drawn(layout)) == renewal.Renewal(layout)


def test_more_free_rows_are_put_in_before_the_signature(campaign, layout):
    new = with_form(campaign, spare_rows=103)

    plan = planned(layout, new, drawn(layout))

    assert plan.moves == (renewal.InsertLines(renewal.Axis.ROWS, layout.signature.start_row, 3),)
    assert plan.layout == new


def test_added_heading_line_moves_every_value_to_its_new_place(campaign, layout):
    new = with_form(campaign, heading=(*layout.form.heading, "(Kèm theo)"))

    plan = planned(layout, new, drawn(layout))

    fresh = new.header_row
    moved = {move.source: move.target for move in plan.moves if isinstance(move, renewal.MoveCell)}
    assert plan.moves[0] == renewal.InsertLines(renewal.Axis.ROWS, 0, fresh)
    assert plan.moves[-1] == renewal.DeleteLines(renewal.Axis.ROWS, fresh, layout.header_row)
    for before, after in zip(layout.fields, new.fields, strict=True):
        assert moved[before.row + fresh, before.value_column] == (after.row, after.value_column)


def test_removed_column_with_words_goes_right_of_the_form(campaign, layout):
    columns = layout.form.columns
    new = with_form(campaign, columns=(*columns[:3], *columns[4:]))
    cells = drawn(layout)
    cells[layout.header_row + 1][3] = "100 người"

    plan = planned(layout, new, cells)
    empty = planned(layout, new, drawn(layout))

    assert plan.moves[0] == renewal.MoveLine(renewal.Axis.COLUMNS, 3, 8)
    assert (plan.kept, plan.kept_columns) == (("quy_mo",), (7,))
    assert (empty.kept, empty.moves[-1]) == ((), renewal.DeleteLines(renewal.Axis.COLUMNS, 7))


def test_tab_that_does_not_say_how_it_was_made_is_only_laid_over(campaign, layout):
    new = with_form(campaign, heading=(*layout.form.heading, "(Kèm theo)"))

    assert planned(layout, new, drawn(layout), shape=None) == renewal.Unfit(renewal.MOVED)


@pytest.mark.parametrize("text", ["", "x", "[]", "[1,2,3,4,5,6,7]", "{}", "null", '[1,[["a"]],[],[],null,[],[0,"x"]]'])
def test_text_that_is_no_shape_is_none(text):
    assert decode(text) is None


def test_shape_is_read_back(layout, report):
    assert (decode(shape_of(layout).encode()), decode(shape_of(report).encode())) == (
        shape_of(layout),
        shape_of(report),
    )
