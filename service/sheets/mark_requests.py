"""Requests that write our marks on tabs and columns."""

from __future__ import annotations

from typing import Any

from service.domain.tab_shape import shape_of
from service.sheets.batches import Request
from service.sheets.inventory import TabInventory
from service.sheets.marks import COLUMN_KEY, FEEDBACK_KEY, FORM_KEY, OURS, SHAPE_KEY, TEMPLATE_KEY, UNIT_KEY
from service.sheets.request_parts import column_range
from service.sheets.tab_identity import TabIdentity
from sheets_schema.layout import TabLayout


def create_metadata(key: str, value: str, location: dict[str, Any]) -> Request:
    """Return what marks a place; marks are visible to us alone."""
    metadata = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": OURS}
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def set_metadata(found: TabInventory, key: str, value: str) -> Request:
    """Return what gives a tab's mark a value, whether or not it has the mark yet."""
    if key not in found.metadata_ids:
        return create_metadata(key, value, {"sheetId": found.sheet_id})
    lookup = {"developerMetadataLookup": {"metadataId": found.metadata_ids[key]}}
    update = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": value}, "fields": "metadataValue"}
    return {"updateDeveloperMetadata": update}


def _delete_metadata(number: int) -> Request:
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}}


def name_columns(layout: TabLayout, sheet_id: int) -> list[Request]:
    """Return what names the columns of a tab by metadata."""
    return [
        create_metadata(COLUMN_KEY, key, {"dimensionRange": column_range(sheet_id, index)})
        for index, key in enumerate(_column_keys(layout))
    ]


def new_marks(layout: TabLayout, identity: TabIdentity, template: str) -> list[Request]:
    """Return what marks a new tab and its columns."""
    here = {"sheetId": identity.sheet_id}
    return [
        create_metadata(UNIT_KEY, identity.unit, here),
        create_metadata(FORM_KEY, identity.form, here),
        create_metadata(TEMPLATE_KEY, template, here),
        create_metadata(SHAPE_KEY, shape_of(layout).encode(), here),
        *name_columns(layout, identity.sheet_id),
    ]


def renewed_marks(layout: TabLayout, identity: TabIdentity, found: TabInventory, template: str) -> list[Request]:
    """Return what puts a tab's marks right: strays go, values are set, columns without a mark get one."""
    wanted = {
        UNIT_KEY: identity.unit,
        FORM_KEY: identity.form,
        TEMPLATE_KEY: template,
        SHAPE_KEY: shape_of(layout).encode(),
    }
    requests = [_delete_metadata(stray) for stray in found.stray_marks]
    requests += [set_metadata(found, key, value) for key, value in wanted.items()]
    named = set(found.columns.values())
    requests += [
        create_metadata(COLUMN_KEY, key, {"dimensionRange": column_range(identity.sheet_id, index)})
        for index, key in enumerate(_column_keys(layout))
        if key not in named
    ]
    return requests


def _column_keys(layout: TabLayout) -> list[str]:
    return [*(column.key for column in layout.form.columns), FEEDBACK_KEY]
