"""Where the machine's clock was ahead once, the present knows what was recorded, and says that a clock was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service import clock as clocks
from service import wiring, workflows
from service.domain.decisions import Decision, DecisionKind
from service.operations.doctor import clock_skew
from service.settings import Settings
from service.web.pages.dashboard_content import notices
from service.web.texts import Words
from sheets_schema.wording import Language

YEAR = timedelta(days=365)


@pytest.fixture
def ahead(tmp_path):
    """A season by the machine's clock, in which something was decided while the clock was a year ahead."""
    settings = Settings(data_dir=tmp_path)
    with wiring.open_workspace(settings, clocks.system, actor="lan") as workspace:
        workflows.learn_declaration(workspace)
        later = replace(workspace, clock=lambda: clocks.system() + YEAR)
        made = Decision(DecisionKind.EXEMPT, "S-NV", "registration", later.clock(), "Lan", "lý do")
        assert workflows.decide(later, [made]).recorded
        yield workspace


def standing_of(workspace, unit):
    found = workflows.standings(workspace, workspace.clock(), ("registration",))
    return next(one for one in found if one.unit == unit)


def test_what_is_recorded_after_it_counts_at_once(ahead):
    now = ahead.clock()
    made = Decision(DecisionKind.RECEIVE, "S-CT", "registration", now, "Lan", "lý do", received_at=now)
    recorded = workflows.decide(ahead, [made])

    assert standing_of(ahead, "S-CT").receipt.counts
    assert standing_of(ahead, "S-NV").timeliness is None
    workflows.withdraw(ahead, recorded.number, units=["S-CT"], actor="Lan", reason="nhầm")
    assert not standing_of(ahead, "S-CT").receipt.counts


def test_the_clock_is_named(ahead):
    (found,) = clock_skew.record_of(ahead)
    said = [one.text for one in notices(ahead, ahead.clock(), Words(Language.VIETNAMESE)) if one.grave]

    assert "sau giờ hiện nay của máy" in found.line(Language.VIETNAMESE)
    assert any("sau giờ hiện nay của máy chủ" in text for text in said)


def test_a_rehearsal_looks_back_as_it_did(ahead):
    rehearsed = replace(ahead, clock=clocks.frozen(ahead.clock()))

    assert standing_of(rehearsed, "S-NV").timeliness is not None
    assert not list(clock_skew.record_of(rehearsed))
