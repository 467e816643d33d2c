"""A campaign as the one text that is kept of it, and back: the same campaign gives the same text."""

from __future__ import annotations

from pydantic import TypeAdapter

from sheets_schema.campaign import Campaign

_ADAPTER = TypeAdapter(Campaign)


def kept_text(campaign: Campaign) -> str:
    """Return a campaign as JSON; what is at its default is left out, so that a new key changes no old text.

    For that the defaults of `sheets_schema.campaign` are for ever: a test holds them.
    """
    return _ADAPTER.dump_json(campaign, exclude_defaults=True).decode()


def campaign_from(text: str) -> Campaign:
    """Return the campaign that a kept text holds."""
    return _ADAPTER.validate_json(text)
