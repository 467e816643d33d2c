"""Where a workbook answers what it answered at its last read, nothing is decoded; anything else is read as always."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from service.consolidation import tab_reading
from service.consolidation.last_read import LastRead, ground_of
from service.facts.records import WorkbookAnswers

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
RULES = "quy tắc"


@pytest.fixture(scope="module")
def settled(shared_office, make_office, tmp_path_factory):
    """An office whose tabs were read and found as they are kept."""
    office = shared_office.copy(tmp_path_factory.mktemp("settled") / "data")
    office.consolidate()
    office.consolidate()
    return office


def answers(office):
    with office.workspace() as workspace:
        return workspace.store.registry.last_answers()


def owners_of(workspace, spreadsheet_id):
    return tab_reading.expected_tabs(workspace)[spreadsheet_id]


def test_what_was_answered_is_kept_until_a_tab_reads_otherwise(settled, tmp_path):
    office = settled.copy(tmp_path / "data")
    [edited] = office.books("registration")
    books = {edited, *office.books("report")}
    assert answers(office).keys() == books

    same = office.consolidate()
    assert (same.changed, same.observed, same.read_calls, same.write_calls) == (False, 0, 4, 0)
    assert answers(office).keys() == books

    office.type("S-CT", "registration", [GOOD])
    told = office.consolidate()
    assert (told.observed, told.feedback, told.tally.rows_out) == (1, 1, 1)
    assert answers(office).keys() == books - {edited}

    confirmed = office.consolidate()
    assert (confirmed.changed, confirmed.observed, confirmed.read_calls) == (False, 0, 4)
    assert answers(office).keys() == books


def test_the_same_is_decoded_where_it_may_come_to_another_result(settled):
    with settled.workspace() as workspace:
        [book] = settled.books("registration")
        tabs = owners_of(workspace, book)
        decided = dict.fromkeys(tabs, "")
        seen = workspace.store.registry.last_answers()[book]
        # digests that no tab has: what is not decoded goes by them
        last = LastRead(dict.fromkeys(tabs, "như cũ"))
        ground = ground_of(book, tabs, (RULES, decided), last)
        last = replace(last, answers=WorkbookAnswers(ground, seen.inventory, seen.values))

        same = tab_reading.read_workbook(workspace, book, tabs, (RULES, decided), last)
        assert (same.tabs, dict(same.found), dict(same.grids)) == ((), {}, dict(last.grids))
        assert same.well == tabs.keys()

        first, (form, unit) = next(iter(tabs.items()))
        renamed = {**tabs, first: (form, replace(unit, former_codes=("CU",)))}
        for what, owners, basis, known in (
            ("rules", tabs, ("khác", decided), last),
            ("a decision", tabs, (RULES, {**decided, first: "gia hạn"}), last),
            ("the roster", renamed, (RULES, decided), last),
            ("what is kept", tabs, (RULES, decided), replace(last, grids={**last.grids, first: "khác"})),
            ("a fault", tabs, (RULES, decided), replace(last, suspects={first})),
        ):
            read = tab_reading.read_workbook(workspace, book, owners, basis, known)
            assert len(read.tabs) == len(read.found.keys() & tabs.keys()) == len(tabs), what
            assert read.answers is None, what


def test_a_tab_that_is_refused_is_named_though_the_workbook_answers_as_before(settled, tmp_path):
    office = settled.copy(tmp_path / "data")
    tab = office.tab("S-CT", "registration")

    def between(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith("values:batchGetByDataFilter"):
                body = environ["wsgi.input"].read()
                environ["wsgi.input"] = io.BytesIO(body)
                if {"gridRange": {"sheetId": tab.id}} in json.loads(body)["dataFilters"]:
                    start_response("400 No", [("Content-Type", "application/json")])
                    return [b'{"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}']
            return application(environ, start_response)

        return answer

    report = office.consolidate(between)
    assert [(fault.unit, fault.form) for fault in report.faults] == [("S-CT", "registration")]
    assert office.consolidate().faults == ()
