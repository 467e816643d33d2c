"""A standing as the record that JSON answers carry."""

from __future__ import annotations

from service.domain.standings import Standing
from service.domain.what_if import TwoReadings
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Language

STANDING_KEYS = (
    "unit",
    "name",
    "group",
    "form",
    "eligibility",
    "receipt",
    "timeliness",
    "days_late",
    "boundary_day",
    "due_before",
    "last_day",
    "received_at",
    "review",
    "entries",
    "problems",
    "label",
)


# beside STANDING_KEYS, where another policy is asked about
READING_KEYS = ("timeliness_if", "days_late_if", "label_if", "differs")


def reading_record(campaign: Campaign, readings: TwoReadings, language: str = "vi") -> dict[str, object]:
    """Return a standing as `standing_record` does, and what it would be by another policy; keys as in READING_KEYS."""
    as_if = standing_record(campaign, readings.as_if, language)
    other = {f"{key}_if": as_if[key] for key in ("timeliness", "days_late", "label")}
    return {**standing_record(campaign, readings.as_is, language), **other, "differs": readings.differs}


def standing_record(campaign: Campaign, standing: Standing, language: str = "vi") -> dict[str, object]:
    """Return a standing as the JSON that `status` prints; keys as in STANDING_KEYS, then additions."""
    unit = campaign.unit(standing.unit)
    zone = campaign.zone
    return {
        "unit": unit.code,
        "name": unit.name,
        "group": unit.group,
        "form": standing.form,
        "eligibility": standing.eligibility.value,
        "receipt": standing.receipt.value,
        "timeliness": standing.timeliness.value if standing.timeliness else None,
        "days_late": standing.days_late,
        "boundary_day": standing.boundary_day,
        "due_before": standing.limit.due_before.astimezone(zone).isoformat(),
        "last_day": standing.limit.last_day.isoformat(),
        "received_at": standing.received_at.astimezone(zone).isoformat() if standing.received_at else None,
        "review": standing.review.value,
        "entries": standing.entries,
        "problems": standing.problems,
        "label": standing.label_in(Language(language)),
        "editing": standing.editing,
        "errors": standing.errors,
        "warnings": standing.warnings,
        "changed_since": standing.changed_since.value if standing.changed_since else None,
    }
