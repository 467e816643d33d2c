"""The analysis against a recount in plain Python over the very rows: no figure of it is taken on trust."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest

from service.domain.analysis import weeks
from service.domain.analysis.annexes import annexes
from service.domain.analysis.board_analysis import board_analysis
from service.domain.analysis.pairing import PairState
from service.domain.analysis.rows import TabReader
from sheets_schema.vietnamese.quantities import QuantityKind
from sheets_schema.wording import Language
from tests.service.domain.analysis.conftest import CAMPAIGN, tab


@pytest.fixture(scope="module")
def found(played):
    return analysed(played.tabs, played.received)


def analysed(tabs, received):
    return board_analysis(CAMPAIGN, map(TabReader(CAMPAIGN).read, tabs), received, {})


def plain(text: str) -> str:
    """Fold as the recount does it: composed, small, no quotation marks, single spaces."""
    small = unicodedata.normalize("NFC", text).lower()
    return " ".join(re.sub("[\"'“”‘’]", "", small).split())


def suggested(name: str, note: str) -> str:
    """Sort one activity by words, by the rule as the page states it."""
    for text in (plain(name), plain(note)):
        longest = Counter()
        for content in CAMPAIGN.contents:
            for phrase in map(plain, content.words):
                if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text):
                    longest[content.code] = max(longest[content.code], len(phrase))
        if longest:
            (first, most), *others = longest.most_common()
            return "" if others and others[0][1] == most else first
    return ""


def recount(played):
    """Return every accepted row that was sent: unit, group, name, note, first day, suggested content."""
    for held in played.tabs:
        if held.form != "registration" or (held.unit, held.form) not in played.received:
            continue
        above = ""
        for row, accepted in held.rows:
            values = row["values"]
            own = values["ten_noi_dung"].strip()
            above = above if own.strip("- .").lower() in ("", "nt", "như trên") else own
            if accepted:
                start = (row["period"] or {}).get("start")
                group = CAMPAIGN.unit(held.unit).group
                yield held.unit, group, above, start, suggested(above, values["ghi_chu"])


def test_season_is_large_enough_to_be_worth_counting(played, found):
    assert len(found.activities) > 200
    assert len({one.place.unit for one in found.activities}) > 45


def test_activities_by_content_and_group_are_what_a_recount_finds(played, found):
    expected = Counter((content, group) for _, group, _, _, content in recount(played))

    assert {pair: count for pair, count in found.contents.counts.items() if count} == dict(expected)
    assert found.contents.total == len(found.activities) == sum(expected.values())
    assert found.contents.row_total("") > 0  # some cannot be sorted, and are counted as such


def test_activities_by_week_are_what_a_recount_finds(played, found):
    def week(start: str | None) -> str:
        if start is None:
            return weeks.UNDATED
        day = date.fromisoformat(start)
        if not CAMPAIGN.window.start <= day <= CAMPAIGN.window.end:
            return weeks.BEFORE if day < CAMPAIGN.window.start else weeks.AFTER
        return (day - timedelta(days=day.weekday())).isoformat()

    expected = Counter((week(start), content) for _, _, _, start, content in recount(played))

    assert {pair: count for pair, count in found.weeks.counts.items() if count} == dict(expected)
    assert found.weeks.total == len(found.activities)


def test_drafts_are_counted_apart_and_nothing_is_lost(played, found):
    all_rows = [held for held in played.tabs if held.form == "registration"]

    assert sum(len(held.entries) for held in all_rows) == len(found.activities) + found.rows.drafts
    assert found.rows.draft_units == 1
    assert "HU-SD" not in {one.place.unit for one in found.activities}


def test_every_figure_leads_to_its_row(played, found):
    words = {(held.unit, held.form, row["row"]): row["values"] for held in played.tabs for row in held.entries}

    for one in found.activities:
        assert words[one.place.unit, one.place.form, one.place.row]["thoi_gian"].split() == one.time.split()
    for figure in found.figures:
        written = words[figure.place.unit, figure.place.form, figure.place.row]["so_lieu"]
        assert figure.quantity.text in " ".join(written.split())


def test_sums_of_figures_are_what_a_recount_finds(played, found):
    """Plain sums over figures written as one number before its measure, money turned into đồng."""
    scale = {"tỷ đồng": 10**9, "triệu đồng": 10**6, "đồng": 1}
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    others = 0
    for held in played.tabs:
        if held.form != "report" or (held.unit, held.form) not in played.received:
            continue
        for row in held.entries:
            if not row["key"].startswith("II."):
                continue
            for part in re.split(r";|, (?=.*[0-9])", row["values"]["so_lieu"]):
                simple = re.fullmatch(
                    r"\s*([0-9.]+(?:,[0-9]+)?)(?:/[0-9.]+)? ([^0-9/%]+(?:m2)?[^0-9/%]*)", part.strip()
                )
                if simple is None:
                    others += bool(part.strip())
                    continue
                number = Fraction(simple[1].replace(".", "").replace(",", "."))
                measure = simple[2].strip().lower()
                sums[row["key"], "đồng" if measure in scale else measure] += number * scale.get(measure, 1)
    totals = {(one.content, one.measure): one.total for one in found.totals}

    assert len(sums) > 80
    assert {key: total for key, total in sums.items() if Fraction(totals.get(key, 0)) != total} == {}
    assert sum(found.figure_counts.values()) == len(found.figures)
    assert sum(one.figures for one in found.totals) == found.figure_counts[QuantityKind.COUNT]
    assert len(found.figures) - found.figure_counts[QuantityKind.COUNT] <= others


def test_units_with_a_result_are_what_a_recount_finds(played, found):
    expected = Counter(
        (row["key"], CAMPAIGN.unit(held.unit).group)
        for held in played.tabs
        if held.form == "report" and (held.unit, held.form) in played.received
        for row in held.entries
        if row["key"].startswith("II.") and row["values"]["khong_phat_sinh"] != "TRUE"
    )

    assert {pair: count for pair, count in found.reported.counts.items() if count} == dict(expected)


def test_states_of_pairs_add_up_to_all_that_was_registered(played, found):
    counts = found.pair_counts
    reported = {unit for unit, form in played.received if form == "report"}

    assert sum(counts.values()) == len(found.activities)
    assert counts[PairState.CONFIRMED] == 0  # a likeness alone confirms nothing
    assert counts[PairState.NO_REPORT] == sum(one.place.unit not in reported for one in found.activities)
    assert counts[PairState.SUGGESTED] > 50


def test_models_are_rows_that_say_so(found):
    said = ("mô hình", "dân vận khéo", "dvk", "điển hình", "nhân rộng")

    assert found.models
    for one in found.models:
        assert any(word in plain(" ".join((one.name, one.note, one.goal))) for word in said)


@pytest.mark.parametrize("language", Language)
def test_annexes_hold_the_same_figures_in_plain_lines(found, language):
    tables = {one.name: one for one in annexes(found, language)}

    assert all(len(line) == len(table.headings) for table in tables.values() for line in table.lines)
    assert tables["by_content"].lines[-1][-1] == tables["by_week"].lines[-1][-1] == len(found.activities)
    assert tables["pairs"].lines[-1][-1] == len(found.activities)
    assert len(tables["figures"].lines) == len(found.totals)
    assert len(tables["models"].lines) == len(found.models) + len(found.reported_models)
    assert all(table.title and table.headings for table in tables.values())


def test_nothing_sent_is_an_analysis_of_nothing():
    found = analysed((), frozenset())

    assert (found.contents.total, found.weeks.total, found.totals, found.pairs) == (0, 0, (), ())
    assert len(found.contents.rows) == 8


HOSTILE = [
    ("", '=HYPERLINK("http://x")', "15/10/2023", "{{ 1 }}", "<b>", "'; DROP TABLE facts; --", "\x00"),
    ("", "mô hình " * 700, "15/10/2023", "", "", "", ""),
    ("", "Tuyên truyền \u202e đảo", "16/10/2023", "", "", "", ""),
    ("", unicodedata.normalize("NFD", "Đối thoại với nhân dân"), "17/10/2023", "", "", "", ""),
]


def test_hostile_rows_are_counted_and_change_nothing_else():
    held = tab("S-CT", "registration", HOSTILE)
    found = analysed([held], frozenset({("S-CT", "registration")}))

    assert len(found.activities) == len(held.entries)
    assert found.contents.total == len(held.entries)
    assert "II.3" in {one.suggestion.content for one in found.activities}  # decomposed letters are the same letters
