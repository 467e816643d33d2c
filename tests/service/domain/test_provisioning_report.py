"""A provisioning's report as the operator reads it, in either language."""

from __future__ import annotations

from service.domain.drift import DriftFinding, DriftKind
from service.domain.provisioning_report import ProvisionReport
from sheets_schema.wording import Language, message


def report(**changes):
    return ProvisionReport(
        created=2,
        changed=1,
        kept=3,
        deleted=["S-CT (report)"],
        orphaned=["S-TP (report)"],
        notices=[message("provisioning.edit_ended", workbook="Book", address="a@example.org")],
        drift=[DriftFinding(DriftKind.LOCALE, "Book", detail="en_US")],
        links=[message("provisioning.link", title="Book", url="http://127.0.0.1/sheets/1")],
        **changes,
    )


def test_report_is_read_from_counts_to_links():
    assert report().lines(Language.VIETNAMESE) == [
        "Trang: tạo 2, đổi 1, giữ nguyên 3.",
        "Đã bị xóa 1 trang: S-CT (report). Lập lại, có ghi lại những gì đã đọc lần cuối, ở trang “Lập trang”, "
        "nút “Lập lại bảng tính đã mất” (tonghop provision --recreate).",
        "Không còn trong danh sách 1 đơn vị, trang giữ lại: S-TP (report).",
        "Book: đã thôi quyền sửa của a@example.org.",
        "Book: ngôn ngữ, múi giờ là en_US; đã đặt lại.",
        "Book: http://127.0.0.1/sheets/1",
    ]


def test_report_in_english():
    assert report().lines(Language.ENGLISH) == [
        "Tabs: 2 created, 1 changed, 3 kept.",
        "Tabs that were deleted: 1: S-CT (report). Create them again, with what was read last, on the page “Tabs”, "
        "button “Make lost spreadsheets again” (tonghop provision --recreate).",
        "Units no longer on the list: 1; their tabs are kept: S-TP (report).",
        "Book: a@example.org may no longer edit.",
        "Book: language and time zone are en_US; put right.",
        "Book: http://127.0.0.1/sheets/1",
    ]


def test_dry_run_announces_and_mends_nothing():
    planned = message("provisioning.will_create", form="Form", count=2, titles="A, B")
    lines = report(dry_run=True, planned=[planned]).lines(Language.VIETNAMESE)

    assert lines[:2] == ["Form: sẽ tạo 2 trang: A, B.", "Trang: sẽ tạo 2, sẽ đổi 1, giữ nguyên 3."]
    assert "Book: ngôn ngữ, múi giờ là en_US. Đặt lại ở trang “Lập trang” (tonghop provision)." in lines


def test_what_is_needed_comes_last():
    needed = message("workbooks.none_yet", title="Book")
    short = report(needed=[needed])

    assert (short.is_whole, report().is_whole) == (False, True)
    assert short.lines(Language.ENGLISH)[-2:] == [
        "Not finished, spreadsheets missing: 1:",
        "There is no “Book” yet. They are listed on the page “Tabs” (tonghop workbook list).",
    ]
