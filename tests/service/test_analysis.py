"""The analysis over the record: as of any instant, a person's word on a pair kept and taken back, last year beside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service import analysis, workflows
from service.analysed_tabs import AnalysedTabs
from service.domain.analysis.pairing import PairState
from service.domain.pairings import PairVerdict
from service.errors import DecisionRefusedError
from service.facts.records import FactKind

ROWS = [
    ["1", "Đối thoại với nhân dân về đất đai", "15/10/2023", "03 xã", "Nhân dân", "", ""],
    ["2", "Tặng quà hộ nghèo", "20/10/2023", "Toàn tỉnh", "Hộ nghèo", "", ""],
    ["3", "Ra quân làm đẹp phố", "21/10/2023", "Toàn tỉnh", "Cán bộ", "", ""],
]
RESULT = "Đối thoại với nhân dân về đất đai tại 03 xã; tặng 50 suất quà cho hộ nghèo"
DOCUMENT = {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "12/9/2023", "Xác nhận gửi": True}


@pytest.fixture(scope="module")
def reported_once(shared_office):
    """S-CT registered three activities on 20/9 and reported on 25/10; VP-UBND is still writing."""
    shared_office.type("S-CT", "registration", ROWS, DOCUMENT)
    shared_office.type("VP-UBND", "registration", ROWS[:1])
    shared_office.at("2023-09-20 17:00").consolidate()
    shared_office.type("S-CT", "report", [["II.3", "", RESULT, "2 cuộc; 180 hộ"]], {"Xác nhận gửi": True})
    shared_office.at("2023-10-25 08:00").consolidate()
    return shared_office


@pytest.fixture
def reported(office, reported_once):
    return office.become(reported_once)


def pair_of(found, name: str):
    return next(one for one in found.pairs if one.activity.name == name)


def named(pair, number: int = 0) -> analysis.NamedPair:
    done = (pair.done or pair.choices)[number]
    return analysis.NamedPair(pair.activity.place.unit, pair.activity.mark, done.mark)


def test_analysis_is_of_the_instant_asked_for(reported):
    with reported.workspace() as workspace:
        now = analysis.analyse(workspace)
        before_report = analysis.analyse(workspace, reported.at("2023-09-21 08:00").now)
        before_all = analysis.analyse(workspace, reported.at("2023-09-20 09:00").now)

    assert (len(now.activities), now.rows.drafts, now.rows.draft_units) == (3, 1, 1)
    assert [one.total for one in now.totals] == [2, 180]
    assert (len(before_report.activities), before_report.totals) == (3, ())
    assert {one.state for one in before_report.pairs} == {PairState.NO_REPORT}
    assert before_all.activities == ()


def test_sheet_of_the_master_shows_what_the_page_counts(reported):
    with reported.workspace() as workspace:
        found = analysis.analyse(workspace)
    sheet = reported.master()["Phân tích"]
    titles = [item.title for item in reported.campaign.contents]
    by_title = {row[0].partition(". ")[2] or row[0]: row for row in sheet}

    for code, title in zip((item.code for item in reported.campaign.contents), titles, strict=True):
        assert int([cell for cell in by_title[title] if cell][-1]) == found.contents.row_total(code)
    totals = [[cell for cell in row if cell][-1] for row in sheet if row[0] == "Tất cả"]
    assert totals == ["3", "3"]
    assert any("Chưa tính 1 hoạt động của 1 đơn vị" in cell for row in sheet for cell in row)


def test_word_on_a_pair_is_a_fact_that_can_be_taken_back(reported):
    with reported.workspace() as opened:
        workspace = replace(opened, actor="chi-lan@example.org")
        talk = pair_of(analysis.analyse(workspace), "Đối thoại với nhân dân về đất đai")
        assert talk.state is PairState.SUGGESTED
        analysis.judge_pair(workspace, named(talk), PairVerdict.CONFIRMED, "đã xem văn bản")
        analysis.judge_pair(workspace, named(talk), PairVerdict.CONFIRMED)  # the same word again
        confirmed_at = reported.now
        confirmed = pair_of(analysis.analyse(workspace), talk.activity.name)
        reported.at("2023-10-26 08:00")
        analysis.judge_pair(workspace, named(talk), PairVerdict.TAKEN_BACK)
        after = pair_of(analysis.analyse(workspace), talk.activity.name)
        then = pair_of(analysis.analyse(workspace, confirmed_at), talk.activity.name)
        facts = [one for one in workspace.store.facts.lines(workspace.campaign.key) if one.kind == FactKind.PAIRING]

    assert confirmed.state is then.state is PairState.CONFIRMED
    assert (after.state, after.judgements) == (PairState.SUGGESTED, ())
    assert [(one.payload["verdict"], one.actor, one.reason) for one in facts] == [
        ("confirmed", "chi-lan@example.org", "đã xem văn bản"),
        ("taken_back", "chi-lan@example.org", ""),
    ]


def test_rejected_pair_is_suggested_no_more_and_a_person_may_choose_another(reported):
    with reported.workspace() as workspace:
        gift = pair_of(analysis.analyse(workspace), "Tặng quà hộ nghèo")
        analysis.judge_pair(workspace, named(gift), PairVerdict.REJECTED)
        rejected = pair_of(analysis.analyse(workspace), "Tặng quà hộ nghèo")
        other = pair_of(analysis.analyse(workspace), "Ra quân làm đẹp phố")
        analysis.judge_pair(workspace, named(other, 1), PairVerdict.CONFIRMED)
        found = analysis.analyse(workspace)

    assert (rejected.state, other.state) == (PairState.UNMATCHED, PairState.UNMATCHED)
    assert pair_of(found, "Ra quân làm đẹp phố").done[0].text.startswith("tặng 50 suất quà")
    assert sum(found.pair_counts.values()) == len(found.activities) == 3


def test_word_on_rows_that_changed_since_counts_no_more(reported):
    with reported.workspace() as workspace:
        talk = pair_of(analysis.analyse(workspace), "Đối thoại với nhân dân về đất đai")
        analysis.judge_pair(workspace, named(talk), PairVerdict.CONFIRMED)
    reported.type("S-CT", "report", [["II.3", "", "Đối thoại với nhân dân về đất đai, môi trường"]])
    reported.at("2023-10-27 08:00").consolidate()

    with reported.workspace() as workspace:
        found = analysis.analyse(workspace)
        with pytest.raises(DecisionRefusedError):
            analysis.judge_pair(workspace, named(talk), PairVerdict.CONFIRMED)

    assert pair_of(found, talk.activity.name).state is PairState.SUGGESTED
    assert found.judged_before == 1


def test_last_year_is_beside_where_one_is_on_record(reported):
    with reported.workspace() as workspace:
        assert analysis.comparison(workspace) == ()
        last = replace(workspace.campaign, key="thang_dan_van_2022", title="“Tháng Dân vận” năm 2022", year=2022)
        workspace.store.declarations.record(last, reported.now, "ban")
        lines = {(one.name, one.detail): one for one in analysis.comparison(workspace)}

    registered = lines["activities", ""]
    assert (registered.now, registered.before, registered.change) == (3, 0, 3)
    assert sum(one.now for key, one in lines.items() if key[0] in ("of_content", "unsorted")) == 3


def test_a_tab_is_read_again_where_it_says_something_else_and_nowhere_else(reported):
    kept = AnalysedTabs()

    def read(at=None):
        with reported.workspace() as workspace:
            campaign = workflows.as_declared(workspace).campaign
            known = workspace.store.contents.summaries(campaign.key, at)
            tabs = [known[unit, "registration"] for unit in ("S-CT", "VP-UBND")]
            return [one.activities for one in kept.rows(workspace.store, campaign, tabs, at)]

    before, again = read(), read()
    reported.type("S-CT", "registration", [*ROWS, ["4", "Hội nghị", "22/10/2023", "", "", "", ""]])
    reported.at("2023-10-26 08:00").consolidate()
    after, then = read(), read(reported.at("2023-10-25 09:00").now)

    assert [len(one) for one in before] == [3, 1]
    assert again[0] is before[0]
    assert again[1] is before[1]
    assert [len(one) for one in after] == [4, 1]
    assert after[1] is before[1]
    assert then == before
