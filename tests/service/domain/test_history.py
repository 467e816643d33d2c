"""Records grouped by what each unit owes."""

from __future__ import annotations

from dataclasses import replace

from service.domain.decisions import DecisionKind
from service.domain.history import History, group_history


def test_group_history_keeps_units_apart_and_the_order(season):
    first, second = season.see("2023-09-20 08:00"), season.see("2023-09-21 08:00")
    other = replace(first, unit="HU-YT")
    decision = season.decide(DecisionKind.ACCEPT, "2023-09-22 08:00")

    history = group_history([first, other, second], [decision])

    assert history.observations_of("S-CT", "registration") == (first, second)
    assert history.observations_of("HU-YT", "registration") == (other,)
    assert history.decisions_of("S-CT", "registration") == history.all_decisions == (decision,)


def test_empty_history_knows_nothing():
    assert History().observations_of("S-CT", "registration") == ()
    assert History().decisions_of("S-CT", "registration") == ()
