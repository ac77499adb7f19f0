"""Sites that are broken, slow or hostile: each ends soon, under its right name, and gives no secret away."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aggregator.contract import BudgetSpent, Permanent, PlatformError, Transient
from aggregator.sync.wire import public_tls

from .http_lab import Answer, RawServer, Site, read_request, resolves, serving, visit

Talk = Callable[[socket.socket, int], None]
HEAD = b"HTTP/1.1 200 OK\r\n"
SECRET = "rahasia-4711"


def say(data: bytes, pause: float = 0.0) -> Talk:
    def talk(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(data)
        time.sleep(pause)

    return talk


def drip(start: bytes, piece: bytes) -> Talk:
    def talk(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return talk


def flood(start: bytes, piece: bytes) -> Talk:
    def talk(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return talk


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP_CHUNKED = HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS_GZIP = gzip.compress(b"")[:10] + b""  # a header without an end
NEVER_ENDING = {
    "dripping headers": drip(HEAD, b"X-A: b\r\n"),
    "dripping status": drip(b"HTTP/1.1 2", b"0"),
    "dripping body": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"a"),
    "dripping chunks": drip(CHUNKED, b"1\r\na\r\n"),
    "dripping interim answers": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "endless empty deflate blocks": drip(
        GZIP_CHUNKED + b"a\r\n" + ENDLESS_GZIP + b"\r\n", b"5\r\n\x00\x00\x00\xff\xff\r\n"
    ),
    "silence": say(b"", pause=6),
    "silence after the headers": say(HEAD + b"Content-Length: 5\r\n\r\n", pause=6),
}


@pytest.mark.parametrize("name", NEVER_ENDING)
def test_what_never_ends_is_ended(name: str) -> None:
    with (
        serving(RawServer(NEVER_ENDING[name])) as server,
        visit(server.url, total_seconds=0.6, read_seconds=0.5) as http,
    ):
        began = time.monotonic()
        with pytest.raises(Transient, match="terlalu lambat"):
            http.get(server.url)
        assert time.monotonic() - began < 3


TOO_LARGE = {
    "long body": flood(HEAD + b"Content-Length: 99999999\r\n\r\n", b"a" * 65536),
    "endless chunks": flood(CHUNKED, b"10000\r\n" + b"a" * 65536 + b"\r\n"),
    "body until close": flood(HEAD + b"\r\n", b"a" * 65536),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_grows_without_end_is_cut(name: str) -> None:
    with (
        serving(RawServer(TOO_LARGE[name])) as server,
        visit(server.url) as http,
        pytest.raises(Permanent, match="terlalu besar"),
    ):
        http.get(server.url)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "x-gzip"])
def test_packed_bodies_are_unpacked(encoding: str) -> None:
    text = b"Jalan rusak. " * 1000
    packed = zlib.compress(text) if encoding == "deflate" else gzip.compress(text)
    with serving(Site()) as site, visit(site.url) as http:
        site.routes["/"] = Answer(body=packed, headers={"Content-Encoding": encoding})
        assert http.get(site.url).body == text


def test_bare_deflate_is_understood() -> None:
    bare = zlib.compressobj(wbits=-15)
    packed = bare.compress(b"halo " * 50) + bare.flush()
    with serving(Site()) as site, visit(site.url) as http:
        site.routes["/"] = Answer(body=packed, headers={"Content-Encoding": "deflate"})
        assert http.get(site.url).body == b"halo " * 50


def test_exactly_the_limit_passes_and_a_byte_more_does_not() -> None:
    with serving(Site()) as site, visit(site.url, max_body=100_000) as http:
        for size, encoding in ((100_000, ""), (100_001, ""), (100_000, "gzip"), (100_001, "gzip")):
            body = b"x" * size
            packed = gzip.compress(body) if encoding else body
            site.routes["/"] = Answer(body=packed, headers={"Content-Encoding": encoding or "identity"})
            if size == 100_000:
                assert http.get(site.url).body == body
            else:
                with pytest.raises(Permanent, match="terlalu besar"):
                    http.get(site.url)


# VmHWM is the peak of this process alone; ru_maxrss would start at the peak of the one that started it.
BOMB_VISITOR = """
import sys
from pathlib import Path
from tests.sync.http_lab import visit
from aggregator.contract import Permanent

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])

with visit(sys.argv[1]) as http:
    http.get(sys.argv[1] + "/kecil")
    before = peak()
    for _ in range(5):
        try:
            http.get(sys.argv[1] + "/bom")
        except Permanent:
            pass
        else:
            raise SystemExit("the bomb was swallowed")
print(peak() - before)
"""


def test_a_gzip_bomb_costs_little_memory() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 60_000
    with serving(Site()) as site:
        site.routes["/kecil"] = Answer()
        site.routes["/bom"] = Answer(body=bomb, headers={"Content-Encoding": "gzip"})
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", BOMB_VISITOR, site.url],
            capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 20_000  # kilobytes
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({"Content-Encoding": "gzip"}, gzip.compress(b"a" * 5000)[:-12], Transient),
        ({"Content-Encoding": "gzip"}, b"\x1f\x8b\x08garbage that is no gzip", Transient),
        ({"Content-Encoding": "br"}, b"\x0b\x02\x80", Permanent),
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(b"a")), Permanent),
    ],
    ids=["cut short", "garbage", "unknown packing", "packed twice"],  # gzip writes the time: no id for two processes
)
def test_bodies_that_cannot_be_unpacked(headers: dict[str, str], body: bytes, error: type[Exception]) -> None:
    with serving(Site()) as site, visit(site.url) as http:
        site.routes["/"] = Answer(body=body, headers=headers)
        with pytest.raises(error):
            http.get(site.url)


BROKEN = {
    "no answer": say(b""),
    "half a body": say(HEAD + b"Content-Length: 50\r\n\r\nhalf"),
    "half a chunk": say(CHUNKED + b"ff\r\nabc"),
    "not http": say(b"220 mail.example ESMTP\r\n"),
    "huge headers": flood(HEAD, b"X-A: " + b"b" * 8000 + b"\r\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers_are_transient(name: str) -> None:
    with serving(RawServer(BROKEN[name])) as server, visit(server.url) as http:
        with pytest.raises(Transient, match="terputus"):
            http.get(server.url)
        assert http.calls == 1


def closing_after_one(requests: list[int]) -> Talk:
    """Answers once, then resets the kept connection at the next request; later connections are served."""

    def talk(connection: socket.socket, number: int) -> None:
        while read_request(connection):
            requests.append(number)
            if number == 1 and requests.count(1) == 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                return
            connection.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")

    return talk


def test_a_get_on_a_dead_kept_connection_is_sent_once_more() -> None:
    requests: list[int] = []
    with serving(RawServer(closing_after_one(requests))) as server, visit(server.url) as http:
        assert [http.get(server.url).body for _ in range(2)] == [b"ok", b"ok"]
        assert http.calls == 3
    assert requests == [1, 1, 2]


def test_a_post_is_never_sent_twice() -> None:
    requests: list[int] = []
    with serving(RawServer(closing_after_one(requests))) as server, visit(server.url) as http:
        http.get(server.url)
        with pytest.raises(Transient):
            http.post(server.url, json={"isi": "jawaban"})
    assert requests == [1, 1]


def test_the_second_try_needs_budget_too() -> None:
    requests: list[int] = []
    with serving(RawServer(closing_after_one(requests))) as server, visit(server.url, calls=2) as http:
        http.get(server.url)
        with pytest.raises(BudgetSpent):
            http.get(server.url)


def test_names_and_doors_that_are_not_there() -> None:
    with (
        visit("http://tidak.example", resolver=resolves()) as http,
        pytest.raises(Transient, match="tidak ditemukan"),
    ):
        http.get("http://tidak.example")
    with serving(RawServer()) as server:
        url = server.url
    with visit(url) as http, pytest.raises(Transient, match="mungkin servernya mati"):
        http.get(url)


def test_a_slow_name_server_cannot_hold_a_call() -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(3)
        return ["127.0.0.1"]

    with visit("http://lambat.example", resolver=slow, total_seconds=0.3) as http:
        began = time.monotonic()
        with pytest.raises(Transient, match="tidak menjawab"):
            http.get("http://lambat.example")
        assert time.monotonic() - began < 2


def test_the_next_address_is_tried_when_the_first_is_dead() -> None:
    with serving(Site()) as site:
        site.routes["/"] = Answer(body=b"hidup")
        account = f"http://dinas.example:{site.port}"
        with visit(account, resolver=resolves(dinas_example=["127.0.0.9", "127.0.0.1"])) as http:
            assert http.get(account).body == b"hidup"


def certificate(folder: Path, name: str, days: int) -> Path:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(params=["sound", "expired", "other name", "unknown issuer", "no tls"])
def tls_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, RawServer, ssl.SSLContext]]:
    kind = request.param
    name = "lain.example" if kind == "other name" else "dinas.example"
    file = certificate(tmp_path, name, -1 if kind == "expired" else 30)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(file)
    trusted = ssl.create_default_context(cafile=None if kind == "unknown issuer" else file)

    def talk(connection: socket.socket, number: int) -> None:
        if kind == "no tls":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        with served.wrap_socket(connection, server_side=True) as secure:
            read_request(secure)
            secure.sendall(HEAD + b"Content-Length: 4\r\n\r\naman")

    with serving(RawServer(talk)) as server:
        yield kind, server, trusted


def test_certificates_are_verified(tls_site: tuple[str, RawServer, ssl.SSLContext]) -> None:
    kind, server, trusted = tls_site
    account = f"https://dinas.example:{server.port}"
    with visit(account, resolver=resolves(dinas_example=["127.0.0.1"]), tls=trusted, total_seconds=3) as http:
        if kind == "sound":
            assert http.get(account).body == b"aman"
        else:
            with pytest.raises(Transient, match="https"):
                http.get(account)


def test_the_default_tls_verifies() -> None:
    assert public_tls().verify_mode is ssl.CERT_REQUIRED
    assert public_tls().check_hostname


def everything_said(error: BaseException | None) -> str:
    said = []
    while error is not None:
        said.append(f"{error!r} {vars(error)!r}")
        error = error.__cause__ or error.__context__
    return "\n".join(said)


@pytest.mark.parametrize(
    "talk",
    [*BROKEN.values(), say(b"HTTP/1.1 500 X\r\nContent-Length: 12\r\n\r\n" + SECRET.encode()),
     say(b"HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: http://lain.example/?t=" + SECRET.encode() +
     b"\r\n\r\n")],
)  # fmt: skip
def test_errors_and_logs_hold_no_secret(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        serving(RawServer(talk)) as server,
        visit(server.url) as http,
        pytest.raises(PlatformError) as caught,
    ):
        http.get(
            f"{server.url}/{SECRET}?token={SECRET}",
            auth=("admin", SECRET),
            headers={"X-Key": SECRET},
            params={"key": SECRET},
        )
    assert SECRET not in everything_said(caught.value)
    assert caplog.text == ""


@pytest.mark.parametrize("value", [f"{SECRET}\r\nX: y", f"{SECRET}\x00", f"{SECRET}\N{SNOWMAN}"])
def test_a_secret_that_cannot_be_sent_is_a_persons_to_correct(value: str) -> None:
    with (
        serving(Site()) as site,
        visit(site.url) as http,
        pytest.raises(Permanent, match="periksa kata sandi") as caught,
    ):
        http.get(site.url, headers={"X-Key": value})
    assert SECRET not in everything_said(caught.value)
