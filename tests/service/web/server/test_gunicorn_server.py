"""The socket that is ours before gunicorn sees it."""

from __future__ import annotations

import socket

import pytest

from service.errors import SettingsError
from service.web.server import gunicorn_server


def test_listen_takes_any_free_port():
    with gunicorn_server.listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        assert gunicorn_server.address_of(listener) == f"http://127.0.0.1:{port}"


def test_address_of_every_interface_is_this_machine():
    with gunicorn_server.listen("0.0.0.0", 0) as listener:
        assert gunicorn_server.address_of(listener).startswith("http://127.0.0.1:")


def test_listen_refuses_a_port_in_use():
    with gunicorn_server.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=rf"Cổng {port} đang có chương trình khác dùng"):
            gunicorn_server.listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.7", "khong co may nay", "300.1.1.1"])
def test_listen_refuses_an_address_that_is_not_ours(host):
    with pytest.raises(SettingsError, match="Không mở được"):
        gunicorn_server.listen(host, 0)


def test_what_is_sent_in_two_pieces_does_not_wait_between_them():
    with (
        gunicorn_server.listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
