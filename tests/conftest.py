"""What holds for every test: whatever the embedded server was sent and answered fits Google's own description."""

import gc
from collections.abc import Callable
from typing import ClassVar

import flask
import pytest
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

from service import garbage
from tests import known_sql
from tests.recording import RECORDER

RECORDER.listen()
known_sql.share()
gc.disable()  # until all tests are collected: a sixth of that was looking through what stays anyway


class KnownRule(Rule):
    """A route that is taken apart once a run: thousands of tests make the same hundred routes into an application.

    What is made depends on the route's text alone, for none of ours has defaults, a host or a subdomain.
    """

    parsed: ClassVar[dict[str, tuple]] = {}
    made: ClassVar[dict[tuple[str, bool], Callable]] = {}

    def _parse_rule(self, rule: str) -> list[RulePart]:
        if rule not in self.parsed:
            begun = len(self._trace)
            parts = list(super()._parse_rule(rule))
            self.parsed[rule] = parts, self._trace[begun:], dict(self._converters)
            return parts
        parts, trace, converters = self.parsed[rule]
        self._trace += trace
        self._converters |= converters
        self.arguments |= converters.keys()
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable:
        if self.defaults or self.host or self.subdomain:
            return super()._compile_builder(append_unknown)
        key = self.rule, append_unknown
        if key not in self.made:
            self.made[key] = super()._compile_builder(append_unknown)
        return self.made[key]


flask.Flask.url_rule_class = KnownRule


def pytest_collection_finish():
    """Leave the ten thousand tests and all modules, which stay to the end, to no search for garbage; search seldom.

    A search goes through the books and answers of a test, hundreds of thousands of objects, and finds next to nothing:
    an eighth of the processor time of tests of offices and pages, at Python's own 700 new objects.
    """
    garbage.set_apart()
    gc.set_threshold(20_000, 10, 3)
    gc.enable()


@pytest.fixture(autouse=True)
def _google_contract():
    # Faults of fixtures that outlive a test are told by the first test that uses them.
    yield
    assert RECORDER.take() == []


@pytest.fixture
def undocumented():
    """For a test that sends what Google accepts beyond its description; answers must fit it all the same."""
    yield
    assert [fault for fault in RECORDER.take() if ": request<" not in fault and ": unknown query" not in fault] == []
