"""The season that the pages of the declaration and the roster edit: one in force, or a draft that is not open yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from service.domain.declaration_changes import changes
from service.errors import SeasonRefusedError
from service.seasons import changing, drafts, season_folders
from service.seasons.changing import Foreseen, PastDeclaration, Proposal
from service.seasons.fault_words import all_in_words
from service.settings import Settings
from service.workspace import Workspace
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, declare
from sheets_schema.wording import Message, message


class EditedSeason(Protocol):
    """What the pages ask of the season they edit."""

    @property
    def campaign(self) -> Campaign:
        """What it declares now."""

    def proposal(self) -> Proposal:
        """Return its files as they are, to go on from."""

    def foresee(self, proposal: Proposal, *, with_tabs: bool = False) -> Foreseen:
        """Return what a proposal would change; nothing is written."""

    def take(self, proposal: Proposal) -> tuple[Message, ...]:
        """Write a proposal and return what changed; a refusal is raised where it cannot be."""

    def past(self) -> tuple[PastDeclaration, ...]:
        """Return its declarations on record."""


@dataclass(frozen=True, slots=True)
class SeasonInForce:
    """A season whose declaration is on record."""

    workspace: Workspace

    @property
    def campaign(self) -> Campaign:
        """What it declares now."""
        return self.workspace.campaign

    def proposal(self) -> Proposal:
        """Return its files as they are, to go on from."""
        return changing.propose(self.workspace, {})

    def foresee(self, proposal: Proposal, *, with_tabs: bool = False) -> Foreseen:
        """Return what a proposal would change on record and, with `with_tabs`, on the tabs."""
        return changing.foresee(self.workspace, proposal, with_tabs=with_tabs)

    def take(self, proposal: Proposal) -> tuple[Message, ...]:
        """Write a proposal, put it on record and return what changed."""
        return changing.take(self.workspace, proposal)

    def past(self) -> tuple[PastDeclaration, ...]:
        """Return its declarations on record, newest first."""
        return changing.past(self.workspace)


class SeasonInDraft:
    """A season that is being opened: its files are changed at once, and put on record when it opens.

    What it shows is as it was when this was made.
    """

    def __init__(self, settings: Settings, key: str) -> None:
        self._settings = settings
        self._draft = drafts.read(settings, key)

    @property
    def campaign(self) -> Campaign:
        """What it declares; SeasonRefusedError while its files have faults."""
        if self._draft.campaign is None:
            raise SeasonRefusedError(all_in_words(self._draft.faults))
        return self._draft.campaign

    def proposal(self) -> Proposal:
        """Return its files as they are, to go on from."""
        return Proposal(self._draft.files, season_folders.digest_of_files(self._draft.files))

    def foresee(self, proposal: Proposal, *, with_tabs: bool = False) -> Foreseen:
        """Return what a proposal would change of the draft; it has no tabs yet."""
        del with_tabs
        try:
            campaign = declare(proposal.files, self._draft.key)
        except DeclarationError as error:
            return Foreseen(proposal, None, error.faults)
        return Foreseen(proposal, campaign, changes=tuple(changes(self.campaign, campaign)))

    def take(self, proposal: Proposal) -> tuple[Message, ...]:
        """Write a proposal into the draft and return what changed."""
        now = drafts.read(self._settings, self._draft.key)
        if season_folders.digest_of_files(now.files) != proposal.based_on:
            raise SeasonRefusedError(message("seasons.changed_meanwhile"))
        foreseen = self.foresee(proposal)
        if foreseen.campaign is None:
            raise SeasonRefusedError(all_in_words(foreseen.faults))
        drafts.replace_files(self._settings, self._draft.key, proposal.files)
        return foreseen.changes

    def past(self) -> tuple[PastDeclaration, ...]:
        """Return nothing: a draft is not on record."""
        return ()
