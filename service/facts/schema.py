"""The tables. Instants are whole microseconds since 1970 UTC: they sort, and both databases keep them exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

REVISION = "0013"  # the newest migration; a store at it opens without Alembic
FIRST_REVISION = "0013"  # of the first release: until then the same as REVISION
TRIAL_REVISIONS = frozenset(f"{number:04}" for number in range(1, int(FIRST_REVISION)))
NEVER_CHANGED = ("facts", "texts", "versions")  # the database itself refuses to change or delete a line of these
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class UnreadableValueError(ValueError):
    """A column holds what this program never wrote there."""


def microseconds(instant: datetime) -> int:
    """Return an instant as the database keeps it; ValueError for one without a time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return (instant - EPOCH) // MICROSECOND


class InstantColumn(TypeDecorator[datetime]):
    """An aware datetime; naive ones are refused, read back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (inherited)
        """Turn an aware datetime into microseconds; ValueError for a naive one."""
        if value is None:
            return None
        return microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (inherited)
        """Turn microseconds into an aware datetime in UTC; UnreadableValueError for what is no such number."""
        if value is None:
            return None
        try:
            return EPOCH + value * MICROSECOND
        except (TypeError, OverflowError) as error:
            raise UnreadableValueError(f"{str(value)[:60]!r} is no instant") from error


metadata = MetaData()
# SQLite counts by itself only for a plain INTEGER key.
_Number = BigInteger().with_variant(Integer, "sqlite")

facts = Table(
    "facts",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("form", String, nullable=False),
    Column("happened_at", InstantColumn, nullable=False),
    Column("recorded_at", InstantColumn, nullable=False),
    Column("actor", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    Index("facts_by_time", "campaign", "recorded_at", "id"),
    Index("facts_by_unit", "campaign", "unit", "recorded_at", "id"),
    Index("facts_by_kind", "campaign", "kind", "recorded_at", "id"),
    sqlite_autoincrement=True,  # a number is never given twice
)

# an index of the observations by which of them decide; what it says follows from `facts` alone
deciding = Table(
    "deciding",
    metadata,
    Column("fact", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("form", String, nullable=False),
    Column("recorded_at", InstantColumn, nullable=False),
    Column("place", Integer, nullable=False),  # 0 the tab's first, 1 a later one, 2 out of order
    Column("first_receipt", BigInteger),  # the numbers of the facts that decide after this one
    Column("last_receipt", BigInteger),
    Column("last_confirmed", BigInteger),
    Column("returned_on", BigInteger),
    Column("corrected_by", BigInteger),
    Column("last_faulty", BigInteger),
    Column("last_edit", BigInteger),
    Column("before_edit", BigInteger),
    Column("errors_before", Integer),  # of the confirmed one before it
    Column("digest_before", String),
    Index("deciding_by_tab", "campaign", "form", "unit", "recorded_at", "fact"),
    Index("deciding_by_place", "campaign", "place", "form", "unit"),
)

decision_numbers = Table(
    "decision_numbers",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("token", String, nullable=False),  # of the form it was typed into: sent twice, it is recorded once
    Column("recorded_at", InstantColumn, nullable=False),
    UniqueConstraint("campaign", "token", name="decision_numbers_by_token"),
    sqlite_autoincrement=True,
)

texts = Table(
    "texts",
    metadata,
    Column("digest", String, primary_key=True),
    Column("body", Text, nullable=False),  # compressed, in base 64
)

versions = Table(
    "versions",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("form", String, nullable=False),
    Column("recorded_at", InstantColumn, nullable=False),  # in force from then until the next
    Column("seen_at", InstantColumn, nullable=False),
    Column("digest", String, nullable=False),  # of its text; blank: the tab was no longer read from then on
    Column("summary", Text, nullable=False),  # JSON
    Index("versions_by_unit", "campaign", "form", "unit", "recorded_at", "id"),
    sqlite_autoincrement=True,
)

workbooks = Table(
    "workbooks",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("spreadsheet_id", String, nullable=False),
    Column("created_at", InstantColumn, nullable=False),
    Column("group_address", String, nullable=False, server_default=""),  # blank: shared address by address
    UniqueConstraint("spreadsheet_id", name="workbooks_by_spreadsheet"),
)

tabs = Table(
    "tabs",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("spreadsheet_id", String, nullable=False),
    Column("sheet_id", BigInteger, nullable=False),
    Column("created_at", InstantColumn, nullable=False),
    Column("orphaned_at", InstantColumn),
    UniqueConstraint("spreadsheet_id", "sheet_id", name="tabs_by_sheet"),
)

masters = Table(
    "masters",
    metadata,
    Column("spreadsheet_id", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("published_at", InstantColumn),
    Column("notice", Text, nullable=False),
)

master_sheets = Table(
    "master_sheets",
    metadata,
    Column("spreadsheet_id", String, primary_key=True),
    Column("title", String, primary_key=True),
    Column("shape", String, nullable=False),
    Column("blocks", Text, nullable=False),  # JSON: key, source and count of each
)

reads = Table(
    "reads",
    metadata,
    Column("spreadsheet_id", String, primary_key=True),
    Column("read_at", InstantColumn, nullable=False),
    # digests of what was answered and of what it was judged by; blank where a tab did not read as it is kept
    Column("answers", String, nullable=False, server_default=""),
)

runs = Table(
    "runs",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("started_at", InstantColumn, nullable=False),
    Column("finished_at", InstantColumn),
    Column("trigger", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("report", Text),  # JSON
    Column("error", Text),
    Index("runs_by_campaign", "campaign", "id"),
    sqlite_autoincrement=True,
)

work = Table(
    "work",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("generation", BigInteger, nullable=False),  # grows with every mark
    Column("dirty_since", InstantColumn),  # first mark no finished run has covered
    Column("pending_since", InstantColumn),  # first mark since the last claim
    Column("due_at", InstantColumn),  # when the pending marks are to be run
    Column("not_before", InstantColumn),  # set by a failure: marks do not shorten the wait
    Column("owner", String),
    Column("token", BigInteger, nullable=False),  # grows with every claim: the fence
    Column("lease_until", InstantColumn),
    Column("attempts", Integer, nullable=False),  # claims since the last finished run
    Column("error", Text),
    Column("failed_at", InstantColumn),
    Column("finished_at", InstantColumn),
)

dirty_spreadsheets = Table(
    "dirty_spreadsheets",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("spreadsheet_id", String, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("swept", Boolean, nullable=False),  # marked by a sweep alone: those with an edit go first
    Column("decided", Boolean, nullable=False),  # marked by a decision that its tabs are to show
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("worker", String, primary_key=True),
    Column("seen_at", InstantColumn, nullable=False),
)

contents = Table(
    "contents",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("seen_at", InstantColumn, nullable=False),
    Column("digest", String, nullable=False),
    Column("grid", String, nullable=False),  # what the tab is read from, once answered; blank: to be checked again
    Column("summary", Text, nullable=False),  # JSON
    Column("payload", Text, nullable=False),  # JSON
)

tab_faults = Table(
    "tab_faults",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("since", InstantColumn, nullable=False),
    Column("last_read", InstantColumn),  # before it; null: never
    Column("reason", Text, nullable=False),  # a message
)

channels = Table(
    "channels",
    metadata,
    Column("id", String, primary_key=True),
    Column("spreadsheet_id", String, nullable=False),
    Column("address", String, nullable=False),
    Column("token_hash", String, nullable=False),
    Column("resource_id", String, nullable=False),  # blank until the server named it
    Column("created_at", InstantColumn, nullable=False),
    Column("expires_at", InstantColumn, nullable=False),
    Column("last_number", BigInteger, nullable=False),  # of the messages taken
    Column("campaign", String, nullable=False, server_default=""),
    Column("kind", String, nullable=False, server_default="file"),  # blank spreadsheet: on all changes
    Column("told_at", InstantColumn),  # the last message
    Column("stop_at", InstantColumn),  # stopping failed: tried again then
    Index("channels_by_spreadsheet", "spreadsheet_id"),
    Index("channels_by_campaign", "campaign"),
)

watches = Table(
    "watches",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("page_token", String, nullable=False),  # where the next read of all changes begins
    Column("pushes", BigInteger, nullable=False),  # grows with every push that asks for a read
    Column("look_at", InstantColumn),  # null while nothing asks
    Column("retry_at", InstantColumn),  # no channel is asked for before
    Column("refusal", String, nullable=False),  # why not
)

nonces = Table(
    "nonces",
    metadata,
    Column("nonce", String, primary_key=True),
    Column("used_at", InstantColumn, nullable=False),
    Index("nonces_by_time", "used_at"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("email", String, nullable=False),
    Column("role", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("granted_at", InstantColumn, nullable=False),
    Column("granted_by", String, nullable=False),
    Column("expires_at", InstantColumn),
    Column("revoked_at", InstantColumn),
    Index("grants_by_email", "campaign", "email"),
    sqlite_autoincrement=True,  # an old session never meets a new grant
)

links = Table(
    "links",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("grant_id", BigInteger, nullable=False),
    Column("made_at", InstantColumn, nullable=False),
    Column("expires_at", InstantColumn, nullable=False),
    Column("used_at", InstantColumn),
    Column("refused_at", InstantColumn),  # the first time it came too late
    Index("links_by_grant", "grant_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", String, primary_key=True),
    Column("grant_id", BigInteger, nullable=False),
    Column("started_at", InstantColumn, nullable=False),
    Column("ended_at", InstantColumn),
    Index("sessions_by_grant", "grant_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("grant_id", BigInteger, primary_key=True, autoincrement=False),
    Column("issuer", String, primary_key=True),  # who vouches for it
    Column("subject_hash", String, nullable=False),
    Column("bound_at", InstantColumn, nullable=False),
    Column("other_at", InstantColumn),  # the first time another account came with the same address
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("name", String, nullable=False),  # of the program
    Column("role", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("token_hash", String, nullable=False),
    Column("made_at", InstantColumn, nullable=False),
    Column("made_by", String, nullable=False),
    Column("expires_at", InstantColumn, nullable=False),
    Column("revoked_at", InstantColumn),
    Column("used_at", InstantColumn),  # the last time, by the hour
    UniqueConstraint("token_hash", name="api_tokens_by_hash"),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    metadata,
    Column("source", String, primary_key=True),  # a keyed hash of where they come from
    Column("since", InstantColumn, nullable=False),
    Column("count", Integer, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("identity", String, nullable=False),  # a hash of who we are to the spreadsheets, and where those are
    Column("kind", String, nullable=False),
    Column("at", InstantColumn, nullable=False),  # may lie ahead: the slot of a call that waits
    Index("calls_by_time", "identity", "kind", "at"),
)

mails = Table(
    "mails",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("form", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("occasion", String, nullable=False),  # tells repeated ones apart, the effective limit in it
    Column("limit_at", InstantColumn),
    Column("state", String, nullable=False),
    Column("due_at", InstantColumn, nullable=False),
    Column("urgent", Boolean, nullable=False),  # a person asked for it: quiet hours do not hold it back
    Column("planned_at", InstantColumn, nullable=False),
    Column("changed_at", InstantColumn, nullable=False),
    Column("message_id", String, nullable=False),  # kept before a server is called
    Column("recipients", Text, nullable=False),  # JSON
    Column("owner", String, nullable=False),  # who is sending it; blank where none is
    Column("given_at", InstantColumn),  # from then on a server may have taken it
    Column("attempts", Integer, nullable=False),
    Column("not_before", InstantColumn),  # no further attempt before
    Column("why", Text, nullable=False),  # a message
    Column("note", Text, nullable=False),  # a message: what became of it
    Column("actor", String, nullable=False),  # who asked for it or decided on it
    Column("letter", Text, nullable=False),  # the number of the letter that went beside it
    UniqueConstraint("campaign", "unit", "form", "kind", "occasion", name="mails_by_key"),
    Index("mails_by_state", "campaign", "state", "due_at"),
    Index("mails_by_message", "message_id"),
    sqlite_autoincrement=True,
)

mail_rooms = Table(
    "mail_rooms",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("held_at", InstantColumn),  # nothing is sent from then on
    Column("held_by", String, nullable=False, server_default=""),
    Column("sender", String, nullable=False, server_default=""),
    Column("lease_until", InstantColumn),
    Column("inbox", String, nullable=False, server_default=""),  # how far bounces were read
    Column("error", Text, nullable=False, server_default=""),  # a message: why nothing can be sent just now
    Column("error_at", InstantColumn),
)

mail_addresses = Table(
    "mail_addresses",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("bounced_at", InstantColumn, nullable=False),
    Column("reason", Text, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("campaign", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("asked_at", InstantColumn, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("seen_at", InstantColumn, nullable=False),  # the last sign of life
    Column("finished_at", InstantColumn),
    Column("lines", Text, nullable=False),  # JSON: messages, what was done so far
    Column("report", Text),  # JSON
    Column("error", Text),  # a message
    Index("jobs_by_kind", "campaign", "kind", "id"),
    sqlite_autoincrement=True,
)
