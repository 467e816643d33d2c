"""The use cases, to be read first: provision the tabs, consolidate them, give every unit's standing.

campaign ─► provision ─► tabs ─► consolidate: read → check → facts → feedback → standings → master

Files that units send are taken into their tabs by `service.intake`, which is built on these.
What only spreadsheets need is imported by the two use cases that touch them: a status is read far more often.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from service.domain import board_tasks, explanation
from service.domain.decision_plan import DecisionPlan, plan_decisions, same_decisions
from service.domain.decisions import BoardTaskDone, Decision, Withdrawal, refuse_withdrawal
from service.domain.declaration_changes import changes, refused, renames
from service.domain.explanation import Explanation, KeptWords
from service.domain.history import History, Owed, with_decision
from service.domain.instant_words import instant_message
from service.domain.provisioning_report import ProvisionReport
from service.domain.recent_changes import RecentChange, recent_changes
from service.domain.standings import Standing, standing_at, standings_at
from service.domain.succession import codes_of, followed, own_codes, unit_then
from service.domain.typed_instants import is_instant, read_instant
from service.domain.what_if import TwoReadings, policy_if, two_readings
from service.errors import (
    DecisionRefusedError,
    DeclarationRefusedError,
    SeasonRefusedError,
    UnknownNameError,
    WorkbookNeededError,
)
from service.facts.records import Freeze, RegisteredTab
from service.leases import campaign_lease
from service.mail.answers import answer_decisions
from service.settings import campaign_folder
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Unit
from sheets_schema.vietnamese.folding import fold, squash
from sheets_schema.wording import SHEET_LANGUAGE, Message, joined, message, text

if TYPE_CHECKING:
    from service.consolidation.run import RunReport
    from service.domain.contents import Contents
    from service.domain.observations import Observation
    from service.facts.records import Claim
    from service.facts.tab_contents import Version

LONGEST_LABEL = 60  # of a named moment


def provision(
    workspace: Workspace, forms: Sequence[str], *, dry_run: bool = False, recreate: bool = False
) -> ProvisionReport:
    """Give every unit its tab for each form, and the board its master; a second run changes nothing."""
    from service.workbooks import campaign_files  # noqa: PLC0415 – a status is read without any of it

    report = ProvisionReport(dry_run=dry_run)
    if not dry_run:
        refuse_closed(workspace)
    report.declared = list(declaration_changes(workspace) if dry_run else learn_declaration(workspace))
    for sentence in report.declaration_messages:
        workspace.progress(sentence)
    campaign_files.check_capacity(workspace)
    workspace = campaign_files.identified(workspace)
    if dry_run:
        _provision_forms(workspace, forms, report, recreate=recreate)
    else:
        with campaign_lease(workspace):
            _provision_forms(workspace, forms, report, recreate=recreate)
            _provision_master(workspace, report)
    return report


def _provision_forms(workspace: Workspace, forms: Sequence[str], report: ProvisionReport, *, recreate: bool) -> None:
    from service import provisioning  # noqa: PLC0415 – a status is read without any of it

    for key in forms:
        form = workspace.campaign.form(key)
        provisioning.provision_form(workspace, form, report, dry_run=report.dry_run, recreate=recreate)


def _provision_master(workspace: Workspace, report: ProvisionReport) -> None:
    from service.consolidation.run import first_master  # noqa: PLC0415 – a status is read without any of it
    from service.workbooks import master_readers  # noqa: PLC0415 – a status is read without any of it

    try:
        master = first_master(workspace)
    except WorkbookNeededError as error:
        report.needed.append(error.message)
        return
    master_readers.share_with_board(workspace, master, report)
    title = text("master.title", SHEET_LANGUAGE)
    report.links.append(message("provisioning.link", title=title, url=workspace.link_to(master, 0, "")))


def consolidate(
    workspace: Workspace, trigger: str, claim: Claim | None = None, at_most: int | None = None
) -> RunReport:
    """Read the tabs, record what changed, write feedback to the units and bring the master up to date.

    A worker passes its claim: then at most `at_most` of the workbooks marked dirty are read, and the rest is taken as
    it was last read. Without a claim the campaign's lease is taken and every workbook is read. It goes by the
    declaration on record; `learn_declaration` takes a new one. A tab that cannot be read, checked or answered keeps
    what was read last and is named in the report; in an outage nothing is published: IncompleteReadError, and the
    master keeps its last good state.
    """
    from service.consolidation.run import run_claimed  # noqa: PLC0415 – a status is read without any of it
    from service.consolidation.tab_reading import expected_tabs  # noqa: PLC0415 – a status is read without any of it

    refuse_closed(workspace)
    if workspace.store.declarations.at(workspace.campaign.key) is None:
        learn_declaration(workspace)
    workspace = as_declared(workspace)
    if claim is None:
        with campaign_lease(workspace) as taken:
            return run_claimed(workspace, trigger, taken, list(expected_tabs(workspace)))
    return run_claimed(workspace, trigger, claim, list(claim.spreadsheets[:at_most]))


def declaration_changes(workspace: Workspace) -> tuple[Message, ...]:
    """Return how the campaign differs from the declaration on record; DeclarationRefusedError where it loses facts."""
    campaign, store = workspace.campaign, workspace.store
    if store.declarations.is_recorded(campaign):
        return ()
    before = store.declarations.at(campaign.key)
    with_tabs = {tab.unit for tab in store.registry.tabs(campaign.key)}
    on_record = store.facts.units_on_record(campaign.key)
    gone = {form for forms in on_record.values() for form in forms if form} - {form.key for form in campaign.forms}
    blank = store.facts.forms_never_filled(campaign.key, gone)
    faults = refused(before, campaign, {unit: forms - blank for unit, forms in on_record.items()}, with_tabs)
    if faults:
        raise DeclarationRefusedError(message("declaration_changes.refused", faults=joined(faults)))
    return () if before is None else tuple(changes(before, campaign))


def learn_declaration(workspace: Workspace) -> tuple[Message, ...]:
    """Record what the campaign declares, where that is new; return what changed. It is in force from now on.

    Tabs, their words and grants of a unit go on under its new code. DeclarationRefusedError, and nothing is recorded,
    where a code or a form under which something was received has vanished.
    """
    campaign, store = workspace.campaign, workspace.store
    if store.declarations.is_recorded(campaign):
        return ()
    refuse_closed(workspace)
    with store.alone(campaign.key):
        changed = declaration_changes(workspace)
        before = store.declarations.at(campaign.key)
        if before == campaign:
            return ()
        at = store.facts.stamp(campaign.key, workspace.clock())
        declared = store.declarations.record(campaign, at, workspace.actor, _files_at_hand(workspace))
        if before is not None:
            codes = renames(before, campaign)
            if codes:
                store.rename_units(campaign.key, codes, declared.recorded_at)
            workspace.ask_for_sweep()
    return changed


def refuse_closed(workspace: Workspace) -> None:
    """Raise SeasonRefusedError where the season was closed: it is read and exported, and takes nothing more."""
    if workspace.store.facts.is_closed(workspace.campaign.key):
        raise SeasonRefusedError(message("seasons.is_closed"))


def _files_at_hand(workspace: Workspace) -> dict[str, bytes]:
    """Return the files of the campaign's folder, where it is these that declare the campaign."""
    from sheets_schema.declaration import DeclarationError, declare, read_folder  # noqa: PLC0415 – read with a new declaration alone

    try:
        files = read_folder(campaign_folder(workspace.settings))
        return files if declare(files, workspace.campaign.key) == workspace.campaign else {}
    except DeclarationError:
        return {}


def preview(workspace: Workspace) -> tuple[Workspace, tuple[Message, ...]]:
    """Return a workspace that answers for the present by the campaign's folder, and how that differs from the record.

    Nothing is recorded: a command that only reads never changes what is in force.
    """
    changed = declaration_changes(workspace)
    return (replace(workspace, previews_from=workspace.clock()) if changed else workspace), changed


def as_declared(workspace: Workspace, at: datetime | None = None) -> Workspace:
    """Return the workspace with the campaign that was declared at an instant (None: last); as it is without any."""
    if workspace.previews_from is not None and (at is None or at >= workspace.previews_from):
        return workspace
    declared = workspace.store.declarations.at(workspace.campaign.key, at)
    return workspace if declared is None else replace(workspace, campaign=declared)


def tabs_then(workspace: Workspace, as_of: datetime | None = None) -> dict[Owed, RegisteredTab]:
    """Return where the tabs are by unit and form; as of an instant where they were, those read by then."""
    key, store = workspace.campaign.key, workspace.store
    if as_of is None:
        return {(tab.unit, tab.form): tab for tab in store.registry.tabs(key)}
    return {
        (one.unit, one.form): RegisteredTab(key, one.unit, one.form, one.spreadsheet_id, one.sheet_id, as_of)
        for one in store.contents.summaries(key, as_of).values()
    }


def standings(workspace: Workspace, at: datetime, forms: Sequence[str]) -> tuple[Standing, ...]:
    """Return every unit's standing at an instant, from what was known and declared then, form by form."""
    then = as_declared(workspace, at)
    found = standings_at(at, then.campaign, then.history(at))
    return tuple(standing for form in forms for standing in found if standing.form == form)


def standings_and_changes(
    workspace: Workspace, at: datetime, forms: Sequence[str], since: datetime
) -> tuple[tuple[Standing, ...], tuple[RecentChange, ...]]:
    """Return what `standings` does, and which of them records changed since an instant, from one reading of the log."""
    then = as_declared(workspace, at)
    history = then.history(at)
    found = standings_at(at, then.campaign, history)
    ordered = tuple(standing for form in forms for standing in found if standing.form == form)
    return ordered, recent_changes(then.campaign, history, ordered, since, at)


def what_if(workspace: Workspace, at: datetime, forms: Sequence[str], asked: Sequence[str]) -> tuple[TwoReadings, ...]:
    """Return every unit's standing as it is and as it would be by another policy; nothing is recorded."""
    then = as_declared(workspace, at)
    policy = policy_if(then.campaign.policy, asked)
    return two_readings(at, then.campaign, then.history(at), policy, forms)


def explain(workspace: Workspace, unit: str, form: str, as_of: datetime | None = None) -> Explanation:
    """Explain a unit's standing with one form, now or as of an instant; the unit may be named by the code it has now.

    UnknownNameError where it was not on the roster then. Why its tab cannot be read is said of the present alone.
    """
    now = workspace.clock()
    at = as_of or now
    then = as_declared(workspace, at)
    found = unit_then(workspace.campaign, then.campaign, unit)
    if found is None:
        raise UnknownNameError(message("explanation.not_on_roster", unit=unit))
    owed, history = (found.code, form), then.history(at, found)
    standing = standing_at(at, then.campaign, *owed, history)
    faults = workspace.store.tab_faults.all(then.campaign.key) if at == now else {}
    lacking = _lacking(then, standing, history.observations_of(*owed), at)
    kept = KeptWords(_difference(then, standing), lacking, _files(then, found, form, at))
    return explanation.explain(standing, then.campaign, history, at, kept, faults.get(owed))


def _lacking(
    workspace: Workspace, standing: Standing, seen: Sequence[Observation], at: datetime
) -> tuple[Message, ...]:
    """Return what the tab still lacked at an instant to be a receipt, in words."""
    campaign = workspace.campaign
    known = [one for one in seen if one.known_at <= at]
    held = workspace.store.contents.read(campaign.key, standing.form, (standing.unit,), at) if known else ()
    if not held:
        return ()
    from service.domain.missing_parts import missing_parts  # noqa: PLC0415 – what it loads is needed for a tab alone

    return tuple(missing_parts(campaign.form(standing.form), standing, known[-1], held[0]))


def _files(workspace: Workspace, unit: Unit, form_key: str, at: datetime) -> tuple[Message, ...]:
    """Return which files were taken into the tab by an instant, and how many of their rows it still held."""
    campaign, store = workspace.campaign, workspace.store
    taken = store.intakes.of(campaign.key, own_codes(unit), form_key, at)
    if not taken:
        return ()
    from service.domain.intake_rows import typed_texts  # noqa: PLC0415 – what it loads is needed for a file alone

    held = store.contents.read(campaign.key, form_key, (unit.code,), at)
    rows = [typed_texts(campaign.form(form_key), row["values"]) for one in held for row, _ in one.rows]
    seen_at = held[0].seen_at if held else None
    return tuple(one.sentence_with_rows(campaign.zone, rows, seen_at) for one in taken)


def _difference(workspace: Workspace, standing: Standing) -> tuple[Message, ...]:
    """Return what changed on the tab since what was received, in words."""
    campaign = workspace.campaign
    if standing.changed is None:
        return ()
    from service.domain.differences import difference  # noqa: PLC0415 – what it loads is needed for a change alone

    codes = own_codes(campaign.unit(standing.unit))
    read = workspace.store.contents.read_version
    before = read(campaign.key, standing.form, codes, standing.changed.before.seen_at)
    latest = read(campaign.key, standing.form, codes, standing.changed.latest.seen_at)
    if before is None or latest is None:
        return ()
    form = campaign.form(standing.form)
    return difference(before, latest, form).messages(form)


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What came of a decision on one or many units."""

    plan: DecisionPlan
    recorded: tuple[Decision, ...]  # with their number
    standings: tuple[Standing, ...]  # after it, of the units it was recorded for

    @property
    def number(self) -> int:
        """Return the decision's number; of what was on record already its number, 0 without either."""
        return next((one.number for one in (*self.recorded, *self.plan.repeated)), 0)


def foresee(workspace: Workspace, decisions: Sequence[Decision]) -> DecisionPlan:
    """Return what recording a decision would do, unit by unit; nothing is recorded, and a refusal is part of it."""
    workspace = as_declared(workspace)
    now = decisions[0].recorded_at
    return plan_decisions(decisions, workspace.campaign, workspace.history(now), now)


def decide(
    workspace: Workspace, decisions: Sequence[Decision], *, token: str = "", some: bool = False, dry_run: bool = False
) -> DecisionOutcome:
    """Record one decision on one or many units: one number, one transaction.

    DecisionRefusedError, and nothing is recorded, when it makes no sense for a unit; with `some` it is recorded for
    the others. What is on record already is not recorded again: an equal decision in force, and whatever was sent with
    the same `token`. A dry run records nothing.
    """
    workspace = as_declared(workspace)
    campaign, store = workspace.campaign, workspace.store
    with store.alone(campaign.key):
        refuse_closed(workspace)
        now = store.facts.stamp(campaign.key, decisions[0].recorded_at)
        decisions = [replace(one, recorded_at=now) for one in decisions]
        units = {code for one in decisions for code in codes_of(campaign, campaign.unit(one.unit))}
        history = followed(store.facts.history(campaign.key, until=now, units=units), campaign)
        sent = store.facts.sent_with(campaign.key, token) if token else ()
        standing = tuple(one for one in sent if one.is_in_force(now))
        if standing and same_decisions(standing, decisions):
            plan = DecisionPlan((), standing, ())
        else:
            # another decision typed into the same form, after going back, is one of its own
            plan, token = plan_decisions(decisions, campaign, history, now), "" if sent else token
        if plan.refused and not (some and (plan.new or plan.repeated)):
            raise DecisionRefusedError(plan.refusal)
        recorded = plan.new
        if plan.new and not dry_run:
            recorded = store.facts.record_decisions(campaign.key, plan.new, token)
            answer_decisions(workspace, recorded)
            # in one transaction: a decision that is answered by a failure is not recorded
            workspace.ask_for_run({(one.unit, one.form) for one in recorded})
    made = recorded or plan.repeated
    after = [_standing_with(campaign, history, one, now) for one in made]
    return DecisionOutcome(plan, () if dry_run else recorded, tuple(after))


def _standing_with(campaign: Campaign, history: History, decision: Decision, now: datetime) -> Standing:
    """Return a unit's standing once a decision is on record."""
    return standing_at(now, campaign, decision.unit, decision.form, with_decision(history, decision))


def withdraw(
    workspace: Workspace, number: int, *, units: Collection[str], actor: str, reason: str, document: str = ""
) -> tuple[Standing, ...]:
    """Take a decision back by a fact of its own, for all its units or those named; return their standing after it.

    UnknownNameError for a number that is not on record, DecisionRefusedError when it makes no sense.
    """
    workspace = as_declared(workspace)
    campaign, store = workspace.campaign, workspace.store
    roster = {unit.code: unit for unit in campaign.units}
    with store.alone(campaign.key):
        refuse_closed(workspace)
        now = store.facts.stamp(campaign.key, workspace.clock())
        made = [one for one in store.facts.decisions(campaign.key) if one.number == number]
        if not made:
            raise UnknownNameError(message("decisions.no_number", number=number))
        codes = {code: own_codes(roster[code]) if code in roster else (code,) for code in units}
        missing = [unit for unit in units if not any(one.unit in codes[unit] for one in made)]
        if missing:
            raise UnknownNameError(message("decisions.not_of_unit", number=number, units=", ".join(sorted(missing))))
        asked = {code for several in codes.values() for code in several}
        chosen = [one for one in made if not units or one.unit in asked]
        # of many units those that it was taken back for already are left as they are
        left = [one for one in chosen if one.withdrawn is None] or chosen
        taken = [Withdrawal(number, one.unit, one.form, now, actor, reason, document) for one in left]
        pairs = zip(left, taken, strict=True)
        faults = dict.fromkeys(fault for one, mine in pairs for fault in refuse_withdrawal(mine, one, now))
        if faults:
            raise DecisionRefusedError(joined(faults))
        store.facts.record_withdrawals(campaign.key, taken)
        workspace.ask_for_run({(one.unit, one.form) for one in taken})
    today = {code: unit.code for unit in campaign.active_units for code in own_codes(unit)}
    after = dict.fromkeys((today[one.unit], one.form) for one in taken if one.unit in today)
    if not after:
        return ()
    alone = campaign.unit(next(iter(after))[0]) if len(after) == 1 else None
    history = workspace.history(now, alone)
    return tuple(standing_at(now, campaign, unit, form, history) for unit, form in after)


def freeze(workspace: Workspace, label: str, at: datetime, reason: str = "") -> Freeze:
    """Name a moment, so that figures as of it can be asked for by its name.

    DecisionRefusedError for a name that is taken or reads as an instant, and for a moment to come: what is known of it
    would still grow.
    """
    name = squash(label)
    if not name or len(name) > LONGEST_LABEL or not name.isprintable():
        raise DecisionRefusedError(message("decisions.bad_label", longest=LONGEST_LABEL))
    if is_instant(name):
        raise DecisionRefusedError(message("decisions.label_is_instant", label=name))
    if not workspace.actor.strip():
        raise DecisionRefusedError(message("decisions.no_actor"))
    with workspace.store.alone(workspace.campaign.key):
        refuse_closed(workspace)
        now = workspace.store.facts.stamp(workspace.campaign.key, workspace.clock())
        if at > now:
            raise DecisionRefusedError(message("decisions.freeze_in_future"))
        known = frozen(workspace, name)
        if known is not None:
            words = instant_message(known.at, workspace.campaign.zone)
            raise DecisionRefusedError(message("decisions.label_taken", label=known.label, at=words))
        made = Freeze(name, at, now, workspace.actor, reason)
        workspace.store.facts.record_freeze(workspace.campaign.key, made)
    return made


def moment(workspace: Workspace, text: str) -> datetime:
    """Return the instant a text names: an ISO instant, or the name of a frozen moment, letter case apart."""
    if is_instant(text):
        return read_instant(text, workspace.campaign.zone)
    found = frozen(workspace, text)
    if found is not None:
        return found.at
    known, name = [one.label for one in workspace.store.facts.freezes(workspace.campaign.key)], squash(text)
    if known and not any(letter.isdigit() for letter in name[:4]):
        raise UnknownNameError(message("typed.no_label", text=name[:LONGEST_LABEL], known=", ".join(known)))
    return read_instant(text, workspace.campaign.zone)


def frozen(workspace: Workspace, text: str) -> Freeze | None:
    """Return the frozen moment of a name: word for word before letter case and the like apart. None: there is none."""
    if is_instant(text):
        return None
    known, name = workspace.store.facts.freezes(workspace.campaign.key), squash(text)
    exact = (one for one in known if one.label == name)
    return next(exact, None) or next((one for one in known if fold(one.label) == fold(name)), None)


def versions(workspace: Workspace, unit: str, form: str) -> tuple[Version, ...]:
    """Return every version of a unit's tab, in the order they became known."""
    codes = own_codes(workspace.campaign.unit(unit))
    known = workspace.store.contents.versions(workspace.campaign.key, codes, form)
    # where a former code ends its tab goes on under the new one
    return tuple(one for one in known if one.digest or one.unit == unit)


def version_at(workspace: Workspace, unit: str, form: str, at: datetime) -> Contents:
    """Return what a unit's tab held at an instant, word for word; UnknownNameError where it was not read by then."""
    then = as_declared(workspace, at)
    found = unit_then(workspace.campaign, then.campaign, unit)
    code = found.code if found else unit
    held = workspace.store.contents.read(then.campaign.key, form, (code,), at)
    if not held:
        known = workspace.store.contents.versions(then.campaign.key, (code,), form)
        until = [one for one in known if one.recorded_at <= at]
        if until and not until[-1].digest:
            ended = instant_message(until[-1].recorded_at, workspace.campaign.zone)
            raise UnknownNameError(message("explanation.no_longer_read", unit=unit, at=ended))
        raise UnknownNameError(message("explanation.no_version", unit=unit))
    return held[0]


def finish_board_task(workspace: Workspace, done: BoardTaskDone) -> None:
    """Record that one of the board's own tasks is done, once; DecisionRefusedError when it makes no sense."""
    faults = board_tasks.refuse(done, workspace.campaign)
    if faults:
        raise DecisionRefusedError(joined(faults))
    key, store = workspace.campaign.key, workspace.store
    with store.alone(key):
        refuse_closed(workspace)
        last = next((one for one in reversed(store.facts.board_tasks(key)) if one.code == done.code), None)
        if last is not None and replace(done, recorded_at=last.recorded_at) == last:
            return
        store.facts.record_board_task(key, replace(done, recorded_at=store.facts.stamp(key, done.recorded_at)))
        workspace.ask_for_run()
