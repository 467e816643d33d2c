"""The guide says what is on today's pages, in the language that is set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import service.web
from sheets_schema.wording import SHEET_LANGUAGE, Language
from sheets_schema.wording.catalogue import area, text

STATIC = Path(service.web.__file__).parent / "static"
# what is on a page as a button, a link or a box, beside the words of a tab
ON_PAGES = ("web.enter", "editor.send", "editor.undo", "intake.send_here")
ON_TABS = ("tab.feedback", "feedback.valid", "labels.severity_error")


@pytest.mark.parametrize("language", list(Language))
def test_every_name_it_quotes_is_on_a_page_or_a_tab(office, language):
    campaign = office.campaign
    known = {text(key, language) for key in ON_PAGES}
    known |= {text(key, SHEET_LANGUAGE) for key in ON_TABS}
    known |= {field.label for form in campaign.forms for field in form.fields}
    said = [one for key, one in area("guide", language).items() if key not in {"check_2", "owed_says"}]
    quoted = {name for one in said for name in re.findall("“([^”]+)”", one)}

    assert quoted - known == set()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pictures_and_hours_are_those_of_this_installation(office, browse, language):
    page = browse(lang=language, session_hours=8.5).get("/guide").get_data(as_text=True)

    assert {"vi": "quá 8,5 giờ", "en": "after 8.5 idle hours"}[language] in page
    pictures = re.findall(r'src="/static/([^"?]+)', page)
    assert len(pictures) == 4
    assert all((STATIC / one).is_file() and ("/en/" in one) == (language == "en") for one in pictures)
