"""What is kept of a declaration leaves defaults out: one that changes would change what was declared years ago."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path

from sheets_schema import campaign
from sheets_schema.campaign import BoardLetterhead, Constraints, MailPolicy, Policy, ValueType
from sheets_schema.declaration.campaign_folder import load_campaign
from sheets_schema.declaration.kept_text import campaign_from, kept_text

SEASON = Path(campaign.__file__).parent / "campaigns" / "thang_dan_van_2023"
NO_RULES = Constraints(required=False, min_length=None, max_length=None, pattern=None, enum=())
MAIL = {
    "send": False, "language": "vi", "reminder_days": (7, 3), "urging_days": (1, 5, 10), "escalation_days": 0,
    "from_hour": 8, "until_hour": 17, "per_hour": 100, "days_off": (), "call": "",
}  # fmt: skip
DEFAULTS = {
    "Constraints": {"required": False, "min_length": None, "max_length": None, "pattern": None, "enum": ()},
    "Column": {
        "type": ValueType.TEXT, "constraints": NO_RULES, "expected": False, "aliases": (), "description_vi": "",
        "description_en": "", "width": 120, "choices": (), "true_values": (), "false_values": (),
    },
    "Field": {
        "type": ValueType.TEXT, "constraints": NO_RULES, "description_vi": "", "description_en": "",
        "true_values": (), "false_values": (),
    },
    "Form": {"free_rows": (), "spare_rows": 100, "signature": "", "needs_document": False, "title_en": ""},
    "Contact": {"office": "", "mail": "", "telephone": "", "receives": ()},
    "Unit": {
        "emails": (), "aliases": (), "active": True, "former_codes": (), "merged_into": "", "contacts": (),
        "superior": (),
    },
    "BoardTask": {"words": "", "due_before": None},
    "Policy": {"due_soon_days": 7, "count_boundary_day_as_on_time": False, "tabs_per_workbook": 80},
    "BoardLetterhead": {
        "superior": "", "office": "", "symbol": "", "signer_title": "", "signer_name": "", "filing": "",
        "urging_days": 0,
    },
    "MailPolicy": MAIL,
    "Content": {"words": ()},
    "Campaign": {
        "board_tasks": (), "slogans": (), "recipients": (), "occasions": (), "locale": "vi_VN",
        "model_words": (),
        "policy": Policy(due_soon_days=7, count_boundary_day_as_on_time=False, tabs_per_workbook=80),
        "letterhead": BoardLetterhead(
            superior="", office="", symbol="", signer_title="", signer_name="", filing="", urging_days=0
        ),
        "mail": MailPolicy(**MAIL),
    },
}  # fmt: skip


def defaults_of(record: type) -> dict[str, object]:
    """Return the defaults of a record's fields, those made by a factory too."""
    given = (one for one in fields(record) if one.init)
    return {
        one.name: one.default_factory() if one.default is MISSING else one.default
        for one in given
        if one.default is not MISSING or one.default_factory is not MISSING
    }


def test_no_default_ever_changes():
    """A new key may have a default; for another meaning of an old one take a new key."""
    records = {name: record for name, record in vars(campaign).items() if is_dataclass(record)}
    found = {name: defaults for name, record in records.items() if (defaults := defaults_of(record))}

    assert found == DEFAULTS


def test_text_gives_the_campaign_back():
    declared = load_campaign(SEASON)

    assert campaign_from(kept_text(declared)) == declared


def test_season_without_contacts_is_kept_by_the_text_it_always_had():
    text = kept_text(replace(load_campaign(SEASON), letterhead=BoardLetterhead()))

    assert [name for name in ("contacts", "superior", '"mail"') if name in text] == []
