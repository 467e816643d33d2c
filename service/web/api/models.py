"""What the answers look like, as records that become JSON Schema; the answers themselves are plain values."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from service.domain.standing_labels import Eligibility, Receipt, Review, Timeliness
from service.facts.records import FactKind
from sheets_schema.periods import Certainty
from sheets_schema.problems import Severity


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TabLink(_Answer):
    """A unit's tab of one form."""

    form: str
    url: str = Field(description="Where the tab is opened; on this site when it has no host.")


class Unit(_Answer):
    """A body on the roster."""

    code: str
    name: str
    short_name: str
    group: str
    active: bool
    tabs: list[TabLink]


class Status(_Answer):
    """Where one unit stands with one form: the keys of `tonghop status --format json`."""

    unit: str
    name: str
    group: str
    form: str
    eligibility: Eligibility
    receipt: Receipt
    timeliness: Timeliness | None = Field(description="null: exempt")
    days_late: int
    boundary_day: bool
    due_before: AwareDatetime
    last_day: date
    received_at: AwareDatetime | None
    review: Review
    entries: int
    problems: int
    label: str
    editing: bool
    errors: int
    warnings: int


class Period(_Answer):
    """When something takes place; an open side is null."""

    start: date | None
    end: date | None
    certainty: Certainty


class _OnTab(_Answer):
    unit: str
    name: str
    group: str
    form: str
    row: int | None = Field(description="The sheet's own row number; null: the whole tab.")
    url: str
    seen_at: AwareDatetime = Field(description="The read that first found the tab so.")


class Entry(_OnTab):
    """A row that passed, as the unit typed it; those of drafts too."""

    kind: str
    key: str = Field(description="The code of a fixed row, blank elsewhere.")
    cell: str = Field(description="The row's first cell.")
    confirmed: bool = Field(description="The unit has ticked that it sends this.")
    period: Period | None
    certainty: Certainty | None
    values: dict[str, str]


class Problem(_OnTab):
    """A finding on a row, a field or the whole tab."""

    code: str
    severity: Severity
    column: str
    cell: str
    message: str


class RunReport(BaseModel):
    """What a consolidation read, wrote and cost; one that failed has its calls and notices alone."""

    run: int = 0
    workbooks: int = Field(0, description="How many were read.")
    read_calls: int = 0
    write_calls: int = 0
    drive_calls: int = 0
    retries: int = 0
    rows_in: int = 0
    rows_out: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    changed: bool = False
    seconds: float = 0.0
    notices: list[str] = []


class Run(_Answer):
    """One consolidation."""

    id: int
    started_at: AwareDatetime
    finished_at: AwareDatetime | None
    trigger: str
    actor: str
    error: str | None
    report: RunReport | None


class Fact(_Answer):
    """One line of the append-only log."""

    id: int
    kind: FactKind
    unit: str
    form: str
    happened_at: AwareDatetime
    recorded_at: AwareDatetime
    actor: str
    reason: str
    document: str
    payload: dict[str, JsonValue]


class Failure(_Answer):
    """What went wrong."""

    code: Literal[
        "bad_request",
        "unauthorized",
        "forbidden",
        "not_found",
        "method_not_allowed",
        "unprocessable",
        "too_many_requests",
        "unavailable",
        "internal",
    ]
    message: str


class Error(_Answer):
    """The answer to a request that cannot be granted."""

    error: Failure
