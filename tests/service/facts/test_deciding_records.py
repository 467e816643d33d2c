"""A standing is computed from few of a tab's observations, whatever there was; their number does not follow time."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from service.domain.decisions import DecisionKind, Withdrawal
from service.domain.history import with_observations
from service.domain.standings import standing_at
from service.domain.tab_notices import notice_of
from service.errors import FactsDamagedError
from service.facts.records import Fact
from service.facts.store import open_store
from tests.service.domain.conftest import make_campaign

OWED = ("S-CT", "registration")
MINUTES = (0, 1, 1, 1, 2, -1, -90)  # until the next record; backwards where a clock was set back
LOOKS = st.fixed_dictionaries(
    {
        "confirmed": st.sampled_from([True, True, True, False]),
        "nil": st.booleans(),
        "content": st.sampled_from([True, True, False]),
        "document": st.sampled_from([True, True, False]),
        "errors": st.integers(0, 3),
        "digest": st.sampled_from("abc"),
        "fault_digest": st.sampled_from("xy"),
        "words_digest": st.sampled_from(["", "a", "b"]),
    }
)
KINDS = (DecisionKind.ACCEPT, DecisionKind.RETURN, DecisionKind.RECEIVE, DecisionKind.RETURN, DecisionKind.NIL)
EVENTS = st.lists(
    st.tuples(st.sampled_from(MINUTES), st.one_of(LOOKS, LOOKS, st.sampled_from(KINDS), st.just("withdraw"))),
    max_size=24,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, backwards=st.booleans())
def test_standings_are_those_of_the_whole_history(store, make_observation, make_decision, events, backwards):
    campaign, key = make_campaign(), uuid.uuid4().hex
    at, instants, made, before = make_observation("2023-09-20 08:00").seen_at, [], [], None
    for minutes, what in events:
        at += timedelta(minutes=minutes if backwards or minutes > 0 else 0)
        instants.append(at)
        if isinstance(what, dict):
            seen = replace(make_observation("2023-09-20 08:00", **what), seen_at=at, last_seen_at=before)
            store.facts.record_observations(key, [seen])
            before = at
        elif what == "withdraw":
            store.facts.record_withdrawals(key, [Withdrawal(one.number, *OWED, at, "Hoa", "nhầm") for one in made[-1:]])
        else:
            received = at - timedelta(minutes=1) if what in (DecisionKind.RECEIVE, DecisionKind.NIL) else None
            decision = replace(make_decision("2023-09-20 08:00", what, received_at=received), recorded_at=at)
            made.append(store.facts.record_decision(key, decision))

    another = replace(make_observation("2023-09-20 08:00", errors=2, digest="d"), seen_at=at + timedelta(minutes=1))
    asked = sorted({at, *instants, *(one + timedelta(seconds=30) for one in instants)})
    for now in asked:
        for until in (now, None) if now == asked[-1] else (now,):
            whole, few = store.facts.history(key, until), store.facts.deciding_history(key, until)
            found = [standing_at(now, campaign, *OWED, history) for history in (whole, few)]
            assert found[0] == found[1]
            assert notice_of(campaign, OWED, whole, now) == notice_of(campaign, OWED, few, now)
            assert whole.decisions == few.decisions
            assert store.facts.deciding_history(key, until, units=OWED[:1]) == few
        later = [
            standing_at(another.seen_at, campaign, *OWED, with_observations(one, [another])) for one in (whole, few)
        ]
        assert later[0] == later[1]


def test_what_is_read_does_not_follow_the_number_of_observations(tmp_path, make_observation, make_decision):
    read = {}
    for count in (40, 400):
        store = open_store(f"sqlite:///{tmp_path / f'{count}.sqlite'}")
        first = make_observation("2023-09-20 08:00")
        seen = [
            replace(first, unit=unit, seen_at=first.seen_at + timedelta(minutes=n), digest=str(n), errors=n % 4)
            for n in range(count)
            for unit in ("S-CT", "S-YT")
        ]
        store.facts.record_observations("thu", seen)
        store.facts.record_decision("thu", make_decision("2023-09-20 08:03", DecisionKind.RETURN))
        store.facts.record([Fact("access", "thu", "", "", one.seen_at, one.seen_at) for one in seen])
        statements = []
        engine = store._database._engine
        event.listen(engine, "before_cursor_execute", lambda *given, kept=statements: kept.append(given[2:4]))
        history = store.facts.deciding_history("thu")
        read[count] = (sum(map(len, history.observations.values())), len(statements))
        asked_for = [one for one in statements if one[0].startswith("SELECT")]
        with engine.connect() as connection:
            plans = [
                line[3]
                for asked in asked_for
                for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1])
            ]
        assert not [line for line in plans if line.startswith("SCAN") or ("facts_by_time" in line)]
        store.close()

    assert read[400] == read[40]
    assert read[400][0] <= 16


def test_a_unit_with_several_codes_is_read_whole(store, make_observation):
    seen = [make_observation(f"2023-09-20 08:0{n}", digest=str(n)) for n in range(9)]
    store.facts.record_observations("thu", seen)

    assert store.facts.deciding_history("thu", whole=["S-CT"]).observations[OWED] == tuple(seen)
    assert len(store.facts.deciding_history("thu").observations[OWED]) < len(seen)


def test_of_a_few_units_theirs_alone_is_read(store, make_observation, make_decision):
    first = make_observation("2023-09-20 08:00")
    seen = [
        replace(first, unit=unit, seen_at=first.seen_at + timedelta(minutes=n), digest=str(n))
        for n in range(4)
        for unit in ("S-CT", "S-YT", "S-GDDT")
    ]
    store.facts.record_observations("thu", seen)
    for unit in ("S-CT", "S-YT"):
        store.facts.record_decision("thu", replace(make_decision("2023-09-20 08:02", DecisionKind.RETURN), unit=unit))

    whole, few = store.facts.deciding_history("thu"), store.facts.deciding_history("thu", units=["S-CT", "S-GDDT"])

    assert few.observations == {owed: lines for owed, lines in whole.observations.items() if owed[0] != "S-YT"}
    assert few.decisions == whole.decisions
    assert whole.observations["S-YT", first.form]


def test_a_kind_of_fact_that_is_unknown_is_refused(store, instant):
    at = instant("2023-09-20 08:00")
    store.facts.record([Fact("later_kind", "thu", "", "", at, at)])

    with pytest.raises(FactsDamagedError):
        store.facts.deciding_history("thu")
