"""How what a tab holds differs from what it held: rows added, removed, changed, fields changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.domain.contents import Contents
from sheets_schema.campaign import Column, ColumnRole, Field, Form, ValueType
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Message, message, one_line

NAMED = 20  # changes that are named; the rest are counted
_LONGEST = 200  # letters of a value
_ALIKE = 0.5  # from this likeness on a row is taken as changed, not as another
_MOST_COMPARED = 400  # pairs of rows between two points that agree
TICKED = "x"

_Texts = Mapping[str, str]  # of a row, by column
_Ticks = Mapping[str, Column | Field]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added (before None), removed (after None) or changed."""

    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions of a tab."""

    rows: tuple[RowChange, ...]
    fields: tuple[tuple[str, str, str], ...]  # key, before, after; a tick is "x" or blank
    moved: int = 0  # rows that stand elsewhere, word for word

    def messages(self, form: Form) -> tuple[Message, ...]:
        """Return the changes in words: a line of counts, then each, the first of them."""
        moved = (message("differences.moved", count=self.moved),) if self.moved else ()
        if not self.rows and not self.fields:
            return moved
        counts = message(
            "differences.counts",
            added=sum(one.before is None for one in self.rows),
            removed=sum(one.after is None for one in self.rows),
            changed=sum(one.before is not None and one.after is not None for one in self.rows),
            fields=len(self.fields),
        )
        every = [*_row_messages(self.rows, form), *_field_messages(self.fields, form)]
        rest = [message("differences.more", count=len(every) - NAMED)] if len(every) > NAMED else []
        return (counts, *every[:NAMED], *moved, *rest)


def difference(before: Contents, after: Contents, form: Form) -> Difference:
    """Return what changed from one version of a tab to another, in the order of the rows.

    A tick that was not set and is not set now has not changed, whatever stands in its cell.
    """
    declared: tuple[Column | Field, ...] = (*form.columns, *form.fields)
    ticks = {one.key: one for one in declared if one.type is ValueType.TICK}
    ours, theirs = (_plain_ticks(contents.fields, ticks) for contents in (before, after))
    texts = ((key, ours.get(key, ""), theirs.get(key, "")) for key in sorted({*ours, *theirs}))
    blocks = _blocks(*([_texts(row, ticks) for row, _ in contents.rows] for contents in (before, after)))
    moved = _taken_out(blocks)
    changes = [change for removed, added in blocks for change in _paired(removed, added)]
    name = next((column.key for column in form.columns if column.role is ColumnRole.NAME), "")
    return Difference(tuple(_joined_by_name(changes, name)), tuple(one for one in texts if one[1] != one[2]), moved)


def _texts(row: Mapping[str, object], ticks: _Ticks) -> _Texts:
    values = row["values"]
    texts = {str(key): str(text) for key, text in values.items() if text} if isinstance(values, Mapping) else {}
    return _plain_ticks(texts, ticks) | ({"": str(row["key"])} if row["key"] else {})


def _plain_ticks(texts: Mapping[str, str], ticks: _Ticks) -> dict[str, str]:
    """Return texts with "x" for a tick that is set and none for one that is not; what is unclear stays."""
    found = {
        key: text if key not in ticks or is_unclear(text, ticks[key]) else TICKED * is_ticked(text, ticks[key])
        for key, text in texts.items()
    }
    return {key: text for key, text in found.items() if text}


def _blocks(before: Sequence[_Texts], after: Sequence[_Texts]) -> list[tuple[list[_Texts], list[_Texts]]]:
    """Return the runs of rows that replaced each other between rows that stayed."""
    ours, theirs = ([_known_by(row) for row in rows] for rows in (before, after))
    found = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [
        (list(before[first:end]), list(after[start:stop])) for verb, first, end, start, stop in found if verb != "equal"
    ]


def _known_by(row: _Texts) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(row.items()))


def _taken_out(blocks: Sequence[tuple[list[_Texts], list[_Texts]]]) -> int:
    """Take out the rows that are removed here and added there, word for word; return how many they are."""
    removed, added = (Counter(_known_by(row) for block in blocks for row in block[side]) for side in (0, 1))
    same = removed & added
    for side in (0, 1):
        left = same.copy()
        for block in blocks:
            kept: list[_Texts] = []
            for row in block[side]:
                key = _known_by(row)
                if left[key]:
                    left[key] -= 1
                else:
                    kept.append(row)
            block[side][:] = kept
    return same.total()


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


def _joined_by_name(changes: Sequence[RowChange], name: str) -> Iterator[RowChange]:
    """Yield the changes; a row that was removed here and added there under the one name it has was changed."""
    added = {one.after[name]: one for one in changes if one.before is None and one.after and one.after.get(name)}
    removed = {one.before[name]: one for one in changes if one.after is None and one.before and one.before.get(name)}
    for one in changes:
        named = (one.before or one.after or {}).get(name, "")
        if named not in added or named not in removed:
            yield one
        elif one is removed[named]:
            yield RowChange(one.before, added[named].after)
        elif one is not added[named]:
            yield one


def _likeness(row: Mapping[str, str], other: Mapping[str, str]) -> float:
    keys = {*row, *other}
    return sum(row.get(key) == other.get(key) for key in keys) / len(keys) if keys else 1.0


def _row_messages(changes: Sequence[RowChange], form: Form) -> Iterator[Message]:
    titles = {column.key: column.title for column in form.columns}
    ticks = {column.key for column in form.columns if column.type is ValueType.TICK}
    for one in changes:
        if one.before is None or one.after is None:
            key = "differences.row_added" if one.before is None else "differences.row_removed"
            yield message(key, words=_row_words(one.after or one.before or {}))
            continue
        for key in titles:
            before, after = one.before.get(key, ""), one.after.get(key, "")
            if before != after:
                change = (
                    _tick_change(after) if {before, after} == {"", TICKED} and key in ticks else _change(before, after)
                )
                yield message("differences.cell_changed", row=_row_words(one.before), column=titles[key], change=change)


def _field_messages(changes: Sequence[tuple[str, str, str]], form: Form) -> Iterator[Message]:
    fields = {field.key: field for field in form.fields}
    order = list(fields)
    for key, before, after in sorted(changes, key=lambda one: order.index(one[0]) if one[0] in fields else len(order)):
        field = fields.get(key)
        is_tick = field is not None and field.type is ValueType.TICK and {before, after} == {"", TICKED}
        change = _tick_change(after) if is_tick else _change(before, after)
        yield message("differences.field_changed", label=field.label if field else key, change=change)


def _change(before: str, after: str) -> Message:
    if not before:
        return message("differences.filled", after=_cut(after))
    if not after:
        return message("differences.emptied", before=_cut(before))
    return message("differences.replaced", before=_cut(before), after=_cut(after))


def _tick_change(after: str) -> Message:
    return message("differences.ticked" if after else "differences.unticked")


def _row_words(row: Mapping[str, str]) -> str:
    return _cut(" | ".join(text for key, text in row.items() if key))


def _cut(text: str) -> str:
    return one_line(squash(text), _LONGEST)
