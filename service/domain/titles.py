"""What forms and limits are called in a language: as the plan has them, and in English for who reads English. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from service.domain.deadlines import limit_words
from sheets_schema.campaign import Campaign, Form, Obligation
from sheets_schema.wording import Language


def form_title_in(form: Form, language: Language) -> str:
    """Return a form's title in a language, where it has one."""
    return form.title_en if language is Language.ENGLISH and form.title_en else form.title


def limit_in(owed: Obligation, zone: ZoneInfo, language: Language) -> str:
    """Return the limit of an obligation: in the plan's own words, or what they mean in English."""
    return owed.words if language is Language.VIETNAMESE else limit_words(owed.due_before, zone).text(language)


def form_part(campaign: Campaign, key: str, shard: int) -> str:
    """Return what the workbook of a form is called in a sentence: its title, and which of several it is.

    A form that is no longer declared goes by its key.
    """
    title = next((form.title for form in campaign.forms if form.key == key), key)
    return f"“{title}”" + (f" ({shard + 1})" if shard else "")
