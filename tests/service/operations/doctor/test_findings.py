"""A failing check is a finding, whatever it fails by; a line stays one line."""

import pytest

from service.errors import SheetsUnavailableError
from service.operations.doctor.findings import Finding, State, guarded, look, well


def test_failure_of_ours_is_told_in_its_words():
    def check():
        yield well("Một", "ổn.")
        raise SheetsUnavailableError("Thử lại sau ít phút.")

    assert list(guarded("Hai", check)) == [well("Một", "ổn."), look("Hai", "Thử lại sau ít phút.")]


@pytest.mark.parametrize("error", [KeyError("bí mật"), ZeroDivisionError(), RecursionError(), OSError(5, "x")])
def test_failure_of_a_check_itself_is_a_finding_without_its_words(error):
    def check():
        raise error
        yield

    (found,) = guarded("Ba", check)

    assert (found.subject, found.state) == ("Ba", State.LOOK)
    assert f"({type(error).__name__}, test_findings.py:" in found.said
    assert "bí mật" not in found.said


def test_interruption_is_not_a_finding():
    def check():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        list(guarded("Bốn", check))


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\x1b[31mb", "a\tb", "a\u202eb"])
def test_line_is_one_line_without_control(text):
    line = Finding(text, State.BROKEN, text).line

    assert line.startswith("[HỎNG] a ")
    assert line.isprintable()
