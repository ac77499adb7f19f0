"""Opening a socket for media that do not speak HTTP: the same addresses are refused as for a website, except that a
mail server may stand inside the offices' own network."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

from aggregator.contract import Permanent, Transient
from aggregator.sync.addresses import may_connect
from aggregator.sync.http import HttpSettings

MAIL_PORTS = frozenset({25, 465, 587, 2525})

Dial = Callable[[str, int], socket.socket]


def dialler(settings: HttpSettings) -> Dial:
    """What a notifier opens sockets with. A name is resolved once and every address checked before one is used."""

    def dial(host: str, port: int) -> socket.socket:
        if settings.stand_in is not None:
            raise Permanent("Sahut ini hanya peragaan: tidak ada yang benar-benar dikirim.")
        if port not in MAIL_PORTS and not settings.allow_private_network:
            raise Permanent(f"Pintu {port} tidak lazim untuk server surel; pakai 25, 465, 587 atau 2525.")
        return _open(_checked(host, port, settings), port, settings.connect_seconds)

    return dial


def _checked(host: str, port: int, settings: HttpSettings) -> list[str]:
    try:
        found = [str(ip_address(host))]
    except ValueError:
        found = _resolved(host, port, settings)
    if not all(_may_dial(address, own_machine=settings.allow_private_network) for address in found):
        raise Permanent("Alamat server itu tidak boleh dihubungi dari Sahut.")
    return found


def _may_dial(address: str, *, own_machine: bool) -> bool:
    """Intranets, yes; this very machine only where the settings open private networks."""
    return may_connect(address, allow_private=True) and (own_machine or not ip_address(address).is_loopback)


def _resolved(host: str, port: int, settings: HttpSettings) -> list[str]:
    try:
        found = list(settings.resolver(host, port))
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Transient("Server itu tidak ditemukan; periksa namanya atau coba lagi nanti.")
    return found


def _open(addresses: list[str], port: int, seconds: float) -> socket.socket:
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=seconds)
        except OSError:
            continue
    raise Transient("Server itu tidak menerima sambungan.")
