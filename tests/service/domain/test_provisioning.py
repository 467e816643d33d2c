"""Which tab every unit has: what exists stays, newcomers find room, titles are never asked."""

from dataclasses import replace

import pytest

from service.domain.provisioning import FoundTab, KnownTab, Step, plan_form, sheet_id_of
from sheets_schema.campaign import Policy, Unit

UNITS = tuple(Unit(f"U{number}", f"Đơn vị {number}", f"ĐV {number}", "so") for number in range(1, 6))


@pytest.fixture
def campaign(season):
    return replace(season.campaign, units=UNITS)


def plan(campaign, known=(), found=None, **options):
    return plan_form(campaign, campaign.form("registration"), known, found or {}, **options)


def steps(made):
    return {tab.unit: tab.step for tab in made.tabs}


def there(made, **changes):
    """Return what an inventory shows after a plan was carried out."""
    found = {shard: [] for shard in made.shards}
    for tab in made.tabs:
        found[tab.shard].append(replace(FoundTab(tab.sheet_id, tab.title, tab.unit, "t"), **changes))
    return found


def remembered(made):
    return [KnownTab(tab.unit, tab.shard, tab.sheet_id) for tab in made.tabs]


def test_new_campaign_gets_a_tab_for_every_unit(campaign):
    made = plan(campaign)

    assert steps(made) == dict.fromkeys(["U1", "U2", "U3", "U4", "U5"], Step.CREATE)
    assert [tab.title for tab in made.tabs] == ["ĐV 1", "ĐV 2", "ĐV 3", "ĐV 4", "ĐV 5"]
    assert len({tab.sheet_id for tab in made.tabs}) == 5
    assert made.shards == (0,)


def test_same_plan_twice_is_the_same(campaign):
    assert plan(campaign) == plan(campaign)


def test_what_is_there_is_kept_whatever_it_is_called(campaign):
    made = plan(campaign)

    again = plan(campaign, remembered(made), there(made, title="khác"))

    assert set(steps(again).values()) == {Step.KEEP}
    assert again.extra == {}


def test_lost_registry_matches_by_metadata(campaign):
    made = plan(campaign)

    again = plan(campaign, (), there(made))

    assert set(steps(again).values()) == {Step.KEEP}
    assert [tab.sheet_id for tab in again.tabs] == [tab.sheet_id for tab in made.tabs]


def test_lost_metadata_matches_by_the_registry(campaign):
    made = plan(campaign)

    again = plan(campaign, remembered(made), there(made, unit=""))

    assert set(steps(again).values()) == {Step.KEEP}


@pytest.mark.parametrize(("recreate", "step"), [(False, Step.DELETED), (True, Step.RECREATE)])
def test_deleted_tab_is_made_again_only_when_asked(campaign, recreate, step):
    made = plan(campaign)
    found = there(made)
    lost = found[0].pop(2)

    again = plan(campaign, remembered(made), found, recreate=recreate)

    assert steps(again)["U3"] is step
    assert next(tab.sheet_id for tab in again.tabs if tab.unit == "U3") == lost.sheet_id


def test_copy_of_a_tab_is_nobodys(campaign):
    made = plan(campaign)
    found = there(made)
    found[0].append(FoundTab(12345, "ĐV 1 (bản sao)", "U1", "t"))

    again = plan(campaign, remembered(made), found)

    assert again.extra == {0: ("ĐV 1 (bản sao)",)}
    assert set(steps(again).values()) == {Step.KEEP}


def test_more_units_than_a_workbook_takes_go_to_the_next(campaign):
    made = plan(replace(campaign, policy=Policy(tabs_per_workbook=2)))

    assert [(tab.unit, tab.shard) for tab in made.tabs] == [("U1", 0), ("U2", 0), ("U3", 1), ("U4", 1), ("U5", 2)]
    assert made.shards == (0, 1, 2)


def test_newcomer_takes_the_first_room_and_moves_nobody(campaign):
    small = replace(campaign, policy=Policy(tabs_per_workbook=2))
    made = plan(replace(small, units=UNITS[:3]))

    again = plan(small, remembered(made), there(made))

    assert [(tab.unit, tab.shard, tab.step) for tab in again.tabs] == [
        ("U1", 0, Step.KEEP),
        ("U2", 0, Step.KEEP),
        ("U3", 1, Step.KEEP),
        ("U4", 1, Step.CREATE),
        ("U5", 2, Step.CREATE),
    ]


@pytest.mark.parametrize("left", [(), (replace(UNITS[4], active=False),)])
def test_who_left_is_an_orphan(campaign, left):
    made = plan(campaign)

    again = plan(replace(campaign, units=(*UNITS[:4], *left)), remembered(made), there(made))

    assert steps(again)["U5"] is Step.ORPHAN
    assert again.of(Step.ORPHAN) == again.tabs[-1:]


def test_orphan_that_comes_back_after_its_tab_was_deleted_gets_a_new_one(campaign):
    made = plan(campaign)
    known = [replace(tab, orphaned=tab.unit == "U5") for tab in remembered(made)]
    found = there(made)
    found[0].pop()

    assert steps(plan(campaign, known, found))["U5"] is Step.CREATE


def test_title_that_is_taken_gets_the_code(campaign):
    found = {0: [FoundTab(9, "đv 1", "", "")]}

    made = plan(campaign, (), found)

    assert made.tabs[0].title == "ĐV 1 (U1)"
    assert made.extra == {0: ("đv 1",)}


def test_id_that_is_taken_is_passed_over():
    first = sheet_id_of("c", "f", "u", set())

    assert 0 < first < 2**31
    assert sheet_id_of("c", "f", "u", {first, first + 1}) == first + 2


def test_deleted_tab_holds_its_place(campaign):
    small = replace(campaign, policy=Policy(tabs_per_workbook=2))
    made = plan(replace(small, units=UNITS[:2]))
    found = there(made)
    del found[0][0]

    again = plan(replace(small, units=UNITS[:3]), remembered(made), found)

    assert [(tab.unit, tab.shard, tab.step) for tab in again.tabs] == [
        ("U1", 0, Step.DELETED),
        ("U2", 0, Step.KEEP),
        ("U3", 1, Step.CREATE),
    ]


@pytest.mark.parametrize(("recreate", "shard", "step"), [(False, 1, Step.DELETED), (True, 0, Step.RECREATE)])
def test_newcomer_is_not_put_where_a_workbook_is_lost(campaign, recreate, shard, step):
    made = plan(replace(campaign, units=UNITS[:2]))

    again = plan(replace(campaign, units=UNITS[:3]), remembered(made), lost=frozenset({0}), recreate=recreate)

    assert steps(again) == {"U1": step, "U2": step, "U3": Step.CREATE}
    assert again.tabs[2].shard == shard
