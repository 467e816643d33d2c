"""Garbage is looked for seldom within a run, because next to nothing needs it."""

import gc

import pytest

from service.consolidation.seldom_collecting import OBJECTS, seldom_collecting
from service.sheets.inventory import READING_FIELDS

FEW = 500  # objects: what tenacity and Flask leave of a request


def test_thresholds_are_as_before_even_after_an_error():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()

    def fail():
        with seldom_collecting():
            assert gc.get_threshold() == OBJECTS
            raise ValueError("hỏng")

    with pytest.raises(ValueError, match="hỏng"):
        fail()
    assert gc.get_threshold() == before
    assert (gc.get_freeze_count() == 0) is (frozen == 0)


@pytest.mark.parametrize("is_server", [True, False])
def test_what_a_server_has_set_apart_stays_so_and_nothing_else(is_server):
    gc.unfreeze()
    try:
        if is_server:
            gc.freeze()
        with seldom_collecting():
            assert gc.get_freeze_count() > 0
        assert (gc.get_freeze_count() > 0) is is_server
    finally:
        # as tests/conftest.py leaves it
        gc.freeze()


def test_a_read_leaves_next_to_nothing_to_the_collector(office):
    with office.workspace() as workspace:
        spreadsheet_id = workspace.sheets.create("Bảng", {})
        rows = [
            {"values": [{"userEnteredValue": {"stringValue": f"{row}.{column}"}} for column in range(20)]}
            for row in range(200)
        ]
        write = {
            "updateCells": {
                "start": {"sheetId": 0, "rowIndex": 0, "columnIndex": 0},
                "rows": rows,
                "fields": "userEnteredValue",
            }
        }
        gc.collect()
        gc.disable()
        try:
            workspace.sheets.apply(spreadsheet_id, [write])
            answer = workspace.sheets.inventory_answer(spreadsheet_id, READING_FIELDS)
            inventory = workspace.sheets.inventory_from(spreadsheet_id, answer)
            del answer
            assert len(workspace.sheets.read(spreadsheet_id, inventory.tabs)[0].cells) == 200
            assert gc.collect() < FEW
        finally:
            gc.enable()
