"""One run at a time: a lease is waited for, kept while the run goes on, given back at its end."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from service.facts.records import MasterState, RegisteredWorkbook, WorkbookKind
from service.leases import LEASE, campaign_lease, give_back, renewed


@pytest.fixture
def workspace(office):
    with office.workspace() as opened:
        yield opened


def test_lease_is_held_within_and_given_back_after(workspace):
    with campaign_lease(workspace) as claim:
        assert workspace.store.work.holds(claim, workspace.lease_clock())

    assert not workspace.store.work.holds(claim, workspace.lease_clock())


def test_lease_is_given_back_after_a_failure(workspace):
    with pytest.raises(ZeroDivisionError), campaign_lease(workspace) as claim:
        raise ZeroDivisionError

    assert not workspace.store.work.holds(claim, workspace.lease_clock())
    with campaign_lease(workspace) as again:
        assert again.token == claim.token + 1


def test_second_run_waits_for_the_first(workspace, office):
    order = []
    told = threading.Event()

    def second():
        with office.workspace() as other, campaign_lease(replace(other, progress=lambda _sentence: told.set())):
            order.append("second")

    thread = threading.Thread(target=second)
    with campaign_lease(workspace):
        thread.start()
        assert told.wait(20)
        order.append("first")
    thread.join(20)

    assert order == ["first", "second"]


def test_lease_that_ran_out_is_taken_over(workspace):
    long_ago = workspace.lease_clock() - 2 * LEASE
    dead = workspace.store.work.claim_all(workspace.campaign.key, long_ago, "dead", LEASE)

    with campaign_lease(workspace) as claim:
        assert claim.token == dead.token + 1
        assert not workspace.store.work.renew(dead, workspace.lease_clock(), LEASE)


def test_renewing_ends_with_the_block(workspace):
    before = {thread.name for thread in threading.enumerate()}
    with campaign_lease(workspace) as claim, renewed(workspace, claim):
        assert "lease" in {thread.name for thread in threading.enumerate()}

    assert {thread.name for thread in threading.enumerate()} == before


def test_lease_outlives_several_renewals():
    assert timedelta(seconds=3 * 8) < LEASE <= timedelta(seconds=30)


def test_run_that_lost_its_lease_leaves_the_master_to_be_written_again(workspace):
    key, at, store = workspace.campaign.key, workspace.clock(), workspace.store
    store.registry.save_workbook(RegisteredWorkbook(key, "", 0, "master-id", WorkbookKind.MASTER, at))
    store.registry.save_master_state(MasterState("master-id", "fingerprint", at))
    lost = store.work.claim_all(key, workspace.lease_clock(), "first", timedelta(0))
    store.work.claim_all(key, workspace.lease_clock(), "second", LEASE)

    give_back(workspace, lost)

    assert store.registry.master_state("master-id").fingerprint == ""
    assert store.work.state(key).due_at is not None
