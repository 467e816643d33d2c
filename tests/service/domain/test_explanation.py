"""Explanations name rule, limit, evidence, cell and authority."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from service.domain.decisions import DecisionKind
from service.domain.explanation import explain
from service.domain.history import group_history
from service.domain.standings import standing_at
from sheets_schema.wording import Language, verbatim

AUTHORITY = "văn bản 12-CV/BDVTU, Chị Hoa ghi lúc 08:00 ngày 28/9/2023, lý do: có công văn xin"


def texts(messages):
    return tuple(map(str, messages))


def test_explains_in_english(season):
    season.decide(DecisionKind.EXTEND, "2023-09-28 08:00", before="2023-10-02 00:00")
    season.see("2023-10-01 09:00", after="2023-10-01 08:50", errors=1)

    assert season.explained("2023-10-05 17:00").lines(Language.ENGLISH) == (
        "Sở Công Thương (S-CT) · Đăng ký hoạt động",
        "Status (as of 17:00 on 05/10/2023): Sent · On time · Returned for correction",
        "Rule: A first complete submission before the limit is on time; later edits do not change this.",
        "Limit: before 02/10/2023, the last day is 01/10/2023 (Sunday)",
        "Exact limit: 00:00 on 02/10/2023, Vietnam time",
        "Note: This limit ends on a rest day (the last day is 01/10/2023, Sunday). It does not move to a working day "
        "by itself; if needed, extend it by a decision.",
        "Extension: before 02/10/2023 (original limit before 30/9/2023); document "
        "12-CV/BDVTU, recorded by Chị Hoa at 08:00 on 28/9/2023, reason: có công văn xin",
        "Evidence: sent after 08:50 on 01/10/2023, at 09:00 on 01/10/2023 at the latest.",
        "Evidence: read at 09:00 on 01/10/2023, cell B14 of tab “Sở Công Thương”: confirmed, 2 rows accepted, 1 error, "
        "document complete.",
        "Review: returned for correction automatically, because what was sent has errors: 1 (read at 09:00 on "
        "01/10/2023).",
    )


def test_explains_an_extended_unit_line_by_line(season):
    season.decide(DecisionKind.EXTEND, "2023-09-28 08:00", before="2023-10-02 00:00")
    season.see("2023-10-01 09:00", after="2023-10-01 08:50")

    assert season.explained("2023-10-05 17:00").lines(Language.VIETNAMESE) == (
        "Sở Công Thương (S-CT) · Đăng ký hoạt động",
        "Tình trạng (tính đến 17:00 ngày 05/10/2023): Đã gửi · Đúng hạn",
        "Quy tắc: Lần gửi đầy đủ đầu tiên trước hạn là đúng hạn; chỉnh sửa về sau không làm thay đổi.",
        "Hạn: trước ngày 02/10/2023, hết ngày 01/10/2023 (Chủ nhật)",
        "Thời điểm hạn: 00:00 ngày 02/10/2023, giờ Việt Nam",
        "Lưu ý: Hạn cuối (hết ngày 01/10/2023) là Chủ nhật. Hạn không tự lùi sang ngày làm việc; "
        "nếu cần, hãy gia hạn bằng quyết định.",
        f"Gia hạn: trước ngày 02/10/2023 (hạn gốc trước ngày 30/9/2023); {AUTHORITY}",
        "Căn cứ: gửi sau 08:50 ngày 01/10/2023, chậm nhất 09:00 ngày 01/10/2023.",
        "Căn cứ: đọc lúc 09:00 ngày 01/10/2023, ô B14 trang “Sở Công Thương”: "
        "đã xác nhận gửi, 2 dòng được nhận, 0 lỗi, đủ văn bản.",
    )


def test_a_limit_that_names_its_last_day_is_said_once(season):
    season.decide(DecisionKind.EXTEND, "2023-09-28 08:00", before="2023-10-02 00:00")
    explained = season.explained("2023-10-05 17:00")
    named = replace(explained, words=verbatim("Hết ngày 01/10/2023"))

    assert "Hạn: hết ngày 01/10/2023 (Chủ nhật)" in named.lines(Language.VIETNAMESE)


def test_explains_the_silent_unit(season):
    explanation = season.explained("2023-10-02 08:00")

    assert str(explanation.label) == "Quá hạn 3 ngày, chưa gửi"
    assert texts(explanation.evidence) == ("chưa thấy dữ liệu nào của đơn vị.",)
    assert explanation.place is None
    assert explanation.extension is None
    assert explanation.warning is None


def test_explains_a_straddling_interval_settled_by_paper(season):
    season.see("2023-09-30 09:00", after="2023-09-29 20:00")
    season.decide(DecisionKind.RECEIVE, "2023-10-04 08:00", received="2023-09-29 21:00")

    before, after = season.explained("2023-10-03 08:00"), season.explained("2023-10-05 08:00")

    assert "vắt qua hạn" in str(before.rule)
    assert str(after.evidence[1]) == (
        "theo quyết định: Nhận bản giấy lúc 21:00 ngày 29/9/2023; văn bản 12-CV/BDVTU, "
        "Chị Hoa ghi lúc 08:00 ngày 04/10/2023, lý do: có công văn xin"
    )
    assert after.place.cell == "B14"


def test_explains_paper_alone(season):
    season.decide(DecisionKind.RECEIVE, "2023-10-04 08:00", received="2023-09-29 21:00")

    explanation = season.explained("2023-10-05 08:00")

    assert str(explanation.evidence[0]) == "nhận lúc 21:00 ngày 29/9/2023."
    assert explanation.place is None


def test_explains_the_first_look_at_a_tab(season):
    season.see("2023-09-29 09:00", after=None)

    assert str(season.explained("2023-10-05 08:00").evidence[0]) == (
        "gửi chậm nhất lúc 09:00 ngày 29/9/2023; trước đó chưa lần nào đọc trang này."
    )


def test_explains_the_first_receipt_and_the_edit_under_way(season):
    season.see("2023-09-29 09:00")
    season.see("2023-10-02 09:00", confirmed=False, document=False, digest="b", errors=1)

    assert texts(season.explained("2023-10-03 08:00").evidence[2:]) == (
        "gần nhất: đọc lúc 09:00 ngày 02/10/2023, ô B14 trang “Sở Công Thương”: "
        "chưa xác nhận gửi, 2 dòng được nhận, 1 lỗi, thiếu văn bản triển khai.",
        "nay trang không có dấu xác nhận gửi, coi là đang sửa; lần gửi đầu tiên vẫn được giữ.",
    )


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"confirmed": False}, "nay trang không có dấu xác nhận gửi"),
        ({"document": False}, "nay trang có dấu xác nhận gửi nhưng thiếu"),
        ({"confirmed": False, "filled": False, "content": False, "document": False}, "nay trang không còn chữ nào"),
    ],
)
def test_explains_what_a_tab_lacks_since_its_first_receipt(season, seen, words):
    season.see("2023-09-29 09:00")
    season.see("2023-10-02 09:00", digest="b", **seen)

    assert str(season.explained("2023-10-03 08:00").evidence[-1]).startswith(words)


def test_explains_nothing_of_a_document_where_the_form_needs_none(season):
    forms = tuple(replace(form, needs_document=False) for form in season.campaign.forms)
    season.campaign = replace(season.campaign, forms=forms)
    season.see("2023-09-29 09:00")

    assert "văn bản" not in " ".join(texts(season.explained("2023-10-03 08:00").evidence))


def test_explains_that_an_acceptance_is_kept_over_edits(season):
    season.see("2023-09-20 08:00")
    season.decide(DecisionKind.ACCEPT, "2023-09-28 08:00")
    season.see("2023-09-29 08:00", digest="b")

    explanation = season.explained("2023-10-03 08:00")

    assert texts(explanation.review) == (
        "đơn vị có sửa sau khi được tiếp nhận; việc tiếp nhận vẫn giữ nguyên đến khi có đề nghị mới.",
    )
    assert texts(explanation.decisions) == (f"Tiếp nhận; {AUTHORITY}",)


def test_explains_a_return_for_errors(season):
    season.see("2023-09-20 08:00", errors=2, fault_digest="x")

    assert texts(season.explained("2023-10-03 08:00").review) == (
        "tự động đề nghị chỉnh sửa vì bản gửi có 2 lỗi (đọc lúc 08:00 ngày 20/9/2023).",
    )


@pytest.mark.parametrize(
    ("policy", "ending"),
    [
        (False, " Gửi trong ngày mốc tính là trễ 1 ngày và được đánh dấu riêng."),
        (True, " Đợt này tính cả ngày mốc là đúng hạn."),
    ],
)
def test_explains_the_boundary_day(season, policy, ending):
    if policy:
        season.count_boundary_day()
    season.see("2023-09-30 09:00")

    assert season.explained("2023-10-03 08:00").rule.text().endswith(ending)


def test_explains_an_exemption(season):
    season.see("2023-09-20 08:00")
    season.decide(DecisionKind.EXEMPT, "2023-09-28 08:00")

    explanation = season.explained("2023-10-03 08:00")

    assert str(explanation.rule) == "Không thuộc diện phải gửi nên không xét thời hạn."
    assert str(explanation.evidence[0]) == f"theo quyết định: Không thuộc diện; {AUTHORITY}"


def test_as_dict_is_plain_and_whole(season):
    season.see("2023-09-29 09:00")

    plain = json.loads(json.dumps(season.explained("2023-10-03 08:00").as_dict(Language.VIETNAMESE)))

    assert plain["cell"] == "Sở Công Thương!B14"
    assert plain["limit"] == "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"
    assert plain["last_day"] == "hết ngày 29/9/2023 (thứ Sáu)"
    assert plain["words"] == "trước ngày 30/9/2023"
    assert plain["lines"] == list(season.explained("2023-10-03 08:00").lines(Language.VIETNAMESE))


def test_explains_only_what_was_known_then(season, local):
    season.see("2023-09-29 09:00")
    season.see("2023-10-04 09:00", digest="b")
    now = local("2023-10-01 08:00")
    standing = standing_at(now, season.campaign, "S-CT", "registration", group_history(season.observations, ()))

    explanation = explain(standing, season.campaign, group_history(season.observations, ()), now)

    assert len(explanation.evidence) == 2


def test_explains_the_extension_that_counts_and_lists_the_one_before(season):
    season.decide(DecisionKind.EXTEND, "2023-09-27 08:00", before="2023-10-10 00:00")
    season.decide(DecisionKind.EXTEND, "2023-09-28 08:00", before="2023-10-03 00:00")

    explanation = season.explained("2023-10-01 08:00")

    assert str(explanation.extension) == (f"trước ngày 03/10/2023 (hạn gốc trước ngày 30/9/2023); {AUTHORITY}")
    assert texts(explanation.decisions) == (
        "Gia hạn đến trước 00:00 ngày 10/10/2023; văn bản 12-CV/BDVTU, Chị Hoa ghi lúc 08:00 ngày 27/9/2023, "
        "lý do: có công văn xin",
    )


def test_modified_time_is_told_with_its_lag(season):
    season.see("2023-09-30 08:00", after="2023-09-29 20:00", modified="2023-09-29 23:50")

    assert str(season.explained("2023-10-05 08:00").evidence[2]) == (
        "tệp sửa lần cuối 23:50 ngày 29/9/2023, cộng tối đa 3 phút trễ của Drive: "
        "đơn vị gửi chậm nhất 23:53 ngày 29/9/2023."
    )


def test_modified_time_that_says_nothing_is_told_to_say_nothing(season):
    season.see("2023-09-30 08:00", after="2023-09-29 20:00", modified="2023-09-30 07:59")

    assert str(season.explained("2023-10-05 08:00").evidence[2]) == (
        "tệp sửa lần cuối 07:59 ngày 30/9/2023, cộng tối đa 3 phút trễ của Drive: "
        "có người sửa tệp về sau nên không thu hẹp được thời điểm gửi."
    )
