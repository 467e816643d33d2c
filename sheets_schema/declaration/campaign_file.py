"""campaign.toml: what the plan says, read table by table and checked against itself."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from sheets_schema.declaration.faults import suggested
from sheets_schema.declaration.sources import Source
from sheets_schema.declaration.strict import Placed, Reader, Table
from sheets_schema.declaration.tables import (
    BoardTaskTable,
    ContentTable,
    GroupTable,
    HeadTable,
    ObligationTable,
    OccasionTable,
    PolicyTable,
    SloganTable,
    SpanTable,
)

SECTIONS: dict[str, type[Table]] = {
    "span": SpanTable,
    "window": SpanTable,
    "policy": PolicyTable,
    "obligations": ObligationTable,
    "groups": GroupTable,
    "contents": ContentTable,
    "board_tasks": BoardTaskTable,
    "slogans": SloganTable,
    "occasions": OccasionTable,
}
_NEEDED = {"span": "a table [span]", "window": "a table [window]"} | {
    name: f"at least one table [[{name}]]" for name in ("obligations", "groups")
}


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """campaign.toml as far as it could be read; None stands for a table with faults."""

    head: HeadTable | None
    zone: ZoneInfo | None
    span: SpanTable | None
    window: SpanTable | None
    policy: PolicyTable | None
    obligations: list[Placed[ObligationTable]]
    groups: list[Placed[GroupTable]]
    contents: list[Placed[ContentTable]]
    board_tasks: list[Placed[BoardTaskTable]]
    slogans: list[Placed[SloganTable]]
    occasions: list[Placed[OccasionTable]]


def read_campaign_file(reader: Reader) -> CampaignFile:
    """Return what campaign.toml says; its faults are collected by the reader."""
    content = reader.source.content
    sections = dict(content) if isinstance(content, dict) else {}
    plain = {key: sections.pop(key) for key in list(sections) if key not in SECTIONS}
    for name, accepted in _NEEDED.items():
        if sections.get(name) in (None, [], {}):
            reader.refuse((name,), None, accepted)
    head = reader.table(HeadTable, plain, (), beside=SECTIONS)
    declared = CampaignFile(
        head=head,
        zone=_zone(reader, plain.get("zone")),
        span=_span(reader, sections, "span"),
        window=_span(reader, sections, "window"),
        policy=reader.table(PolicyTable, sections.get("policy", {}), ("policy",)),
        obligations=reader.tables(ObligationTable, sections.get("obligations"), ("obligations",)),
        groups=reader.tables(GroupTable, sections.get("groups"), ("groups",)),
        contents=reader.tables(ContentTable, sections.get("contents"), ("contents",)),
        board_tasks=reader.tables(BoardTaskTable, sections.get("board_tasks"), ("board_tasks",)),
        slogans=reader.tables(SloganTable, sections.get("slogans"), ("slogans",)),
        occasions=reader.tables(OccasionTable, sections.get("occasions"), ("occasions",)),
    )
    _refuse_contradictions(reader, declared)
    return declared


def written(source: Source, section: str, key: str) -> tuple[str, ...]:
    """Return the texts written under a key of a list of tables, even in tables with faults.

    What others refer to is looked up here, so that one fault is not told twice.
    """
    content = source.content
    tables = content.get(section) if isinstance(content, dict) else None
    values = [table.get(key) for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    return tuple(value for value in values if isinstance(value, str))


def _zone(reader: Reader, name: object) -> ZoneInfo | None:
    if not isinstance(name, str) or not name.strip():
        return None  # refused as a plain key already
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no relative path, a folder of zones
        known = "a time zone's name, such as Asia/Ho_Chi_Minh"
        reader.refuse(("zone",), name, known + suggested(name, available_timezones()))
        return None


def _span(reader: Reader, sections: dict[str, object], name: str) -> SpanTable | None:
    if name not in sections:
        return None
    span = reader.table(SpanTable, sections[name], (name,))
    if span is not None and span.end < span.start:
        reader.refuse((name, "end"), span.end, f"a day not before the start, {span.start}")
        return None
    return span


def _refuse_contradictions(reader: Reader, declared: CampaignFile) -> None:
    reader.refuse_repeats(((*at, "form"), obligation.form) for at, obligation in declared.obligations)
    reader.refuse_repeats(((*at, "code"), group.code) for at, group in declared.groups)
    reader.refuse_repeats(((*at, "name"), group.name) for at, group in declared.groups)
    reader.refuse_repeats(((*at, "code"), content.code) for at, content in declared.contents)
    reader.refuse_repeats(((*at, "code"), task.code) for at, task in declared.board_tasks)
    reader.refuse_repeats(
        ((*at, "names", index), name)
        for at, occasion in declared.occasions
        for index, name in enumerate(occasion.names)
    )
    for at, task in declared.board_tasks:
        if bool(task.words) != bool(task.due_before):
            missing = "words" if task.due_before else "due_before"
            reader.refuse((*at, missing), None, "words and due_before together, or neither")
    span, window = declared.span, declared.window
    if span and window and (span.end < window.start or window.end < span.start):
        reader.refuse(
            ("window",), f"{window.start} – {window.end}", f"days that touch the span, {span.start} – {span.end}"
        )
