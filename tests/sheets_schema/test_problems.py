"""The one table of codes and wording."""

import re
import string

import pytest

from sheets_schema.problems import QUOTE_LENGTH, TABLE, ProblemPlace, Severity, gravest_first, problem

LONGEST_MESSAGE = 120


def names_in(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", TABLE)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_renders_short_with_a_final_full_stop(code, language):
    wording = TABLE[code]
    values = dict.fromkeys(names_in(wording.vi) | names_in(wording.en), "12/9")

    message = problem(code, **values).message(language)

    assert len(re.sub(r"[“”]", "", message)) <= LONGEST_MESSAGE
    assert message.endswith(".")
    assert "{" not in message


def test_message_cuts_a_long_quotation_to_one_line():
    found = problem("TIME_UNPARSEABLE", text="khi\x00có\nhướng\ud800dẫn " * 5000)

    quoted = found.message().split("“")[1].split("”")[0]

    assert len(quoted) <= QUOTE_LENGTH
    assert quoted.isprintable()
    assert quoted.endswith("…")


def test_message_keeps_braces_that_a_unit_typed():
    assert problem("TIME_IMPOSSIBLE", text="{x} {0}").message() == "Ngày “{x} {0}” không có trong lịch."


def test_problem_takes_its_severity_from_the_table_unless_told():
    assert problem("MISSING_NAME").severity is Severity.ERROR
    assert problem("MISSING_NAME", severity=Severity.INFO).severity is Severity.INFO


def test_gravest_first_keeps_the_order_within_a_grade():
    found = [
        problem(code) for code in ("TIME_ONGOING", "MISSING_GOAL", "MISSING_TIME", "MISSING_SCALE", "MISSING_NAME")
    ]

    in_order = [one.code for one in gravest_first(found)]

    assert in_order == ["MISSING_TIME", "MISSING_NAME", "MISSING_GOAL", "MISSING_SCALE", "TIME_ONGOING"]


def test_problem_keeps_its_place():
    found = problem("MISSING_NAME", ProblemPlace("ten_noi_dung", 9, "B9"))

    assert (found.column, found.row, found.cell) == ("ten_noi_dung", 9, "B9")
