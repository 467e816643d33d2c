"""How what a tab holds differs from what it held: rows added, removed, changed, fields changed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.domain.contents import Contents
from sheets_schema.campaign import Field, Form, ValueType
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Message, message, one_line

NAMED = 20  # changes that are named; the rest are counted
_LONGEST = 200  # letters of a value
_ALIKE = 0.5  # from this likeness on a row is taken as changed, not as another
_MOST_COMPARED = 400  # pairs of rows between two points that agree


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added (before None), removed (after None) or changed."""

    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions of a tab."""

    rows: tuple[RowChange, ...]
    fields: tuple[tuple[str, str, str], ...]  # key, before, after

    def messages(self, form: Form) -> tuple[Message, ...]:
        """Return the changes in words: a line of counts, then each, the first of them."""
        if not self.rows and not self.fields:
            return ()
        counts = message(
            "differences.counts",
            added=sum(one.before is None for one in self.rows),
            removed=sum(one.after is None for one in self.rows),
            changed=sum(one.before is not None and one.after is not None for one in self.rows),
            fields=len(self.fields),
        )
        every = [*_row_messages(self.rows, form), *_field_messages(self.fields, form)]
        rest = [message("differences.more", count=len(every) - NAMED)] if len(every) > NAMED else []
        return (counts, *every[:NAMED], *rest)


def difference(before: Contents, after: Contents) -> Difference:
    """Return what changed from one version of a tab to another, in the order of the rows."""
    keys = sorted({*before.fields, *after.fields})
    texts = ((key, before.fields.get(key, ""), after.fields.get(key, "")) for key in keys)
    return Difference(
        tuple(_row_changes([_texts(row) for row, _ in before.rows], [_texts(row) for row, _ in after.rows])),
        tuple(one for one in texts if one[1] != one[2]),
    )


def _texts(row: Mapping[str, object]) -> Mapping[str, str]:
    values = row["values"]
    texts = {str(key): str(text) for key, text in values.items() if text} if isinstance(values, Mapping) else {}
    return texts | ({"": str(row["key"])} if row["key"] else {})


def _row_changes(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> Iterator[RowChange]:
    ours, theirs = ([tuple(sorted(row.items())) for row in rows] for rows in (before, after))
    for verb, first, end, start, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if verb != "equal":
            yield from _paired(before[first:end], after[start:stop])


def _paired(removed: Sequence[Mapping[str, str]], added: Sequence[Mapping[str, str]]) -> Iterator[RowChange]:
    """Yield rows that replaced each other: those alike as changed, the others as removed and added."""
    left = list(added)
    compares = len(removed) * len(added) <= _MOST_COMPARED
    for row in removed:
        alike = max(left, key=lambda other: _likeness(row, other), default=None) if compares else None
        if alike is not None and _likeness(row, alike) >= _ALIKE:
            left.remove(alike)
            yield RowChange(row, alike)
        else:
            yield RowChange(row, None)
    yield from (RowChange(None, row) for row in left)


def _likeness(row: Mapping[str, str], other: Mapping[str, str]) -> float:
    keys = {*row, *other}
    return sum(row.get(key) == other.get(key) for key in keys) / len(keys) if keys else 1.0


def _row_messages(changes: Sequence[RowChange], form: Form) -> Iterator[Message]:
    titles = {column.key: column.title for column in form.columns}
    for one in changes:
        if one.before is None or one.after is None:
            key = "differences.row_added" if one.before is None else "differences.row_removed"
            yield message(key, words=_row_words(one.after or one.before or {}))
            continue
        for key in titles:
            before, after = one.before.get(key, ""), one.after.get(key, "")
            if before != after:
                change = _change(before, after)
                yield message("differences.cell_changed", row=_row_words(one.before), column=titles[key], change=change)


def _field_messages(changes: Sequence[tuple[str, str, str]], form: Form) -> Iterator[Message]:
    fields = {field.key: field for field in form.fields}
    order = list(fields)
    for key, before, after in sorted(changes, key=lambda one: order.index(one[0]) if one[0] in fields else len(order)):
        field = fields.get(key)
        is_tick = field is not None and field.type is ValueType.TICK
        change = _tick_change(after, field) if is_tick else _change(before, after)
        yield message("differences.field_changed", label=field.label if field else key, change=change)


def _change(before: str, after: str) -> Message:
    if not before:
        return message("differences.filled", after=_cut(after))
    if not after:
        return message("differences.emptied", before=_cut(before))
    return message("differences.replaced", before=_cut(before), after=_cut(after))


def _tick_change(after: str, field: Field | None) -> Message:
    return message("differences.ticked" if is_ticked(after, field) else "differences.unticked")


def _row_words(row: Mapping[str, str]) -> str:
    return _cut(" | ".join(text for key, text in row.items() if key))


def _cut(text: str) -> str:
    return one_line(squash(text), _LONGEST)
