"""What of a save is written, and as what."""

from service.web.editor.posted_cells import Change
from service.web.editor.weighing import Conflict, requests_for, weigh


def test_weigh_writes_what_still_says_what_the_clerk_saw(make_tab):
    tab = make_tab([["a", "b"]], inputs=[(0, 1, 0, 2)])

    weighed = weigh(tab, [Change(0, 0, "a", "mới"), Change(0, 1, "cũ", "của tôi")])

    assert weighed.writes == {(0, 0): "mới"}
    assert weighed.conflicts == (Conflict(0, 1, "b"),)


def test_weigh_settles_what_says_already_what_is_wanted(make_tab):
    tab = make_tab([["a"]], inputs=[(0, 1, 0, 1)])

    # also where somebody else typed the very same
    weighed = weigh(tab, [Change(0, 0, "cũ", "a")])

    assert (weighed.settled, weighed.writes, weighed.conflicts) == (((0, 0),), {}, ())


def test_weigh_locks_what_is_no_input_or_not_there(make_tab):
    tab = make_tab([["a"]], inputs=[])

    assert weigh(tab, [Change(0, 0, "a", "b"), Change(9, 9, "", "b")]).locked == ((0, 0), (9, 9))


def test_weigh_counts_the_last_change_of_a_cell(make_tab):
    tab = make_tab([[""]], inputs=[(0, 1, 0, 1)])

    assert weigh(tab, [Change(0, 0, "", "một"), Change(0, 0, "", "hai")]).writes == {(0, 0): "hai"}


def test_weigh_takes_a_blank_beyond_what_is_filled(make_tab):
    tab = make_tab([["a"]], inputs=[(0, 5, 0, 1)], row_count=5)

    assert weigh(tab, [Change(4, 0, "", "b")]).writes == {(4, 0): "b"}


def values(tab, writes):
    return [request["updateCells"]["rows"][0]["values"][0] for request in requests_for(tab, 3, writes)]


def test_requests_write_words_as_words(make_tab):
    tab = make_tab([["", "", "", ""]])
    texts = ["=1+1", "0123", "15/10/2023", ""]

    found = values(tab, {(0, column): text for column, text in enumerate(texts)})

    assert found == [{"userEnteredValue": {"stringValue": text}} for text in texts[:3]] + [{}]


def test_requests_write_ticks_as_ticks(make_tab):
    tab = make_tab([["", "", "", "TRUE"]], ticks={(0, 0), (0, 1), (0, 2)})

    found = values(tab, {(0, 0): "TRUE", (0, 1): "FALSE", (0, 2): "x", (0, 3): "TRUE"})

    assert [value["userEnteredValue"] for value in found] == [
        {"boolValue": True},
        {"boolValue": False},
        {"stringValue": "x"},
        {"stringValue": "TRUE"},
    ]


def test_requests_name_tab_and_cell(make_tab):
    found = requests_for(make_tab([[""]]), 3, {(4, 2): "a"})

    assert found[0]["updateCells"]["start"] == {"sheetId": 3, "rowIndex": 4, "columnIndex": 2}
