"""What changed between two versions of a tab, in words: rows that moved did not change, nor ticks that never were."""

from datetime import UTC, datetime

import pytest

from service.domain.contents import Contents
from service.domain.differences import difference
from sheets_schema.declaration import builtin_campaign, load_campaign

CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))
OPEN, FIXED = CAMPAIGN.form("registration"), CAMPAIGN.form("report")
TICK = next(field for field in OPEN.fields if field.label.startswith("Xác nhận"))
NIL = next(column for column in FIXED.columns if column.title.startswith("Không phát sinh"))


def held(*rows, form=OPEN, **fields):
    entries = tuple({"row": number, "key": key, "values": texts} for number, (key, texts) in enumerate(rows, start=12))
    return Contents("S-CT", form.key, datetime(2023, 9, 20, tzinfo=UTC), "b", 1, False, entries, (), fields=fields)


def row(name, **more):
    return "", {"ten_noi_dung": name, "thoi_gian": "5/10/2023"} | more


def said(before, after, form=OPEN):
    return [str(one) for one in difference(before, after, form).messages(form)]


def test_rows_that_were_sorted_only_moved():
    rows = [row(name) for name in "abcde"]

    assert said(held(*rows), held(*reversed(rows))) == ["đổi chỗ 4 dòng, chữ giữ nguyên."]


def test_change_among_rows_that_were_sorted_stands_out():
    before, after = held(row("a"), row("b", thoi_gian="Thường xuyên"), row("c")), held(row("c"), row("b"), row("a"))

    first, change, moved = said(before, after)

    assert first == "thêm 0 dòng, bỏ 0 dòng, sửa 1 dòng, 0 ô ngoài bảng thay đổi."
    assert change.endswith("“Thường xuyên” thành “5/10/2023”.")
    assert moved == "đổi chỗ 1 dòng, chữ giữ nguyên."


def test_row_that_is_there_twice_and_then_once_was_removed():
    assert said(held(row("a"), row("a")), held(row("a"))) == [
        "thêm 0 dòng, bỏ 1 dòng, sửa 0 dòng, 0 ô ngoài bảng thay đổi.",
        "bỏ dòng “a | 5/10/2023”.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("FALSE", "", None),
        ("", "không", None),
        ("TRUE", "x", None),
        ("TRUE", "", "bỏ dấu."),
        ("", "Có", "đánh dấu."),
        ("FALSE", "để hỏi đã", "ghi thêm “để hỏi đã”."),
    ],
)
def test_tick_has_changed_where_it_is_set_now_and_was_not_or_the_other_way(before, after, change):
    beside = said(held(**{TICK.key: before}), held(**{TICK.key: after}))
    first, second = (held(("II.1", {NIL.key: text}), form=FIXED) for text in (before, after))

    assert beside[1:] == ([] if change is None else [f"{TICK.label}: {change}"])
    assert [one.rpartition(": ")[2] for one in said(first, second, FIXED)[1:]] == ([] if change is None else [change])
