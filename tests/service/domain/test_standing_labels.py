"""Every value of every axis, of decisions, tasks, marks and problems has its label, and no label is of another."""

from __future__ import annotations

from itertools import chain

import pytest

from service.domain.board_tasks import TaskState
from service.domain.decisions import DecisionKind
from service.domain.standing_labels import Eligibility, Mark, Receipt, Review, Since, Timeliness, label, label_of
from sheets_schema.periods import Certainty
from sheets_schema.problems import Severity
from sheets_schema.wording import Language
from sheets_schema.wording.catalogue import area

KINDS = (Eligibility, Receipt, Timeliness, Review, Since, Mark, DecisionKind, TaskState, Severity, Certainty)


@pytest.mark.parametrize("value", list(chain(*KINDS)))
def test_every_value_has_its_label_in_both_languages(value):
    assert label_of(value, Language.VIETNAMESE)
    assert label_of(value, Language.ENGLISH)


def test_every_label_is_of_a_value():
    assert {f"labels.{key}" for key in area("labels", Language.VIETNAMESE)} == {
        label(value).key for value in chain(*KINDS)
    }


def test_label_counts_days():
    assert label_of(Timeliness.LATE, days=3) == "Trễ 3 ngày"
    assert label_of(Timeliness.LATE, Language.ENGLISH, days=3) == "Late by 3 d"
