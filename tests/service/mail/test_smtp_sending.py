"""What a server may do to a mail, and what is known of it afterwards: taken, surely not, or in doubt."""

from __future__ import annotations

import datetime as dates
import socket
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.mail import smtp_sending
from service.mail.mail_servers import MailServer
from service.mail.smtp_sending import DeliveryVerdict, Postman
from sheets_schema.wording import Language
from tests.mail_servers import PASSWORD, SELF, USER, Taken, authenticator, free_port, raw_server, smtp_server

MAIL = b"Subject: x\nMessage-ID: <tonghop.1@x.vn>\n\n.lone dot\n..two\n\xc4\x91\r\nend"
TO = ("a@so.vn", "b@so.vn")


def yes(_copy_refused) -> bool:
    return True


def sent(port: int, to=TO, *, give=yes, patient: bool = True, seconds: float = 5.0, url: str = ""):
    with Postman(MailServer.of(url or f"smtp://127.0.0.1:{port}"), answer_seconds=seconds) as postman:
        return postman.send(SELF, to, MAIL, give, patient=patient)


def refusing(address: str, answer: str):
    return lambda asked: answer if asked == address else None


def test_mail_arrives_as_it_is():
    taken = Taken()
    with smtp_server(taken) as port:
        assert sent(port).verdict is DeliveryVerdict.TAKEN

    assert taken.mails == [(TO, MAIL.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n")]


@pytest.mark.parametrize(
    ("at", "verdict", "ours", "refused"),
    [
        ({"MAIL": "451 later"}, DeliveryVerdict.LATER, True, ()),
        ({"MAIL": "550 no relay"}, DeliveryVerdict.LATER, True, ()),
        ({"RCPT": "450 4.2.0 greylisted"}, DeliveryVerdict.LATER, False, ()),
        ({"RCPT": lambda to: "550 no" if to == "a@so.vn" else "450 wait"}, DeliveryVerdict.LATER, False, ("a@so.vn",)),
        ({"RCPT": "550 no such user"}, DeliveryVerdict.REFUSED, False, TO),
        ({"RCPT": refusing("a@so.vn", "550 no such user")}, DeliveryVerdict.TAKEN, False, ("a@so.vn",)),
        ({"RCPT": refusing("a@so.vn", "450 greylisted")}, DeliveryVerdict.LATER, False, ()),
        ({"END": "452 full"}, DeliveryVerdict.LATER, False, ()),
        ({"END": "554 spam"}, DeliveryVerdict.REFUSED, False, ()),
        ({"END": "close"}, DeliveryVerdict.DOUBTFUL, False, ()),
        ({"END": "take and close"}, DeliveryVerdict.DOUBTFUL, False, ()),
        ({"END": "999 what"}, DeliveryVerdict.REFUSED, False, ()),
        ({"END": "222 what"}, DeliveryVerdict.DOUBTFUL, False, ()),
    ],
)  # fmt: skip
def test_answer_of_the_server_decides(at, verdict, ours, refused):
    taken = Taken()
    with smtp_server(taken, at) as port:
        found = sent(port)

    assert (found.verdict, found.is_our_side, tuple(one.address for one in found.refused)) == (verdict, ours, refused)
    assert len(taken.mails) == (verdict is DeliveryVerdict.TAKEN or at.get("END") == "take and close")
    assert found.reason or verdict is DeliveryVerdict.TAKEN


def test_recipient_who_is_always_to_wait_holds_the_others_up_no_longer():
    taken = Taken()
    with smtp_server(taken, {"RCPT": refusing("a@so.vn", "450 greylisted")}) as port:
        found = sent(port, patient=False)

    assert (found.verdict, [one.address for one in found.refused]) == (DeliveryVerdict.TAKEN, ["a@so.vn"])
    assert taken.mails[0][0] == ("b@so.vn",)


@pytest.mark.parametrize("answer", ["452 mailbox full", "550 no such user"])
def test_copy_that_is_refused_keeps_no_recipient_waiting(answer):
    taken, told = Taken(), []
    with (
        smtp_server(taken, {"RCPT": refusing(SELF, answer)}) as port,
        Postman(MailServer.of(f"smtp://127.0.0.1:{port}")) as postman,
    ):
        found = postman.send(SELF, TO, MAIL, lambda refused: told.append(refused) or True, copy_to=SELF)

    assert (found.verdict, found.refused, taken.mails[0][0]) == (DeliveryVerdict.TAKEN, (), TO)
    assert [found.copy_refused] == told
    assert answer[4:] in str(told[0].reason)


def test_connection_that_the_server_closed_between_two_mails_is_opened_again():
    taken, asked = Taken(), []
    with (
        smtp_server(
            taken, {"MAIL": lambda address: asked.append(address) or ("421 bye" if len(asked) == 2 else None)}
        ) as port,
        Postman(MailServer.of(f"smtp://127.0.0.1:{port}")) as postman,
    ):
        verdicts = [postman.send(SELF, TO, MAIL, yes).verdict for _ in range(3)]

    assert verdicts == [DeliveryVerdict.TAKEN] * 3
    assert len(taken.mails) == 3


def test_without_leave_the_dot_is_not_said():
    taken = Taken()
    with smtp_server(taken) as port:
        assert sent(port, give=lambda _: False).verdict is DeliveryVerdict.ABANDONED
        with pytest.raises(ZeroDivisionError):
            sent(port, give=lambda _: 1 / 0)
        assert sent(port).verdict is DeliveryVerdict.TAKEN

    assert len(taken.mails) == 1


def talking(*answers: bytes, then=lambda connection: None):
    """Return a server that gives answers in turn, one a line it hears, and then does something."""

    def talk(connection: socket.socket) -> None:
        heard = connection.makefile("rb")
        connection.sendall(b"220 ready\r\n")
        for answer in answers:
            heard.readline()
            connection.sendall(answer)
        then(connection)

    return talk


HELLO = (b"250 me\r\n", b"250 OK\r\n", b"250 OK\r\n", b"250 OK\r\n")


def drip(connection: socket.socket) -> None:
    for _ in range(1_000):
        connection.sendall(b"2")
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("talk", "verdict", "ours"),
    [
        (lambda connection: None, DeliveryVerdict.LATER, True),  # closes at once
        (lambda connection: connection.recv(1), DeliveryVerdict.LATER, True),  # says nothing
        (lambda connection: connection.sendall(b"\xff\x00rubbish\r\n"), DeliveryVerdict.LATER, True),
        (lambda connection: connection.sendall(b"2" * 20_000 + b"\r\n"), DeliveryVerdict.LATER, True),
        (
            talking(*HELLO, then=lambda connection: connection.recv(1)),
            DeliveryVerdict.LATER,
            False,
        ),  # never answers DATA
        (talking(*HELLO, b"354 go on\r\n", then=drip), DeliveryVerdict.DOUBTFUL, False),
    ],
)
def test_server_that_speaks_nonsense_slowly_or_not_at_all(talk, verdict, ours, monkeypatch):
    monkeypatch.setattr(smtp_sending, "WHOLE_SECONDS", 0.6)
    with raw_server(talk) as port:
        found = sent(port, seconds=0.3)

    assert (found.verdict, found.is_our_side) == (verdict, ours)


def test_what_failed_on_the_way_is_said_in_the_language_of_the_page():
    with raw_server(talking(*HELLO, b"354 go on\r\n", then=lambda connection: connection.recv(9_000))) as port:
        cut = str(sent(port).reason)
        refused = sent(free_port())

    assert cut == "đường truyền đứt khi chờ máy chủ xác nhận: máy chủ ngắt đường truyền"
    assert "máy chủ từ chối kết nối." in str(refused.reason)
    assert "the server refuses the connection." in refused.reason.text(Language.ENGLISH)


def test_server_that_closes_in_mid_data_has_taken_nothing():
    """The mail is longer than what is on the way at once: the dot is not reached."""
    with (
        raw_server(talking(*HELLO, b"354 go on\r\n")) as port,
        Postman(MailServer.of(f"smtp://127.0.0.1:{port}")) as man,
    ):
        found = man.send(SELF, TO, b"x" * 70 + b"\n" * 8_000_000, yes)

    assert found.verdict is DeliveryVerdict.LATER


def certificate(folder, *, host: str, days: int = 1) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dates.datetime.now(dates.UTC)  # noqa: TID251 – a certificate's own dates
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dates.timedelta(days=10)).not_valid_after(now + dates.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path):
    with raw_server(lambda connection: connection.recv(9), certificate(tmp_path, host="localhost")) as port:
        found = sent(port, url=f"smtps://{'u'}:mat-khau-rat-dai@localhost:{port}")

    assert (found.verdict, found.is_our_side) == (DeliveryVerdict.LATER, True)
    assert "TLS" in str(found.reason)
    assert "mat-khau" not in str(found.reason)


def test_password_goes_to_a_server_of_another_machine_secured_or_not_at_all():
    server = MailServer.of("smtp://u:p@127.0.0.1:1")

    assert [MailServer.of(url).must_secure for url in ("smtp://mail.tinh.vn", "smtp://localhost")] == [True, False]
    assert "p" not in repr(server).replace("MailServer(host='127.0.0.1', port=1, at_once=False)", "")
    assert server.plain("535 u p: bad") == "535 *** ***: bad"


def test_log_in(monkeypatch):
    taken = Taken()
    given = {"authenticator": authenticator, "auth_require_tls": False}
    quoted = "m%E1%BA%ADt%20kh%E1%BA%A9u%2F1%3A%40"
    with smtp_server(taken, **given) as port:
        good = f"smtp://{USER.replace('@', '%40')}:{quoted}@127.0.0.1:{port}"
        assert sent(port, url=good).verdict is DeliveryVerdict.TAKEN
        found = sent(port, url=good.replace(quoted, "sai-mat-khau"))

    assert (found.is_our_side, "sai-mat-khau" in str(found.reason), PASSWORD in str(found.reason)) == (
        True,
        False,
        False,
    )
    assert "mã 535" in str(found.reason)
