"""A campaign folder read into a Campaign, or refused with everything that is wrong with it.

The one place of `sheets_schema` that reads files, and only in `folder.read_folder` and `folder.builtin_campaign`.
"""

from sheets_schema.declaration.assembly import declare
from sheets_schema.declaration.campaign_folder import builtin_campaign, load_campaign, read_folder
from sheets_schema.declaration.faults import DeclarationError, Fault

__all__ = ["DeclarationError", "Fault", "builtin_campaign", "declare", "load_campaign", "read_folder"]
