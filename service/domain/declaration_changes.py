"""What changed in a campaign's declaration, unit by unit, and which changes are refused. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields

from service.domain.instant_words import limit_message
from sheets_schema.campaign import Campaign, Form, Unit
from sheets_schema.wording import SHEET_LANGUAGE, Message, message, verbatim
from sheets_schema.wording.catalogue import area

NAMED = 12  # codes that a sentence names; the rest are counted
_TEXTS = ("name", "short_name", "group")
_LISTS = ("emails", "aliases")
_TOLD_APART = frozenset(
    {"units", "obligations", "policy", "forms", "active_units", "_by_code", "code_now", "merged", "accounted_units"}
)


def refused(
    before: Campaign | None, after: Campaign, on_record: Mapping[str, Collection[str]], with_tabs: Collection[str]
) -> tuple[Message, ...]:
    """Return why a declaration is refused; `on_record` are the codes that facts name, each with its forms.

    A code or a form under which something was received never vanishes (decision 24), and what was received under a
    code never becomes another unit's. `with_tabs` are the codes that have a tab.
    """
    owed = {form for forms in on_record.values() for form in forms if form}
    gone = sorted(owed - {form.key for form in after.forms})
    faults = [*_lost(before, after, on_record), *_disinherited(before, after), *_taken(before, after, with_tabs)]
    faults += [message("declaration_changes.form_lost", forms=", ".join(gone))] if gone else []
    return tuple(faults)


def _lost(before: Campaign | None, after: Campaign, on_record: Collection[str]) -> Iterator[Message]:
    # what is on record of a unit that was renamed is under its former code
    carried = {unit.code for unit in before.units if unit.former_codes} if before else set()
    known = {unit.code for unit in after.units} | after.code_now.keys()
    lost = sorted(code for code in {*on_record, *carried} if code and code not in known)
    if lost:
        yield message("declaration_changes.code_lost", codes=_codes(lost), count=len(lost))


def _codes(codes: Sequence[str]) -> str | Message:
    """Return codes as a sentence names them: the first of many, and how many more there are."""
    named = ", ".join(codes[:NAMED])
    return named if len(codes) <= NAMED else message("declaration_changes.more", codes=named, count=len(codes) - NAMED)


def _disinherited(before: Campaign | None, after: Campaign) -> Iterator[Message]:
    """Yield the former codes that a unit no longer names: what was received under them would be lost to it."""
    heirs = {code: unit for unit in after.units for code in (unit.code, *unit.former_codes)}
    for unit in before.units if before else ():
        heir = heirs.get(unit.code)
        names = (heir.code, *heir.former_codes) if heir else ()
        dropped = [code for code in unit.former_codes if code not in names]
        if heir and dropped:
            yield message("declaration_changes.former_code_dropped", unit=heir.code, codes=", ".join(dropped))


def _taken(before: Campaign | None, after: Campaign, with_tabs: Collection[str]) -> Iterator[Message]:
    """Yield the new codes that are another unit's already: two units become one by a merger, not by a new code."""
    moved = renames(before, after) if before else {}
    taken = {code for code in moved.values() if code in with_tabs or list(moved.values()).count(code) > 1}
    taken |= {code for code in moved.values() if before and code in {unit.code for unit in before.units}}
    if taken:
        yield message("declaration_changes.code_taken", codes=_codes(sorted(taken)))


def renames(before: Campaign, after: Campaign) -> dict[str, str]:
    """Return the new code of every unit that is known by another one now, by its former code."""
    had = {unit.code for unit in before.units}
    return {former: unit.code for unit in after.units for former in unit.former_codes if former in had}


def changes(before: Campaign, after: Campaign) -> Iterator[Message]:
    """Yield what changed from one declaration to the next: the units, the limits, the policy, the forms, the rest."""
    yield from _unit_changes(before, after)
    yield from _limit_changes(before, after)
    yield from _policy_changes(before, after)
    yield from _form_changes(before, after)
    others = [
        one.name
        for one in fields(Campaign)
        if one.name not in _TOLD_APART and getattr(before, one.name) != getattr(after, one.name)
    ]
    for name in others:
        was, is_now = getattr(before, name), getattr(after, name)
        part = _part(name)
        if isinstance(was, str) and isinstance(is_now, str):
            yield message("declaration_changes.words", part=part, before=was or "–", after=is_now or "–")
        elif isinstance(was, tuple) and isinstance(is_now, tuple):
            gone, new = (
                len([one for one in these if one not in those]) for these, those in ((was, is_now), (is_now, was))
            )
            yield message("declaration_changes.list", part=part, gone=gone, new=new)
        else:
            yield message("declaration_changes.others", names=part)


def _unit_changes(before: Campaign, after: Campaign) -> Iterator[Message]:
    had = {unit.code: unit for unit in before.units}
    moved = renames(before, after)
    stayed = {unit.code for unit in after.units} | moved.keys()
    for unit in after.units:
        former = had.get(unit.code) or next((had[code] for code in unit.former_codes if code in had), None)
        yield from _changes_of(former, unit)
    for code in had.keys() - stayed:
        yield message("declaration_changes.unit_removed", unit=code, name=had[code].name)


def _changes_of(before: Unit | None, after: Unit) -> Iterator[Message]:
    about = {"unit": after.code, "name": after.name}
    if before is None:
        yield message("declaration_changes.unit_added", **about)
        return
    if before.code != after.code:
        yield message("declaration_changes.unit_renamed", **about, former=before.code)
    if after.merged_into and before.merged_into != after.merged_into:
        yield message("declaration_changes.unit_merged", **about, into=after.merged_into)
    elif before.active != after.active:
        yield message(f"declaration_changes.unit_switched_{'on' if after.active else 'off'}", **about)
    for name in _TEXTS:
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            yield message(f"declaration_changes.unit_{name}", unit=after.code, before=was, after=is_now)
    for name in _LISTS:
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            values = {"before": "; ".join(was) or "–", "after": "; ".join(is_now) or "–"}
            yield message(f"declaration_changes.unit_{name}", unit=after.code, **values)
    if (before.contacts, before.superior) != (after.contacts, after.superior):
        # who they are stays out of lists and logs
        yield message("declaration_changes.unit_contacts", unit=after.code)


def _limit_changes(before: Campaign, after: Campaign) -> Iterator[Message]:
    had = {owed.form: owed for owed in before.obligations}
    for owed in after.obligations:
        former = had.get(owed.form)
        if former is None:
            yield message("declaration_changes.form_owed", title=owed.title)
        elif former.due_before != owed.due_before:
            was, is_now = (limit_message(one.due_before, after.zone) for one in (former, owed))
            yield message("declaration_changes.limit", title=owed.title, before=was, after=is_now)
        elif former != owed:
            yield message("declaration_changes.obligation_words", title=owed.title)
    for form in had.keys() - {owed.form for owed in after.obligations}:
        yield message("declaration_changes.form_no_longer_owed", title=had[form].title)


def _policy_changes(before: Campaign, after: Campaign) -> Iterator[Message]:
    for one in fields(before.policy):
        was, is_now = getattr(before.policy, one.name), getattr(after.policy, one.name)
        if was != is_now:
            yield message("declaration_changes.policy", name=one.name, before=_flag(was), after=_flag(is_now))


def _flag(value: object) -> str:
    return str(value).lower()


def _form_changes(before: Campaign, after: Campaign) -> Iterator[Message]:
    had: dict[str, Form] = {form.key: form for form in before.forms}
    for form in after.forms:
        if form.key not in had:
            yield message("declaration_changes.form_added", title=form.title)
        elif had[form.key] != form:
            yield message("declaration_changes.form_changed", title=form.title)
            yield from _values_changed(form.title, _values_of(had[form.key]), _values_of(form))


def _part(name: str) -> Message:
    """Return what people call a part of the declaration; its key where the wording has no word for it."""
    key = f"part_{name}"
    return (
        message(f"declaration_changes.{key}") if key in area("declaration_changes", SHEET_LANGUAGE) else verbatim(name)
    )


def _values_of(form: Form) -> dict[str, tuple[str, object]]:
    """Return the columns and the fields of a form by key: each title, and the whole."""
    columns = {f"c {one.key}": (one.title, one) for one in form.columns}
    return columns | {f"f {one.key}": (one.label, one) for one in form.fields}


def _values_changed(
    form: str, before: Mapping[str, tuple[str, object]], after: Mapping[str, tuple[str, object]]
) -> Iterator[Message]:
    for key, (title, whole) in after.items():
        if key not in before:
            yield message("declaration_changes.value_added", form=form, title=title)
        elif before[key][0] != title:
            yield message("declaration_changes.value_title", form=form, before=before[key][0], after=title)
        elif before[key][1] != whole:
            yield message("declaration_changes.value_changed", form=form, title=title)
    for key in before.keys() - after.keys():
        yield message("declaration_changes.value_gone", form=form, title=before[key][0])
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield message("declaration_changes.values_moved", form=form)
