"""Where a tab's words came from is said wherever they are shown, and outlives the machine."""

from __future__ import annotations

import copy
from dataclasses import replace

from service import workflows
from service.domain.intakes import source_of
from service.operations.backup import restoring, taking
from service.operations.backup.taking import Extras
from service.workspace import silent
from tests.sent_forms import ROWS


def explained(office) -> dict[str, object]:
    with office.workspace() as workspace:
        return workflows.explain(workspace, "S-CT", "registration").as_dict(workspace.language)


def test_explanation_names_file_author_time_and_digest(office, take):
    outcome = take(received_at=office.now)

    (said,) = explained(office)["files"]

    for part in ("a.docx", "Trần Thị B", "08:00 ngày 20/9/2023", outcome.intake.short_digest, "4 dòng"):
        assert part in said


def test_explanation_counts_the_rows_that_are_still_as_in_the_file(office, take):
    take()
    office.consolidate()
    assert "còn nguyên văn 4/4 dòng" in explained(office)["files"][0]

    office.type("S-CT", "registration", [["1", "Đơn vị sửa", "15/10/2023", "", "", "", ""]], first=2)
    office.consolidate()
    assert "còn nguyên văn 3/4 dòng" in explained(office)["files"][0]


def test_explanation_as_of_an_instant_before_knows_no_file(office, take):
    before = office.now
    office.at("2023-09-21 08:00")
    take()

    with office.workspace() as workspace:
        assert workflows.explain(workspace, "S-CT", "registration", before).files == ()


def test_each_row_names_its_line_of_the_file(take):
    intake = take().intake

    texts = dict(zip(("stt", "ten_noi_dung", "thoi_gian", "quy_mo", "doi_tuong", "muc_tieu"), ROWS[1], strict=False))

    assert source_of([intake], texts)[1].line == 6
    assert source_of([intake], {**texts, "quy_mo": "04 xã"}) is None


def test_backup_brings_file_and_provenance_to_another_machine(office, take, sent, tmp_path):
    file = sent("excel")
    intake = take(file).intake
    made = taking.take(office.settings, tmp_path / "b.zip", Extras(verified=True), office.clock, silent)
    there = copy.copy(office)
    there.settings, there._client = replace(office.settings, data_dir=tmp_path / "khac", database_url=""), None

    restoring.restore(there.settings, made.path, silent)

    with there.workspace() as workspace:
        assert workspace.store.intakes.file(intake.sha256) == file.content
        assert workspace.store.intakes.of(office.campaign.key) == (intake,)


def test_new_code_of_a_unit_keeps_its_files(office, take):
    intake = take().intake
    units = (
        replace(one, code="S-CTM", former_codes=("S-CT",)) if one.code == "S-CT" else one
        for one in office.campaign.units
    )
    office.campaign = replace(office.campaign, units=tuple(units))

    with office.workspace() as workspace:
        explained = workflows.explain(workspace, "S-CTM", "registration")
    assert intake.name in str(explained.files[0])


def entries_of(office) -> list[dict[str, str]]:
    sheet = next(rows for title, rows in office.master().items() if title == "Tổng hợp đăng ký")
    header = next(index for index, row in enumerate(sheet) if "Stt" in row)
    return [dict(zip(sheet[header], row, strict=False)) for row in sheet[header + 1 :]]


def test_row_of_the_master_names_file_and_line(office, take):
    office.consolidate()
    assert "Nguồn" not in entries_of(office)[0]
    take(received_at=office.now)
    office.type("S-GDDT", "registration", [["1", "Tự nhập", "15/10/2023", "xã", "dân", "tốt", ""]])
    office.consolidate()

    sources = {row["Tên nội dung, hoạt động"]: row["Nguồn"] for row in entries_of(office) if row.get("Dòng")}

    assert sources == {"Thăm, tặng quà hộ nghèo": "a.docx, dòng 6", "=HYPERLINK(1)": "a.docx, dòng 7", "Tự nhập": ""}


def test_master_is_unchanged_by_a_second_run(office, take):
    take(received_at=office.now)
    office.consolidate()

    assert not office.consolidate().changed
