"""E-mail against a mail server on loopback: what arrives, over which line, and what refusals mean."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aggregator.contract import (
    AuthExpired,
    Gone,
    Notice,
    NotifyContext,
    Permanent,
    PlatformError,
    RateLimited,
    Transient,
)
from plugins.email.letter import mailbox as as_mailbox
from plugins.email.notifier import OPEN, STARTTLS, EmailNotifier
from tests.fakes.mailbox import Mailbox, running_mailbox
from tests.plugins.notifying import NOTICE, lent

NOTIFIER = EmailNotifier()
TO = "rina@dinas.example"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with running_mailbox() as box:
        yield box


def context(box: Mailbox, tls: ssl.SSLContext | None = None, **more: str) -> NotifyContext:
    settings = {"host": "127.0.0.1", "port": str(box.port), "security": OPEN, "sender": "sahut@kab.example"} | more
    return lent(None, settings, dial=lambda host, port: socket.create_connection((host, port), 5), tls=tls)


def sent(box: Mailbox, notice: Notice = NOTICE, **more: str) -> None:
    NOTIFIER.notify(notice, TO, context(box, **more))


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's TLS that know each other, for 127.0.0.1."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "surat uji")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(pem, form, plain))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*paths)
    return server, ssl.create_default_context(cafile=str(paths[0]))


def test_a_letter_is_plain_text_that_says_how_to_stop_it(box: Mailbox) -> None:
    sent(box)
    (letter,) = box.letters
    assert letter.get_content_type() == "text/plain" and not letter.is_multipart()
    assert str(letter["Subject"]) == NOTICE.title and str(letter["To"]) == TO
    assert (
        str(letter["List-Unsubscribe"]) == f"<{NOTICE.stop_link}>" and str(letter["Auto-Submitted"]) == "auto-generated"
    )
    text = letter.get_content()
    assert all(part in text for part in (NOTICE.title, NOTICE.link, NOTICE.taps[0].link, NOTICE.stop_link))


def test_the_identity_depends_on_notice_and_address_alone(box: Mailbox) -> None:
    sent(box)
    sent(box)
    sent(box, replace(NOTICE, key="another"))
    assert len(box.letters) == 3 and len(box.ids) == 2


def test_a_title_cannot_smuggle_headers_in(box: Mailbox) -> None:
    sent(box, replace(NOTICE, title="Halo\r\nBcc: lain@x.example\n\nisi " + "é" * 300))
    (letter,) = box.letters
    assert letter["Bcc"] is None and str(letter["Subject"]).startswith("Halo Bcc: lain@x.example isi é")
    assert box.commands.count(f"rcpt TO:<{TO}>") + box.commands.count(f"RCPT TO:<{TO}>") == 1
    assert sum(command.upper().startswith("RCPT") for command in box.commands) == 1


def test_over_a_line_that_was_made_safe(box: Mailbox, tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    box.tls, client = tls
    NOTIFIER.notify(NOTICE, TO, context(box, client, security=STARTTLS, user="sahut", password="rahasia-uji"))
    assert len(box.letters) == 1
    words = [command.upper().partition(" ")[0] for command in box.commands]
    assert words.index("STARTTLS") < words.index("AUTH"), "the password goes over the safe line only"


def test_a_certificate_nobody_vouches_for(box: Mailbox, tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    box.tls = tls[0]
    with pytest.raises(Permanent, match="Sertifikat"):
        NOTIFIER.notify(NOTICE, TO, context(box, security=STARTTLS, user="sahut", password="rahasia-uji"))
    assert not box.letters and not any("AUTH" in command for command in box.commands)


def test_a_server_without_tls_gets_no_password(box: Mailbox) -> None:
    with pytest.raises(Permanent):
        sent(box, security=STARTTLS, user="sahut", password="rahasia-uji")
    with pytest.raises(Permanent, match="sambungan aman"):
        sent(box, user="sahut", password="rahasia-uji")
    assert not box.letters and not any("AUTH" in command for command in box.commands)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 tidak ada"}, Gone),
        ({"RCPT": "552 penuh"}, Transient),
        ({"RCPT": "450 nanti"}, Transient),
        ({"AUTH": "535 salah"}, AuthExpired),
        ({"MAIL": "421 tunggu"}, RateLimited),
        ({"MAIL": "553 pengirim"}, Permanent),
        ({"END": "554 spam"}, Permanent),
        ({"END": "451 nanti"}, Transient),
    ],
)
def test_what_refusals_mean(box: Mailbox, answers: dict[str, str], error: type[PlatformError]) -> None:
    box.answers = {name: f"{text} {TO}" for name, text in answers.items()}
    with pytest.raises(error) as refused:
        sent(box, user="sahut")
    assert TO not in refused.value.message, "what the server said is not repeated"


def test_a_line_that_breaks_may_have_got_through(box: Mailbox) -> None:
    box.cut = True
    with pytest.raises(Transient):
        sent(box)
    assert len(box.letters) == 1


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none(box: Mailbox, port: str) -> None:
    with pytest.raises(Permanent, match="Pintu"):
        sent(box, port=port)


@pytest.mark.parametrize("typed", ["rina@dinas.go.id", " Rina.S@Dinas.GO.ID ", "a+b@x-y.example"])
def test_addresses(typed: str) -> None:
    assert as_mailbox(typed).endswith(typed.strip().rpartition("@")[2].lower())
    assert NOTIFIER.shown("rina@dinas.go.id") == "r…@dinas.go.id"
