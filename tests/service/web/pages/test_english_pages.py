"""Limits, shares and seconds are written in the language of the page."""

from __future__ import annotations

import re

import pytest

LIMIT = {"vi": "trước ngày 30/9/2023", "en": "before 30/9/2023 (the last day is 29/9/2023)"}
DECIMAL = {"vi": re.compile(r"\b\d+,\d%"), "en": re.compile(r"\b\d+\.\d%")}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", ["/guide", "/what-if", "/"])
def test_limits_are_in_the_language_of_the_page(office, browse, path, lang):
    page = browse(lang=lang).get(path).get_data(as_text=True)

    assert LIMIT[lang] in page
    assert lang == "vi" or "trước ngày" not in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_shares_and_seconds_have_the_marks_of_the_language(office, browse, lang):
    office.at("2023-10-02 08:00").consolidate()
    client = browse(lang=lang)
    page, runs = (client.get(path).get_data(as_text=True) for path in ("/?form=registration", "/runs"))

    assert DECIMAL[lang].search(page)
    assert not DECIMAL["vi" if lang == "en" else "en"].search(page)
    assert re.search(r">\s*\d+[.,]\d\s*<", runs).group().count("." if lang == "en" else ",") == 1


def test_totals_of_both_readings_name_their_columns(office, browse):
    page = browse().get("/what-if").get_data(as_text=True)
    totals = re.search(r'<table class="rates">.*?</table>', page, re.DOTALL).group()

    cells = re.findall(r"<td[^>]*>", totals)
    assert cells
    assert all('data-label="' in cell for cell in cells)
