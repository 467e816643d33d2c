"""A fault of a declaration in the words of the pages that edit it: which part, which box, what is accepted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from service.seasons.declared_sections import SECTIONS
from sheets_schema.declaration import Fault
from sheets_schema.declaration.assembly import ROSTER_FILE
from sheets_schema.declaration.faults import NOTHING
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import SHEET_LANGUAGE, Message, Value, joined, message, verbatim
from sheets_schema.wording.catalogue import area

_PLAN_FILE = "campaign.toml"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)\S*)?")
_KEY = re.compile(r"(?P<part>[^.\[(]+)(?:\[(?P<place>\d+)\])?(?:\.(?P<rest>.+))?")
_FORM_LIST = re.compile(r"(?P<block>tonghop:block\.)?fields\[(?P<place>\d+)\](?:\.(?P<rest>.+))?")


def in_words(fault: Fault, *, with_file: bool = False) -> Message:
    """Return a fault with its place as the pages name it; `with_file` adds file and line for who edits the files."""
    said = message("declaration.fault_in_words", place=_place(fault), words=beside(fault))
    if not with_file:
        return said
    where = fault.file if fault.line is None else f"{fault.file}:{fault.line}"
    return message("declaration.fault_in_file", words=said, file=where)


def all_in_words(faults: Iterable[Fault], *, with_file: bool = False) -> Message:
    """Return all faults, one after the other."""
    return joined((in_words(one, with_file=with_file) for one in faults), "\n" if with_file else " ")


def beside(fault: Fault) -> Message:
    """Return a fault as it is written beside its box."""
    if fault.key.endswith(".due_before"):
        return message("instants.limit_unread")
    accepted = _for_people(fault.accepted)
    if fault.found == NOTHING:
        return message("declaration.fault_of_nothing", accepted=accepted)
    return message("declaration.fault_beside", found=_for_people(fault.found), accepted=accepted)


def _for_people(said: Message) -> Message:
    """Return words about a file as they are said to a person who sees boxes: other phrases, days as people write."""
    values = tuple((name, _typed(value)) for name, value in said.values)
    name = said.key.removeprefix("declaration.")
    has_own = f"beside_{name}" in area("declaration", SHEET_LANGUAGE)
    return Message(f"declaration.beside_{name}" if has_own else said.key, values)


def _typed(value: Value) -> Value:
    if isinstance(value, Message):
        return _for_people(value)
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    try:
        day = format_day(datetime.fromisoformat(found[1]).date())
    except ValueError:
        return value
    return f"{found[2]} {day}" if found[2] and found[2] != "00:00" else day


def _place(fault: Fault) -> Message:
    if fault.file == ROSTER_FILE:
        part = message("roster.title")
        place = part if fault.line is None else message("declaration.place_line", part=part, number=fault.line)
        return _with_label(place, "roster", fault.key)
    if fault.file.endswith(".json"):
        return _place_in_form(fault)
    return _place_in_plan(fault) if fault.file == _PLAN_FILE else _file(fault)


def _place_in_plan(fault: Fault) -> Message:
    found = _KEY.fullmatch(fault.key)
    if found is None:
        return _file(fault)
    section = SECTIONS.get(found["part"])
    if section is None or found["place"] is None:
        name = fault.key.replace(".", "_")
        # what may not be edited on a page has no name there
        named = f"label_{name}" in area("declared", SHEET_LANGUAGE)
        return message(f"declared.label_{name}") if named else _with_key(fault)
    part = message(f"declared.section_{section.name}")
    place = message("declaration.place_item", part=part, number=int(found["place"]) + 1)
    return _with_label(place, "declared", f"label_{(found['rest'] or '').replace('.', '_')}")


def _place_in_form(fault: Fault) -> Message:
    form = message("declaration.place_form", file=fault.file)
    found = _FORM_LIST.match(fault.key)
    if found is None:
        return _with_label(form, "declared", f"label_{fault.key.removeprefix('tonghop:')}")
    kind = "place_field" if found["block"] else "place_column"
    place = message(f"declaration.{kind}", part=form, number=int(found["place"]) + 1)
    label = (found["rest"] or "").removeprefix("tonghop:").replace(".", "_")
    return _with_label(place, "declared", f"label_{label}")


def _with_label(place: Message, words: str, name: str) -> Message:
    if name not in area(words, SHEET_LANGUAGE):
        return place
    return message("declaration.place_box", place=place, label=message(f"{words}.{name}"))


def _with_key(fault: Fault) -> Message:
    return message("declaration.place_box", place=message("declared.section_plan"), label=verbatim(fault.key))


def _file(fault: Fault) -> Message:
    return message("declaration.place_file", file=fault.file)
