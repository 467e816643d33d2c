"""Which unit of a roster some lines name: as the whole line, or only among other words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sheets_schema.campaign import Campaign, Unit
from sheets_schema.reading.headers import plain

LONGEST_NAMING = 25  # words of a line that may name a unit among others
SHORTEST_WITHIN = 8  # letters of a name that is looked for among other words

# what may stand before a name on its line, and lines that name its recipients
_BEFORE = ("ten co quan don vi", "ten don vi", "ten co quan", "don vi", "co quan")
_OF_OTHERS = ("kinh gui", "noi nhan", "theo ke hoach", "thuc hien")


@dataclass(frozen=True, slots=True)
class UnitNaming:
    """What lines say of the unit they come from."""

    certain: Unit | None  # one unit has a line for itself
    candidates: tuple[Unit, ...]  # all that may be meant, the likely ones first
    line: str = ""  # that names the first of them


def named_unit(campaign: Campaign, lines: Iterable[str]) -> UnitNaming:
    """Return which unit the lines name; a name among other words never makes it certain."""
    names = _names(campaign)
    ends = _endings(campaign)
    whole: dict[str, str] = {}
    among: dict[str, str] = {}
    for line in lines:
        words = _without_label(plain(line))
        if not words or words.startswith(_OF_OTHERS):
            continue
        code = next((names[form] for form in _shortened(words, ends) if form in names), None)
        if code is not None:
            whole.setdefault(code, line)
        elif len(words.split()) <= LONGEST_NAMING:
            for other in _within(words, names):
                among.setdefault(other, line)
    found = whole or among
    units = tuple(campaign.unit(code) for code in found)
    likely = (*units, *(campaign.unit(code) for code in among if code not in found))
    certain = units[0] if whole and len(units) == 1 else None
    return UnitNaming(certain, likely, next(iter(found.values()), ""))


def _names(campaign: Campaign) -> Mapping[str, str]:
    """Return the codes of units by their names; what two units are called names none of them."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for unit in campaign.units:
        for name in {plain(words) for words in (unit.name, unit.short_name, *unit.aliases)}:
            if found.setdefault(name, unit.code) != unit.code:
                shared.add(name)
    return {name: code for name, code in found.items() if name not in shared and name}


def _endings(campaign: Campaign) -> tuple[str, ...]:
    """Return what a letterhead adds to a name: the province, or leaves out of it."""
    place = plain(campaign.place)
    return tuple(ending for ending in (f" tinh {place}", f" {place}", " tinh") if ending.strip())


def _shortened(words: str, endings: Iterable[str]) -> Iterator[str]:
    """Yield a line, then without what it adds, then with the word that the roster adds."""
    yield words
    for ending in endings:
        if words.endswith(ending) and len(words.split()) - len(ending.split()) > 1:
            short = words.removesuffix(ending)
            yield short
            yield f"{short} tinh"
    yield f"{words} tinh"


def _without_label(words: str) -> str:
    for label in _BEFORE:
        if words.startswith(f"{label} "):
            return words.removeprefix(f"{label} ")
    return words


def _within(words: str, names: Mapping[str, str]) -> list[str]:
    """Return the codes of units whose names are in a line; a name within a longer one is not meant."""
    line = f" {words} "
    found = [name for name in names if len(name) >= SHORTEST_WITHIN and " " in name and f" {name} " in line]
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    return list(dict.fromkeys(names[name] for name in longest))
