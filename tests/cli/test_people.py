"""People from the command line: invitations, links, a lost telephone, the end."""

from __future__ import annotations

import re

from aggregator.services.people.invitations import VALID
from tests.cli.conftest import Shell

LINK = re.compile(r"http://127\.0\.0\.1:8000/undangan/[\w-]{43}\n")


def test_an_invitation_is_a_link_printed_once(office: Shell) -> None:
    first = office.ok("person", "invite", "siti", "--name", "Siti Rahmawati", "--role", "pic", "--unit", "PUPR")
    assert LINK.fullmatch(first) and VALID.days == 7
    again = office.ok("person", "link", "siti")
    assert LINK.fullmatch(again) and again != first
    assert "sudah dipakai" in office.refused("person", "invite", "siti", "--unit", "PUPR")
    assert "harus mempunyai unit" in office.refused("person", "invite", "tono")
    assert "huruf kecil" in office.refused("person", "invite", "Si Ti", "--unit", "PUPR")
    assert "e-mail" in office.refused("person", "invite", "tono", "--unit", "PUPR", "--email", "x")
    assert "tidak ada" in office.refused("person", "link", "hantu")


def test_who_left_gets_no_link(office: Shell) -> None:
    office.ok("person", "add", "budi", "--unit", "PUPR", "--email", "budi@kabupaten.go.id")
    assert office.ok("person", "deactivate", "budi") == (
        "budi tidak dapat masuk lagi. 0 butir kembali menunggu rekan.\n"
    )
    assert "dinonaktifkan" in office.refused("person", "link", "budi")
    assert "tidak ada" in office.refused("person", "deactivate", "hantu")


def test_a_lost_telephone(office: Shell) -> None:
    office.ok("person", "add", "rina", "--role", "diskominfo", "--password", "kuda makan jeruk")
    assert office.ok("person", "reset-factor", "rina") == "Pengaman kedua rina dilepas.\n"
    assert "tidak ada" in office.refused("person", "reset-factor", "hantu")


def test_settings_about_people_are_checked(office: Shell) -> None:
    half = office.refused("unit", "list", SAHUT_OIDC_ISSUER="https://sso.contoh.example")
    assert "SAHUT_OIDC_CLIENT_ID" in half
    for issuer in ("http://sso.contoh.example", "ftp://x", "sso.contoh.example", "http://localhost.jahat.example"):
        assert "must start with https://" in office.refused(
            "unit", "list", SAHUT_OIDC_ISSUER=issuer, SAHUT_OIDC_CLIENT_ID="x"
        )
    assert "SAHUT_REQUIRE_TOTP" in office.refused("unit", "list", SAHUT_REQUIRE_TOTP="kadang")
