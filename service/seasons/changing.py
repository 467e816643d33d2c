"""A change of what a season declares: shown with everything it does, then written, put on record, or taken back."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from service import wiring, workflows
from service.domain.declaration_changes import changes, renames
from service.domain.provisioning_report import ProvisionReport
from service.errors import DeclarationRefusedError, SeasonRefusedError, ServiceError
from service.facts.declarations import Declarations
from service.facts.records import Declared
from service.seasons import season_folders
from service.seasons.fault_words import all_in_words
from service.seasons.roster_edits import with_codes_since
from service.settings import campaign_folder
from service.sheets.components import Component
from service.workspace import Workspace, silent
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, Fault, declare
from sheets_schema.declaration.assembly import ROSTER_FILE
from sheets_schema.declaration.edited_files import roster_text
from sheets_schema.wording import Message, message

LARGEST_PROPOSAL = 32 * 1024 * 1024
MOST_REMEMBERED = 200  # pairs of declarations


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files of a season as they are to be, and of which files that was made: `based_on` is their digest."""

    files: Mapping[str, bytes]
    based_on: str

    def packed(self) -> str:
        """Return it as one text that a page carries."""
        texts = {name: content.decode("utf-8-sig") for name, content in sorted(self.files.items())}
        text = json.dumps({"files": texts, "based_on": self.based_on}, ensure_ascii=False)
        return base64.b85encode(zlib.compress(text.encode(), 6)).decode("ascii")

    @classmethod
    def unpacked(cls, text: str) -> Proposal:
        """Return the proposal of a text; SeasonRefusedError for any other text."""
        try:
            opened = zlib.decompressobj()
            # what is larger is cut here, and no JSON
            kept = json.loads(opened.decompress(base64.b85decode(text.strip()), LARGEST_PROPOSAL))
            files = {str(name): str(one).encode() for name, one in kept["files"].items()}
            return cls(files, str(kept["based_on"]))
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError) as error:
            raise SeasonRefusedError(message("seasons.proposal_damaged")) from error


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of a proposal: nothing is written before a person has seen it."""

    proposal: Proposal
    campaign: Campaign | None  # None where the files have faults
    faults: tuple[Fault, ...] = ()
    changes: tuple[Message, ...] = ()
    refusal: Message | None = None  # why it would not be put on record
    tabs: tuple[Message, ...] = ()  # what the next provisioning would do

    @property
    def may_be_taken(self) -> bool:
        """Return True if it can be put on record."""
        return self.campaign is not None and self.refusal is None


def files_of(workspace: Workspace) -> dict[str, bytes]:
    """Return the files that a season is declared by."""
    return season_folders.files_in(campaign_folder(workspace.settings))


def propose(workspace: Workspace, changed: Mapping[str, bytes]) -> Proposal:
    """Return the season's files with some changed."""
    files = files_of(workspace)
    return Proposal({**files, **changed}, season_folders.digest_of_files(files))


def foresee(workspace: Workspace, proposal: Proposal, *, with_tabs: bool = True) -> Foreseen:
    """Return what a proposal would change on record and, with `with_tabs`, on the tabs; nothing is written."""
    try:
        campaign = declare(proposal.files, workspace.campaign.key)
    except DeclarationError as error:
        return Foreseen(proposal, None, error.faults)
    asked = replace(workspace, campaign=campaign, progress=silent)
    found = Foreseen(proposal, campaign)
    try:
        found = replace(found, changes=workflows.declaration_changes(asked))
        # what is kept of the files and not of the campaign, such as a comment, changes nothing on record
        if with_tabs and found.changes:
            report = _provisioned(asked)
            found = replace(found, tabs=_of_tabs(report))
    except DeclarationRefusedError as error:
        return replace(found, refusal=error.message)
    except ServiceError as error:
        # the spreadsheets do not answer: what they would show is not known, and said so
        return replace(found, tabs=(message("seasons.tabs_unknown", reason=error.message),))
    return found


def _provisioned(workspace: Workspace) -> ProvisionReport:
    before = workspace.store.declarations.at(workspace.campaign.key)
    codes = renames(before, workspace.campaign) if before is not None else {}
    renamed = replace(workspace, store=workspace.store.foreseen(codes))
    asked = wiring.for_component(renamed, Component.PROVISION)
    forms = tuple(owed.form for owed in asked.campaign.obligations)
    return workflows.provision(asked, forms, dry_run=True)


def _of_tabs(report: ProvisionReport) -> tuple[Message, ...]:
    return tuple(one for one in report.messages if one not in report.links)


def take(workspace: Workspace, proposal: Proposal) -> tuple[Message, ...]:
    """Write a proposal into the season's folder and put it on record; return what changed.

    SeasonRefusedError where the files were changed by another since, or have faults; DeclarationRefusedError where
    something on record would be lost. The campaign that comes with tonghop is never written: the changed season has a
    folder of its own from then on.
    """
    key, store = workspace.campaign.key, workspace.store
    with store.alone(key):
        if season_folders.digest_of_files(files_of(workspace)) != proposal.based_on:
            raise SeasonRefusedError(message("seasons.changed_meanwhile"))
        try:
            campaign = declare(proposal.files, key)
        except DeclarationError as error:
            raise SeasonRefusedError(all_in_words(error.faults)) from error
        asked = replace(workspace, campaign=campaign)
        workflows.declaration_changes(asked)
        folder = campaign_folder(workspace.settings)
        kept = season_folders.season_folder(workspace.settings, key)
        if folder != kept and folder.resolve() != kept.resolve() and _is_of_the_operator(workspace):
            season_folders.write_files(folder, proposal.files)
        else:
            season_folders.write_season(workspace.settings, key, proposal.files)
        return workflows.learn_declaration(asked)


def _is_of_the_operator(workspace: Workspace) -> bool:
    """Return True if the setting names a folder of the operator's own, which is written where it is."""
    return Path(workspace.settings.campaign).is_dir()


@dataclass(frozen=True, slots=True)
class PastDeclaration:
    """A declaration on record, with what it changed of the one before it."""

    declared: Declared
    changes: tuple[Message, ...]
    is_in_force: bool
    may_return: bool  # its files are kept
    number: int


def past(workspace: Workspace, most: int = 10) -> tuple[PastDeclaration, ...]:
    """Return the declarations on record, newest first, at most a number of them."""
    store = workspace.store.declarations
    known = store.all(workspace.campaign.key)
    shown = range(len(known) - 1, max(-1, len(known) - 1 - most), -1)
    return tuple(
        PastDeclaration(
            known[place],
            _changes_between(store, known[place - 1], known[place]) if place else (),
            place == len(known) - 1,
            bool(known[place].files) and known[place].digest != known[-1].digest,
            place + 1,
        )
        for place in shown
    )


def _changes_between(store: Declarations, before: Declared, after: Declared) -> tuple[Message, ...]:
    """Return what changed from one declaration to the next; what is on record never changes, so it is asked once."""
    pair = (before.digest, after.digest)
    if pair not in _known_changes:
        if len(_known_changes) >= MOST_REMEMBERED:
            _known_changes.clear()
        _known_changes[pair] = tuple(changes(store.campaign(before), store.campaign(after)))
    return _known_changes[pair]


_known_changes: dict[tuple[str, str], tuple[Message, ...]] = {}


def return_to(workspace: Workspace, number: int) -> Proposal:
    """Return a proposal of the files of a former declaration, by its number; SeasonRefusedError where none are kept.

    What units sent under a code that they got since stays theirs: it is among the former codes of their lines.
    """
    known = workspace.store.declarations.all(workspace.campaign.key)
    files = workspace.store.declarations.files(known[number - 1]) if 0 < number <= len(known) else {}
    if not files:
        raise SeasonRefusedError(message("seasons.no_former"))
    former = roster_text(files[ROSTER_FILE])
    roster = with_codes_since(former, workspace.campaign)
    if roster is not former:
        files = {**files, ROSTER_FILE: roster.content}
    return Proposal(files, season_folders.digest_of_files(files_of(workspace)))
