"""A season of 2024 prepared from that of 2023, confirmed guess by guess, opened, closed, opened again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from service import wiring, workflows
from service.domain.decisions import Decision, DecisionKind
from service.errors import SeasonRefusedError, SettingsError, UnknownNameError
from service.facts.records import Hook, HookTaken
from service.seasons import declared_sections, drafts, season_folders, season_list
from service.seasons.declared_sections import SECTIONS
from service.seasons.edited_season import SeasonInDraft
from service.seasons.new_forms import NewForm, with_new_form
from service.seasons.season_list import SeasonState
from service.settings import DRAFT_FILE
from service.worker import SeasonWorkers
from service.workspace import Workspace
from tests.refusing_machine import full_disk
from tests.seasons_office import MORNING, NEXT, SEASON

TYPED = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
CONFIRMED = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}


def prepared(main, year: int = 2024):
    files = season_list.files_of_season(main, SEASON)
    return drafts.begin(main.settings, files, SEASON, year, season_list.keys_taken(main))


def as_guessed(draft, only: str = ""):
    return {one.id: [value.value for value in one.values] for one in draft.guesses if only in ("", one.id)}


def confirmed(main, draft):
    return drafts.confirm(main.settings, draft.key, as_guessed(draft), "chi Lan", MORNING)


def test_a_season_opens_once_every_guess_was_looked_at(main):
    draft = prepared(main)
    assert (draft.key, draft.campaign.title, draft.open_guesses) == (NEXT, "“Tháng Dân vận” năm 2024", 18)
    with pytest.raises(SeasonRefusedError, match="18"):
        season_list.open_season(main, NEXT, "lan@vidu.example")
    one_left = drafts.confirm(main.settings, NEXT, dict(list(as_guessed(draft).items())[1:]), "chi Lan", MORNING)
    assert (one_left.open_guesses, one_left.guesses[1].confirmed_by) == (1, "chi Lan")
    confirmed(main, draft)
    assert drafts.take_back(main.settings, NEXT, "g3").open_guesses == 1
    confirmed(main, draft)

    opened = season_list.open_season(main, NEXT, "lan@vidu.example")

    assert opened.settings.public_url.endswith("/season/thang_dan_van_2024")
    assert [(one.key, one.state) for one in season_list.seasons(main)] == [
        (NEXT, SeasonState.OPEN),
        (SEASON, SeasonState.OPEN),
    ]
    assert [one.campaign.key for one in season_list.other_workspaces(main)] == [NEXT]
    assert main.store.declarations.at(NEXT).year == 2024
    assert main.store.declarations.at(SEASON).year == 2023
    with pytest.raises(UnknownNameError):
        drafts.read(main.settings, NEXT)
    assert prepared(main).key == f"{NEXT}_2"


def test_guesses_follow_what_is_edited_before_the_season_opens(main):
    draft = prepared(main)
    contents = [one for one in draft.guesses if ("contents", 0, "text") in one.values[0].paths]
    season = SeasonInDraft(main.settings, NEXT)
    section = SECTIONS["slogans"]
    proposal = season.proposal()
    rows = declared_sections.plan_rows(proposal.files, section)
    rows[1] = replace(rows[1], texts={**rows[1].texts, "text": "Khẩu hiệu mới"})
    # the first is taken out, the others move up
    files = declared_sections.with_plan_rows(proposal.files, section, rows[1:], draft.campaign.zone)
    files = with_new_form(files, NewForm("Báo cáo nhanh", "", "hết ngày 06/10/2024"), draft.campaign.zone)[0]
    files["units.csv"] = files["units.csv"].replace(b",true", b",false", 1)
    gone = {one.id for one in draft.guesses if one.values[0].paths == (("slogans", 0, "text"),)}

    said = season.take(replace(proposal, files=files))

    assert any("Báo cáo nhanh" in one.text() for one in said)
    after = drafts.read(main.settings, NEXT)
    assert {one.id for one in draft.guesses} - {one.id for one in after.guesses} == gone
    assert [one for one in after.guesses if ("contents", 0, "text") in one.values[0].paths] == contents
    assert "Danh sách 2 đơn vị" in after.guesses[-1].title.text()
    assert all(_there(after, one) for one in after.guesses)
    # made of the files as they were before: refused, nothing lost
    with pytest.raises(SeasonRefusedError, match="người khác"):
        season.take(proposal)
    confirmed(main, after)
    opened = season_list.open_season(main, NEXT, "lan@vidu.example").campaign
    assert [form.key for form in opened.forms] == ["registration", "report", "bao_cao_nhanh"]


def _there(draft, guess) -> bool:
    """Return True if what a guess shows is what the draft's plan holds in its place."""
    plan = tomllib.loads(draft.files["campaign.toml"].decode())
    for value in guess.values:
        for path in value.paths:
            found = plan
            for part in path:
                found = found[part]
            if str(found) != value.value:
                return False
    return True


def test_a_value_is_corrected_where_it_is_confirmed(main):
    draft = prepared(main)
    title = next(one.id for one in draft.guesses if one.values[0].paths == (("title",),))
    limit = next(one.id for one in draft.guesses if one.values[0].paths == (("obligations", 0, "words"),))

    made = drafts.confirm(main.settings, NEXT, {title: ["Năm 2024"], limit: ["hết ngày 27/9/2024"]}, "Lan", MORNING)

    assert made.campaign.title == "Năm 2024"
    assert made.campaign.obligations[0].due_before.isoformat() == "2024-09-28T00:00:00+07:00"
    for wrong in ({title: ["  "]}, {limit: ["sớm"]}, {title: ["a\0b"]}):
        with pytest.raises(SeasonRefusedError):
            drafts.confirm(main.settings, NEXT, wrong, "Lan", MORNING)
    assert drafts.read(main.settings, NEXT).campaign.title == "Năm 2024"


def test_what_does_not_fit_is_said_beside_its_guess_in_a_clerks_words(main):
    draft = prepared(main)
    window = next(one for one in draft.guesses if len(one.values) == 2)
    limits = [one for one in draft.guesses if one.values[0].kind == "limit"]

    with pytest.raises(drafts.GuessesRefusedError) as reversed_days:
        drafts.confirm(main.settings, NEXT, {window.id: ["2024-10-31", "2024-10-01"]}, "chi Lan", MORNING)
    with pytest.raises(drafts.GuessesRefusedError) as unread:
        drafts.confirm(main.settings, NEXT, {limits[0].id: ["sớm"], limits[1].id: ["muộn"]}, "chi Lan", MORNING)

    assert {guess: str(said) for guess, said in reversed_days.value.beside.items()} == {
        window.id: "Có 01/10/2024; nhận: ngày không trước ngày đầu, 31/10/2024"
    }
    assert reversed_days.value.others == ()
    assert set(unread.value.beside) == {limits[0].id, limits[1].id}
    assert drafts.read(main.settings, NEXT).open_guesses == 18


def test_a_draft_is_discarded_and_leaves_nothing(main):
    prepared(main)
    drafts.discard(main.settings, NEXT)

    assert season_folders.season_keys(main.settings) == ()
    assert main.store.registry.campaigns() == (SEASON,)
    for name in ("../x", ".x", "", NEXT):
        with pytest.raises(UnknownNameError):
            drafts.read(main.settings, name)


def test_a_draft_that_is_on_record_stays_until_it_is_opened(main):
    draft = prepared(main)
    with pytest.raises(UnknownNameError, match="còn đang soạn"):
        season_list.workspace_of(main, NEXT)
    main.store.declarations.record(draft.campaign, MORNING, "Lan", draft.files)

    with pytest.raises(SeasonRefusedError, match="Không bỏ được bản soạn"):
        season_list.discard_draft(main, NEXT)

    assert season_list.restore_folders(main) == ()
    assert drafts.read(main.settings, NEXT).open_guesses == 18
    confirmed(main, draft)
    assert season_list.open_season(main, NEXT, "lan@vidu.example").campaign.key == NEXT


@pytest.mark.parametrize("limit", [0, 500, 6_000])
def test_a_disk_that_takes_no_draft_is_named_and_nothing_is_left(main, limit):
    files = season_list.files_of_season(main, SEASON)
    with full_disk(limit), pytest.raises(SettingsError, match=f"{NEXT}: tệp lớn quá mức cho phép"):
        drafts.begin(main.settings, files, SEASON, 2024, ())

    assert list(season_folders.seasons_folder(main.settings).iterdir()) == []
    assert prepared(main).key == NEXT


def test_a_place_that_is_no_folder_is_named(main):
    season_folders.seasons_folder(main.settings).write_text("ghi chú")

    with pytest.raises(SettingsError, match="Không ghi được vào thư mục"):
        prepared(main)


def test_no_guess_is_confirmed_whose_words_are_not_written(main):
    draft = prepared(main)
    title = next(one.id for one in draft.guesses if one.values[0].paths == (("title",),))
    with full_disk(500), pytest.raises(SettingsError, match=f"{NEXT}: tệp lớn quá mức cho phép"):
        drafts.confirm(main.settings, NEXT, {title: ["Năm 2024"]}, "Lan", MORNING)

    kept = drafts.read(main.settings, NEXT)
    assert (kept.open_guesses, kept.campaign.title) == (18, draft.campaign.title)


def test_a_draft_whose_files_have_faults_names_them(main):
    draft = prepared(main)
    (season_folders.season_folder(main.settings, NEXT) / "campaign.toml").unlink()

    for ask in (lambda: confirmed(main, draft), lambda: drafts.take_back(main.settings, NEXT, "g1")):
        with pytest.raises(SeasonRefusedError, match=r"campaign\.toml"):
            ask()
    assert season_list.seasons(main)[0].state is SeasonState.DRAFT
    season_list.discard_draft(main, NEXT)


@pytest.mark.parametrize("year", [0, 1949, 2200, 99999])
def test_years_that_no_season_has_are_refused(main, year):
    with pytest.raises(SeasonRefusedError):
        prepared(main, year)


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "",
        "[]",
        "[" * 100_000,
        '{"guesses": [5], "source": "", "year": 2024}',
        '{"guesses": [], "source": "", "year": 1e999}',
        '{"guesses": [], "source": ""}',
    ],
)
def test_a_damaged_draft_says_so_and_can_be_discarded(main, kept):
    prepared(main)
    mark = season_folders.season_folder(main.settings, NEXT) / DRAFT_FILE
    mark.write_text(kept)

    with pytest.raises(SeasonRefusedError, match=r"\.draft\.json"):
        drafts.read(main.settings, NEXT)
    with pytest.raises(SeasonRefusedError, match=r"\.draft\.json"):
        season_list.open_season(main, NEXT, "lan@vidu.example")

    damaged = season_list.seasons(main)[-1]
    assert (damaged.key, damaged.state) == (NEXT, SeasonState.DAMAGED)
    assert str(mark) in str(damaged.fault)
    season_list.discard_draft(main, NEXT)
    assert season_folders.season_keys(main.settings) == ()


def test_a_closed_season_is_read_and_not_written(main):
    season_list.close_season(main)
    season_list.close_season(main)
    decision = Decision(DecisionKind.EXEMPT, "VP-UBND", "registration", MORNING, "Lan", "lý do")

    with pytest.raises(SeasonRefusedError):
        workflows.decide(main, [decision])
    with pytest.raises(SeasonRefusedError):
        workflows.consolidate(main, trigger="test")
    with pytest.raises(SeasonRefusedError):
        workflows.freeze(main, "chốt", MORNING)
    assert len(workflows.standings(main, MORNING, ("registration",))) == 3
    season_list.reopen_season(main)
    assert workflows.decide(main, [decision]).recorded


def test_a_season_whose_folder_is_gone_is_written_from_the_record(main):
    confirmed(main, prepared(main))
    season_list.open_season(main, NEXT, "lan@vidu.example")
    files = season_list.files_of_season(main, NEXT)
    season_folders.delete_season(main.settings, NEXT)

    assert season_list.restore_folders(main) == (NEXT,)
    assert season_list.files_of_season(main, NEXT) == files
    assert season_list.restore_folders(main) == ()


@pytest.fixture
def elsewhere(main, tmp_path) -> Iterator[Workspace]:
    """The same office on another machine: one database, a data folder of its own."""
    settings = replace(main.settings, data_dir=tmp_path / "khác", database_url=main.settings.facts_url)
    with wiring.open_workspace(settings, lambda: MORNING, actor="x") as workspace:
        yield workspace


def test_seasons_on_record_are_there_on_another_machine(main, elsewhere):
    confirmed(main, prepared(main))
    season_list.open_season(main, NEXT, "lan@vidu.example")
    folder = season_folders.season_folder(elsewhere.settings, NEXT)

    for ask in (
        lambda: [one.key for one in season_list.seasons(elsewhere)] == [NEXT, SEASON],
        lambda: [one.campaign.key for one in season_list.other_workspaces(elsewhere)] == [NEXT],
        lambda: season_list.workspace_of(elsewhere, NEXT).campaign.key == NEXT,
    ):
        assert ask()
        assert season_folders.files_in(folder) == season_list.files_of_season(main, NEXT)
        season_folders.delete_season(elsewhere.settings, NEXT)


def test_a_season_whose_missing_folder_cannot_be_written_is_named(main, elsewhere):
    confirmed(main, prepared(main))
    season_list.open_season(main, NEXT, "lan@vidu.example")
    elsewhere.settings.data_dir.joinpath("seasons").mkdir()
    season_folders.season_folder(elsewhere.settings, NEXT).write_text("ghi chú")
    told = []

    assert list(season_list.other_workspaces(elsewhere, told.append)) == []
    assert ["Không ghi được vào thư mục" in str(one) for one in told] == [True]
    assert season_list.seasons(elsewhere)[0].state is SeasonState.UNREADABLE


def test_one_worker_does_a_turn_of_every_open_season(main):
    workers = SeasonWorkers(main, "w1")
    assert workers.turn() is False
    confirmed(main, prepared(main))
    opened = season_list.open_season(main, NEXT, "lan@vidu.example")
    later = SeasonWorkers(main, "w2")
    for workspace in (main, opened):
        # its run fails, as there are no tabs: that one season's failure is kept as its own
        workspace.store.work.mark_campaign_dirty(workspace.campaign.key, workspace.lease_clock(), set())
        workspace.ask_for_sweep()
    later.turn()

    assert {beat.worker for beat in main.store.work.workers(main.lease_clock())} == {"w1", "w2"}
    assert main.store.work.state(NEXT) is not None
    season_list.close_season(opened)
    main.store.work.mark_campaign_dirty(NEXT, main.lease_clock(), set())
    SeasonWorkers(main, "w3").turn()
    assert main.store.work.state(NEXT).owner is None
    assert main.store.work.state(NEXT).dirty_since is not None


def test_a_season_whose_folder_cannot_be_read_is_named_and_left_out(main, caplog):
    confirmed(main, prepared(main))
    season_list.open_season(main, NEXT, "lan@vidu.example")
    mark = season_folders.season_folder(main.settings, NEXT) / DRAFT_FILE
    # what the system refuses to look at, for root too
    mark.symlink_to(mark)

    workers = SeasonWorkers(main, "w1")
    workers.turn()
    workers._take_seasons()

    assert [beat.worker for beat in main.store.work.workers(main.lease_clock())] == ["w1"]
    assert [one.message.count(str(mark.parent)) for one in caplog.records if one.levelname == "ERROR"] == [1]
    unreadable = season_list.seasons(main)[0]
    assert (unreadable.key, unreadable.state, unreadable.path) == (NEXT, SeasonState.UNREADABLE, "")
    assert str(mark.parent) in str(unreadable.fault)
    assert [str(mark.parent) in str(one) for one in season_list.folder_faults(main.settings)] == [True]
    assert season_list.has_another(main, SEASON)
    with pytest.raises(SeasonRefusedError, match="Không đọc được"):
        season_list.workspace_of(main, NEXT)
    mark.unlink()
    assert [one.campaign.key for one in season_list.other_workspaces(main)] == [NEXT]


def test_what_was_typed_last_is_read_before_a_season_is_closed(office):
    office.type("S-CT", "registration", [TYPED], CONFIRMED)
    with office.workspace() as workspace:
        season_list.close_season(workspace)
        (standing,) = [
            one for one in workflows.standings(workspace, office.now, ["registration"]) if one.unit == "S-CT"
        ]

    assert standing.receipt.counts


def test_nothing_waits_for_a_run_of_a_closed_season(office):
    with office.workspace() as workspace:
        work, key = workspace.store.work, workspace.campaign.key
        book = office.books("registration")[0]
        season_list.close_season(workspace)
        hook = Hook("a" * 16, book)

        taken = work.take_hooks([hook], workspace.lease_clock(), timedelta(minutes=1), workspace.debounce)
        assert (taken, workspace.mark_edited(book), workspace.mark_edited("khac")) == ([HookTaken.MARKED], True, False)
        workspace.ask_for_sweep()

        state = work.state(key)
        assert (state.dirty_since, state.due_at) == (None, None)
        assert work.claim(workspace.lease_clock(), "w", timedelta(minutes=1), key) is None
        season_list.reopen_season(workspace)
        assert work.state(key).dirty_since is not None
        # what waited is read before, or when it is opened again
        season_list.close_season(workspace)
        assert work.state(key).dirty_since is None
        assert work.take_hooks([hook], workspace.lease_clock(), timedelta(minutes=1), workspace.debounce) == [
            HookTaken.BEFORE
        ]


def test_what_is_typed_while_a_season_is_read_for_the_last_time_is_read_too(office):
    office.type("S-CT", "registration", [TYPED], CONFIRMED)
    said = []
    with office.workspace() as workspace:

        def type_meanwhile(sentence):
            said.append(sentence)
            if len(said) == 1:
                office.type("S-GDDT", "registration", [TYPED], CONFIRMED)
                for tab in workspace.store.registry.tabs(workspace.campaign.key):
                    workspace.mark_edited(tab.spreadsheet_id)

        season_list.close_season(replace(workspace, progress=type_meanwhile))
        received = {one.unit: one.receipt for one in workflows.standings(workspace, office.now, ["registration"])}
        assert len(workspace.store.runs.last(workspace.campaign.key, 10)) == 2
    assert said
    assert received["S-CT"].counts
    assert received["S-GDDT"].counts
