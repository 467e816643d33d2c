"""Files of a campaign folder to a Campaign: each file read, then all checked against each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sheets_schema.campaign import Campaign, Unit
from sheets_schema.declaration.campaign_file import CampaignFile, read_campaign_file, written
from sheets_schema.declaration.faults import NOTHING, DeclarationError, Fault, shown, suggested
from sheets_schema.declaration.form_file import FormFile, read_form_file
from sheets_schema.declaration.record_building import campaign_record
from sheets_schema.declaration.roster import read_roster
from sheets_schema.declaration.sources import Source, UnreadableSourceError, read_json, read_toml
from sheets_schema.declaration.strict import Reader

CAMPAIGN_FILE, ROSTER_FILE, FORM_SUFFIX = "campaign.toml", "units.csv", ".json"
_CAMPAIGN_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def declare(files: Mapping[str, bytes], key: str) -> Campaign:
    """Return the campaign these files declare; raise DeclarationError with everything that is wrong with them."""
    faults = _missing_files(files, key)
    plan_reader = _opened(files, CAMPAIGN_FILE, read_toml, faults)
    plan = read_campaign_file(plan_reader) if plan_reader else None
    forms = _read_forms(files, faults)
    if plan_reader and plan:
        _compare(plan_reader, plan, forms, faults)
        faults += plan_reader.faults
    units = _read_units(files, plan_reader, faults)
    if faults or plan is None:
        raise DeclarationError(faults)
    return campaign_record(key, plan, tuple(form for form in forms.values() if form), units)


def _missing_files(files: Mapping[str, bytes], key: str) -> list[Fault]:
    faults = [
        Fault(name, "(file)", None, NOTHING, f"a file {name} in the campaign's folder")
        for name in (CAMPAIGN_FILE, ROSTER_FILE)
        if name not in files
    ]
    if not any(name.endswith(FORM_SUFFIX) for name in files):
        faults.append(
            Fault("*" + FORM_SUFFIX, "(file)", None, NOTHING, "a file for each form in the campaign's folder")
        )
    if not _CAMPAIGN_KEY.fullmatch(key):
        accepted = "letters without marks, digits and . _ -, at most 100"
        faults.append(Fault("(folder)", "name", None, shown(key), accepted))
    return faults


def _opened(
    files: Mapping[str, bytes], name: str, read: Callable[[str, bytes], Source], faults: list[Fault]
) -> Reader | None:
    """Return a reader over one file; None, with the fault collected, where there is no reading it."""
    try:
        return Reader(read(name, files[name])) if name in files else None
    except UnreadableSourceError as error:
        faults.append(error.fault)
        return None


def _read_forms(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, FormFile | None]:
    """Return every form by its file's name without suffix; None for a file that could not be read."""
    forms: dict[str, FormFile | None] = {}
    for name in sorted(name for name in files if name.endswith(FORM_SUFFIX)):
        key = name.removesuffix(FORM_SUFFIX)
        reader = _opened(files, name, read_json, faults)
        forms[key] = read_form_file(reader, key) if reader else None
        faults += reader.faults if reader else []
    return forms


def _read_units(files: Mapping[str, bytes], plan: Reader | None, faults: list[Fault]) -> tuple[Unit, ...]:
    if ROSTER_FILE not in files:
        return ()
    groups = written(plan.source, "groups", "code") if plan else None
    units, found = read_roster(ROSTER_FILE, files[ROSTER_FILE], groups)
    faults += found
    return units


def _compare(
    plan_reader: Reader, plan: CampaignFile, forms: Mapping[str, FormFile | None], faults: list[Fault]
) -> None:
    """Check the plan's obligations and contents against the forms, both ways."""
    for at, obligation in plan.obligations:
        if obligation.form not in forms:
            known = f"the key of a form in this folder: {', '.join(forms) or 'there is none'}"
            plan_reader.refuse((*at, "form"), obligation.form, known + suggested(obligation.form, forms))
    owed = written(plan_reader.source, "obligations", "form")
    for key in forms:
        if key not in owed:
            accepted = f"a form that an obligation in {CAMPAIGN_FILE} names"
            faults.append(Fault(key + FORM_SUFFIX, "tonghop:key", None, shown(key), accepted))
    fixed = [key for key, declared in forms.items() if declared and declared.is_fixed]
    if fixed and not written(plan_reader.source, "contents", "code"):
        plan_reader.refuse(("contents",), None, f"contents, one for each fixed row of the form {fixed[0]}")
