"""The tables of a campaign folder: every key, its type, what it accepts and what must fit within one table.

Attributes are named as the records of `campaign` that they become, aliases as the keys in the files.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
import warnings
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, Strict, ValidationInfo, field_validator

from sheets_schema.addresses import can_be_written_to
from sheets_schema.campaign import ColumnRole, FieldRole, MailKind, TableKind
from sheets_schema.declaration.faults import NOTHING, phrase, visible
from sheets_schema.declaration.strict import DeclaredTable, declared_keys, refusal
from sheets_schema.declaration.switch import read_switch
from sheets_schema.rules import patterns
from sheets_schema.vietnamese import folding

InTime = TypeVar("InTime", date, datetime)
Item = TypeVar("Item")

FIRST_YEAR, LAST_YEAR = 1950, 2199
EITHER: frozenset[ColumnRole | FieldRole] = frozenset({ColumnRole.OTHER, FieldRole.OTHER})
_TICKED: frozenset[ColumnRole | FieldRole] = frozenset(
    {ColumnRole.NIL, FieldRole.NIL, FieldRole.DOCUMENT_WITHIN, FieldRole.CONFIRM}
)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_LONGEST_TITLE = 100
_SURELY_MEANT = 0.9  # names of zones are alike that are far from each other
_REFUSED_IN_TITLES = frozenset("[]:*?/\\")  # what a worksheet of an .xlsx file cannot be called
_CONTACT_PARTS = ("name", "office", "mail", "telephone", "receives")


def _plain(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise ValueError("a control character")
    legacy = None if text.isascii() else folding.legacy_font(text)
    if legacy is not None:
        raise refusal(phrase("unicode_text", suggestion=visible(legacy.suggestion)))
    return unicodedata.normalize("NFC", text)


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("blank")
    return text


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if not items:
        raise ValueError("none")
    return items


def _on_one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("more than one line")
    return text


def _near(moment: InTime) -> InTime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("a year far from ours")
    return moment


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(_filled(str(name)))
    except (KeyError, ValueError, OSError):  # unknown, no relative path, a folder of zones
        near = difflib.get_close_matches(str(name), available_timezones(), n=1, cutoff=_SURELY_MEANT)
        raise refusal(phrase("zone"), known=near) from None


def _with_the_year(text: str) -> str:
    other = next((found for found in _PLACEHOLDER.findall(text) if found != "{year}"), None)
    if other:
        raise refusal(phrase("no_placeholder"), found=other)
    return text


def _pattern(pattern: str) -> str:
    """Refuse a pattern that does not mean the same to us and to every Table Schema reader."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(f"^{pattern}$")
            re.compile(pattern)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise refusal(phrase("pattern_with", flaw=str(error))) from None
    try:
        patterns.compiled(pattern)
    except patterns.PatternError:
        raise refusal(phrase("pattern_with", flaw=phrase("pattern_beyond"))) from None
    outside = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    while (inner := re.sub(r"\([^()]*\)", "", outside)) != outside:
        outside = inner
    if "|" in outside:
        raise refusal(phrase("pattern_with", flaw=phrase("alternatives_outside")))
    return pattern


def _email(text: str) -> str:
    if not can_be_written_to(text):
        raise ValueError("no address")
    return text


def _tab_title(title: str) -> str:
    at_ends = title.startswith("'") or title.endswith("'")
    if len(title) > _LONGEST_TITLE or _REFUSED_IN_TITLES & set(title) or at_ends or title.casefold() == "history":
        raise ValueError("no title of a tab")
    return title


def _contacts(cells: object) -> object:
    """Turn the texts of a cell, "name | office | mail | telephone | receives", into tables; a name alone will do."""
    if not isinstance(cells, tuple):
        return cells
    return tuple(dict(zip(_CONTACT_PARTS, _contact_parts(cell), strict=False)) for cell in cells)


def _contact_parts(cell: str) -> list[object]:
    parts: list[object] = [part.strip() for part in cell.split("|")]
    if len(parts) > len(_CONTACT_PARTS):
        raise refusal(phrase("contacts"), found=cell)
    return [*parts[:4], *(tuple(str(part).replace(",", " ").split()) for part in parts[4:])]


MaybeText = Annotated[str, AfterValidator(_plain), phrase("text")]
Text = Annotated[MaybeText, AfterValidator(_filled)]
Texts = Annotated[tuple[Text, ...], Strict(False), phrase("texts")]
Titled = Annotated[str, AfterValidator(_plain), AfterValidator(_with_the_year), phrase("title_with_year")]
Code = Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"), phrase("code")]
Key = Annotated[Text, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$"), phrase("key")]
Day = Annotated[date, AfterValidator(_near), phrase("day")]
Instant = Annotated[AwareDatetime, AfterValidator(_near), phrase("instant")]
Flag = Annotated[bool, phrase("flag")]
Length = Annotated[int, Field(ge=1, le=50_000)]
Line = Annotated[Text, AfterValidator(_on_one_line)]


class SpanTable(DeclaredTable):
    """A span of days: [span], [window]."""

    start: Day
    end: Annotated[Day, phrase("last_day")]

    @field_validator("end")
    @classmethod
    def _not_before_the_start(cls, end: date, info: ValidationInfo) -> date:
        start = info.data.get("start")
        if start and end < start:
            raise refusal(phrase("not_before", start=str(start)))
        return end


class PolicyTable(DeclaredTable):
    """Settings that decide cases: [policy]."""

    due_soon_days: Annotated[int, Field(ge=0, le=366)] = 7
    count_boundary_day_as_on_time: Flag = False
    tabs_per_workbook: Annotated[int, Field(ge=1, le=200)] = 80


class LetterheadTable(DeclaredTable):
    """What the board's papers carry beside the figures: [letterhead]."""

    superior: Annotated[MaybeText, phrase("superior")] = ""
    office: Annotated[MaybeText, phrase("office")] = ""
    symbol: Annotated[MaybeText, phrase("document_symbol")] = ""
    signer_title: Annotated[MaybeText, phrase("signer_title")] = ""
    signer_name: Annotated[MaybeText, phrase("signer_name")] = ""
    filing: Annotated[MaybeText, phrase("filing")] = ""
    urging_days: Annotated[int, Field(ge=0, le=60)] = 0


_Hour = Annotated[int, Field(ge=0, le=24)]
_Distance = Annotated[int, Field(ge=0, le=366)]
_Distances = Annotated[tuple[_Distance, ...], Strict(False), phrase("distances")]


class MailTable(DeclaredTable):
    """Whether and when units are written to: [mail]."""

    send: Flag = False
    language: Annotated[Literal["vi", "en"], phrase("one_of", known="vi, en")] = "vi"
    reminder_days: _Distances = (7, 3)
    urging_days: _Distances = (1, 5, 10)
    escalation_days: _Distance = 0
    from_hour: _Hour = 8
    until_hour: _Hour = 17
    per_hour: Annotated[int, Field(ge=1, le=10_000)] = 100
    days_off: Annotated[tuple[Day, ...], Strict(False), phrase("days")] = ()
    call: Annotated[MaybeText, AfterValidator(_on_one_line), phrase("whom_to_call")] = ""

    @field_validator("until_hour")
    @classmethod
    def _after_it_begins(cls, until: int, info: ValidationInfo) -> int:
        if "from_hour" in info.data and until <= info.data["from_hour"]:
            raise refusal(phrase("later_hour", start=info.data["from_hour"]))
        return until


class ObligationTable(DeclaredTable):
    """A form the units owe: [[obligations]]."""

    form: Annotated[Text, phrase("form_of_folder")]
    title: Annotated[Text, phrase("what_to_send")]
    words: Annotated[Text, phrase("limit_in_words")]
    due_before: Instant


class GroupTable(DeclaredTable):
    """A group of units: [[groups]]."""

    code: Code
    name: Annotated[Text, phrase("group_name")]


class ContentTable(DeclaredTable):
    """A content of the plan: [[contents]]."""

    code: Code
    title: Annotated[Text, phrase("short_heading")]
    text: Annotated[Text, phrase("plan_words")]
    words: Texts = ()


class BoardTaskTable(DeclaredTable):
    """One of the board's own tasks: [[board_tasks]]."""

    code: Code
    text: Annotated[Text, phrase("plan_words")]
    words: Annotated[MaybeText, phrase("limit_with_due")] = ""
    due_before: Annotated[Instant | None, Field(validate_default=True), phrase("instant")] = None

    @field_validator("due_before")
    @classmethod
    def _both_or_neither(cls, due_before: datetime | None, info: ValidationInfo) -> datetime | None:
        if "words" in info.data and bool(info.data["words"]) != bool(due_before):
            missing = "words" if due_before else "due_before"
            raise refusal(phrase("both_or_neither"), found=NOTHING, at=(missing,))
        return due_before


class SloganTable(DeclaredTable):
    """A slogan: [[slogans]]."""

    heading: Annotated[Text, phrase("above_slogan")]
    text: Text


class OccasionTable(DeclaredTable):
    """A day people name: [[occasions]]."""

    day: Day
    names: Annotated[Texts, AfterValidator(_some), phrase("some_texts")]


class CampaignTable(DeclaredTable):
    """campaign.toml."""

    title: Text
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), phrase("year", least=FIRST_YEAR, most=LAST_YEAR)]
    zone: Annotated[ZoneInfo, BeforeValidator(_zone), phrase("zone")]
    board: Annotated[Text, phrase("board")]
    place: Annotated[Text, phrase("place")]
    plan_number: Annotated[MaybeText, phrase("plan_number")] = ""
    plan_date: Annotated[Day | Literal[""], phrase("plan_date")] = ""
    names: Texts = ()
    recipients: Texts = ()
    locale: Annotated[Text, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$"), phrase("locale")] = "vi_VN"
    model_words: Texts = ()
    span: Annotated[SpanTable, phrase("section", name="span")]
    window: Annotated[SpanTable, phrase("section", name="window")]
    policy: Annotated[PolicyTable, phrase("a_table")] = Field(default_factory=PolicyTable)
    letterhead: Annotated[LetterheadTable, phrase("a_table")] = Field(default_factory=LetterheadTable)
    mail: Annotated[MailTable, phrase("a_table")] = Field(default_factory=MailTable)
    obligations: Annotated[
        tuple[ObligationTable, ...], Strict(False), AfterValidator(_some), phrase("sections", name="obligations")
    ]
    groups: Annotated[tuple[GroupTable, ...], Strict(False), AfterValidator(_some), phrase("sections", name="groups")]
    contents: Annotated[tuple[ContentTable, ...], Strict(False), phrase("tables")] = ()
    board_tasks: Annotated[tuple[BoardTaskTable, ...], Strict(False), phrase("tables")] = ()
    slogans: Annotated[tuple[SloganTable, ...], Strict(False), phrase("tables")] = ()
    occasions: Annotated[tuple[OccasionTable, ...], Strict(False), phrase("tables")] = ()

    @field_validator("window")
    @classmethod
    def _touches_the_span(cls, window: SpanTable, info: ValidationInfo) -> SpanTable:
        span = info.data.get("span")
        if span and (span.end < window.start or window.end < span.start):
            accepted = phrase("touching_days", start=str(span.start), end=str(span.end))
            raise refusal(accepted, found=f"{window.start} – {window.end}")
        return window


class ConstraintsTable(DeclaredTable):
    """Table Schema constraints that a value is held to."""

    required: Flag = False
    min_length: Annotated[int | None, Field(alias="minLength", ge=0, le=50_000)] = None
    max_length: Annotated[int | None, Field(alias="maxLength", ge=1, le=50_000)] = None
    pattern: Annotated[Text | None, AfterValidator(lambda text: text and _pattern(text)), phrase("pattern")] = None
    enum: Texts = ()

    @field_validator("max_length")
    @classmethod
    def _not_below_the_least(cls, most: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("min_length")
        if least is not None and most is not None and least > most:
            raise refusal(phrase("no_more_than", most=most), found=least, at=("minLength",))
        return most


class ValueTable(DeclaredTable):
    """What a column and a field of the block have in common."""

    key: Annotated[Key, Field(alias="name")]
    title: Annotated[Text, phrase("value_title")]
    role: Annotated[ColumnRole | FieldRole, Field(alias="tonghop:role"), phrase("text")]
    type: Annotated[Literal["string", "boolean"], phrase("value_type")]
    constraints: Annotated[ConstraintsTable, phrase("constraints")] = Field(default_factory=ConstraintsTable)
    description_vi: Annotated[MaybeText, Field(alias="description"), phrase("hint")] = ""
    description_en: Annotated[MaybeText, phrase("hint_english")] = ""
    true_values: Annotated[Texts, Field(alias="trueValues"), phrase("tick_texts")] = ()
    false_values: Annotated[Texts, Field(alias="falseValues"), phrase("tick_texts")] = ()

    @field_validator("type")
    @classmethod
    def _as_the_role_asks(cls, type_: str, info: ValidationInfo) -> str:
        role, is_tick = info.data.get("role"), type_ == "boolean"
        if role and role not in EITHER and is_tick != (role in _TICKED):
            raise refusal(phrase("type_of_role", type="string" if is_tick else "boolean", role=role))
        return type_

    @field_validator("constraints")
    @classmethod
    def _few_on_a_tick(cls, constraints: ConstraintsTable, info: ValidationInfo) -> ConstraintsTable:
        for key, info_of_key in declared_keys(ConstraintsTable).items():
            name = next(name for name, one in ConstraintsTable.model_fields.items() if one is info_of_key)
            given = getattr(constraints, name) != info_of_key.default
            if given and key != "required" and info.data.get("type") == "boolean":
                raise refusal(phrase("required_alone"), found=phrase("constraint_on_tick"), at=("constraints", key))
        return constraints

    @field_validator("true_values", "false_values")
    @classmethod
    def _of_a_tick(cls, texts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        both = sorted(set(texts) & set(info.data.get("true_values", ())))
        if texts and info.data.get("type") == "string":
            raise refusal(phrase("beside_boolean"), found=phrase("texts_for_tick"))
        if both:
            raise refusal(phrase("not_among_true"), found=both[0])
        return texts


class ColumnTable(ValueTable):
    """A column of a form's table: an item of `fields`."""

    role: Annotated[
        ColumnRole, Field(alias="tonghop:role"), Strict(False), phrase("one_of", known=", ".join(ColumnRole))
    ]
    expected: Annotated[Flag, Field(alias="tonghop:expected")] = False
    aliases: Annotated[Texts, Field(alias="tonghop:aliases")] = ()
    width: Annotated[int, Field(alias="tonghop:width", ge=20, le=1000)] = 120
    choices: Annotated[Texts, Field(alias="tonghop:choices")] = ()


class FieldTable(ValueTable):
    """A value beside the table: an item of `fields` in `tonghop:block`."""

    role: Annotated[FieldRole, Field(alias="tonghop:role"), Strict(False), phrase("one_of", known=", ".join(FieldRole))]


class FreeRowTable(DeclaredTable):
    """A free row below the fixed ones: an item of `tonghop:free_rows`."""

    key: Key
    title: Annotated[Text, phrase("row_title")]


class BlockTable(DeclaredTable):
    """The nested Table Schema of the values beside the table: `tonghop:block`."""

    fields: Annotated[tuple[FieldTable, ...], Strict(False), phrase("tables")]


class FormTable(DeclaredTable):
    """A form's descriptor: `<key>.json`."""

    key: Annotated[Key, Field(alias="tonghop:key"), phrase("file_key")]
    version: Annotated[Text, Field(alias="tonghop:version"), phrase("version")]
    title: Annotated[Titled, AfterValidator(_filled), Field(alias="tonghop:title")]
    title_en: Annotated[Titled, Field(alias="tonghop:title_en")] = ""
    table: Annotated[
        TableKind, Field(alias="tonghop:table"), Strict(False), phrase("one_of", known=", ".join(TableKind))
    ]
    heading: Annotated[
        tuple[Annotated[Titled, AfterValidator(_filled)], ...],
        Strict(False),
        Field(alias="tonghop:heading"),
        phrase("texts_with_year"),
    ] = ()
    spare_rows: Annotated[int, Field(alias="tonghop:spare_rows", ge=1, le=5000)] = 100
    signature: Annotated[MaybeText, Field(alias="tonghop:signature"), phrase("below_table")] = ""
    needs_document: Annotated[Flag, Field(alias="tonghop:needs_document")] = False
    columns: Annotated[
        tuple[ColumnTable, ...], Strict(False), AfterValidator(_some), Field(alias="fields"), phrase("some_columns")
    ]
    free_rows: Annotated[
        tuple[FreeRowTable, ...], Strict(False), Field(alias="tonghop:free_rows"), phrase("tables")
    ] = ()
    block: Annotated[BlockTable, Field(alias="tonghop:block"), phrase("a_table")] = Field(
        default_factory=lambda: BlockTable(fields=())
    )

    @field_validator("free_rows")
    @classmethod
    def _below_fixed_rows(cls, rows: tuple[FreeRowTable, ...], info: ValidationInfo) -> tuple[FreeRowTable, ...]:
        if rows and info.data.get("table") is TableKind.OPEN:
            raise refusal(phrase("fixed_table_only"))
        return rows


class ContactTable(DeclaredTable):
    """One person in a cell of units.csv."""

    name: Annotated[Line, phrase("contacts")]
    office: Annotated[MaybeText, AfterValidator(_on_one_line), phrase("contacts")] = ""
    mail: Annotated[str, AfterValidator(lambda text: text and _email(text)), phrase("contacts")] = ""
    telephone: Annotated[str, Field(pattern=r"^[0-9+(). -]{0,40}$"), phrase("contacts")] = ""
    receives: Annotated[tuple[Annotated[MailKind, Strict(False)], ...], Strict(False), phrase("contacts")] = ()


class UnitTable(DeclaredTable):
    """A line of units.csv."""

    code: Code
    name: Annotated[Line, phrase("unit_name")]
    short_name: Annotated[Line, AfterValidator(_tab_title), phrase("tab_title")]
    group: Annotated[Text, phrase("group_code")]
    emails: Annotated[tuple[Annotated[Line, AfterValidator(_email)], ...], Strict(False), phrase("emails")]
    aliases: Annotated[tuple[Line, ...], Strict(False), phrase("aliases")]
    active: Annotated[Flag, BeforeValidator(read_switch)]
    former_codes: Annotated[tuple[Code, ...], Strict(False), phrase("former_codes")] = ()
    merged_into: Annotated[str, phrase("merged_into")] = ""
    contacts: Annotated[tuple[ContactTable, ...], Strict(False), BeforeValidator(_contacts), phrase("contacts")] = ()
    superior: Annotated[tuple[ContactTable, ...], Strict(False), BeforeValidator(_contacts), phrase("contacts")] = ()
