"""The public address: what it is good for, and whether it answers."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from service.operations.doctor import public_address
from service.operations.doctor.findings import State
from service.settings import Settings


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


def said_of(**settings):
    return [(finding.state, str(finding.message)) for finding in public_address.public_address_of(Settings(**settings))]


def test_address_of_this_machine_is_well_here_and_of_no_use_to_google():
    assert [state for state, _ in said_of()] == [State.OK]
    assert [state for state, _ in said_of(sheets="google")] == [State.ATTENTION]


def test_address_without_tls_is_told(no_network):
    found = said_of(public_url=f"http://{no_network}")

    assert found[0][1].startswith("không phải https://")


def test_address_that_does_not_answer_is_told(no_network):
    found = said_of(public_url=f"https://{no_network}", trusted_proxies=1)

    assert [(state, said.partition("(")[0]) for state, said in found] == [
        (State.ATTENTION, "không mở được từ máy này ")
    ]


def test_proxy_that_is_not_counted_is_told(no_network):
    found = said_of(public_url=f"https://{no_network}")

    assert [state for state, _ in found] == [State.ATTENTION, State.ATTENTION]
    assert found[0][1].startswith("là 0 trong khi")


@pytest.fixture
def no_network():
    # the loopback under a name that is not told as this machine: its port 1 is closed
    return "0.0.0.0:1"


@pytest.mark.parametrize(("status", "state"), [("200 OK", State.OK), ("502 Bad Gateway", State.ATTENTION)])
def test_answer_is_told(status, state):
    def application(_environ, start_response):
        start_response(status, [])
        return [b"{}"]

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        found = said_of(public_url=f"http://0.0.0.0:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert [one for one, _ in found] == [State.ATTENTION, state]
