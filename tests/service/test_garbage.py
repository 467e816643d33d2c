"""Garbage is looked for seldom within a run, because next to nothing needs it."""

import gc
import subprocess
import sys

import pytest

from service.garbage import OBJECTS_OF_RUN, seldom_collecting
from service.sheets.inventory import READING_FIELDS

FEW = 500  # objects: what tenacity and Flask leave of a request


def test_thresholds_are_as_before_even_after_an_error():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()

    def fail():
        with seldom_collecting():
            assert gc.get_threshold() == OBJECTS_OF_RUN
            raise ValueError("hỏng")

    with pytest.raises(ValueError, match="hỏng"):
        fail()
    assert gc.get_threshold() == before
    assert (gc.get_freeze_count() == 0) is (frozen == 0)


@pytest.mark.parametrize("is_server", [True, False])
def test_what_a_server_has_set_apart_stays_so_and_nothing_else(is_server):
    begun = "garbage.set_apart()" if is_server else ""
    code = f"""
import gc
from service import garbage
{begun}
with garbage.seldom_collecting():
    print(gc.get_freeze_count() > 0)
print(gc.get_freeze_count() > 0)
"""
    # in a process of its own: what is set apart stays as long as the process
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["True", str(is_server)]


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
