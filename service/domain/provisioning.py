"""Which tab every unit has: the plan of a provisioning, from the roster, what we know and what is found. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sheets_schema.campaign import Campaign, Form, Unit


class Step(StrEnum):
    """What is to be done with one unit's tab."""

    CREATE = "create"
    KEEP = "keep"
    RENEW = "renew"  # the template changed
    ADMIT = "admit"  # only who may write where is to be put right
    RECREATE = "recreate"  # it was deleted, and the operator wants it back
    DELETED = "deleted"  # it was deleted: reported, nothing done
    ORPHAN = "orphan"  # the unit left the roster; the tab stays


@dataclass(frozen=True, slots=True)
class FoundTab:
    """A tab that an inventory shows; `unit` is the one in its metadata, "" when there is none."""

    sheet_id: int
    title: str
    unit: str
    template: str


@dataclass(frozen=True, slots=True)
class KnownTab:
    """A tab that our own registry remembers."""

    unit: str
    shard: int
    sheet_id: int
    orphaned: bool = False


@dataclass(frozen=True, slots=True)
class TabPlan:
    """One unit's tab and what is to be done with it."""

    unit: str
    shard: int
    sheet_id: int
    title: str
    step: Step


@dataclass(frozen=True, slots=True)
class FormPlan:
    """What provisioning one form will do."""

    form: str
    tabs: tuple[TabPlan, ...]
    shards: tuple[int, ...]  # every workbook that must exist
    extra: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # tabs by shard that belong to no unit

    def of(self, *steps: Step) -> tuple[TabPlan, ...]:
        """Return the tabs that need one of these steps."""
        return tuple(tab for tab in self.tabs if tab.step in steps)


def sheet_id_of(campaign: str, form: str, unit: str, taken: set[int]) -> int:
    """Return the id this unit's tab has in every run: a hash, moved on while it is taken."""
    digest = hashlib.sha256(f"{campaign}/{form}/{unit}".encode()).digest()
    sheet_id = int.from_bytes(digest[:4], "big") & 0x7FFF_FFFF
    while sheet_id in taken or sheet_id == 0:
        sheet_id = (sheet_id + 1) & 0x7FFF_FFFF
    return sheet_id


def plan_form(
    campaign: Campaign,
    form: Form,
    known: Sequence[KnownTab],
    found: Mapping[int, Sequence[FoundTab]],
    *,
    lost: frozenset[int] = frozenset(),
    recreate: bool = False,
) -> FormPlan:
    """Plan a form's tabs: what exists stays where it is, newcomers go to the first workbook with room.

    `found` maps each existing workbook's shard to its tabs; `lost` are the shards of workbooks that are gone: without
    `recreate` no new unit is put there. A tab is known by its id in our registry, else by its metadata; its title is
    never asked.
    """
    standing = _standing(known, found)
    remembered = {tab.unit: tab for tab in known}
    plans: list[TabPlan] = []
    taken = {tab.sheet_id for tabs in found.values() for tab in tabs} | {tab.sheet_id for tab in known}
    # a deleted tab holds its place: it may be made again
    held = [tab.shard for tab in known if tab.unit not in standing and not tab.orphaned]
    occupied = [*(shard for shard, _ in standing.values()), *held]
    room = _Room(campaign.policy.tabs_per_workbook, occupied, lost if not recreate else frozenset())
    for unit in campaign.active_units:
        if unit.code in standing:
            shard, tab = standing[unit.code]
            plans.append(TabPlan(unit.code, shard, tab.sheet_id, tab.title, Step.KEEP))
        elif unit.code in remembered and not remembered[unit.code].orphaned:
            gone = remembered[unit.code]
            step = Step.RECREATE if recreate else Step.DELETED
            plans.append(TabPlan(unit.code, gone.shard, gone.sheet_id, _free_title(unit, found), step))
        else:
            sheet_id = sheet_id_of(campaign.key, form.key, unit.code, taken)
            taken.add(sheet_id)
            plans.append(TabPlan(unit.code, room.next(), sheet_id, _free_title(unit, found), Step.CREATE))
    plans += _orphans(campaign, standing)
    ours = {plan.sheet_id for plan in plans}
    extra = {
        shard: tuple(tab.title for tab in tabs if tab.sheet_id not in ours) for shard, tabs in sorted(found.items())
    }
    shards = sorted({plan.shard for plan in plans} | set(found))
    return FormPlan(form.key, tuple(plans), tuple(shards), {shard: titles for shard, titles in extra.items() if titles})


def _standing(known: Sequence[KnownTab], found: Mapping[int, Sequence[FoundTab]]) -> dict[str, tuple[int, FoundTab]]:
    """Match units with the tabs that are there: by registry first, then by metadata."""
    by_place = {(shard, tab.sheet_id): tab for shard, tabs in found.items() for tab in tabs}
    standing = {
        tab.unit: (tab.shard, by_place[tab.shard, tab.sheet_id])
        for tab in known
        if (tab.shard, tab.sheet_id) in by_place
    }
    used = {(shard, tab.sheet_id) for shard, tab in standing.values()}
    for (shard, sheet_id), tab in sorted(by_place.items()):
        # a copy of a tab carries the same metadata: the first, and the one already known, count
        if tab.unit and tab.unit not in standing and (shard, sheet_id) not in used:
            standing[tab.unit] = (shard, tab)
    return standing


def _orphans(campaign: Campaign, standing: Mapping[str, tuple[int, FoundTab]]) -> list[TabPlan]:
    active = {unit.code for unit in campaign.active_units}
    return [
        TabPlan(unit, shard, tab.sheet_id, tab.title, Step.ORPHAN)
        for unit, (shard, tab) in sorted(standing.items())
        if unit not in active
    ]


def _free_title(unit: Unit, found: Mapping[int, Sequence[FoundTab]]) -> str:
    """Return the unit's short name, or the name with its code where another tab has that title."""
    titles = {tab.title.casefold() for tabs in found.values() for tab in tabs}
    return unit.short_name if unit.short_name.casefold() not in titles else f"{unit.short_name} ({unit.code})"


class _Room:
    """Hands out places in workbooks, the first with room first."""

    def __init__(self, capacity: int, occupied: Sequence[int], closed: frozenset[int]) -> None:
        self._capacity = capacity
        self._closed = closed
        self._counts: dict[int, int] = {}
        for shard in occupied:
            self._counts[shard] = self._counts.get(shard, 0) + 1

    def next(self) -> int:
        shard = 0
        while shard in self._closed or self._counts.get(shard, 0) >= self._capacity:
            shard += 1
        self._counts[shard] = self._counts.get(shard, 0) + 1
        return shard
