"""What the store hands out: registered spreadsheets, runs, work, log lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.roles import Role

CHANNEL_ANSWERED_WITHIN = timedelta(minutes=1)
CLOCKS_AGREE_WITHIN = timedelta(minutes=1)  # a rehearsal's clock may have been set back by more


class FactKind(StrEnum):
    """The kinds of lines in the log."""

    OBSERVATION = "observation"
    DECISION = "decision"
    BOARD_TASK = "board_task"
    ACCESS = "access"
    WITHDRAWAL = "withdrawal"
    DECLARATION = "declaration"
    FREEZE = "freeze"
    INTAKE = "intake"
    PAPER_TEMPLATE = "paper_template"
    PAIRING = "pairing"
    SEASON = "season"  # closed, opened again
    MAIL = "mail"  # what a person decided on mails


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the append-only log; `id` 0 until it is recorded."""

    kind: str
    campaign: str
    unit: str
    form: str
    happened_at: datetime
    recorded_at: datetime
    actor: str = ""
    reason: str = ""
    document: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration of the campaign: its digest, when it was learned and who ran tonghop then."""

    digest: str
    recorded_at: datetime
    actor: str
    files: str = ""  # the digest of the folder's files, where they were at hand


@dataclass(frozen=True, slots=True)
class Freeze:
    """A named moment: figures as of it can be made again by its name."""

    label: str
    at: datetime
    recorded_at: datetime
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaperTemplate:
    """An office's Word template of a paper, kept by its digest; a blank one takes the template before it back."""

    paper: str
    sha256: str
    size: int
    file_name: str
    recorded_at: datetime
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which lines of the log are asked for; blank parts ask for everything."""

    kinds: tuple[FactKind, ...]
    units: tuple[str, ...] = ()  # the codes of one unit
    form: str = ""
    until: datetime | None = None


class WorkbookKind(StrEnum):
    """What a spreadsheet of ours is for."""

    FORM = "form"
    MASTER = "master"


@dataclass(frozen=True, slots=True)
class RegisteredWorkbook:
    """A spreadsheet of the campaign; the master has a blank form and shard 0."""

    campaign: str
    form: str
    shard: int
    spreadsheet_id: str
    kind: WorkbookKind
    created_at: datetime
    group_address: str = ""  # the group it is shared with, instead of one address after another


@dataclass(frozen=True, slots=True)
class RegisteredTab:
    """A unit's tab; orphaned when the unit left the roster."""

    campaign: str
    unit: str
    form: str
    spreadsheet_id: str
    sheet_id: int
    created_at: datetime
    orphaned_at: datetime | None = None


class ChannelKind(StrEnum):
    """What a push channel is on."""

    FILE = "file"
    CHANGES = "changes"  # everything this identity sees


@dataclass(frozen=True, slots=True)
class Channel:
    """A push channel on a spreadsheet of ours, or on all changes; of its token only the hash is kept."""

    id: str
    spreadsheet_id: str  # blank: on all changes
    address: str
    token_hash: str
    created_at: datetime
    expires_at: datetime
    resource_id: str = ""  # blank until the server's answer, or its first message, named it
    last_number: int = 0
    campaign: str = ""
    kind: ChannelKind = ChannelKind.FILE
    told_at: datetime | None = None
    stop_at: datetime | None = None  # it was to be stopped and could not be; tried again then

    def is_good(self, now: datetime) -> bool:
        """Return True if it need not be replaced yet: in the first half of its life, or about to be answered."""
        half = (self.expires_at - self.created_at) / 2 if self.resource_id else CHANNEL_ANSWERED_WITHIN
        return self.created_at - CLOCKS_AGREE_WITHIN <= now < self.created_at + half

    def lives(self, now: datetime) -> bool:
        """Return True if it was granted and has not expired."""
        return bool(self.resource_id) and self.created_at - CLOCKS_AGREE_WITHIN <= now < self.expires_at


@dataclass(frozen=True, slots=True)
class Watch:
    """How far a campaign has looked at the changes of all files, and why no channel is asked for just now."""

    campaign: str
    page_token: str = ""
    pushes: int = 0
    look_at: datetime | None = None
    retry_at: datetime | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookAnswers:
    """What the server answered at a read that found every tab as it is kept, and what that was judged by: digests."""

    basis: str
    inventory: str
    values: str


@dataclass(frozen=True, slots=True)
class MasterState:
    """What the master held when it was last published, and a notice when a later run could not publish."""

    spreadsheet_id: str
    fingerprint: str
    published_at: datetime | None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One consolidation: unfinished while `finished_at` is None."""

    id: int
    campaign: str
    started_at: datetime
    finished_at: datetime | None
    trigger: str
    actor: str
    report: Mapping[str, object] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class RunTotals:
    """All runs of a campaign added up; calls are those of runs that ended well."""

    ended: int = 0
    failed: int = 0
    unfinished: int = 0
    read_calls: int = 0
    write_calls: int = 0
    drive_calls: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a campaign until its lease runs out; `token` fences off an earlier holder."""

    campaign: str
    token: int
    worker: str
    generation: int  # marks up to this one are covered by the run
    spreadsheets: tuple[str, ...]  # those marked dirty, in the order they are to be read
    attempt: int  # 1, or more after failures
    dirty_since: datetime
    hinted: bool = False  # one of them was changed, as far as is known
    decided: bool = True  # decisions alone ask for the run


@dataclass(frozen=True, slots=True)
class WorkState:
    """Where a campaign's work stands, for the worker's sleep and for the operator."""

    campaign: str
    dirty_since: datetime | None
    due_at: datetime | None
    not_before: datetime | None
    owner: str | None
    lease_until: datetime | None
    attempts: int
    error: str | None
    failed_at: datetime | None
    finished_at: datetime | None  # when the last good run ended


@dataclass(frozen=True, slots=True)
class Hook:
    """A signed notice that a spreadsheet changed; a blank one is about none."""

    nonce: str
    spreadsheet_id: str


class HookTaken(StrEnum):
    """What became of a hook."""

    MARKED = "marked"
    NOT_OURS = "not_ours"
    BEFORE = "before"  # its nonce was used


@dataclass(frozen=True, slots=True)
class Debounce:
    """How long a run waits after a mark at least, and after the first at most."""

    least: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    """A worker and when it last said that it lives."""

    worker: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to sign in; `id` 0 until it is saved, `unit` blank unless the role is a unit's."""

    campaign: str
    email: str
    role: Role
    unit: str
    granted_at: datetime
    granted_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    id: int = 0

    def stands(self, now: datetime) -> bool:
        """Return True if it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A one-time link, known by the hash of its token alone."""

    grant: Grant
    expires_at: datetime
    used_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Return True if it can still be used."""
        return self.used_at is None and now < self.expires_at and self.grant.stands(now)


@dataclass(frozen=True, slots=True)
class GrantUse:
    """A grant, its last link, when it was last used to sign in, and the account that holds it."""

    grant: Grant
    link_expires_at: datetime | None
    link_used_at: datetime | None
    last_sign_in: datetime | None
    account_bound_at: datetime | None = None  # when an account was first used to sign in
    other_account_at: datetime | None = None  # when another one first came with the same address


@dataclass(frozen=True, slots=True)
class ApiToken:
    """The right of a program to ask the interface; `id` 0 until saved, `unit` blank unless the role is a unit's."""

    campaign: str
    name: str
    role: Role
    unit: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    id: int = 0

    def stands(self, now: datetime) -> bool:
        """Return True if it is neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at


JOB_SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Job:
    """Something the operator has the machine do in the background."""

    id: int
    campaign: str
    kind: str
    asked_at: datetime
    asked_by: str
    seen_at: datetime
    finished_at: datetime | None
    lines: tuple[str, ...]  # messages as they are kept
    report: Mapping[str, object] | None
    error: str | None

    def runs(self, now: datetime) -> bool:
        """Return True if it is under way and gave a sign of life lately; one of a time to come is a wrong clock's."""
        return self.finished_at is None and abs(now - self.seen_at) < JOB_SILENT_AFTER

    def was_cut_off(self, now: datetime) -> bool:
        """Return True if its process ended before it did."""
        return self.finished_at is None and not self.runs(now)
