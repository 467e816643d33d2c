"""What holds for every test: whatever the embedded server was sent and answered fits Google's own description."""

import pytest

from tests.recording import RECORDER

RECORDER.listen()


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
