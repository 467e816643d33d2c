"""The tables of campaign.toml and of a form's descriptor: every key, its type, and in words what it accepts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field

from sheets_schema.campaign import ColumnRole, FieldRole, TableKind
from sheets_schema.declaration.strict import MaybeText, Table, Text

Moment = TypeVar("Moment", date, datetime)

FIRST_YEAR, LAST_YEAR = 1950, 2199
_CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"
_KEY = r"^[a-z][a-z0-9_]{0,59}$"
_CODE_WORDS = "letters without marks, digits and . _ -, at most 60"
_KEY_WORDS = "small letters without marks, digits and _, at most 60, beginning with a letter"
_INSTANT_WORDS = "a date and time with its offset, without quotes, such as 2023-09-30T00:00:00+07:00"
_DAY_WORDS = "a date without quotes, such as 2023-10-01"
_TEXTS_WORDS = "a list of texts, none blank"
_TITLE_WORDS = "a text; {year} stands for the campaign's year"


def _near(moment: Moment) -> Moment:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("a year far from ours")
    return moment


Code = Annotated[Text, Field(pattern=_CODE)]
Key = Annotated[Text, Field(pattern=_KEY)]
Day = Annotated[date, AfterValidator(_near)]
Instant = Annotated[AwareDatetime, AfterValidator(_near)]


class HeadTable(Table):
    """The plain keys at the top of campaign.toml."""

    title: Text = Field(description="the campaign's title, a text")
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, description=f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    zone: Text = Field(description="a time zone's name, such as Asia/Ho_Chi_Minh")
    board: Text = Field(description="the name of the board that calls, a text")
    place: Text = Field(description="the place documents are dated from, a text")
    plan_number: MaybeText = Field("", description="the plan's number, a text; blank until the office sets it")
    plan_date: Day | Literal[""] = Field("", description=f'{_DAY_WORDS}; or "" until the office sets it')
    names: list[Text] = Field([], description=_TEXTS_WORDS)
    recipients: list[Text] = Field([], description=_TEXTS_WORDS)
    locale: Text = Field(
        "vi_VN", pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$", description="a spreadsheet's locale, such as vi_VN"
    )


class SpanTable(Table):
    """A span of days: [span], [window]."""

    start: Day = Field(description=_DAY_WORDS)
    end: Day = Field(description=f"{_DAY_WORDS}; the day itself is included")


class PolicyTable(Table):
    """Settings that decide cases: [policy]."""

    due_soon_days: int = Field(7, ge=0, le=366, description="a whole number from 0 to 366")
    count_boundary_day_as_on_time: bool = Field(False, description="true or false")
    tabs_per_workbook: int = Field(80, ge=1, le=200, description="a whole number from 1 to 200")


class ObligationTable(Table):
    """A form the units owe: [[obligations]]."""

    form: Text = Field(description="the key of a form in this folder")
    title: Text = Field(description="what must be sent, a text")
    words: Text = Field(description="the limit in the plan's words, a text")
    due_before: Instant = Field(description=_INSTANT_WORDS)


class GroupTable(Table):
    """A group of units: [[groups]]."""

    code: Code = Field(description=_CODE_WORDS)
    name: Text = Field(description="the group's name, a text")


class ContentTable(Table):
    """A content of the plan: [[contents]]."""

    code: Code = Field(description=_CODE_WORDS)
    title: Text = Field(description="a short heading, a text")
    text: Text = Field(description="the plan's words, a text")


class BoardTaskTable(Table):
    """One of the board's own tasks: [[board_tasks]]."""

    code: Code = Field(description=_CODE_WORDS)
    text: Text = Field(description="the plan's words, a text")
    words: MaybeText = Field("", description="the limit in the plan's words, a text; only with due_before")
    due_before: Instant | None = Field(None, description=_INSTANT_WORDS)


class SloganTable(Table):
    """A slogan: [[slogans]]."""

    heading: Text = Field(description="the line above the slogan, a text")
    text: Text = Field(description="the slogan, a text")


class OccasionTable(Table):
    """A day people name: [[occasions]]."""

    day: Day = Field(description=_DAY_WORDS)
    names: list[Text] = Field(min_length=1, description="a list of at least one text")


class ConstraintsTable(Table):
    """Table Schema constraints that a value is held to."""

    required: bool = Field(False, description="true or false")
    min_length: int | None = Field(None, alias="minLength", ge=0, le=50_000, description="a whole number to 50000")
    max_length: int | None = Field(
        None, alias="maxLength", ge=1, le=50_000, description="a whole number from 1 to 50000"
    )
    pattern: Text | None = Field(
        None, description="a regular expression the whole text matches, its alternatives in a group: (a|b)"
    )
    enum: list[Text] = Field([], description=_TEXTS_WORDS)


class ValueTable(Table):
    """What a column and a field of the block have in common."""

    name: Key = Field(description=_KEY_WORDS)
    title: Text = Field(description="the words above or beside the value, a text")
    type: Literal["string", "boolean"] = Field(description='"string" or "boolean" (a tick)')
    constraints: ConstraintsTable = Field(
        default_factory=lambda: ConstraintsTable.model_validate({}), description="a table of constraints"
    )
    description: MaybeText = Field("", description="a hint in Vietnamese, a text")
    description_en: MaybeText = Field("", description="the same hint in English, a text")
    true_values: list[Text] = Field([], alias="trueValues", description=f"{_TEXTS_WORDS}; for a boolean")
    false_values: list[Text] = Field([], alias="falseValues", description=f"{_TEXTS_WORDS}; for a boolean")


class ColumnTable(ValueTable):
    """A column of a form's table: an item of `fields`."""

    role: ColumnRole = Field(alias="tonghop:role", strict=False, description=f"one of {', '.join(ColumnRole)}")
    expected: bool = Field(False, alias="tonghop:expected", description="true or false")
    aliases: list[Text] = Field([], alias="tonghop:aliases", description=_TEXTS_WORDS)
    width: int = Field(120, alias="tonghop:width", ge=20, le=1000, description="a whole number from 20 to 1000")
    choices: list[Text] = Field([], alias="tonghop:choices", description=_TEXTS_WORDS)


class FieldTable(ValueTable):
    """A value beside the table: an item of `fields` in `tonghop:block`."""

    role: FieldRole = Field(alias="tonghop:role", strict=False, description=f"one of {', '.join(FieldRole)}")


class FreeRowTable(Table):
    """A free row below the fixed ones: an item of `tonghop:free_rows`."""

    key: Key = Field(description=_KEY_WORDS)
    title: Text = Field(description="the row's title, a text")


class BlockTable(Table):
    """The nested Table Schema of the values beside the table: `tonghop:block`."""

    fields: list[object] = Field(description="a list of tables")


class FormTable(Table):
    """The plain keys of a form's descriptor."""

    key: Key = Field(alias="tonghop:key", description=f"the file's own name without .json: {_KEY_WORDS}")
    version: Text = Field(alias="tonghop:version", description="a text, such as 1")
    title: Text = Field(alias="tonghop:title", description=_TITLE_WORDS)
    title_en: MaybeText = Field("", alias="tonghop:title_en", description=_TITLE_WORDS)
    table: TableKind = Field(alias="tonghop:table", strict=False, description=f"one of {', '.join(TableKind)}")
    heading: list[Text] = Field(
        [], alias="tonghop:heading", description=f"{_TEXTS_WORDS}; {{year}} stands for the campaign's year"
    )
    spare_rows: int = Field(100, alias="tonghop:spare_rows", ge=1, le=5000, description="a whole number from 1 to 5000")
    signature: MaybeText = Field("", alias="tonghop:signature", description="the line below the table, a text")
    needs_document: bool = Field(False, alias="tonghop:needs_document", description="true or false")
