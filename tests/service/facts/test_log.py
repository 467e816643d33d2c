"""The append-only log, on every store."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from service.domain.decisions import BoardTaskDone, DecisionKind
from service.domain.history import History
from service.errors import FactsDamagedError, FactsError
from service.facts.records import Fact, FactFilter, FactKind


def test_history_gives_back_what_was_recorded(store, campaign_key, make_observation, make_decision, instant):
    look = make_observation(
        "2023-09-20 08:00:00.000001",
        last_seen_at=instant("2023-09-20 07:50"),
        modified_at=instant("2023-09-20 07:59:59.123456"),
    )
    extension = make_decision("2023-09-21 08:00", DecisionKind.EXTEND, before=instant("2023-10-03 00:00"), document="1")
    paper = make_decision("2023-09-22 08:00", DecisionKind.RECEIVE, received_at=instant("2023-09-19 00:00"))
    done = BoardTaskDone("1.8", date(2023, 11, 4), instant("2023-11-04 09:00"), "Chị Hoa", "xong", "3-BC/BDVTU")
    reopened = BoardTaskDone("1.8", None, instant("2023-11-04 10:00"), "Chị Hoa")

    store.facts.record_observations(campaign_key, [look])
    store.facts.record_decision(campaign_key, extension)
    store.facts.record_decision(campaign_key, paper)
    store.facts.record_board_task(campaign_key, done)
    store.facts.record_board_task(campaign_key, reopened)

    history = store.facts.history(campaign_key)
    assert history.observations_of("S-CT", "registration") == (look,)
    assert history.decisions_of("S-CT", "registration") == (extension, paper)
    assert history.board_tasks == (done, reopened)
    assert store.facts.decisions(campaign_key) == (extension, paper)
    alone = store.facts.history(campaign_key, units=["S-CT"])
    assert (alone.observations, alone.decisions, alone.board_tasks) == (history.observations, history.decisions, ())
    assert store.facts.history(campaign_key, units=["S-YT"]) == History()


def test_history_of_an_unknown_campaign_is_empty(store):
    history = store.facts.history("khong_co")

    assert (history.observations, history.decisions, history.board_tasks) == ({}, {}, ())


def test_history_until_an_instant_is_what_was_known_then(store, campaign_key, make_decision, instant):
    known = make_decision("2023-10-02 10:00")
    late = make_decision("2023-10-02 10:00:00.000001", DecisionKind.RECEIVE, received_at=instant("2023-09-20 00:00"))
    store.facts.record_decision(campaign_key, late)
    store.facts.record_decision(campaign_key, known)

    assert store.facts.history(campaign_key, instant("2023-10-02 10:00")).all_decisions == (known,)
    assert store.facts.history(campaign_key).all_decisions == (known, late)
    assert store.facts.decisions(campaign_key) == (known, late)


def test_history_keeps_campaigns_apart(store, make_decision):
    store.facts.record_decision("nam_2023", make_decision("2023-10-02 10:00"))

    assert store.facts.history("nam_2024").all_decisions == ()
    assert store.facts.decisions("nam_2024") == ()


def test_instants_of_another_zone_come_back_as_the_same_instant(store, campaign_key, make_decision, instant):
    decision = make_decision("2023-10-02 10:00")
    local = decision.recorded_at.astimezone(timezone(timedelta(hours=7)))
    store.facts.record([Fact("audit", campaign_key, "", "", local, local)])

    line = store.facts.lines(campaign_key)[0]

    assert line.recorded_at == decision.recorded_at
    assert line.recorded_at.utcoffset() == timedelta(0)


def test_naive_instant_is_refused(store, campaign_key, instant):
    naive = instant("2023-10-02 10:00").replace(tzinfo=None)

    with pytest.raises(FactsError, match="has no time zone"):
        store.facts.record([Fact("audit", campaign_key, "", "", naive, naive)])


def test_facts_are_one_units_lines_in_the_order_they_became_known(
    store, campaign_key, make_observation, make_decision, instant
):
    store.facts.record_decision(campaign_key, make_decision("2023-09-22 08:00", document="12-CV/BDVTU"))
    store.facts.record_observations(
        campaign_key, [make_observation("2023-09-20 08:00"), make_observation("2023-09-20 08:00", unit="HU-YT")]
    )

    lines = store.facts.lines(campaign_key, units=["S-CT"])

    assert [(line.kind, line.happened_at, line.document) for line in lines] == [
        (FactKind.OBSERVATION, instant("2023-09-20 08:00"), ""),
        (FactKind.DECISION, instant("2023-09-22 08:00"), "12-CV/BDVTU"),
    ]
    assert lines[0].payload["receipt"] == "partial"
    assert len(store.facts.lines(campaign_key, until=instant("2023-09-21 00:00"))) == 2


def test_facts_page_by_their_numbers(store, campaign_key, make_observation):
    store.facts.record_observations(
        campaign_key, [make_observation(f"2023-09-{day} 08:00") for day in (25, 24, 23, 22, 21)]
    )

    first = store.facts.lines(campaign_key, limit=2)
    second = store.facts.lines(campaign_key, after=first[-1].id, limit=2)

    assert [line.recorded_at.day for line in (*first, *second)] == [25, 24, 23, 22]


def test_a_batch_is_recorded_as_a_whole_or_not_at_all(store, campaign_key, make_observation):
    good = make_observation("2023-09-20 08:00")
    bad = make_observation("2023-09-20 08:00", unit=None)

    with pytest.raises(FactsError):
        store.facts.record_observations(campaign_key, [good, bad])

    assert store.facts.lines(campaign_key) == ()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE facts SET reason = 'khác'", "DELETE FROM facts", "DELETE FROM facts WHERE unit = 'S-CT'"],
)
def test_the_database_refuses_to_change_facts(url, store, campaign_key, make_decision, statement):
    store.facts.record_decision(campaign_key, make_decision("2023-09-22 08:00"))
    engine = create_engine(url)

    with pytest.raises(DBAPIError, match="what is on record is never changed"), engine.begin() as connection:
        connection.execute(text(statement))

    engine.dispose()
    assert len(store.facts.lines(campaign_key)) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_words_come_back_as_they_were_written(store, words, make_decision):
    key = f"đợt {words}"
    store.facts.record(
        [
            Fact(
                "audit",
                key,
                words,
                words,
                *[make_decision("2023-09-22 08:00").recorded_at] * 2,
                words,
                words,
                words,
                {"text": words, "list": [words]},
            )
        ]
    )

    line = store.facts.lines(key)[-1]

    assert (line.unit, line.form, line.actor, line.reason, line.document) == (words,) * 5
    assert line.payload == {"text": words, "list": [words]}


def test_lines_of_other_kinds_are_kept_and_are_no_part_of_the_history(store, campaign_key, instant):
    at = instant("2023-09-22 08:00")
    store.facts.record([])
    store.facts.record([Fact("access", campaign_key, "", "", at, at, actor="Chị Hoa", payload={"page": "/"})])

    assert store.facts.history(campaign_key).all_decisions == ()
    assert [(line.kind, line.payload) for line in store.facts.lines(campaign_key)] == [("access", {"page": "/"})]


def test_line_of_a_kind_that_there_is_not_may_have_been_any_and_is_damage(store, campaign_key, instant):
    at = instant("2023-09-22 08:00")
    store.facts.record([Fact("audit", campaign_key, "", "", at, at)])

    for read in (store.facts.refuse_unreadable, lambda: store.facts.history(campaign_key)):
        with pytest.raises(FactsDamagedError):
            read()


def test_fact_page_is_what_is_asked_for(store, campaign_key, make_observation, make_decision, instant):
    store.facts.record_observations(
        campaign_key, [make_observation("2023-10-01 08:00"), make_observation("2023-10-01 08:00", "S-YT")]
    )
    store.facts.record_decision(campaign_key, make_decision("2023-10-02 08:00"))
    store.facts.record_observations(campaign_key, [make_observation("2023-10-03 08:00", form="report")])

    def page(after: int = 0, limit: int = 9, **wanted) -> list[int]:
        return [fact.id for fact in store.facts.page(campaign_key, FactFilter(**wanted), after, limit)]

    kinds = (FactKind.OBSERVATION, FactKind.DECISION)
    first, second, third, fourth = page(kinds=kinds)
    assert page(kinds=kinds, after=first, limit=2) == [second, third]
    assert page(kinds=(FactKind.DECISION,)) == [third]
    assert page(kinds=kinds, units=("S-CT",)) == [first, third, fourth]
    assert page(kinds=kinds, form="report") == [fourth]
    assert page(kinds=kinds, until=instant("2023-10-02 08:00")) == [first, second, third]
    assert page(kinds=()) == []


def test_facts_are_counted_by_kind(store, campaign_key, make_observation, make_decision):
    store.facts.record_observations(
        campaign_key, [make_observation("2023-10-01 08:00"), make_observation("2023-10-02 08:00")]
    )
    store.facts.record_decision(campaign_key, make_decision("2023-10-02 08:00"))
    store.facts.record_decision("khac", make_decision("2023-10-02 08:00"))

    assert store.facts.count(campaign_key) == {"observation": 2, "decision": 1}
