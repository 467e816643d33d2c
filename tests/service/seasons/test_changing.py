"""A changed declaration: shown, taken on record with who, refused where it must be, put back as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.errors import DeclarationRefusedError, SeasonRefusedError
from service.seasons import changing, declared_sections, roster_edits, season_folders
from service.seasons.changing import Proposal
from service.seasons.declared_sections import FORM_SECTIONS, SECTIONS
from service.settings import campaign_of
from sheets_schema.declaration import builtin_campaign, read_folder
from sheets_schema.declaration.edited_files import form_content, roster_text
from sheets_schema.wording import Language
from tests.seasons_office import SEASON

PLAN = SECTIONS["plan"]


def said(messages) -> list[str]:
    return [one.text(Language.VIETNAMESE) for one in messages]


def typed(main, name: str, place: int = 0, **texts: str) -> Proposal:
    """Return a proposal with boxes of one row typed over."""
    section, now = SECTIONS[name], changing.propose(main, {})
    rows = declared_sections.plan_rows(now.files, section)
    rows[place] = replace(rows[place], texts={**rows[place].texts, **texts})
    return replace(now, files=declared_sections.with_plan_rows(now.files, section, rows, main.campaign.zone))


def test_a_change_is_shown_taken_and_taken_back(main):
    proposal = typed(main, "obligations", words="hết ngày 29/9/2023", title="Đăng ký")
    foreseen = changing.foresee(main, proposal)

    assert foreseen.may_be_taken
    assert said(foreseen.changes) == ["Đăng ký: lời văn của hạn thay đổi."]
    assert foreseen.tabs
    assert main.store.declarations.at(SEASON).obligations[0].title != "Đăng ký"
    later = typed(main, "obligations", words="trước ngày 05/10/2023")
    changing.take(replace(main, actor="lan@vidu.example"), proposal)
    assert main.store.declarations.at(SEASON).obligations[0].title == "Đăng ký"
    assert campaign_of(main.settings).obligations[0].title == "Đăng ký"
    now = replace(main, campaign=main.store.declarations.at(SEASON))
    past = changing.past(now)
    assert [(one.number, one.declared.actor, one.is_in_force, one.may_return) for one in past] == [
        (2, "lan@vidu.example", True, False),
        (1, "nguoi-phu-trach", False, True),
    ]

    # what was made of the files before is refused, and nothing lost
    with pytest.raises(SeasonRefusedError, match="người khác"):
        changing.take(now, later)
    changing.take(now, changing.return_to(now, 1))
    assert main.store.declarations.at(SEASON) == main.campaign
    assert len(changing.past(main)) == 3
    with pytest.raises(SeasonRefusedError):
        changing.return_to(main, 9)


def test_the_season_that_comes_with_tonghop_is_never_written(main, tmp_path):
    before = read_folder(builtin_campaign(SEASON))
    shipped = replace(main, settings=replace(main.settings, campaign=SEASON))
    shipped = replace(shipped, campaign=campaign_of(shipped.settings))
    changing.take(shipped, typed(shipped, "plan", plan_number="12-KH/BDVTU"))

    assert read_folder(builtin_campaign(SEASON)) == before
    assert campaign_of(shipped.settings).plan_number == "12-KH/BDVTU"
    assert season_folders.season_keys(main.settings) == (SEASON,)
    assert "# Quoted words are the plan's own" in (tmp_path / "data/seasons" / SEASON / "campaign.toml").read_text()


def test_proposals_travel_as_text_and_nothing_else_does(main):
    proposal = typed(main, "plan", title="Tên “mới” ✓")

    assert Proposal.unpacked(proposal.packed()) == proposal
    for damaged in ("", "x", "\0", proposal.packed()[:-9], "c-" * 50):
        with pytest.raises(SeasonRefusedError):
            Proposal.unpacked(damaged)


@pytest.mark.parametrize(
    ("name", "box", "text"),
    [
        ("plan", "title", "  "),
        ("plan", "plan_date", "31/9/2023"),
        ("plan", "span_end", "2023-09-01"),
        ("plan", "policy_due_soon_days", "nhiều"),
        ("plan", "title", "a\0b"),
        ("obligations", "words", "sớm nhất"),
        ("groups", "code", "mã có dấu"),
        ("contents", "text", ""),
        ("board_tasks", "words", "sớm"),
        ("occasions", "names", ""),
    ],
)
def test_a_fault_is_beside_its_box(main, name, box, text):
    section = SECTIONS[name]
    foreseen = changing.foresee(main, typed(main, name, **{box: text}), with_tabs=False)
    rows = declared_sections.plan_rows(changing.files_of(main), section)
    faults = [(one.key, one.message.text(Language.VIETNAMESE)) for one in foreseen.faults]
    found, others = declared_sections.with_faults(rows, section, faults)

    # a group's code is what units refer to: these faults are of another file
    assert all(one.startswith("units.csv") for one in others)
    assert list(found[0].faults) == [box]
    assert not foreseen.may_be_taken


def test_what_is_typed_as_it_is_changes_nothing(main):
    files = changing.files_of(main)
    for name, section in SECTIONS.items():
        rows = declared_sections.plan_rows(files, section)
        assert declared_sections.with_plan_rows(files, section, rows, main.campaign.zone) == files, name
    for form in ("registration", "report"):
        parts = {name: declared_sections.form_rows(files, form, one) for name, one in FORM_SECTIONS.items()}
        assert declared_sections.with_form_rows(files, form, parts) == files


def test_a_column_is_added_moved_renamed_and_the_version_grows(main):
    files = changing.files_of(main)
    parts = {name: declared_sections.form_rows(files, "registration", one) for name, one in FORM_SECTIONS.items()}
    columns = parts["columns"]
    columns[1] = replace(columns[1], texts={**columns[1].texts, "title": "Tên hoạt động"})
    columns[6] = replace(columns[6], place="1.5")
    new = replace(columns[0], was=None, place="9", texts={"title": "Kinh phí (đồng)", "role": "other"})
    blank = replace(new, texts={"title": "", "role": "other"})
    parts["columns"] = declared_sections.in_order([*columns, new, blank])
    made = declared_sections.with_form_rows(files, "registration", parts)
    before, after = (form_content(one["registration.json"]) for one in (files, made))

    assert (before["tonghop:version"], after["tonghop:version"]) == ("1", "2")
    names = [one["name"] for one in before["fields"]]
    assert [one["name"] for one in after["fields"]] == [names[0], names[6], *names[1:6], "kinh_phi_dong"]
    assert after["fields"][2]["title"] == "Tên hoạt động"
    assert after["fields"][2]["constraints"] == before["fields"][1]["constraints"]
    foreseen = changing.foresee(main, changing.propose(main, made), with_tabs=False)
    assert said(foreseen.changes)[0].startswith("Mẫu thay đổi")


def test_a_deadline_of_the_board_is_taken_away_with_its_words(main):
    proposal = typed(main, "board_tasks", 7, words="")
    foreseen = changing.foresee(main, proposal, with_tabs=False)

    assert foreseen.campaign.board_tasks[7].due_before is None


def test_a_form_can_be_taken_out_until_a_unit_filled_it(season_office):
    season_office.type("VP-UBND", "registration", [["1", "Tổ chức đối thoại", "Xã A", "16/10/2023"]])
    season_office.consolidate()

    with season_office.workspace() as workspace:
        without = {
            key: replace(
                workspace,
                campaign=replace(
                    workspace.campaign,
                    forms=tuple(one for one in workspace.campaign.forms if one.key != key),
                    obligations=tuple(one for one in workspace.campaign.obligations if one.form != key),
                ),
            )
            for key in ("registration", "report")
        }
        # the tabs of the report were read, blank
        assert "không còn phải gửi" in " ".join(said(workflows.declaration_changes(without["report"])))
        with pytest.raises(DeclarationRefusedError, match="registration"):
            workflows.declaration_changes(without["registration"])


def test_the_preview_of_a_new_code_keeps_the_tabs_of_the_unit(main):
    workflows.provision(main, [owed.form for owed in main.campaign.obligations])
    before = main.store.registry.tabs(SEASON)
    now = changing.propose(main, {})
    renamed = roster_edits.with_unit(roster_text(now.files["units.csv"]), "VP-UBND", {"code": "VPUB"})
    foreseen = changing.foresee(main, replace(now, files={**now.files, "units.csv": renamed.content}))

    assert not [text for text in said(foreseen.tabs) if "Không còn trong danh sách" in text or "sẽ tạo 1" in text]
    assert main.store.registry.tabs(SEASON) == before


def test_a_former_declaration_returns_with_the_codes_that_units_got_since(main):
    made = Decision(DecisionKind.EXEMPT, "VPUB", "registration", main.clock(), "Lan", "lý do")
    now = changing.propose(main, {})
    renamed = roster_edits.with_unit(roster_text(now.files["units.csv"]), "VP-UBND", {"code": "VPUB"})
    changing.take(main, replace(now, files={**now.files, "units.csv": renamed.content}))
    later = replace(main, campaign=main.store.declarations.at(SEASON))
    assert workflows.decide(later, [made]).recorded

    proposal = changing.return_to(later, 1)
    assert changing.foresee(later, proposal, with_tabs=False).may_be_taken
    changing.take(later, proposal)
    back = replace(main, campaign=main.store.declarations.at(SEASON))
    assert back.campaign.unit("VP-UBND").former_codes == ("VPUB",)
    standings = workflows.standings(back, back.clock(), ("registration",))
    assert next(one for one in standings if one.unit == "VP-UBND").timeliness is None
