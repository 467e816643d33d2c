"""What must be written so that a sheet of the master shows its blocks: those that changed, where they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from service.domain.printed_tables import Block, Line, Sheet


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as it was last written."""

    key: str
    source: str
    count: int


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet as it was last written."""

    shape: str
    blocks: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Blocks that are neighbours and are written together; `row` is where, counted from 0, once all above is written.

    `before` is how many lines they take now.
    """

    row: int
    before: int
    blocks: tuple[Block, ...]

    @property
    def count(self) -> int:
        """How many lines they will take."""
        return sum(block.count for block in self.blocks)

    def lines(self) -> Iterator[Line]:
        """Make the lines, from the top."""
        for block in self.blocks:
            yield from block.make()


def shown(sheet: Sheet) -> ShownSheet:
    """Return what is remembered of a sheet once it is written."""
    return ShownSheet(sheet.shape, tuple(Shown(one.key, one.source, one.count) for one in sheet.blocks))


def whole(sheet: Sheet) -> Region:
    """Return everything a sheet shows as one region, for a sheet whose size is set already."""
    return Region(0, sheet.line_count, sheet.blocks)


def changes(sheet: Sheet, last: ShownSheet | None, also: Collection[str] = ()) -> tuple[Region, ...] | None:
    """Return the regions to write, from the top; None when the sheet is to be rebuilt.

    `also` are keys of blocks to write whether or not they changed: those that carry the stamp.
    """
    if last is None or last.shape != sheet.shape:
        return None
    if [one.key for one in last.blocks] != [one.key for one in sheet.blocks]:
        return None
    regions: list[Region] = []
    row = 0
    for block, old in zip(sheet.blocks, last.blocks, strict=True):
        if block.key in also or (block.source, block.count) != (old.source, old.count):
            _add(regions, row, block, old.count)
        row += block.count
    return tuple(region for region in regions if region.count or region.before)


def _add(regions: list[Region], row: int, block: Block, before: int) -> None:
    """Join a changed block to the region that ends right above it, or begin another."""
    last = regions[-1] if regions else None
    if last is not None and last.row + last.count == row:
        regions[-1] = Region(last.row, last.before + before, (*last.blocks, block))
    else:
        regions.append(Region(row, before, (block,)))
