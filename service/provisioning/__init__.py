"""Carry out a provisioning plan: workbooks found, made or asked for; tabs protected, then shared, then opened.

The order within a workbook keeps every unit out of what is not its own at every moment: tabs are made in atomic batches
with their protections, editable by the service alone; they are read back; only then is the file shared; last, in one
batch, each unit is made editor of its own tiles.
"""

from service.provisioning.form_run import provision_form

__all__ = ["provision_form"]
