"""The fixture `sheets_server` for the tests of your own scripts; needs pytest, which the service does not."""

from collections.abc import Iterator

import pytest

from service.embedded.testing import SheetsServer, running


@pytest.fixture
def sheets_server() -> Iterator[SheetsServer]:
    """Run an empty server of spreadsheets for one test."""
    with running() as server:
        yield server
