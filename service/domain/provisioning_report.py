"""What a provisioning did, or would do, for the operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.domain.drift import DriftFinding, DriftKind, HeldDrift, sentences
from sheets_schema.wording import Language, Message, message


@dataclass(slots=True)
class ProvisionReport:
    """What a provisioning did, or would do."""

    dry_run: bool = False
    created: int = 0
    changed: int = 0
    kept: int = 0
    planned: list[Message] = field(default_factory=list)  # what a dry run would create
    deleted: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    drift: list[DriftFinding] = field(default_factory=list)
    links: list[Message] = field(default_factory=list)
    needed: list[Message] = field(default_factory=list)  # what a person must bring first
    declared: list[Message] = field(default_factory=list)  # what changed in the declaration since the last time
    held: set[HeldDrift] = field(default_factory=set)  # what differs and could not be put right; a notice says why

    def hold(self, workbook: str, tab: str, kinds: Iterable[DriftKind]) -> None:
        """Remember that what differs on a tab in these ways was not put right."""
        self.held |= {(workbook, tab, kind) for kind in kinds}

    @property
    def is_whole(self) -> bool:
        """Return True if every unit has, or would have, its place."""
        return not self.needed

    @property
    def declaration_messages(self) -> list[Message]:
        """Return what changed in the declaration, to be read before anything is done."""
        key = "declaration_changes.heading_unrecorded" if self.dry_run else "declaration_changes.heading"
        lines = [message("declaration_changes.line", change=one) for one in self.declared]
        return [message(key), *lines] if lines else []

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return the report in the order it is read."""
        return (
            *self.planned,
            self._counts(),
            *_listed("provisioning.deleted", self.deleted),
            *_listed("provisioning.orphaned", self.orphaned),
            *self.notices,
            *sentences(self.drift, mended=not self.dry_run, held=self.held),
            *self.links,
            *([message("provisioning.needed", count=len(self.needed)), *self.needed] if self.needed else ()),
        )

    def lines(self, language: Language) -> list[str]:
        """Return the report as sentences."""
        return [sentence.text(language) for sentence in self.messages]

    def _counts(self) -> Message:
        key = "provisioning.tabs_planned" if self.dry_run else "provisioning.tabs"
        return message(key, created=self.created, changed=self.changed, kept=self.kept)


def _listed(key: str, titles: list[str]) -> tuple[Message, ...]:
    return (message(key, count=len(titles), titles=", ".join(titles)),) if titles else ()
