"""What needs attention first: each once, the most urgent first, a few at most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service import workflows
from service.domain.standing_labels import Eligibility, Receipt, Review, Timeliness
from service.web.pages.attention import MOST, concerns
from service.web.texts import Words
from sheets_schema.wording import Language

WORDS = Words(Language.VIETNAMESE)


@pytest.fixture
def standings(office):
    with office.workspace() as workspace:
        return workflows.standings(workspace, office.now, ["registration"])


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"timeliness": Timeliness.MISSING, "receipt": Receipt.PARTIAL}, ["missing"]),
        ({"timeliness": Timeliness.UNCONFIRMED, "review": Review.CORRECTED}, ["unconfirmed"]),
        ({"review": Review.CORRECTED}, ["corrected"]),
        ({"receipt": Receipt.PARTIAL}, ["partial"]),
        ({"receipt": Receipt.DRAFT, "timeliness": Timeliness.DUE_SOON}, ["draft_soon"]),
        ({"receipt": Receipt.DRAFT, "timeliness": Timeliness.NOT_DUE}, []),
        ({"receipt": Receipt.NONE, "timeliness": Timeliness.DUE_SOON}, ["unsent_soon"]),
        ({"receipt": Receipt.COMPLETE, "timeliness": Timeliness.DUE_SOON}, []),
        ({"timeliness": Timeliness.ON_TIME}, []),
        ({"eligibility": Eligibility.EXEMPT, "timeliness": None, "receipt": Receipt.PARTIAL}, []),
    ],
)
def test_concerns_name_each_unit_once(office, standings, changes, keys):
    found = concerns(office.campaign, [replace(standings[0], **changes)], WORDS)

    assert [concern.key for concern in found] == keys


def test_concerns_show_the_longest_overdue_first_and_a_few_at_most(office, standings):
    late = [replace(standings[0], timeliness=Timeliness.MISSING, days_late=days) for days in range(1, 15)]

    (missing,) = concerns(office.campaign, late, WORDS)

    assert (missing.count, len(missing.lines)) == (14, MOST)
    assert [line.text for line in missing.lines[:2]] == ["Quá hạn 14 ngày, chưa gửi", "Quá hạn 13 ngày, chưa gửi"]
