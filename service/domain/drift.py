"""How a workbook differs from what was set up: one record per finding, worded once. Pure.

A tab's protections are disjoint tiles that cover it. Lines that people put in or took out move the tiles with the
cells, so they are compared by how they lie to each other where the grid has another size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

NAMED = 5  # tabs that share a finding; the rest are counted
Rectangle = tuple[int, int, int, int]  # first row, row after, first column, column after


class DriftKind(StrEnum):
    """What differs."""

    PROTECTION_LOST = "protection_lost"
    PROTECTION_MOVED = "protection_moved"
    PROTECTION_WARNS_ONLY = "protection_warns_only"
    PROTECTION_OPEN = "protection_open"
    SHUT_OUT = "shut_out"
    READ_ONLY = "read_only"
    FOREIGN_PROTECTION = "foreign_protection"
    EDITOR_MISSING = "editor_missing"
    TAB_RENAMED = "tab_renamed"
    TAB_EXTRA = "tab_extra"
    TAB_COPIED = "tab_copied"
    FILE_COPIED = "file_copied"
    LOCALE = "locale"
    IMPORTS_ALLOWED = "imports_allowed"
    SHARED_BY_LINK = "shared_by_link"
    SHARED_WITH_DOMAIN = "shared_with_domain"
    SHARED_WITH_STRANGER = "shared_with_stranger"
    WRITERS_SHARE = "writers_share"
    COPYING_ON = "copying_on"


# what the next `tonghop provision` puts right by itself
MENDED_BY_US = frozenset({
    DriftKind.PROTECTION_LOST,
    DriftKind.PROTECTION_MOVED,
    DriftKind.PROTECTION_WARNS_ONLY,
    DriftKind.PROTECTION_OPEN,
    DriftKind.EDITOR_MISSING,
    DriftKind.LOCALE,
    DriftKind.COPYING_ON,
})  # fmt: skip
WORDS: Mapping[DriftKind, tuple[str, str]] = {
    DriftKind.PROTECTION_LOST: ("mất {detail} vùng bảo vệ", ""),
    DriftKind.PROTECTION_MOVED: ("vùng bảo vệ không còn phủ đúng các ô", ""),
    DriftKind.PROTECTION_WARNS_ONLY: ("{detail} vùng bảo vệ chỉ còn cảnh báo, ai cũng sửa được", ""),
    DriftKind.PROTECTION_OPEN: ("có người khác sửa được ô không phải của họ: {detail}", ""),
    DriftKind.SHUT_OUT: (
        "chương trình không còn trong danh sách người sửa của {detail} vùng bảo vệ",
        "Chủ tệp mở Dữ liệu › Trang tính và dải ô được bảo vệ, xóa các vùng đó, rồi chạy tonghop provision.",
    ),
    DriftKind.READ_ONLY: (
        "chương trình chỉ còn quyền xem",
        "Chủ tệp chia sẻ lại quyền Người chỉnh sửa cho {detail}, rồi chạy tonghop provision.",
    ),
    DriftKind.FOREIGN_PROTECTION: (
        "có {detail} vùng bảo vệ do người khác đặt",
        "Xóa nếu không chủ ý: Dữ liệu › Trang tính và dải ô được bảo vệ.",
    ),
    DriftKind.EDITOR_MISSING: ("chưa cho sửa ô nhập: {detail}", ""),
    DriftKind.TAB_RENAMED: ("đã bị đổi tên, lúc lập là “{detail}”", "Vẫn tổng hợp như cũ; đổi lại tên nếu cần."),
    DriftKind.TAB_EXTRA: ("có trang lạ, không tổng hợp: {detail}", "Xóa hoặc chuyển đi nếu không cần."),
    DriftKind.TAB_COPIED: (
        "có bản sao của trang đơn vị, không tổng hợp: {detail}",
        "Chép lại những gì đã nhập ở đó vào trang gốc rồi xóa bản sao.",
    ),
    DriftKind.FILE_COPIED: (
        "có bản sao của bảng tính này, không tổng hợp: {detail}",
        "Nhắc đơn vị nhập ở bản gốc rồi xóa bản sao.",
    ),
    DriftKind.LOCALE: ("ngôn ngữ, múi giờ là {detail}", ""),
    DriftKind.IMPORTS_ALLOWED: (
        "công thức được phép lấy và gửi dữ liệu ra ngoài (IMPORTDATA, IMAGE …), không tắt được từ chương trình",
        "Chủ tệp tắt ở Tệp › Cài đặt, hoặc lập bảng tính mới.",
    ),
    DriftKind.SHARED_BY_LINK: (
        "ai có đường liên kết cũng vào được ({detail})",
        "Chia sẻ › Quyền truy cập chung › Bị hạn chế.",
    ),
    DriftKind.SHARED_WITH_DOMAIN: (
        "mọi người trong miền {detail} vào được",
        "Chia sẻ › Quyền truy cập chung › Bị hạn chế.",
    ),
    DriftKind.SHARED_WITH_STRANGER: (
        "chia sẻ cho địa chỉ không của đơn vị nào: {detail}",
        "Bỏ quyền ở nút Chia sẻ, hoặc thêm địa chỉ vào danh sách đơn vị.",
    ),
    DriftKind.WRITERS_SHARE: (
        "người chỉnh sửa tự chia sẻ tiếp được",
        "Chủ tệp bỏ đánh dấu ở Chia sẻ › Cài đặt (bánh răng) › Người chỉnh sửa có thể thay đổi quyền và chia sẻ.",
    ),
    DriftKind.COPYING_ON: ("người xem sao chép, in, tải xuống được", ""),
}


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """One difference: in which workbook, on which tab if it is a tab's, and what it is about."""

    kind: DriftKind
    workbook: str
    tab: str = ""
    detail: str = ""

    @property
    def is_mended(self) -> bool:
        """Tell whether `tonghop provision` puts it right; else a person must."""
        return self.kind in MENDED_BY_US

    @property
    def fault(self) -> str:
        """Say where and what."""
        where = f"{self.workbook}, trang {self.tab}" if self.tab else self.workbook
        return f"{where}: {WORDS[self.kind][0].format(detail=self.detail)}"

    @property
    def remedy(self) -> str:
        """Say what a person does about it."""
        words = "Đặt lại bằng: tonghop provision." if self.is_mended else WORDS[self.kind][1]
        return words.format(detail=self.detail)

    def sentence(self, *, mended: bool) -> str:
        """Return the finding as the operator reads it, before or after what we mend was mended."""
        if self.is_mended and mended:
            return f"{self.fault}; đã đặt lại."
        return f"{self.fault}. {self.remedy}"

    def as_dict(self) -> dict[str, object]:
        """Return the finding as JSON values."""
        return {
            "kind": self.kind.value,
            "workbook": self.workbook,
            "tab": self.tab,
            "detail": self.detail,
            "mended_by_provision": self.is_mended,
        }


def sentences(findings: Iterable[DriftFinding], *, mended: bool) -> list[str]:
    """Return findings as the operator reads them: what several tabs of a workbook share is said once."""
    alike: dict[tuple[DriftKind, str, str, bool], list[DriftFinding]] = {}
    for one in findings:
        alike.setdefault((one.kind, one.workbook, one.detail, bool(one.tab)), []).append(one)
    together = (replace(several[0], tab=_named([one.tab for one in several])) for several in alike.values())
    return [one.sentence(mended=mended) for one in together]


def _named(tabs: Sequence[str]) -> str:
    shown = ", ".join(tabs[:NAMED])
    return f"{shown} và {len(tabs) - NAMED} trang khác" if len(tabs) > NAMED else shown


@dataclass(frozen=True, slots=True)
class Tile:
    """A protected range as it stands."""

    id: int
    place: Rectangle
    is_input: bool
    users: frozenset[str]
    others: tuple[str, ...] = ()  # groups that may edit too, "@" for a whole domain
    warns_only: bool = False


@dataclass(frozen=True, slots=True)
class TabTiles:
    """How a tab should be protected, and how it is."""

    size: tuple[int, int]  # rows and columns of the grid as it is
    made_with: tuple[int, int]  # rows and columns of the tab when new
    wanted: tuple[tuple[Rectangle, bool], ...]  # of a new tab; True for the unit's own cells
    found: tuple[Tile, ...]

    @property
    def stand(self) -> bool:
        """Tell whether the tiles lie as they should: none lost, none moved away from its cells."""
        if len(self.found) != len(self.wanted):
            return False
        found = sorted((tile.place, tile.is_input) for tile in self.found)
        if self.size == self.made_with:
            return found == sorted(self.wanted)
        return _covers(self.size, self.found) and _outline(found) == _outline(sorted(self.wanted))


def _covers(size: tuple[int, int], tiles: Iterable[Tile]) -> bool:
    """Tell whether disjoint tiles leave nothing of a grid: by their area, cut at its edges."""
    rows, columns = size
    areas = (
        max(0, min(tile.place[1], rows) - tile.place[0]) * max(0, min(tile.place[3], columns) - tile.place[2])
        for tile in tiles
    )
    return sum(areas) == rows * columns


def _outline(tiles: Sequence[tuple[Rectangle, bool]]) -> list[tuple[Rectangle, bool]]:
    """Return how rectangles lie to each other, whatever their sizes."""
    rows = _ranks(edge for place, _ in tiles for edge in place[:2])
    columns = _ranks(edge for place, _ in tiles for edge in place[2:])
    return sorted(
        ((rows[top], rows[end], columns[left], columns[right]), is_input) for (top, end, left, right), is_input in tiles
    )


def _ranks(edges: Iterable[int]) -> dict[int, int]:
    return {edge: rank for rank, edge in enumerate(sorted(set(edges)))}


@dataclass(frozen=True, slots=True)
class Doors:
    """Who may be on a tab's tiles."""

    service: str
    exempt: frozenset[str]  # the file's owner, whom no protection keeps out
    editors: frozenset[str]  # the unit's, on its own cells


def wrong_tiles(tiles: TabTiles, doors: Doors) -> dict[int, frozenset[str]]:
    """Return, by id, the tiles whose editors are not who they should be, with who they should be."""
    wanted = {True: (doors.editors | {doors.service}) - {""}, False: frozenset({doors.service}) - {""}}
    return {
        tile.id: wanted[tile.is_input]
        for tile in tiles.found
        if not shuts_out(tile, doors)
        and (tile.warns_only or tile.others or tile.users - doors.exempt != wanted[tile.is_input] - doors.exempt)
    }


def shuts_out(tile: Tile, doors: Doors) -> bool:
    """Tell whether a tile keeps the service itself out: it can neither change nor see who else is on it."""
    return bool(doors.service) and not tile.warns_only and doors.service not in tile.users | doors.exempt


def tile_findings(workbook: str, tab: str, tiles: TabTiles, doors: Doors) -> Iterator[DriftFinding]:
    """Yield what is wrong with a tab's protections."""

    def finding(kind: DriftKind, detail: object = "") -> DriftFinding:
        return DriftFinding(kind, workbook, tab, str(detail))

    allowed = doors.exempt | {doors.service}
    lost = len(tiles.wanted) - len(tiles.found)
    if lost > 0:
        yield finding(DriftKind.PROTECTION_LOST, lost)
    elif not tiles.stand:
        yield finding(DriftKind.PROTECTION_MOVED)
    weak = sum(tile.warns_only for tile in tiles.found)
    if weak:
        yield finding(DriftKind.PROTECTION_WARNS_ONLY, weak)
    strict = [tile for tile in tiles.found if not tile.warns_only]
    shut = sum(shuts_out(tile, doors) for tile in strict)
    if shut:
        # whoever is not on a tile does not see who is
        yield finding(DriftKind.SHUT_OUT, shut)
        return
    strangers = {
        who
        for tile in strict
        for who in (*(tile.users - allowed - (doors.editors if tile.is_input else frozenset())), *tile.others)
    }
    if strangers:
        yield finding(DriftKind.PROTECTION_OPEN, ", ".join(sorted(strangers)))
    missing = {who for tile in strict if tile.is_input for who in doors.editors - tile.users - doors.exempt}
    if missing:
        yield finding(DriftKind.EDITOR_MISSING, ", ".join(sorted(missing)))


@dataclass(frozen=True, slots=True)
class Share:
    """Who was let into a file."""

    kind: str  # user, group, domain, anyone
    address: str
    role: str
    inherited: bool = False


def share_findings(workbook: str, shares: Iterable[Share], is_known: Callable[[str], bool]) -> Iterator[DriftFinding]:
    """Yield whom a file is shared with and should not be; what a shared drive brings along is its own affair."""
    strangers = []
    for share in shares:
        if share.inherited:
            continue
        if share.kind == "anyone":
            yield DriftFinding(DriftKind.SHARED_BY_LINK, workbook, detail=share.role)
        elif share.kind == "domain":
            yield DriftFinding(DriftKind.SHARED_WITH_DOMAIN, workbook, detail=share.address)
        elif not is_known(share.address):
            strangers.append(f"{share.address} ({share.role})")
    if strangers:
        yield DriftFinding(DriftKind.SHARED_WITH_STRANGER, workbook, detail=", ".join(sorted(strangers)))


def tab_findings(workbook: str, extra: Iterable[tuple[str, str]], ours: Iterable[str]) -> Iterator[DriftFinding]:
    """Yield tabs that are nobody's: title and unit in the metadata of each; a copy of one of ours is told apart."""
    titles = {title.casefold() for title in ours}
    copies: list[str] = []
    others: list[str] = []
    for title, unit in extra:
        (copies if unit or _is_copy_of(title, titles) else others).append(title)
    if copies:
        yield DriftFinding(DriftKind.TAB_COPIED, workbook, detail=", ".join(copies))
    if others:
        yield DriftFinding(DriftKind.TAB_EXTRA, workbook, detail=", ".join(others))


def _is_copy_of(title: str, titles: set[str]) -> bool:
    """Tell a tab that Sheets named when it doubled one of ours."""
    folded = title.casefold()
    for opening in ("copy of ", "bản sao của "):
        if folded.startswith(opening):
            rest = folded.removeprefix(opening)
            return any(rest == known or rest.startswith(f"{known} ") for known in titles)
    return False
