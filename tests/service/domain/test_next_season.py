"""The season of 2024 guessed from that of 2023: what is guessed, what is said of it, what is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain import next_season
from service.domain.deadlines import limit_reading
from service.domain.next_season import GuessKind, GuessRefusedError
from sheets_schema.declaration import builtin_campaign, declare, read_folder
from sheets_schema.vietnamese.limit_words import read_limit
from sheets_schema.wording import Language

SEASON = "thang_dan_van_2023"
FILES = read_folder(builtin_campaign(SEASON))
CAMPAIGN = declare(FILES, SEASON)
GUESSES = next_season.guesses(CAMPAIGN, 2024)


def named(title: str):
    return next(one for one in GUESSES if one.title.text().startswith(title))


def test_each_thing_is_guessed_once():
    titles = [one.title.text() for one in GUESSES]

    assert len(titles) == len(set(titles)) == 18
    assert [one.id for one in GUESSES] == [f"g{number}" for number in range(1, 19)]
    assert titles[0] == "Tên đợt"
    assert titles[-1] == "Danh sách 53 đơn vị phải gửi được mang sang nguyên vẹn"


def test_the_files_of_2024_are_declared():
    made = declare(next_season.apply(FILES, 2024, GUESSES, CAMPAIGN.zone), "thang_dan_van_2024")

    assert (made.year, made.title) == (2024, "“Tháng Dân vận” năm 2024")
    assert [owed.words for owed in made.obligations] == ["trước ngày 30/9/2024", "trước ngày 30/10/2024"]
    assert [owed.due_before.isoformat() for owed in made.obligations] == [
        "2024-09-30T00:00:00+07:00",
        "2024-10-30T00:00:00+07:00",
    ]
    assert "94 năm Ngày truyền thống" in made.contents[1].text
    assert "25 năm Ngày Dân vận" in made.contents[1].text
    assert {slogan.heading for slogan in made.slogans} == {"THÁNG DÂN VẬN NĂM 2024"}
    assert made.occasions[0].day.isoformat() == "2024-10-15"
    assert made.board_tasks[7].due_before.isoformat() == "2024-11-05T00:00:00+07:00"
    assert "2022-2023" in made.board_tasks[1].text
    assert made.units == CAMPAIGN.units


def test_a_limit_is_read_with_its_weekday_and_a_rest_day():
    said = [one.text() for one in next_season.notes(named("Hạn gửi: Văn bản"), CAMPAIGN.zone)]

    assert said[0] == "Đọc là: hết ngày 29/9/2024 (Chủ nhật)."
    assert said[1].startswith("Hạn cuối (hết ngày 29/9/2024) là Chủ nhật.")
    assert next_season.notes(named("Hạn gửi: Báo cáo"), CAMPAIGN.zone)[0].text(Language.ENGLISH).endswith("(Tuesday).")


def test_the_number_of_last_years_plan_is_not_carried_over():
    numbered = replace(CAMPAIGN, plan_number="12-KH/BDVTU", plan_date=CAMPAIGN.span.start)
    guess = next(one for one in next_season.guesses(numbered, 2024) if "Số và ngày" in one.title.text())

    assert [(one.before, one.value) for one in guess.values] == [("12-KH/BDVTU", ""), ("2023-10-01", "")]
    limits = [one for one in GUESSES if one.values and one.values[0].kind is GuessKind.LIMIT]
    made = declare(next_season.apply(FILES, 2024, [guess, *limits], CAMPAIGN.zone), "x")
    assert (made.plan_number, made.plan_date) == ("", None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(GuessKind.DAY, "31/9/2024"), (GuessKind.DAY, ""), (GuessKind.LIMIT, "sớm"), (GuessKind.LIMIT, "")],
)
def test_a_value_that_cannot_be_is_refused(kind, text):
    guess = next(one for one in GUESSES if one.values[0].kind is kind)
    wrong = replace(guess, values=(replace(guess.values[0], value=text), *guess.values[1:]))

    with pytest.raises(GuessRefusedError):
        next_season.apply(FILES, 2024, [wrong], CAMPAIGN.zone)


def test_guesses_are_kept_and_read_back():
    assert next_season.guesses_from(next_season.kept_guesses(GUESSES)) == GUESSES


def test_changed_words_are_named_once():
    assert next_season.word_changes("93 năm (2023), 2023", "94 năm (2024), 2023") == (
        ("93", "94"),
        ("(2023),", "(2024),"),
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hết ngày 02/9/2024", "Ngày 02/9/2024 cả nước nghỉ (Quốc khánh)."),
        ("trước ngày 11/02/2024", "Ngày 10/02/2024 cả nước nghỉ (Tết Nguyên Đán)."),
        ("trước 17 giờ ngày 30/4/2024", "Ngày 30/4/2024 cả nước nghỉ (Ngày Chiến thắng)."),
    ],
)
def test_a_limit_on_a_public_holiday_says_so(words, said):
    assert limit_reading(words, CAMPAIGN.zone)[-1].text() == said


@pytest.mark.parametrize(
    ("words", "year", "moved"),
    [
        ("trước ngày 15/1/2024", 2024, "trước ngày 15/1/2025"),
        ("trước ngày 15/1/2024", 2026, "trước ngày 15/1/2027"),
        ("hết ngày 31/12/2023", 2024, "hết ngày 31/12/2024"),
        ("trước ngày 01/01/2024", 2022, "trước ngày 01/01/2023"),
    ],
)
def test_a_limit_in_the_year_after_the_seasons_moves_as_far(words, year, moved):
    due = read_limit(words, CAMPAIGN.zone)
    first = replace(CAMPAIGN.obligations[0], words=words, due_before=due)
    campaign = replace(CAMPAIGN, obligations=(first, *CAMPAIGN.obligations[1:]))

    limit = next(
        one for guess in next_season.guesses(campaign, year) for one in guess.values if one.kind is GuessKind.LIMIT
    )

    assert (limit.before, limit.value) == (words, moved)
