"""A tab's tiles compared with how they should lie, and who is on them; wording of every kind."""

import pytest

from service.domain.drift import (
    MENDED_BY_US,
    DriftFinding,
    DriftKind,
    FileShare,
    TabTiles,
    Tile,
    TileEditors,
    sentences,
    share_findings,
    tab_findings,
    tile_findings,
    wrong_tiles,
)
from sheets_schema.wording import Language

SERVICE, UNIT, OWNER = "robot@example.org", "don-vi@example.org", "chu@example.org"
# a header, a table of the unit's with a column of ours on its right, a foot
WANTED = (((0, 2, 0, 4), False), ((2, 8, 0, 3), True), ((2, 8, 3, 4), False), ((8, 10, 0, 4), False))
EDITORS = TileEditors(SERVICE, frozenset({OWNER}), frozenset({UNIT}))


def tab(size=(10, 4), places=None, users=None, **changes):
    """Return a tab as it was made, but for what is changed on its first tile."""
    found = []
    for number, (place, is_input) in enumerate(places or WANTED):
        who = {SERVICE, OWNER, *((UNIT,) if is_input else ())}
        given = changes if number == 0 else {}
        found.append(
            Tile(number, place, is_input, frozenset(users if number == 0 and users is not None else who), **given)
        )
    return TabTiles(size, (10, 4), WANTED, tuple(found))


def kinds(tiles, editors=EDITORS):
    return [finding.kind.value for finding in tile_findings("Sổ", "Trang", tiles, editors)]


def test_tab_as_it_was_made_has_nothing_wrong():
    assert (tab().is_in_place, kinds(tab()), wrong_tiles(tab(), EDITORS)) == (True, [], {})


GROWN = (((0, 2, 0, 4), False), ((2, 11, 0, 3), True), ((2, 11, 3, 4), False), ((11, 13, 0, 4), False))
WIDER = (((0, 2, 0, 6), False), ((2, 8, 0, 5), True), ((2, 8, 5, 6), False), ((8, 10, 0, 6), False))


@pytest.mark.parametrize(("size", "places"), [((13, 4), GROWN), ((10, 6), WIDER)])
def test_tiles_follow_lines_that_were_put_in(size, places):
    assert tab(size, places).is_in_place


SHIFTED = tuple(((top + 1, end + 1, left, right), is_input) for (top, end, left, right), is_input in WANTED)
SMALLER = (*WANTED[:3], ((8, 9, 0, 4), False))
SWAPPED = (((0, 2, 0, 4), False), ((2, 8, 0, 3), False), ((2, 8, 3, 4), True), ((8, 10, 0, 4), False))
TALLER_INPUT = (((0, 1, 0, 4), False), ((1, 8, 0, 3), True), ((1, 8, 3, 4), False), ((8, 10, 0, 4), False))


@pytest.mark.parametrize(
    ("size", "places"), [((11, 4), SHIFTED), ((10, 4), SMALLER), ((10, 4), SWAPPED), ((10, 4), TALLER_INPUT)]
)
def test_tiles_that_lie_otherwise_do_not_stand(size, places):
    assert (tab(size, places).is_in_place, kinds(tab(size, places))[:1]) == (False, ["protection_moved"])


def test_lost_tile_is_counted():
    lost = TabTiles((10, 4), (10, 4), WANTED, tab().found[2:])

    found = list(tile_findings("Sổ", "Trang", lost, EDITORS))

    assert [(one.kind, one.detail) for one in found] == [(DriftKind.PROTECTION_LOST, "2")]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"users": {SERVICE, "la@example.org"}}, ["protection_open"]),
        ({"users": {SERVICE, UNIT}}, ["protection_open"]),  # on a tile that is not the unit's
        ({"others": ("nhom@example.org",)}, ["protection_open"]),
        ({"warns_only": True, "users": set()}, ["protection_warns_only"]),
        ({"users": set()}, ["shut_out"]),
        ({"users": {SERVICE}}, []),  # the owner need not be named
    ],
)
def test_who_should_not_be_on_a_tile_is_found_and_put_right(changes, found):
    tiles = tab(**changes)

    assert kinds(tiles) == found
    mendable = bool(found) and found != ["shut_out"]
    assert wrong_tiles(tiles, EDITORS) == ({0: frozenset({SERVICE})} if mendable else {})


def test_unit_that_is_not_on_its_own_tile_is_found():
    editors = TileEditors(SERVICE, frozenset({OWNER}), frozenset({UNIT, "moi@example.org"}))

    found = list(tile_findings("Sổ", "Trang", tab(), editors))

    assert [(one.kind, one.detail) for one in found] == [(DriftKind.EDITOR_MISSING, "moi@example.org")]
    assert wrong_tiles(tab(), editors) == {1: frozenset({SERVICE, UNIT, "moi@example.org"})}


def test_sharing_of_a_drive_is_its_own_affair():
    shares = [
        FileShare("user", "la@example.org", "writer", inherited=True),
        FileShare("user", UNIT, "writer"),
        FileShare("user", "la@example.org", "reader"),
        FileShare("anyone", "", "reader"),
    ]

    found = [(one.kind.value, one.detail) for one in share_findings("Sổ", shares, {UNIT}.__contains__)]

    assert found == [("shared_by_link", "reader"), ("shared_with_stranger", "la@example.org (reader)")]


@pytest.mark.parametrize(
    ("title", "unit", "kind"),
    [
        ("Copy of Sở A", "", "tab_copied"),
        ("copy of sở a 2", "", "tab_copied"),
        ("Bản sao của Sở A", "", "tab_copied"),
        ("Nháp", "S-A", "tab_copied"),
        ("Copy of Sở Ang", "", "tab_extra"),
        ("Sở A (2)", "", "tab_extra"),
        ("", "", "tab_extra"),
    ],
)
def test_copy_of_a_tab_is_told_from_another_tab(title, unit, kind):
    assert [one.kind.value for one in tab_findings("Sổ", [(title, unit)], ["Sở A"])] == [kind]


@pytest.mark.parametrize("kind", DriftKind)
def test_every_kind_says_where_what_and_what_to_do(kind):
    finding = DriftFinding(kind, "Sổ", "Trang", "một {chi tiết}")

    before, after = str(finding.sentence(mended=False)), str(finding.sentence(mended=True))

    assert before.startswith("Sổ, trang Trang: ")
    assert before.endswith(".")
    assert after.endswith("; đã đặt lại." if kind in MENDED_BY_US else ".")


@pytest.mark.parametrize("kind", DriftKind)
def test_every_kind_is_worded_in_english(kind):
    finding = DriftFinding(kind, "Book", "Tab", "detail")

    for mended in (True, False):
        sentence = finding.sentence(mended=mended)
        assert sentence.text(Language.ENGLISH).startswith("Book, tab Tab: ")
        assert sentence.text(Language.ENGLISH) != str(sentence)


def test_what_many_tabs_share_is_said_once():
    lost = [DriftFinding(DriftKind.PROTECTION_LOST, "Sổ", f"ĐV-{number}", "3") for number in range(1, 81)]
    other = DriftFinding(DriftKind.PROTECTION_LOST, "Sổ", "ĐV-81", "1")
    of_file = DriftFinding(DriftKind.IMPORTS_ALLOWED, "Sổ")
    elsewhere = DriftFinding(DriftKind.PROTECTION_LOST, "Sổ (2)", "ĐV-82", "3")

    found = [*lost, of_file, other, elsewhere]

    assert [str(sentence) for sentence in sentences(found, mended=False)] == [
        "Sổ, trang ĐV-1, ĐV-2, ĐV-3, ĐV-4, ĐV-5 và 75 trang khác: mất 3 vùng bảo vệ. "
        "Đặt lại ở trang “Lập trang” (tonghop provision).",
        str(of_file.sentence(mended=False)),
        str(other.sentence(mended=False)),
        str(elsewhere.sentence(mended=False)),
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_few_tabs_are_all_named(count):
    found = [DriftFinding(DriftKind.PROTECTION_MOVED, "Sổ", f"ĐV-{number}") for number in range(count)]

    (sentence,) = sentences(found, mended=True)

    assert all(f"ĐV-{number}" in str(sentence) for number in range(count))
    assert "trang khác" not in str(sentence)


def test_nothing_differs_says_nothing():
    assert sentences([], mended=True) == []
