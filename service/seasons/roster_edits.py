"""Changes of a roster as a person asks for them: typed into its table, a list laid over it, merge, split. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.errors import SeasonRefusedError
from sheets_schema.campaign import Campaign, Column, ColumnRole, Form, TableKind
from sheets_schema.declaration.edited_files import RosterText
from sheets_schema.declaration.faults import nearest, visible
from sheets_schema.declaration.switch import OFF, ON, is_on
from sheets_schema.vietnamese.folding import fold, squash, without_marks
from sheets_schema.wording import Language, Message, joined, message, text

COLUMNS = ("code", "name", "short_name", "group", "emails", "aliases", "active")
TYPED = ("name", "short_name", "group", "emails")  # in the table, beside the switch
LONGEST_TITLE = 100
NAMED = 5  # lines of a list that a refusal names; the rest are counted
_REFUSED_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
# what a list has before a name: "1.", "2)", "(3)", "1.2.", "a)", "-"
_LIST_NUMBER = re.compile(r"(?:\(?\d{1,4}(?:\.\d{1,4})*[.)]|[^\W\d_]\)|[-–—•·*+])\s*(?=[^\W\d])")
_WORDS_OF_NO_LETTER = frozenset({"va", "cua", "cac"})
# with fewer titles a line is none of a header, unless the list has just these columns
_PAIRS = (("name", "emails"), ("name", "group"), ("code", "name"), ("name", "short_name"), ("code", "emails"))


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a list that was brought: its number there, and its cells by the roster's columns."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LaidOver:
    """A roster with a list laid over it, and what a person should know before it is taken."""

    roster: RosterText
    notes: tuple[Message, ...] = ()


def roster_forms() -> tuple[Form, ...]:
    """Return what a list of units looks like, so that its header is found like that of any table: most titles first."""
    columns = {key: _column(key) for key in COLUMNS}
    groups = (COLUMNS, *_PAIRS)
    return tuple(
        Form("roster", "1", "", TableKind.OPEN, tuple(columns[key] for key in keys), (), ()) for keys in groups
    )


def _column(key: str) -> Column:
    titles = [one.strip() for lang in Language for one in text(f"roster.titles_{key}", lang).split(";")]
    role = ColumnRole.NAME if key == "name" else ColumnRole.OTHER
    return Column(key, titles[0], role, aliases=tuple(dict.fromkeys(titles[1:])))


def with_typed(
    roster: RosterText, typed: Mapping[str, Mapping[str, str]], added: Iterable[Mapping[str, str]]
) -> RosterText:
    """Return the roster with what was typed into the lines of some units, by code, and new lines at the end.

    A new line in which only a group is chosen is none.
    """
    lines = [{**line, **_clean(typed.get(line.get("code", ""), {}))} for line in roster.lines]
    for one in added:
        if any(squash(cell) for name, cell in one.items() if name != "group"):
            lines.append(new_line(one, [line.get("code", "") for line in lines]))
    return roster.with_lines(lines)


def _clean(line: Mapping[str, str]) -> dict[str, str]:
    return {name: squash(cell.replace("\n", " ")) for name, cell in line.items()}


def new_line(typed: Mapping[str, str], codes: Sequence[str]) -> dict[str, str]:
    """Return the line of a new unit: its code and its tab's title are made from its name where they were left blank."""
    line = {"name": "", "aliases": "", "emails": "", "active": ON, **_clean(typed)}
    line["code"] = line.get("code") or code_of(line["name"], codes)
    line["short_name"] = line.get("short_name") or _REFUSED_IN_TITLES.sub(" ", line["name"])[:LONGEST_TITLE].strip(" '")
    return line


def code_of(name: str, codes: Iterable[str]) -> str:
    """Return a code made of the first letters of a name that no other unit has."""
    words = re.findall(r"[a-z0-9]+", without_marks(fold(name)))
    letters = "".join(word if word.isdigit() else word[0] for word in words if word not in _WORDS_OF_NO_LETTER)
    base = letters.upper()[:20] or "DV"
    taken = {code.casefold() for code in codes}
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in taken)


def laid_over(roster: RosterText, campaign: Campaign, rows: Sequence[ListLine], *, switch_off: bool) -> LaidOver:
    """Return the roster with a list laid over it: known units by code or name, others added.

    A cell that is blank in the list changes nothing. Units that the list lacks stay, or are switched off.
    SeasonRefusedError where two lines are one unit's, or a new code has no name.
    """
    by_code = {line["code"].casefold(): place for place, line in enumerate(roster.lines)}
    by_name = _names(roster)
    groups = {fold(one): group.code for group in campaign.groups for one in (group.code, group.name)}
    lines = [dict(line) for line in roster.lines]
    seen: dict[int, str] = {}
    notes: list[Message] = []
    nameless: list[tuple[int, str]] = []
    for number, line in _named_lines(rows, by_name):
        place = by_code.get(line.get("code", "").casefold(), by_name.get(fold(line.get("name", ""))))
        _put_in_words(line, groups, notes)
        if place is None and not line.get("name"):
            nameless.append((number, line["code"]))
            continue
        if place is None:
            lines.append(new_line({"group": _likely_group(lines), **line}, [one.get("code", "") for one in lines]))
            by_code.setdefault(lines[-1]["code"].casefold(), len(lines) - 1)
            by_name.setdefault(fold(lines[-1]["name"]), len(lines) - 1)
            place = len(lines) - 1
        elif place in seen:
            raise SeasonRefusedError(message("roster.twice", name=line.get("name") or line["code"], other=seen[place]))
        else:
            lines[place] |= {name: cell for name, cell in line.items() if name != "code"}
        seen[place] = line.get("name") or line.get("code", "")
    if nameless:
        raise SeasonRefusedError(_without_names(nameless, [line["code"] for line in roster.lines]))
    absent = [line for place, line in enumerate(lines) if place not in seen and is_on(line.get("active"))]
    if absent:
        names = "; ".join(line["short_name"] for line in absent[:5])
        notes.append(message("roster.absent_off" if switch_off else "roster.absent", count=len(absent), names=names))
    if switch_off:
        for line in absent:
            line["active"] = OFF
    return LaidOver(roster.with_lines(lines), tuple(notes))


def _named_lines(rows: Sequence[ListLine], known: Collection[str]) -> list[tuple[int, dict[str, str]]]:
    """Return what is filled in the lines that have a name or a code, with their numbers; names without list numbers."""
    cleaned = [(row.number, {name: cell for name, cell in _clean(row.cells).items() if cell}) for row in rows]
    found = [(number, line) for number, line in cleaned if "name" in line or "code" in line]
    always = all(_LIST_NUMBER.match(line["name"]) for _number, line in found if "name" in line)
    for _number, line in found:
        if "name" in line:
            line["name"] = _without_number(line["name"], known, always=always)
    return found


def _without_number(name: str, known: Collection[str], *, always: bool) -> str:
    """Return a name without its number in a list; one that is no known name's keeps it unless `always`."""
    rest = _LIST_NUMBER.sub("", name, count=1) if _LIST_NUMBER.match(name) else name
    return rest if fold(name) not in known and (always or fold(rest) in known) else name


def _without_names(nameless: Sequence[tuple[int, str]], codes: Sequence[str]) -> Message:
    """Return why new codes without a name are refused, each with its line and the code that was likely meant."""
    told: list[Message] = []
    for number, code in nameless[:NAMED]:
        near = nearest(code, codes)
        key = "roster.nameless_but" if near else "roster.nameless"
        told.append(message(key, line=number, code=visible(code), near=near))
    if len(nameless) > NAMED:
        told.append(message("roster.more_nameless", count=len(nameless) - NAMED))
    return joined(told, " ")


def _names(roster: RosterText) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, line in enumerate(roster.lines):
        for name in (line["name"], line["short_name"], *line.get("aliases", "").split(";")):
            if name.strip():
                found.setdefault(fold(name), place)
    return found


def _put_in_words(line: dict[str, str], groups: Mapping[str, str], notes: list[Message]) -> None:
    """Turn a group's name into its code, and the words of a switch into what the roster has."""
    if "group" in line:
        line["group"] = groups.get(fold(line["group"]), line["group"])
    if "active" in line:
        words = {fold(one): value for value in (ON, OFF) for one in _switch_words(value)}
        line["active"] = words.get(fold(line["active"]), line["active"])
    if "emails" in line:
        line["emails"] = ";".join(re.split(r"[;,\s]+", line["emails"].strip(" ;,")))
    if "name" in line and len(line["name"]) > LONGEST_TITLE and not line.get("short_name"):
        notes.append(message("roster.long_name", name=line["name"][:60]))


def _switch_words(value: str) -> list[str]:
    return [value, *(one for lang in Language for one in text(f"roster.words_{value}", lang).split(";"))]


def _likely_group(lines: Sequence[Mapping[str, str]]) -> str:
    """Return the group of the line above: a list is ordered by groups."""
    return lines[-1].get("group", "") if lines else ""


def with_unit(roster: RosterText, code: str, typed: Mapping[str, str]) -> RosterText:
    """Return the roster with one unit's line as typed; a new code keeps what was received under the former one."""
    typed_over = {**roster.line(code), **_clean(typed)}
    line = typed_over if typed_over["code"] == code else _with_former(typed_over, [code])
    return roster.with_lines([line if one.get("code") == code else one for one in roster.lines])


def with_codes_since(former: RosterText, now: Campaign) -> RosterText:
    """Return a former roster in which every unit has the codes among its former ones that it got since."""
    past = {line.get("code", "") for line in former.lines}
    since: dict[str, list[str]] = {}
    for unit in now.units:
        codes = (unit.code, *unit.former_codes)
        was = next((one for one in codes if one in past), None)
        if was is not None:
            since[was] = [one for one in codes if one != was]
    lines = [_with_former(line, since.get(line.get("code", ""), [])) for line in former.lines]
    return former if lines == list(former.lines) else former.with_lines(lines)


def _with_former(line: Mapping[str, str], codes: Sequence[str]) -> Mapping[str, str]:
    """Return a line with more former codes; the one that it has is none."""
    had = [one.strip() for one in line.get("former_codes", "").split(";") if one.strip()]
    every = [one for one in dict.fromkeys([*had, *codes]) if one != line.get("code")]
    return line if every == had else {**line, "former_codes": ";".join(every)}


def merged(roster: RosterText, code: str, into: str) -> RosterText:
    """Return the roster with one unit merged into another: it owes nothing more, what it sent stays."""
    if code == into or not roster.line(into):
        raise SeasonRefusedError(message("roster.merge_into_other"))
    made = {**roster.line(code), "active": OFF, "merged_into": into}
    return roster.with_lines([made if one.get("code") == code else one for one in roster.lines])


def split(roster: RosterText, code: str, names: Sequence[str], *, stays: bool) -> RosterText:
    """Return the roster with new units beside one that was split; it owes nothing more unless it `stays`."""
    wanted = [squash(name) for name in names if squash(name)]
    if len(wanted) < (1 if stays else 2):
        raise SeasonRefusedError(message("roster.split_names"))
    lines: list[Mapping[str, str]] = []
    for line in roster.lines:
        lines.append({**line, "active": line.get("active", ON) if stays else OFF} if line.get("code") == code else line)
        if line.get("code") == code:
            for name in wanted:
                codes = [one.get("code", "") for one in (*roster.lines, *lines)]
                lines.append(new_line({"name": name, "group": line.get("group", "")}, codes))
    return roster.with_lines(lines)
