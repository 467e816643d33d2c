"""The whole way by account, as people go it and as others try to."""

from __future__ import annotations

import pytest

from service.domain.roles import Role


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_somebody_granted_comes_in(visit, grant, role):
    grant(role)
    visitor = visit()

    answer = visitor.sign_in()

    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.client.get("/").status_code == 200
