"""POST /tasks/sweep: who may ask, and what it leads to."""

from __future__ import annotations

import pytest

SECRET = "bi-mat-cua-lich-0123"


def ask(client, authorization: str | None) -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.post("/tasks/sweep", headers=headers).status_code


def dirty(office) -> bool:
    with office.workspace() as workspace:
        state = workspace.store.work.state(office.campaign.key)
    return state is not None and state.dirty_since is not None


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_sweep_asks_for_a_run_at_once(browse, office, scheme):
    office.forget_lease()

    assert ask(browse(task_secret=SECRET), f"{scheme} {SECRET}") == 204
    assert dirty(office)


@pytest.mark.parametrize(
    "authorization",
    [None, "", SECRET, f"Basic {SECRET}", "Bearer", "Bearer ", f"Bearer {SECRET}x", "Bearer \xc4\x91"],
    ids=str,
)
def test_sweep_refuses_everybody_else(browse, office, authorization):
    office.forget_lease()

    assert ask(browse(task_secret=SECRET), authorization) == 401
    assert not dirty(office)


def test_sweep_without_a_secret_is_off(browse):
    assert ask(browse(), "Bearer ") == 503


def test_sweep_takes_no_other_method(browse):
    assert browse(task_secret=SECRET).get("/tasks/sweep").status_code == 405


def test_sweep_refuses_a_large_body(browse):
    client = browse(task_secret=SECRET)
    answer = client.post("/tasks/sweep", data=b" " * 9_000, headers={"Authorization": f"Bearer {SECRET}"})

    assert answer.status_code == 413
