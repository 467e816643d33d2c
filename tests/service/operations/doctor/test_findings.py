"""A failing check is a finding, whatever it fails by; a line stays one line."""

import pytest

from service.errors import SheetsUnavailableError
from service.operations.doctor.findings import Finding, State, grouped, guarded, ok
from sheets_schema.wording import Language, message, verbatim

ONE, TWO = verbatim("Một"), verbatim("Hai")


def test_failure_of_ours_is_told_in_its_words():
    def check():
        yield ok(ONE, "doctor.same_machine")
        raise SheetsUnavailableError(verbatim("Thử lại sau ít phút."))

    assert list(guarded(TWO, check)) == [
        ok(ONE, "doctor.same_machine"),
        Finding(TWO, State.ATTENTION, verbatim("Thử lại sau ít phút.")),
    ]


@pytest.mark.parametrize("error", [KeyError("bí mật"), ZeroDivisionError(), RecursionError(), OSError(5, "x")])
def test_failure_of_a_check_itself_is_a_finding_without_its_words(error):
    def check():
        raise error
        yield

    (found,) = guarded(TWO, check)

    assert (found.subject, found.state) == (TWO, State.ATTENTION)
    assert f"({type(error).__name__}, test_findings.py:" in str(found.message)
    assert "bí mật" not in str(found.message)


def test_interruption_is_not_a_finding():
    def check():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        list(guarded(TWO, check))


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\x1b[31mb", "a\tb", "a\u202eb"])
def test_line_is_one_line_without_control(text):
    line = Finding(verbatim(text), State.FAILED, verbatim(text)).line(Language.VIETNAMESE)

    assert line.startswith("[HỎNG] a ")
    assert line.isprintable()


@pytest.mark.parametrize(
    ("number", "vietnamese", "english"),
    [(7, "7", "7"), (45_016, "45.016", "45,016"), (1_000_000, "1.000.000", "1,000,000")],
)
def test_thousands_are_apart_as_the_language_has_them(number, vietnamese, english):
    shown = message("doctor.room_left", megabytes=grouped(number))

    assert shown.text(Language.VIETNAMESE) == f"còn {vietnamese} MB."
    assert shown.text(Language.ENGLISH) == f"{english} MB left."
