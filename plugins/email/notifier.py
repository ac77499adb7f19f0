"""The conversation with the mail server, and what its refusals mean."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from aggregator.contract import (
    AuthExpired,
    Gone,
    Notice,
    Notifier,
    NotifierInfo,
    NotifyContext,
    Permanent,
    RateLimited,
    Setting,
    Transient,
)

from .letter import letter, mailbox

STARTTLS, TLS, OPEN = "STARTTLS", "SSL/TLS", "tanpa sandi"
PORTS = {STARTTLS: 587, TLS: 465, OPEN: 25}
SECONDS = 20.0
_SERVICE_CLOSES = 421
_FULL = frozenset({422, 452, 552})  # the mailbox, not the address, is at fault

Open = Callable[[], socket.socket]


class _Line(smtplib.SMTP):
    """smtplib over a socket that somebody else opened."""

    def __init__(self, host: str, port: int, open_socket: Open) -> None:
        self._open_socket = open_socket
        super().__init__(host, port, local_hostname="sahut", timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._open_socket()


class EmailNotifier(Notifier):
    """Plain-text letters through the server Diskominfo names."""

    info = NotifierInfo(
        name="email",
        title="Surel",
        settings=(
            Setting(name="host", label="Server SMTP", help="Misalnya smtp.kabupaten.go.id.", required=True),
            Setting(name="security", label="Pengamanan", choices=(STARTTLS, TLS, OPEN), help="Biasanya STARTTLS."),
            Setting(name="port", label="Pintu", help="Boleh kosong: 587 untuk STARTTLS, 465 untuk SSL/TLS."),
            Setting(name="user", label="Nama pengguna", help="Boleh kosong bila server tidak memintanya."),
            Setting(name="password", label="Kata sandi", secret=True),
            Setting(name="sender", label="Alamat pengirim", help="Misalnya sahut@kabupaten.go.id.", required=True),
        ),
        address=Setting(name="address", label="Alamat surel", help="Misalnya rina@dinas.go.id"),
        longest=20_000,
    )

    def address(self, typed: str) -> str:
        return mailbox(typed)

    def shown(self, address: str) -> str:
        local, _, domain = address.rpartition("@")
        return f"{local[:1]}…@{domain}"

    def notify(self, notice: Notice, address: str, ctx: NotifyContext) -> None:
        message = letter(notice, address, ctx)
        try:
            line = self._connect(ctx)
        except (OSError, smtplib.SMTPException) as error:
            raise _meaning(error) from None
        try:
            line.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise _meaning(error) from None
        finally:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()

    def _connect(self, ctx: NotifyContext) -> smtplib.SMTP:
        """A line that is safe and logged in, as the settings say."""
        told = ctx.settings
        host, security = told.get("host", ""), told.get("security") or STARTTLS
        user, password = told.get("user", ""), told.get("password", "")
        if security == OPEN and password:
            raise Permanent("Kata sandi surel hanya dikirim lewat sambungan aman: pilih STARTTLS atau SSL/TLS.")
        port = _port(told.get("port", ""), PORTS.get(security, PORTS[STARTTLS]))
        line = _Line(host, port, lambda: _opened(ctx, host, port, wrapped=security == TLS))
        try:
            if security == STARTTLS:
                line.starttls(context=ctx.tls)
            if user:
                line.login(user, password)
        except BaseException:
            line.close()
            raise
        return line


def _opened(ctx: NotifyContext, host: str, port: int, *, wrapped: bool) -> socket.socket:
    line = ctx.dial(host, port)
    line.settimeout(SECONDS)
    return ctx.tls.wrap_socket(line, server_hostname=host) if wrapped else line


def _port(typed: str, usual: int) -> int:
    if not typed.strip():
        return usual
    if not typed.strip().isdecimal() or not 0 < int(typed) < 65536:
        raise Permanent("Pintu server surel harus angka, misalnya 587.")
    return int(typed)


def _meaning(error: Exception) -> Exception:
    """The contract's error for smtplib's. What the server said is not repeated: it may name people."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return AuthExpired("Server surel menolak nama pengguna atau kata sandinya.")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused_recipient(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Permanent("Server surel tidak mendukung pengamanan atau cara masuk yang dipilih.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Permanent("Sertifikat server surel tidak sah untuk namanya.")
    if isinstance(error, ssl.SSLError):
        return Permanent("Sambungan aman ke server surel gagal; periksa pengamanan dan pintunya.")
    return Transient("Sambungan ke server surel terputus.")


def _refused_recipient(code: int) -> Exception:
    if code >= 500 and code not in _FULL:
        return Gone("Alamat surel ini ditolak server: tidak ada, atau tidak menerima surel dari Sahut.")
    return Transient("Server surel menunda surel untuk alamat ini.")


def _refused(code: int) -> Exception:
    if code == _SERVICE_CLOSES:
        return RateLimited("Server surel meminta kita menunggu.", 300)
    if 400 <= code < 500 or code in _FULL:
        return Transient("Server surel sedang tidak menerima surel.")
    return Permanent(f"Server surel menolak surel dari Sahut (kode {code}); periksa alamat pengirimnya.")
