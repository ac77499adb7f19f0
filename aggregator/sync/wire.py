"""The line itself, below HTTP: sockets opened only to checked addresses, everything done before a deadline,
and bodies that stop at a size. Failures come out as errors of the contract, in words for officials, holding
no address, header or body."""

from __future__ import annotations

import math
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

from aggregator.contract import Permanent, PlatformError, Transient
from aggregator.sync.addresses import may_connect

Resolver = Callable[[str, int], Sequence[str]]

TRIED_ADDRESSES = 4  # of a host with many; the deadline bounds the whole
ENCODINGS = "gzip, deflate"


def system_resolver(host: str, port: int) -> Sequence[str]:
    """IP addresses of a host as this machine resolves them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


class Deadline:
    """The moment by which one call must be over, shared by every socket of the call."""

    def __init__(self) -> None:
        self._at = math.inf

    def start(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Seconds that an operation may take; raises httpcore2.ReadTimeout when none are left."""
        left = min(self._at - time.monotonic(), math.inf if timeout is None else timeout)
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return left


class _Stream(httpcore2.NetworkStream):
    """A socket that knows the deadline: a server that sends a byte now and then cannot stretch it."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens sockets. A name is resolved once, every address it has is checked, and the socket goes to the
    checked address itself: a second, different answer of the name server (rebinding) is never asked for."""

    def __init__(self, resolve: Resolver, *, allow_private: bool, deadline: Deadline) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()
        self.opened = 0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._addresses(host, port)
        if not all(may_connect(address, allow_private=self._allow_private) for address in addresses):
            raise Permanent("Alamat situs mengarah ke jaringan dalam, bukan ke internet umum.")
        self.opened += 1
        return _Stream(self._connect_first(addresses[:TRIED_ADDRESSES], port, timeout), self._deadline)

    def _connect_first(self, addresses: Sequence[str], port: int, timeout: float | None) -> httpcore2.NetworkStream:
        *others, last = addresses
        for address in others:
            try:
                return self._sockets.connect_tcp(address, port, self._deadline.left(timeout))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._sockets.connect_tcp(last, port, self._deadline.left(timeout))

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            found = self._look_up(host, port)
        if not found:
            raise Transient("Alamat situs tidak ditemukan; periksa penulisannya atau coba lagi nanti.")
        return found

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        """The system's resolver knows no time limit, so it works in a thread that may be left behind."""
        answers: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

        def resolve() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError):
                answers.put(())

        threading.Thread(target=resolve, daemon=True, name="sahut-dns").start()
        try:
            return answers.get(timeout=self._deadline.left(None))
        except queue.Empty:
            raise httpcore2.ConnectTimeout("name lookup") from None


@cache
def public_tls() -> ssl.SSLContext:
    """TLS that verifies, whatever the environment says; loading its certificates takes a while, hence
    once."""
    return httpx2.create_ssl_context(trust_env=False)


class GuardedTransport(httpx2.HTTPTransport):
    """httpx2's own transport over a pool with our sockets: HTTP/1.1, no proxy, few connections."""

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_connections=4,
            max_keepalive_connections=2,
            keepalive_expiry=15.0,
            network_backend=backend,
        )


def read_body(response: httpx2.Response, limit: int) -> bytes:
    """The decoded body, unpacked piece by piece; raises Permanent as soon as it grows past `limit` bytes."""
    body = bytearray()
    for piece in _unpacked(response, limit):
        body += piece
        if len(body) > limit:
            raise Permanent(f"Halaman situs terlalu besar (lebih dari {limit // (1024 * 1024)} MB).")
    return bytes(body)


def _unpacked(response: httpx2.Response, limit: int) -> Iterator[bytes]:
    assert isinstance(response.stream, httpx2.SyncByteStream)
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        yield from response.stream
    elif encoding in ("gzip", "x-gzip", "deflate"):
        yield from _inflate(response.stream, limit)
    else:
        raise Permanent("Situs mengirim isi dengan pemampatan yang tidak kita minta.")


def _inflate(packed: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """gzip, zlib, or the bare deflate that some servers send under that name; at most `limit` + 1 bytes a
    piece."""
    unpacker: Any = None
    for chunk in packed:
        if unpacker is None and chunk:
            unpacker = zlib.decompressobj(wbits=_window(chunk))
        if chunk and not unpacker.eof:
            try:
                yield unpacker.decompress(chunk, limit + 1)
            except zlib.error:
                raise Transient("Jawaban situs rusak di tengah jalan.") from None
    if unpacker is not None and not unpacker.eof:
        raise Transient("Jawaban situs terpotong di tengah jalan.")


def _window(first: bytes) -> int:
    looks_wrapped = first[:1] == b"\x1f" or first[0] & 0x0F == 8
    return 47 if looks_wrapped else -15


def network_failure(error: httpx2.TransportError) -> PlatformError:
    """What a failure of the line means, as an error of the contract. Sentences only: no address, no
    header."""
    if isinstance(error, httpx2.ConnectTimeout):
        return Transient("Situs tidak menjawab ketika dihubungi.")
    if isinstance(error, httpx2.TimeoutException):
        return Transient("Situs terlalu lambat menjawab.")
    if isinstance(error, httpx2.ConnectError):
        return _connect_failure(error)
    if isinstance(error, (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)):
        return Permanent("Isian akun memuat huruf yang tidak dapat dikirim; periksa kata sandi atau tokennya.")
    return Transient("Sambungan ke situs terputus di tengah jalan.")


def _connect_failure(error: BaseException) -> Transient:
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Transient("Sertifikat keamanan (https) situs tidak sah atau kedaluwarsa.")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Transient("Sambungan aman (https) ke situs gagal.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Transient("Situs tidak menerima sambungan; mungkin servernya mati.")
    return Transient("Situs tidak dapat dihubungi.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__  # httpcore2 hides its causes
