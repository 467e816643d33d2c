"""What a browser posts, read strictly."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import ServiceError
from service.web.editor import posted_cells
from service.web.editor.posted_cells import BadBodyError, Change, TooMuchError
from sheets_schema.grid import Merge

CHANGE = {"row": 1, "column": 2, "base": "", "text": "a"}


def edit(**changes) -> bytes:
    return json.dumps({"layout": "x", "changes": [CHANGE | changes]}).encode()


def grid(**changes) -> bytes:
    return json.dumps({"cells": [["a"]]} | changes).encode()


def test_read_edit_reads_changes_in_order():
    assert posted_cells.read_edit(edit(base="cũ", text="=1+1\nhai")).changes == (Change(1, 2, "cũ", "=1+1\nhai"),)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"changes": []}',
        b'{"layout": 1, "changes": []}',
        b'{"layout": "x"}',
        b'{"layout": "x", "changes": {}}',
        b'{"layout": "x", "changes": [1]}',
        edit(row=-1),
        edit(row=1.0),
        edit(row=True),
        edit(column=None),
        edit(column=10**12),
        edit(text=None),
        edit(text=1),
        edit(base=["a"]),
        b'{"layout": "x", "changes": [{"row": NaN, "column": 1, "text": "a"}]}',
    ],
)
def test_read_edit_refuses_rubbish(body):
    with pytest.raises(BadBodyError):
        posted_cells.read_edit(body)


@pytest.mark.parametrize(
    "body",
    [
        edit(text="a" * 50_001),
        edit(base="a" * 50_001),
        edit(text="a\x00b"),
        edit(text="\ud800"),
        json.dumps({"layout": "x", "changes": [CHANGE] * (posted_cells.MOST_CHANGES + 1)}).encode(),
    ],
)
def test_read_edit_refuses_too_much(body):
    with pytest.raises(TooMuchError):
        posted_cells.read_edit(body)


def test_read_edit_takes_the_longest_cell():
    assert len(posted_cells.read_edit(edit(text="ấ" * 50_000)).changes[0].text) == 50_000


def test_read_grid_reads_cells_merges_and_columns():
    found = posted_cells.read_grid(grid(cells=[["a"], []], merges=[[0, 2, 0, 1]], columns={"0": "stt"}))

    assert found.grid.cells == (("a",), ())
    assert found.grid.merges == (Merge(0, 2, 0, 1),)
    assert found.columns == {0: "stt"}


@pytest.mark.parametrize(
    "changes",
    [
        {"cells": None},
        {"cells": "a"},
        {"cells": ["a"]},
        {"cells": [[1]]},
        {"cells": [[None]]},
        {"merges": {}},
        {"merges": [[1, 2, 3]]},
        {"merges": [[0, 1, 0, "1"]]},
        {"merges": [[0, 1, 0, -1]]},
        {"merges": [[0, 1, 0, 1]] * 5_001},
        {"columns": []},
        {"columns": {"a": "stt"}},
        {"columns": {"-1": "stt"}},
        {"columns": {"²": "stt"}},
        {"columns": {"0": 1}},
        {"columns": {"99999": "stt"}},
    ],
)
def test_read_grid_refuses_rubbish(changes):
    with pytest.raises(BadBodyError):
        posted_cells.read_grid(grid(**changes))


@pytest.mark.parametrize("cells", [[["a"]] * 5_001, [["a"] * 61], [["a" * 50_001]], [["\x00"]]])
def test_read_grid_refuses_too_much(cells):
    with pytest.raises(TooMuchError):
        posted_cells.read_grid(grid(cells=cells))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "merges", "columns", "layout", "changes", "row", "column", "base", "text", "0", "x"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def status_of(read, body: bytes) -> int:
    try:
        read(body)
    except ServiceError as error:
        return error.http_status
    return 200


@settings(max_examples=200, deadline=None)
@given(ANYTHING)
def test_any_json_is_read_or_refused(content):
    body = json.dumps(content).encode()

    assert {status_of(read, body) for read in (posted_cells.read_edit, posted_cells.read_grid)} <= {200, 400, 422}
