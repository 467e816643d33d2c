"""Figures for Prometheus, read from the database at every scrape: however many processes answer, they agree.

Closed unless a token is set, then open to it alone: a proxy on this machine may pass on what comes from anywhere.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

import flask
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service import workflows
from service.facts.records import Run, RunTotals
from service.web import current
from service.web.queries import EXEMPT
from service.workspace import Workspace

LAST_RUNS = 20  # how far back the last good run is looked for

metrics = flask.Blueprint("metrics", __name__)


class Figures(Collector):
    """The figures of one workspace; nothing is counted in the process."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def collect(self) -> Iterator[Metric]:
        """Yield every figure as it is now."""
        here, now = self._workspace, self._workspace.lease_clock()
        totals = here.store.runs.totals(here.campaign.key)
        yield _runs(totals)
        yield _unfinished(totals)
        yield _calls(totals)
        yield CounterMetricFamily("tonghop_retries", "Calls sent once more, by runs that ended well.", totals.retries)
        yield _last_run(here.store.runs.last(here.campaign.key, LAST_RUNS))
        yield _dirty(here, now)
        yield _heartbeat(here, now)
        yield _units(here)
        yield _facts(here)


@metrics.get("/metrics")
def page() -> flask.Response:
    """Return the figures as Prometheus reads them."""
    token = current.settings().metrics_token
    if not _has_token(token):
        flask.abort(HTTPStatus.UNAUTHORIZED if token else HTTPStatus.FORBIDDEN)
    registry = CollectorRegistry(auto_describe=False)
    # a collector that describes nothing is not asked before the scrape
    registry.register(Figures(current.workspace()))
    return flask.Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token(token: str) -> bool:
    sent = flask.request.authorization
    if not token or sent is None or sent.type != "bearer":
        return False
    return hmac.compare_digest(token.encode(), (sent.token or "").encode("utf-8", "replace"))


def _runs(totals: RunTotals) -> Metric:
    family = CounterMetricFamily("tonghop_runs", "Consolidations that ended.", labels=["outcome"])
    family.add_metric(["ok"], totals.ended)
    family.add_metric(["failed"], totals.failed)
    return family


def _unfinished(totals: RunTotals) -> Metric:
    return GaugeMetricFamily("tonghop_runs_unfinished", "Consolidations under way or cut off.", totals.unfinished)


def _calls(totals: RunTotals) -> Metric:
    family = CounterMetricFamily("tonghop_calls", "Calls of the spreadsheets by runs that ended well.", labels=["kind"])
    family.add_metric(["read"], totals.read_calls)
    family.add_metric(["write"], totals.write_calls)
    family.add_metric(["drive"], totals.drive_calls)
    return family


def _last_run(runs: tuple[Run, ...]) -> Metric:
    family = GaugeMetricFamily("tonghop_last_run_seconds", "How long the last good consolidation took.", labels=[])
    good = next((run.report for run in runs if run.report is not None and run.error is None), None)
    seconds = None if good is None else good.get("seconds")
    if isinstance(seconds, int | float):
        family.add_metric([], seconds)
    return family


def _dirty(workspace: Workspace, now: datetime) -> Metric:
    state = workspace.store.work.state(workspace.campaign.key)
    waits = state is not None and not workspace.store.facts.is_closed(workspace.campaign.key)
    since = state.dirty_since if state and waits else None
    age = max(0.0, (now - since).total_seconds()) if since else 0.0
    return GaugeMetricFamily(
        "tonghop_oldest_dirty_seconds", "How long the oldest change has waited for a good run; 0: none waits.", age
    )


def _heartbeat(workspace: Workspace, now: datetime) -> Metric:
    help_text = "Since a worker was last heard of; missing: none within a day."
    family = GaugeMetricFamily("tonghop_worker_heartbeat_age_seconds", help_text, labels=[])
    beats = workspace.store.work.workers(now)
    if beats:
        family.add_metric([], abs((now - beats[0].seen_at).total_seconds()))
    return family


def _units(workspace: Workspace) -> Metric:
    labels = ["form", "timeliness", "receipt"]
    family = GaugeMetricFamily("tonghop_units", "Units by their status now.", labels=labels)
    forms = [owed.form for owed in workspace.campaign.obligations]
    standings = workflows.standings(workspace, workspace.clock(), forms)
    counted = Counter(
        (standing.form, standing.timeliness.value if standing.timeliness else EXEMPT, standing.receipt.value)
        for standing in standings
    )
    for values, count in sorted(counted.items()):
        family.add_metric(list(values), count)
    return family


def _facts(workspace: Workspace) -> Metric:
    family = CounterMetricFamily("tonghop_facts", "Lines of the append-only log.", labels=["kind"])
    for kind, count in sorted(workspace.store.facts.count(workspace.campaign.key).items()):
        family.add_metric([kind], count)
    return family
