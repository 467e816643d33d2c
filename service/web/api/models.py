"""The items of the lists. The answers are made of these records, and so is their JSON Schema."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    SerializationInfo,
    WithJsonSchema,
)

from service.domain.standing_labels import Eligibility, Receipt, Review, Since, Timeliness
from service.facts.records import FactKind
from service.web.failures import BAD_REQUEST, CODE_OF
from sheets_schema.periods import Certainty
from sheets_schema.problems import Severity


def _in_zone(instant: datetime, info: SerializationInfo) -> str:
    """Write an instant in the zone that the answer is made with."""
    return instant.astimezone(info.context).isoformat()


Instant = Annotated[
    AwareDatetime,
    PlainSerializer(_in_zone),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class Item(BaseModel):
    """A record of an answer: its keys and no others."""

    model_config = ConfigDict(
        extra="forbid", from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True
    )


class TabLink(Item):
    """A unit's tab of one form."""

    form: str
    url: str = Field(description="Where the tab is opened; on this site when it has no host.")


class UnitItem(Item):
    """A body on the roster."""

    code: str
    name: str
    short_name: str
    group: str
    active: bool
    tabs: list[TabLink]


class StatusItem(Item):
    """The status of one unit with one form: the keys of `tonghop status --format json`."""

    unit: str
    name: str
    group: str
    form: str
    eligibility: Eligibility
    receipt: Receipt
    timeliness: Timeliness | None = Field(description="null: exempt")
    days_late: int
    boundary_day: bool
    due_before: Instant
    last_day: date
    received_at: Instant | None
    review: Review
    entries: int
    problems: int
    label: str
    editing: bool
    errors: int
    warnings: int
    changed_since: Since | None = Field(description="Since what the tab holds other words; null: it does not.")


class PeriodItem(Item):
    """When something takes place; an open side is null."""

    start: date | None
    end: date | None
    certainty: Certainty


class _OnTab(Item):
    unit: str
    name: str
    group: str
    form: str
    row: int | None = Field(description="The sheet's own row number; null: the whole tab.")
    url: str
    seen_at: Instant = Field(description="The read that first found the tab so.")


class SourceItem(Item):
    """The line of a unit's file that a row was taken from, and still says word for word."""

    name: str
    sha256: str
    sheet: str = Field(description="Blank for a file without sheets.")
    line: int


class EntryItem(_OnTab):
    """A row that passed, as the unit typed it; those of drafts too."""

    kind: str
    key: str = Field(description="The code of a fixed row, blank elsewhere.")
    cell: str = Field(description="The row's first cell.")
    confirmed: bool = Field(description="The unit has ticked that it sends this.")
    period: PeriodItem | None
    certainty: Certainty | None
    values: dict[str, str]
    source: SourceItem | None = Field(None, description="null: typed on the tab, or changed since.")


class FieldsItem(_OnTab):
    """The values beside the table of a tab, as the unit typed them; those of drafts too."""

    confirmed: bool = Field(description="The unit has ticked that it sends this.")
    fields: dict[str, str] = Field(description="By key, as in the form's declaration; blank ones are left out.")


class ProblemItem(_OnTab):
    """A finding on a row, a field or the whole tab."""

    code: str
    severity: Severity
    column: str
    cell: str
    message: str


class ReportItem(Item):
    """What a consolidation read, wrote and cost; one that failed has its calls and notices alone."""

    # what a later version records is no part of this one's answers
    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})

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
    feedback_tabs: int = Field(0, description="How many tabs were given feedback.")
    facts: int = Field(0, description="How many lines the log grew by.")
    tab_faults: int = Field(0, description="How many tabs keep what was read before.")
    seconds: float = 0.0
    notices: list[str] = []
    master: str = Field("", description="Where the master is opened.")


class RunItem(Item):
    """One consolidation."""

    id: int
    started_at: Instant
    finished_at: Instant | None
    trigger: str
    actor: str
    error: str | None
    report: ReportItem | None


class FactItem(Item):
    """One line of the append-only log."""

    id: int
    kind: FactKind
    unit: str
    form: str
    happened_at: Instant
    recorded_at: Instant
    actor: str
    reason: str
    document: str
    payload: dict[str, JsonValue]


class FailureItem(Item):
    """What went wrong."""

    code: str = Field(json_schema_extra={"enum": [*sorted({BAD_REQUEST, *CODE_OF.values()})]})
    message: str


class FailureAnswer(Item):
    """The answer to a request that cannot be granted."""

    error: FailureItem
