"""What the steps of one form's provisioning share."""

from __future__ import annotations

from service.domain.consolidation import first_feedback
from service.domain.contents import Contents
from service.domain.provisioning_report import ProvisionReport
from service.sheets.inventory import Inventory
from service.sheets.plan_tab import PlanTab, plan_tab
from service.workbooks.form_tabs import FormTabs
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form
from sheets_schema.layout import TabLayout


class FormWork:
    """One form, where it is provisioned, and the report on it."""

    def __init__(self, workspace: Workspace, form: Form, report: ProvisionReport) -> None:
        self.workspace = workspace
        self.campaign: Campaign = workspace.campaign
        self.form = form
        self.report = report
        self.tabs = FormTabs(workspace, form)
        self._first_summary: str | None = None

    def plan_tab(self, inventory: Inventory) -> PlanTab:
        """Return the tab of the plan's words as it should be in a workbook of this form."""
        return plan_tab(self.campaign, self.form.key, inventory, self.workspace.service_email.lower())

    def last_read(self, unit: str) -> Contents | None:
        """Return what a unit's tab of this form held when it was read last; None where it never was."""
        return next(iter(self.workspace.store.contents.read(self.campaign.key, self.form.key, (unit,))), None)

    def first_summary(self, layout: TabLayout) -> str:
        """Return the feedback on a new tab of this form; the same for every unit."""
        if self._first_summary is None:
            self._first_summary = first_feedback(self.campaign, layout).summary
        return self._first_summary
