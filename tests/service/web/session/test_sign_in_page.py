"""Which addresses lead on after signing in."""

import pytest

from service.web.session.sign_in_page import read_redirect_target


@pytest.mark.parametrize(
    "text", ["/problems", "/units/S-CT?as_of=2023-10-02T17:00", "/units/Sở", "/?q=a", "/exports#x"]
)
def test_a_page_of_ours_is_kept(text):
    assert read_redirect_target(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "problems",
        "//ke-gian.example",
        "///ke-gian.example",
        "/\\ke-gian.example",
        "\\\\ke-gian.example",
        "https://ke-gian.example",
        "javascript:alert(1)",
        "/sign-in",
        "/sign-in/abc",
        "/sign-out",
        "/api/v1/units",
        "/a\r\nX: y",
        "/a\x00",
        "/\t/ke-gian.example",
        "/\u2028",
        "/" + "a" * 300,
        " /problems",
        "\ud800",
    ],
)
def test_anything_else_leads_home(text):
    assert read_redirect_target(text) == ""
