"""The record that lasts: what was asked of the past is answered alike whatever is declared, decided or typed later."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from service import workflows
from service.domain import standing_record
from service.domain.decisions import Decision, DecisionKind
from service.domain.standing_labels import Eligibility, Receipt, Since, Timeliness
from service.errors import DecisionRefusedError, DeclarationRefusedError, UnknownNameError
from service.papers.gathering import frozen_label
from sheets_schema.campaign import ColumnRole
from sheets_schema.wording import Language

FORM = "registration"
ROWS = [
    ["1", "Ra quân vệ sinh môi trường", "20/10/2023", "3 xã", "300 hộ dân", "Sạch đẹp", ""],
    ["2", "Tặng quà gia đình chính sách", "21/10/2023", "2 thôn", "50 hộ", "Tri ân", ""],
]
SENT = {"Số và ký hiệu": "12-KH/SCT", "Ngày ban hành": "15/9/2023", "Xác nhận gửi": True}


def asked(office, at):
    """Return every answer as of an instant: standings as JSON, explanations."""
    with office.workspace() as workspace:
        then = workflows.as_declared(workspace, at).campaign
        standings = workflows.standings(workspace, at, office.forms)
        records = [standing_record.standing_record(then, one) for one in standings]
        explained = [
            workflows.explain(workspace, one.unit, one.form, at).as_dict(Language.VIETNAMESE) for one in standings
        ]
    return json.dumps([records, explained], ensure_ascii=False)


def decision(office, kind, unit="S-CT", **what):
    return Decision(kind, unit, FORM, office.now, "Chị Hoa", "lý do", "1-CV", **what)


def decide(office, *decisions, **options):
    with office.workspace() as workspace:
        return workflows.decide(workspace, decisions, **options)


def withdraw(office, number, units=()):
    with office.workspace() as workspace:
        return workflows.withdraw(workspace, number, units=units, actor="Chị Hoa", reason="ghi nhầm")


@pytest.fixture(scope="module")
def sent_once(shared_office):
    """The office on 28 September: S-CT has sent, nobody else."""
    shared_office.at("2023-09-28 09:00")
    shared_office.type("S-CT", FORM, ROWS, SENT)
    shared_office.at("2023-09-28 10:00").consolidate()
    return shared_office


@pytest.fixture
def sent(office, sent_once):
    return office.become(sent_once)


def rename(office):
    units = (
        replace(one, code="S-CTM", former_codes=("S-CT",)) if one.code == "S-CT" else one
        for one in office.campaign.units
    )
    office.campaign = replace(office.campaign, units=tuple(units))


def add(office, code):
    fresh = replace(office.campaign.units[0], code=code, name=f"Sở mới {code}", short_name=code, aliases=(), emails=())
    office.campaign = replace(office.campaign, units=(*office.campaign.units, fresh))


def move_limit(office, at):
    limit = replace(office.campaign.obligations[0], due_before=office.at(at).now)
    office.campaign = replace(office.campaign, obligations=(limit, *office.campaign.obligations[1:]))


def set_policy(office, **changes):
    office.campaign = replace(office.campaign, policy=replace(office.campaign.policy, **changes))


CHANGES = {
    "switched off": lambda office: office.unit("S-GDDT", active=False),
    "renamed": rename,
    "merged": lambda office: office.unit("S-CT", active=False, merged_into="S-GDDT"),
    "added": lambda office: add(office, "S-MOI"),
    "limit": lambda office: move_limit(office, "2023-11-15 00:00"),
    "policy": lambda office: set_policy(office, count_boundary_day_as_on_time=True, due_soon_days=30),
    "title": lambda office: office.form(FORM, title="Tên khác"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_past_does_not_change_with_the_declaration(sent, change):
    instants = [sent.at(text).now for text in ("2023-09-28 12:00", "2023-10-02 08:00", "2023-10-05 08:00")]
    before = [asked(sent, at) for at in instants]

    sent.at("2023-10-20 08:00")
    CHANGES[change](sent)
    sent.at("2023-10-20 08:00")
    now = asked(sent, sent.now)

    assert [asked(sent, at) for at in instants] == before
    assert now != before[-1]


def test_a_receipt_follows_a_new_code(sent):
    rename(sent.at("2023-10-20 08:00"))

    assert sent.standing("S-CTM", FORM).timeliness is Timeliness.ON_TIME
    report, _ = sent.provision()
    assert report.created == 0
    sent.type("S-CTM", FORM, [["3", "Trồng cây", "22/10/2023", "1 xã", "100", "", ""]], first=3)
    sent.at("2023-10-20 09:00").consolidate()
    assert sent.standing("S-CTM", FORM).entries == 3
    with sent.workspace() as workspace:
        assert [one.unit for one in workflows.versions(workspace, "S-CTM", FORM)][-2:] == ["S-CTM", "S-CTM"]


def test_what_a_merged_unit_had_sent_counts_for_the_other(sent):
    sent.at("2023-10-20 08:00").unit("S-CT", active=False, merged_into="S-GDDT")
    standing = sent.standing("S-GDDT", FORM)

    assert (standing.receipt, standing.timeliness) == (Receipt.COMPLETE, Timeliness.ON_TIME)
    with sent.workspace() as workspace:
        lines = workflows.explain(workspace, "S-GDDT", FORM, sent.now).lines(Language.VIETNAMESE)
    assert any("là bản đã gửi của S-CT" in line for line in lines)


@pytest.mark.parametrize(
    ("heir", "said"),
    [
        ("", "Danh sách: đơn vị không còn hoạt động"),
        ("S-GDDT", "Danh sách: đơn vị đã sáp nhập vào Sở Giáo dục và Đào tạo (S-GDDT)"),
    ],
)
def test_why_a_unit_need_not_send_any_more_is_said(sent, heir, said):
    before = sent.at("2023-10-19 08:00").now
    sent.at("2023-10-20 08:00").unit("S-CT", active=False, merged_into=heir)
    with sent.workspace() as workspace:
        now, then = (workflows.explain(workspace, "S-CT", FORM, at) for at in (sent.now, before))
    assert any(line.startswith(said) for line in now.lines(Language.VIETNAMESE))
    assert not any(line.startswith("Danh sách") for line in then.lines(Language.VIETNAMESE))


def test_the_rows_of_a_merged_unit_stay_on_the_master(sent):
    before = sent.master()["Tổng hợp đăng ký"]
    sent.at("2023-10-20 08:00").unit("S-CT", active=False, merged_into="S-GDDT")
    sent.provision()
    sent.at("2023-10-20 09:00").consolidate()
    sent.at("2023-10-20 10:00").consolidate()

    def words(lines):
        return [line[2:9] for line in lines if "Ra quân" in str(line) or "Tặng quà" in str(line)]

    after = sent.master()["Tổng hợp đăng ký"]
    assert len(words(after)) == 2
    assert words(after) == words(before)
    assert {line[1] for line in after if "Ra quân" in str(line)} == {
        "Sở Công Thương (nay thuộc Sở Giáo dục và Đào tạo)"
    }
    assert sent.standing("S-GDDT", FORM).entries == 2


def test_an_exemption_does_not_follow_a_merger(sent):
    decide(sent.at("2023-10-01 08:00"), decision(sent, DecisionKind.EXEMPT))
    sent.at("2023-10-20 08:00").unit("S-CT", active=False, merged_into="S-GDDT")

    assert sent.standing("S-GDDT", FORM).eligibility is Eligibility.EXPECTED


def test_a_code_that_has_facts_never_vanishes(sent):
    sent.at("2023-10-20 08:00")
    before = asked(sent, sent.now)
    known = sent.campaign
    sent.campaign = replace(known, units=tuple(unit for unit in known.units if unit.code != "S-CT"))

    with pytest.raises(DeclarationRefusedError, match="S-CT"), sent.workspace():
        pass
    sent.campaign = known
    assert asked(sent, sent.now) == before


def test_an_extension_never_takes_time_away(sent):
    decide(
        sent.at("2023-09-29 08:00"),
        decision(sent, DecisionKind.EXTEND, "S-GDDT", before=sent.at("2023-10-03 00:00").now),
    )
    move_limit(sent, "2023-10-10 00:00")
    sent.at("2023-10-05 08:00")

    standing = sent.standing("S-GDDT", FORM)
    assert standing.timeliness is Timeliness.DUE_SOON
    assert standing.limit.overtaken is not None
    with sent.workspace() as workspace:
        lines = workflows.explain(workspace, "S-GDDT", FORM, sent.now).lines(Language.VIETNAMESE)
    assert any("Không còn tác dụng" in line for line in lines)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (DecisionKind.EXEMPT, {}),
        (DecisionKind.NIL, {}),
        (DecisionKind.RECEIVE, {"received_at": "2023-09-25 08:00"}),
        (DecisionKind.EXTEND, {"before": "2023-11-03 00:00"}),
    ],
)
def test_a_withdrawn_decision_has_no_effect_from_then_on(sent, kind, what):
    sent.at("2023-10-05 08:00")
    instants = {name: sent.at(text).now for name, text in what.items()}
    before = asked(sent, sent.at("2023-10-05 07:00").now)
    sent.at("2023-10-05 08:00")
    made = decide(sent, decision(sent, kind, "S-GDDT", **instants))
    decided = asked(sent, sent.at("2023-10-06 08:00").now)
    sent.at("2023-10-07 08:00")

    withdraw(sent, made.number)

    standing = sent.standing("S-GDDT", FORM)
    assert (standing.eligibility, standing.receipt, standing.timeliness) == (
        Eligibility.EXPECTED,
        Receipt.NONE,
        Timeliness.MISSING,
    )
    assert asked(sent, sent.at("2023-10-05 07:00").now) == before
    assert asked(sent, sent.at("2023-10-06 08:00").now) == decided
    with pytest.raises(DecisionRefusedError, match="đã được thu hồi"):
        withdraw(sent.at("2023-10-08 08:00"), made.number)


def test_the_paper_recorded_last_is_believed(sent):
    for at, received in (("2023-10-05 08:00", "2023-09-20 08:00"), ("2023-10-05 08:05", "2023-10-02 08:00")):
        paper = sent.at(received).now
        decide(sent.at(at), decision(sent, DecisionKind.RECEIVE, "S-GDDT", received_at=paper))

    standing = sent.at("2023-10-06 08:00").standing("S-GDDT", FORM)
    assert (standing.timeliness, standing.days_late) == (Timeliness.LATE, 3)


def test_one_decision_on_many_units_is_one_number(sent):
    limit = sent.at("2023-10-10 00:00").now
    sent.at("2023-09-29 08:00")
    decisions = [decision(sent, DecisionKind.EXTEND, unit.code, before=limit) for unit in sent.campaign.active_units]

    dry = decide(sent, *decisions, dry_run=True)
    assert (len(dry.plan.new), dry.recorded) == (len(decisions), ())
    made = decide(sent, *decisions)
    again = decide(sent.at("2023-09-29 09:00"), *decisions)

    assert {one.number for one in made.recorded} == {made.number}
    assert (again.recorded, len(again.plan.repeated)) == ((), len(decisions))
    withdraw(sent.at("2023-09-29 10:00"), made.number, units=["S-CT"])
    limits = {unit: sent.standing(unit, FORM).limit.due_before == limit for unit in ("S-CT", "S-GDDT")}
    assert limits == {"S-CT": False, "S-GDDT": True}
    with pytest.raises(UnknownNameError, match="không ghi cho"):
        withdraw(sent, made.number, units=["S-YT"])
    with pytest.raises(UnknownNameError, match="Không có quyết định"):
        withdraw(sent, made.number + 1)


def test_nothing_is_recorded_where_one_named_unit_is_refused(sent):
    sent.at("2023-10-05 08:00")
    both = [decision(sent, DecisionKind.ACCEPT, unit) for unit in ("S-CT", "S-GDDT")]

    with pytest.raises(DecisionRefusedError, match="S-GDDT"):
        decide(sent, *both)
    some = decide(sent, *both, some=True)

    assert ([one.unit for one in some.recorded], [unit for unit, _ in some.plan.refused]) == (["S-CT"], ["S-GDDT"])


def test_two_clicks_are_one_fact(sent):
    sent.at("2023-10-05 08:00")
    paper = decision(sent, DecisionKind.RECEIVE, "S-GDDT", received_at=sent.at("2023-10-02 08:00").now)
    sent.at("2023-10-05 08:00")
    threads = [threading.Thread(target=decide, args=(sent, paper), kwargs={"token": "mau-1"}) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    with sent.workspace() as workspace:
        assert len(workspace.store.facts.decisions(sent.campaign.key)) == 1


def test_another_decision_in_the_same_form_is_its_own(sent):
    sent.at("2023-10-05 08:00")
    first = decide(sent, decision(sent, DecisionKind.RETURN), token="mau-1")
    other = decide(sent, replace(decision(sent, DecisionKind.RETURN), reason="lý do khác"), token="mau-1")

    assert other.recorded
    assert other.number != first.number


def test_an_acceptance_after_a_change_is_a_new_one(sent):
    decide(sent.at("2023-10-05 08:00"), decision(sent, DecisionKind.ACCEPT))
    assert decide(sent.at("2023-10-05 09:00"), decision(sent, DecisionKind.ACCEPT)).recorded == ()
    sent.type("S-CT", FORM, [["1", "Việc khác hẳn", "25/10/2023", "1 xã", "9 hộ", "", ""]])
    sent.at("2023-10-06 08:00").consolidate()

    assert sent.standing("S-CT", FORM).changed_since is Since.ACCEPTANCE
    assert decide(sent.at("2023-10-06 09:00"), decision(sent, DecisionKind.ACCEPT)).recorded
    assert sent.standing("S-CT", FORM).changed_since is None


def test_a_wiped_registration_is_on_record_word_for_word(sent):
    decide(sent.at("2023-10-01 08:00"), decision(sent, DecisionKind.ACCEPT))
    received = sent.now
    office = sent
    office.type("S-CT", FORM, [[""] * 7, [""] * 7], {"Xác nhận gửi": False})
    office.at("2023-10-05 08:00").consolidate()

    standing = office.standing("S-CT", FORM)
    assert (standing.receipt, standing.timeliness, standing.entries) == (Receipt.COMPLETE, Timeliness.ON_TIME, 0)
    assert "đã thay đổi sau khi tiếp nhận" in standing.label_in(Language.VIETNAMESE)
    with office.workspace() as workspace:
        held = workflows.version_at(workspace, "S-CT", FORM, received)
        lines = workflows.explain(workspace, "S-CT", FORM, office.now).lines(Language.VIETNAMESE)
        assert [row["values"] for row in held.entries] == [
            {key: text for key, text in zip(held.entries[0]["values"], row, strict=False)} for row in ROWS
        ]
        assert workflows.version_at(workspace, "S-CT", FORM, office.now).entries == ()
    assert any("bỏ dòng “1 | Ra quân vệ sinh môi trường" in line for line in lines)
    with pytest.raises(UnknownNameError, match="Chưa có bản nào"), office.workspace() as workspace:
        workflows.version_at(workspace, "S-CT", FORM, office.at("2023-09-01 00:00").now)


def test_words_of_a_unit_that_was_switched_off_are_asked_for_before_that(sent):
    before = sent.now
    sent.at("2023-10-20 08:00").unit("S-CT", active=False)
    sent.provision()
    sent.consolidate()

    with sent.workspace() as workspace:
        assert workflows.version_at(workspace, "S-CT", FORM, before).entries
        with pytest.raises(UnknownNameError, match=r"không còn được đọc từ .*20/10/2023.*thời điểm trước đó"):
            workflows.version_at(workspace, "S-CT", FORM, sent.now)


def test_a_frozen_moment_is_asked_for_by_its_name(sent):
    sent.at("2023-10-05 08:00")
    with sent.workspace() as workspace:
        made = workflows.freeze(workspace, " Báo cáo  đợt 1 ", sent.at("2023-10-02 00:00").now)
        assert workflows.moment(workspace, "Báo cáo đợt 1") == made.at
        assert workflows.moment(workspace, "2023-10-02") == made.at
        with pytest.raises(DecisionRefusedError, match="Đã có mốc"):
            workflows.freeze(workspace, "Báo cáo đợt 1", made.at)
        with pytest.raises(DecisionRefusedError, match="Đã có mốc “Báo cáo đợt 1”"):
            workflows.freeze(workspace, "BÁO CÁO ĐỢT 1", made.at)
        assert workflows.moment(workspace, "báo cáo đợt 1") == made.at
        assert [frozen_label(workspace, text) for text in ("BÁO CÁO đợt  1.", "Đợt 2", "2023-10-02")] == [
            made.label,
            "",
            "",
        ]
        for label in ("", "x" * 61, "2023-10-05", "a\x00b"):
            with pytest.raises(DecisionRefusedError):
                workflows.freeze(workspace, label, made.at)
        with pytest.raises(UnknownNameError, match="Báo cáo đợt 1"):
            workflows.moment(workspace, "Đợt 2")


def test_of_names_alike_on_record_the_very_one_is_meant(sent):
    sent.at("2023-10-05 08:00")
    with sent.workspace() as workspace:
        first = workflows.freeze(workspace, "Tuần 1", sent.at("2023-10-02 00:00").now)
        # as it could be recorded before names that are alike were refused
        second = replace(first, label="TUẦN 1", at=first.at + timedelta(days=1))
        workspace.store.facts.record_freeze(workspace.campaign.key, second)

        found = [workflows.moment(workspace, name) for name in ("Tuần 1", "TUẦN 1", "tuần 1")]
        labels = [frozen_label(workspace, name) for name in ("Tuần 1", "TUẦN 1", "tuần 1")]

    assert found == [first.at, second.at, first.at]
    assert labels == ["Tuần 1", "TUẦN 1", "Tuần 1"]


def test_a_moment_to_come_is_not_frozen(sent):
    tomorrow = sent.at("2023-10-06 08:00").now
    with sent.at("2023-10-05 08:00").workspace() as workspace, pytest.raises(DecisionRefusedError, match="đã qua"):
        workflows.freeze(workspace, "Mai", tomorrow)


def switch(office, old, **changes):
    units = tuple(replace(one, **changes) if one.code == old else one for one in office.campaign.units)
    office.campaign = replace(office.campaign, units=units)


def refused_codes(office):
    with pytest.raises(DeclarationRefusedError) as refusal, office.workspace():
        pass
    return str(refusal.value.message)


def test_a_new_column_is_no_change_of_what_was_sent(sent):
    form = sent.campaign.form(FORM)
    extra = replace(form.columns[-1], key="them", title="Cột thêm", role=ColumnRole.OTHER, aliases=())
    sent.at("2023-10-10 08:00").form(FORM, columns=(*form.columns, extra))
    sent.provision()
    sent.consolidate()

    assert sent.standing("S-CT", FORM).changed_since is None


def test_a_renamed_unit_keeps_its_tab_when_the_new_code_is_corrected(sent):
    sent.at("2023-10-10 08:00")
    switch(sent, "S-CT", code="S-CTN", former_codes=("S-CT",))
    sent.consolidate()
    switch(sent, "S-CTN", code="S-CTM", former_codes=("S-CT",))
    assert "S-CTN" in refused_codes(sent)
    switch(sent, "S-CTM", former_codes=("S-CT", "S-CTN"))

    report, _ = sent.provision()
    sent.consolidate()
    assert (report.created, sent.standing("S-CTM", FORM).entries) == (0, 2)
    switch(sent, "S-CTM", code="S-CT", former_codes=("S-CTN", "S-CTM"))
    sent.consolidate()
    assert sent.standing("S-CT", FORM).entries == 2


def test_a_former_code_is_never_given_to_another_unit(sent):
    sent.at("2023-10-10 08:00")
    rename(sent)
    sent.consolidate()
    switch(sent, "S-CTM", former_codes=())
    add(sent, "S-CT")

    assert "former_codes" in refused_codes(sent)


def test_two_units_do_not_become_one_by_a_new_code(sent):
    sent.at("2023-10-10 08:00")
    add(sent, "S-CTM")
    sent.provision()
    units = tuple(one for one in sent.campaign.units if one.code != "S-CT")
    sent.campaign = replace(sent.campaign, units=units)
    switch(sent, "S-CTM", former_codes=("S-CT",))

    assert "merged_into" in refused_codes(sent)


def test_a_form_sent_again_after_its_decision_was_withdrawn_is_recorded(sent):
    sent.at("2023-10-05 08:00")
    made = decide(sent, decision(sent, DecisionKind.EXEMPT, "S-GDDT"), token="mau-1")
    withdraw(sent.at("2023-10-05 09:00"), made.number)
    again = decide(sent.at("2023-10-05 10:00"), decision(sent, DecisionKind.EXEMPT, "S-GDDT"), token="mau-1")

    assert again.recorded
    assert sent.standing("S-GDDT", FORM).eligibility is Eligibility.EXEMPT


def test_papers_of_two_merged_units_do_not_correct_each_other(sent):
    for unit, received in (("S-CT", "2023-09-20 08:00"), ("VP-UBND", "2023-10-05 08:00")):
        paper = sent.at(received).now
        decide(sent.at("2023-10-06 08:00"), decision(sent, DecisionKind.RECEIVE, unit, received_at=paper))
    for unit in ("S-CT", "VP-UBND"):
        switch(sent.at("2023-10-20 08:00"), unit, active=False, merged_into="S-GDDT")

    assert sent.standing("S-GDDT", FORM).timeliness is Timeliness.ON_TIME


def test_a_clock_set_back_changes_no_answer(sent):
    decide(sent.at("2023-10-05 08:00"), decision(sent, DecisionKind.NIL, "S-GDDT"))
    before = asked(sent, sent.at("2023-10-04 12:00").now)
    decide(sent.at("2023-10-04 10:00"), decision(sent, DecisionKind.EXEMPT, "VP-UBND"))

    assert asked(sent, sent.at("2023-10-04 12:00").now) == before


def test_a_command_that_reads_records_no_declaration(sent):
    sent.at("2023-10-10 08:00")
    known = sent.campaign
    with sent.workspace() as workspace:
        opened = replace(workspace, campaign=replace(known, policy=replace(known.policy, due_soon_days=30)))
        answering, changed = workflows.preview(opened)

        assert len(changed) == 1
        assert workflows.as_declared(answering).campaign.policy.due_soon_days == 30
        assert workflows.as_declared(workspace).campaign == known
        assert len(workspace.store.declarations.all(known.key)) == 1
