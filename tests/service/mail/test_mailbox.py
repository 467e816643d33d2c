"""The mailbox: is a mail there, which came back, and a mailbox that answers nonsense or nothing."""

from __future__ import annotations

import pytest

from service.errors import MailboxError
from service.mail.mail_servers import MailServer
from service.mail.mailbox import bounces_in, open_mailbox
from tests.mail_servers import bounce, imap_server, raw_server

KNOWN = "<tonghop.0123456789012345678901234567890123456789@board.example.org>"
MAIL = f"Message-ID: {KNOWN}\r\nSubject: x\r\n\r\nbody".encode()


def box(port: int, login: str = "u:p") -> MailServer:
    return MailServer.of(f"imap://{login}@127.0.0.1:{port}")


def entered(server: MailServer) -> bool:
    with open_mailbox(server, answer_seconds=0.3) as mailbox:
        return mailbox.holds(KNOWN)


@pytest.mark.parametrize("folder", ["INBOX", "Sent Mail"])
def test_mail_is_found_where_copies_are_kept(folder):
    folders = {folder: [b"Message-ID: <other@x.vn>\r\n\r\n", MAIL]}
    with imap_server(folders) as server, open_mailbox(box(server.server_address[1])) as mailbox:
        assert [mailbox.holds(KNOWN), mailbox.holds("<tonghop.1@x.vn>")] == [True, False]
        assert mailbox.folders == ("INBOX", "Sent Mail")


def test_bounces_are_read_once_and_from_where_the_last_read_ended():
    folders = {"INBOX": [MAIL, bounce(KNOWN, "a@so.vn")]}
    with imap_server(folders) as server, open_mailbox(box(server.server_address[1])) as mailbox:
        upto, found = mailbox.bounces("")
        assert [(one.message_id, one.address) for one in found] == [(KNOWN, "a@so.vn")]
        assert mailbox.bounces(upto) == (upto, ())
        folders["INBOX"].append(bounce(KNOWN, "b@so.vn"))
        assert [one.address for one in mailbox.bounces(upto)[1]] == ["b@so.vn"]
        # the mailbox was made again: its numbers mean nothing
        assert len(mailbox.bounces("6:99")[1]) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\x00\n\n", MAIL,
        bounce(KNOWN, "a@so.vn", action="delayed"),
        bounce("<someone@else.vn>", "a@so.vn"),
        bounce(KNOWN, "no address at all"),
        bounce(KNOWN, "a@so.vn").replace(b"message/delivery-status", b"text/plain"),
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n" * 50,
    ],
)  # fmt: skip
def test_what_is_no_report_of_ours_marks_nothing(content):
    assert list(bounces_in(content)) == []


@pytest.mark.parametrize("password", ["p", "mật khẩu/1"])
def test_wrong_password_is_told_without_it(password):
    with imap_server({}, "another") as server, pytest.raises(MailboxError) as refused:
        entered(MailServer("127.0.0.1", server.server_address[1], False, "u@x.vn", password))

    assert "TONGHOP_IMAP_URL" in str(refused.value)
    assert password not in str(refused.value).replace("Hộp thư", "")


def test_password_of_any_letters_logs_in():
    with imap_server({"INBOX": [MAIL]}, "mật khẩu/1") as server:
        assert entered(MailServer("127.0.0.1", server.server_address[1], False, "u@x.vn", "mật khẩu/1"))


@pytest.mark.parametrize(
    "talk",
    [
        lambda connection: None,
        lambda connection: connection.recv(1),
        lambda connection: connection.sendall(b"* BYE\r\n"),
        lambda connection: connection.sendall(b"\xff" * 100_000),
        lambda connection: (
            connection.sendall(b"* OK\r\n"),
            connection.recv(99),
            connection.sendall(b"* 1 {9}\r\nx\r\n"),
        ),
    ],
)
def test_mailbox_that_speaks_nonsense_or_not_at_all(talk):
    with raw_server(talk) as port, pytest.raises(MailboxError) as refused:
        entered(box(port))

    assert f"127.0.0.1:{port}" in str(refused.value)
