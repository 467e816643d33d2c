"""The records a campaign is made of. They hold what is declared and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class ColumnRole(StrEnum):
    """What a column means to the rules, whatever it is called."""

    ORDINAL = "ordinal"  # Stt: no rule judges it
    NAME = "name"  # the activity's name: an entry needs one
    PERIOD = "period"  # when: an entry needs a time that is understood and touches the window
    SCALE = "scale"
    TARGET = "target"
    GOAL = "goal"
    NOTE = "note"
    SECTION = "section"  # a fixed row's code (II.1); protected
    GIVEN = "given"  # a fixed row's given words; protected
    RESULT = "result"  # what a fixed row asks for
    FIGURES = "figures"
    NIL = "nil"  # tick: nothing to report in this row
    OTHER = "other"  # kept and shown; held to its constraints and to no other rule


class FieldRole(StrEnum):
    """What a single value beside the table means to the rules."""

    DOCUMENT_NUMBER = "document_number"
    DOCUMENT_DATE = "document_date"
    DOCUMENT_LINK = "document_link"
    DOCUMENT_WITHIN = "document_within"  # tick: the registration is inside the deployment document
    SIGNER = "signer"
    SIGNED_COPY = "signed_copy"
    NIL = "nil"  # tick: nothing to declare
    NIL_REASON = "nil_reason"
    CONFIRM = "confirm"  # tick: "Xác nhận gửi"
    OTHER = "other"  # kept and shown; held to its constraints and to no other rule


class ValueType(StrEnum):
    """How a value is typed on the tab."""

    TEXT = "text"
    TICK = "tick"


class MailKind(StrEnum):
    """What a mail is for."""

    INVITATION = "invitation"  # the unit's link
    REMINDER = "reminder"  # before the limit
    URGING = "urging"  # after it
    ESCALATION = "escalation"  # to the unit's superior
    RETURNED = "returned"  # what was sent is to be completed
    ACKNOWLEDGEMENT = "acknowledgement"  # what was received, when
    DIGEST = "digest"  # to the operator


class TableKind(StrEnum):
    """How a form's table is filled."""

    OPEN = "open"  # as many rows as the unit has activities
    FIXED = "fixed"  # one row per content of the plan, then free rows


@dataclass(frozen=True, slots=True)
class Constraints:
    """Table Schema constraints of one value, each checked by one function of `validation`."""

    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form's table; `title` is exactly the official template's."""

    key: str
    title: str
    role: ColumnRole
    type: ValueType = ValueType.TEXT
    constraints: Constraints = Constraints()
    expected: bool = False  # blank is a warning
    aliases: tuple[str, ...] = ()  # other header texts people use
    description_vi: str = ""
    description_en: str = ""
    width: int = 120  # pixels on the tab
    choices: tuple[str, ...] = ()  # offered as a drop-down, never enforced
    true_values: tuple[str, ...] = ()  # what reads as ticked, of a tick
    false_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A single labelled value of a form's block; it is directly right of its label."""

    key: str
    label: str
    role: FieldRole
    type: ValueType = ValueType.TEXT
    constraints: Constraints = Constraints()
    description_vi: str = ""
    description_en: str = ""
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeRow:
    """A free-text row below the fixed rows of a report: "Đánh giá chung"."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Form:
    """A declared template: the table's columns in order, the block's fields, the tab's fixed wording."""

    key: str
    version: str
    title: str  # "Đăng ký hoạt động"
    table: TableKind
    columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    heading: tuple[str, ...]  # the template's lines above the table, in order; {year} is filled by the loader
    free_rows: tuple[FreeRow, ...] = ()
    spare_rows: int = 100  # free rows directly below the header of an open table
    signature: str = ""  # "(Ký tên, đóng dấu)"
    needs_document: bool = False  # a deployment document is a component of the receipt
    title_en: str = ""

    def __hash__(self) -> int:
        # what is kept by form is asked for with every tab: of all its columns would take longer than the answer
        return hash((self.key, self.version))

    def column(self, role: ColumnRole) -> Column | None:
        """Return the column that plays a role, or None."""
        for column in self.columns:
            if column.role is role:
                return column
        return None

    def field(self, role: FieldRole) -> Field | None:
        """Return the field that plays a role, or None."""
        for one in self.fields:
            if one.role is role:
                return one
        return None


@dataclass(frozen=True, slots=True)
class Group:
    """A group of units ("Khối"), in the plan's order."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of a unit, or above it; `receives` are kinds of mail, all where none is named."""

    name: str
    office: str = ""
    mail: str = ""
    telephone: str = ""
    receives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that must send; `active` False keeps it on the roster without a tab.

    `former_codes` are the codes it had before: what was received under them is its own. `merged_into` is the code of
    the unit that took its place; it is not active then. `superior` is who is written to where urging did not help.
    """

    code: str
    name: str
    short_name: str  # the tab's title
    group: str
    emails: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    active: bool = True
    former_codes: tuple[str, ...] = ()
    merged_into: str = ""
    contacts: tuple[Contact, ...] = ()
    superior: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """A form a unit owes, with its limit: received before the instant `due_before` is on time."""

    form: str
    title: str  # "Văn bản triển khai và đăng ký hoạt động"
    words: str  # "trước ngày 30/9/2023"
    due_before: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """A content of part II of the plan; the report has one fixed row for each."""

    code: str  # "II.1"
    title: str  # a short heading
    text: str  # the plan's words
    words: tuple[str, ...] = ()  # by which an activity's own words suggest this content


@dataclass(frozen=True, slots=True)
class BoardTask:
    """One of the board's own tasks; `done_on` is set when the board reports it."""

    code: str  # "1.1"
    text: str
    words: str = ""  # "xong trước ngày 05/11/2023"
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slogan:
    """A slogan of the plan, verbatim."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day people name instead of dating it ("Ngày truyền thống công tác dân vận")."""

    day: date
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Policy:
    """Settings of a campaign that decide cases."""

    due_soon_days: int = 7
    count_boundary_day_as_on_time: bool = False
    tabs_per_workbook: int = 80


@dataclass(frozen=True, slots=True)
class BoardLetterhead:
    """What the board's papers carry beside the figures; what is blank stays blank on them."""

    superior: str = ""  # "Tỉnh ủy Bắc Giang"
    office: str = ""  # "Ban Dân vận"; blank: the board's name
    symbol: str = ""  # of document numbers: "BDVTU"
    signer_title: str = ""  # "TRƯỞNG BAN", or two lines where a deputy signs
    signer_name: str = ""
    filing: str = ""  # the last line of "Nơi nhận": "Lưu: TC-TH, Ban Dân vận Tỉnh ủy"
    urging_days: int = 0  # from the count day to the new date of an urging letter; 0: people write it


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """Whether and when units are written to; days are counted from the last day on which sending is on time."""

    send: bool = False  # the worker sends by itself
    language: str = "vi"
    reminder_days: tuple[int, ...] = (7, 3)  # before the last day; one more goes out on the last working day
    urging_days: tuple[int, ...] = (1, 5, 10)  # after the last day
    escalation_days: int = 0  # after the last day, to the superior; 0: never
    from_hour: int = 8  # mails go out on working days from this hour
    until_hour: int = 17  # and before this one
    per_hour: int = 100
    days_off: tuple[date, ...] = ()  # beside weekends and public holidays
    call: str = ""  # who answers questions: a name and a telephone number


@dataclass(frozen=True, slots=True)
class Campaign:
    """One season with its forms, deadlines and roster."""

    key: str
    title: str  # "Tháng Dân vận" năm 2023, with the plan's quotation marks
    year: int
    zone: ZoneInfo
    board: str  # "Ban Dân vận Tỉnh ủy"
    place: str  # "Bắc Giang"
    plan_number: str  # blank until the office sets it
    plan_date: date | None
    names: tuple[str, ...]  # how people call the campaign in a time column: "Tháng Dân vận"
    span: Window  # the campaign itself (October)
    window: Window  # an activity must touch it
    obligations: tuple[Obligation, ...]
    groups: tuple[Group, ...]
    units: tuple[Unit, ...]
    forms: tuple[Form, ...]
    contents: tuple[Content, ...]
    board_tasks: tuple[BoardTask, ...] = ()
    slogans: tuple[Slogan, ...] = ()
    recipients: tuple[str, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    policy: Policy = field(default_factory=Policy)
    letterhead: BoardLetterhead = field(default_factory=BoardLetterhead)
    mail: MailPolicy = field(default_factory=MailPolicy)
    locale: str = "vi_VN"
    model_words: tuple[str, ...] = ()  # by which a row is listed among models to spread
    # units that are switched on, in the order of groups, then of the roster
    active_units: tuple[Unit, ...] = field(init=False, repr=False, compare=False)
    # a roster may hold ten thousand units, and every line of a table asks for one
    _by_code: Mapping[str, Unit] = field(init=False, repr=False, compare=False)
    # the unit that has a former code now, by it; the units that were merged into one, by its code
    code_now: Mapping[str, str] = field(init=False, repr=False, compare=False)
    merged: Mapping[str, tuple[Unit, ...]] = field(init=False, repr=False, compare=False)
    # whose rows the master accounts for: the active units, and those merged into one; what these sent stays
    accounted_units: tuple[Unit, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        order = {group.code: index for index, group in enumerate(self.groups)}
        active = sorted((unit for unit in self.units if unit.active), key=lambda unit: order[unit.group])
        object.__setattr__(self, "active_units", tuple(active))
        object.__setattr__(self, "_by_code", {unit.code: unit for unit in self.units})
        now = {former: unit.code for unit in self.units for former in unit.former_codes}
        object.__setattr__(self, "code_now", now)
        merged: dict[str, tuple[Unit, ...]] = {}
        for unit in self.units:
            if unit.merged_into:
                merged[unit.merged_into] = (*merged.get(unit.merged_into, ()), unit)
        object.__setattr__(self, "merged", merged)
        heirs = {unit.code for unit in active}
        accounted = (unit for unit in self.units if unit.active or unit.merged_into in heirs)
        object.__setattr__(self, "accounted_units", tuple(sorted(accounted, key=lambda unit: order[unit.group])))

    def unit(self, code: str) -> Unit:
        """Return the unit with this code; KeyError if there is none."""
        return self._by_code[code]

    def form(self, key: str) -> Form:
        """Return the form with this key; KeyError if there is none."""
        for form in self.forms:
            if form.key == key:
                return form
        raise KeyError(key)

    def group(self, code: str) -> Group:
        """Return the group with this code; KeyError if there is none."""
        for group in self.groups:
            if group.code == code:
                return group
        raise KeyError(code)

    def obligation(self, form: str) -> Obligation:
        """Return what a unit owes by this form; KeyError if nothing."""
        for obligation in self.obligations:
            if obligation.form == form:
                return obligation
        raise KeyError(form)
