"""Every value of every axis has its words in both languages."""

from __future__ import annotations

import unicodedata
from itertools import chain

from service.domain.standing_labels import LABELS, Eligibility, Mark, Receipt, Review, Timeliness, label_of


def test_every_value_has_two_labels():
    values = set(chain(Eligibility, Receipt, Timeliness, Review, Mark))

    assert set(LABELS) == values
    assert all(vietnamese and english for vietnamese, english in LABELS.values())


def test_labels_are_composed_unicode():
    for vietnamese, _ in LABELS.values():
        assert unicodedata.normalize("NFC", vietnamese) == vietnamese


def test_label_counts_days():
    assert label_of(Timeliness.LATE, days=3) == "Trễ 3 ngày"
