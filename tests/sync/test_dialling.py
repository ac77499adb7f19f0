"""Sockets for media that speak no HTTP: the offices' own mail server, yes; this machine, clouds' innards and odd ports, no."""

from __future__ import annotations

import pytest

from aggregator.contract import Permanent, Transient
from aggregator.sync.dialling import dialler
from aggregator.sync.http import HttpSettings
from tests.fakes.mailbox import running_mailbox


def settings(*addresses: str, private: bool = False) -> HttpSettings:
    return HttpSettings(
        resolver=lambda _host, _port: list(addresses), allow_private_network=private, connect_seconds=0.3
    )


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "169.254.169.254", "0.0.0.0", "fe80::1", "100.100.100.200", "224.0.0.1", "::ffff:127.0.0.1"],
)
def test_places_that_are_closed(address: str) -> None:
    for host in (address, "surat.kab.example"):
        with pytest.raises(Permanent, match="tidak boleh"):
            dialler(settings(address))(host, 25)


def test_one_closed_address_closes_the_name() -> None:
    with pytest.raises(Permanent):
        dialler(settings("93.184.216.34", "127.0.0.1"))("surat.kab.example", 587)


def test_odd_ports_are_not_scanned() -> None:
    for port in (22, 80, 6379, 5432):
        with pytest.raises(Permanent, match="tidak lazim"):
            dialler(settings("10.0.0.5"))("surat.kab.example", port)


def test_an_intranets_mail_server_is_tried() -> None:
    with pytest.raises(Transient, match="tidak menerima"):
        dialler(settings("192.0.2.1", private=True))("surat.kab.example", 25)


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(Transient, match="tidak ditemukan"):
        dialler(settings())("surat.kab.example", 587)


def test_a_demo_sends_nothing() -> None:
    with running_mailbox() as box, pytest.raises(Permanent, match="peragaan"):
        dialler(HttpSettings(stand_in="http://127.0.0.1:9", allow_private_network=True))("127.0.0.1", box.port)


def test_loopback_where_private_networks_are_open() -> None:
    with running_mailbox() as box, dialler(settings(private=True))("127.0.0.1", box.port) as line:
        assert line.recv(3) == b"220"
