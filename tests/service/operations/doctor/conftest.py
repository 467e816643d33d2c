"""What the doctor says of an office."""

import pytest

from service.operations.doctor import examination
from service.operations.doctor.findings import State


@pytest.fixture
def examined():
    """`examined(office)` returns (subject, said) of what is not well; `state=None` of everything."""

    def examine(office, *, state=None, everything=False):
        with office.workspace() as workspace:
            found = list(examination.of_workspace(workspace))
        return [(str(one.subject), str(one.message)) for one in found if everything or one.state is not State.OK]

    return examine
