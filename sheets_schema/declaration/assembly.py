"""Files of a campaign folder to a Campaign: each file read, then all checked against each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from sheets_schema.campaign import Campaign
from sheets_schema.declaration.faults import NOTHING, DeclarationError, Fault, phrase, shown, visible
from sheets_schema.declaration.form_file import is_fixed, read_form_file
from sheets_schema.declaration.record_building import campaign_record
from sheets_schema.declaration.roster import read_roster, read_units
from sheets_schema.declaration.sources import SourceFile, UnreadableSourceError, read_json, read_toml
from sheets_schema.declaration.strict import Reader
from sheets_schema.declaration.tables import CampaignTable
from sheets_schema.vietnamese.limit_words import read_limit
from sheets_schema.wording import Message

CAMPAIGN_FILE, ROSTER_FILE, FORM_SUFFIX = "campaign.toml", "units.csv", ".json"
_MAIL_TEMPLATE = re.compile(r"mail_[a-z]+\.(vi|en)\.txt|mail_frame\.html")
_CAMPAIGN_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def belongs(name: str) -> bool:
    """Return True if a file of this name is part of a campaign folder: what declares it, and its own words of mails."""
    named = name in (CAMPAIGN_FILE, ROSTER_FILE) or name.endswith(FORM_SUFFIX) or bool(_MAIL_TEMPLATE.fullmatch(name))
    return named and not name.startswith(".")


def declare(files: Mapping[str, bytes], key: str) -> Campaign:
    """Return the campaign these files declare; raise DeclarationError with everything that is wrong with them."""
    faults = _missing_files(files, key)
    plan_reader = _opened(files, CAMPAIGN_FILE, read_toml, faults)
    roster = _opened(files, ROSTER_FILE, read_roster, faults)
    forms = {name.removesuffix(FORM_SUFFIX): name for name in sorted(files) if name.endswith(FORM_SUFFIX)}
    form_readers = {form: _opened(files, name, read_json, faults) for form, name in forms.items()}
    plan = plan_reader.table(CampaignTable, plan_reader.source.content) if plan_reader else None
    declared = [read_form_file(reader, form) for form, reader in form_readers.items() if reader]
    groups = [code for _, code in plan_reader.source.texts("groups", None, "code")] if plan_reader else None
    units = read_units(roster, groups) if roster else ()
    if plan and plan_reader:
        _compare_limits(plan, plan_reader)
    if plan_reader:
        _compare(plan_reader, form_readers, faults)
    for reader in (plan_reader, roster, *form_readers.values()):
        faults += reader.faults if reader else []
    if faults or plan is None:
        raise DeclarationError(faults)
    return campaign_record(key, plan, [form for form in declared if form], units)


def _missing_files(files: Mapping[str, bytes], key: str) -> list[Fault]:
    faults = [
        Fault(name, "(file)", None, NOTHING, phrase("needed_file", name=name))
        for name in (CAMPAIGN_FILE, ROSTER_FILE)
        if name not in files
    ]
    if not any(name.endswith(FORM_SUFFIX) for name in files):
        faults.append(Fault("*" + FORM_SUFFIX, "(file)", None, NOTHING, phrase("needed_form")))
    if not _CAMPAIGN_KEY.fullmatch(key):
        faults.append(Fault("(folder)", "name", None, shown(key), phrase("folder_name")))
    return faults


def _opened(
    files: Mapping[str, bytes], name: str, read: Callable[[str, bytes], SourceFile], faults: list[Fault]
) -> Reader | None:
    """Return a reader over one file; None, with the fault collected, where it cannot be read."""
    try:
        return Reader(read(name, files[name])) if name in files else None
    except UnreadableSourceError as error:
        faults.append(error.fault)
        return None


def _compare_limits(plan: CampaignTable, reader: Reader) -> None:
    """Refuse an instant that agrees neither with the words of its limit, nor with the season's year and zone."""
    limits = [
        *((("obligations", at), owed.words, owed.due_before) for at, owed in enumerate(plan.obligations)),
        *((("board_tasks", at), task.words, task.due_before) for at, task in enumerate(plan.board_tasks)),
    ]
    for at, words, due_before in limits:
        accepted = _disagreement(plan, words, due_before) if due_before else None
        if accepted:
            reader.refuse((*at, "due_before"), due_before, accepted)


def _disagreement(plan: CampaignTable, words: str, due_before: datetime) -> Message | None:
    due = due_before.astimezone(plan.zone)
    if due_before.utcoffset() not in (due.utcoffset(), timedelta()):  # in UTC it is what it says
        return phrase("in_the_zone", zone=str(plan.zone), due=due.isoformat())
    said = read_limit(words, plan.zone)
    hour_differs = said is not None and said.time() != time.min and said != due
    if said is not None and (hour_differs or _last_day(said) != _last_day(due)):
        return phrase("as_the_words_say", words=visible(words), due=said.isoformat())
    if not plan.year <= _last_day(due).year <= plan.year + 1:
        return phrase("in_the_year", year=plan.year)
    return None


def _last_day(due_before: datetime) -> date:
    return (due_before - timedelta(microseconds=1)).date()


def _compare(plan: Reader, forms: Mapping[str, Reader | None], faults: list[Fault]) -> None:
    """Check the plan against itself and against the forms, both ways."""
    texts = plan.source.texts
    for section, key in (("obligations", "form"), ("groups", "name"), ("contents", "code"), ("board_tasks", "code")):
        plan.refuse_repeats(texts(section, None, key))
    plan.refuse_repeats(texts("groups", None, "code"))
    plan.refuse_repeats(texts("occasions", None, "names", None))
    owed = texts("obligations", None, "form")
    for at, form in owed:
        if form not in forms:
            plan.refuse(at, form, phrase("known_form", known=", ".join(forms)), forms)
    for form in forms:
        if form not in {named for _, named in owed}:
            faults.append(Fault(form + FORM_SUFFIX, "tonghop:key", None, shown(form), phrase("named_form")))
    fixed = [form for form, reader in forms.items() if reader and is_fixed(reader)]
    if fixed and not texts("contents", None, "code"):
        plan.refuse(("contents",), None, phrase("contents_of", form=fixed[0]))
