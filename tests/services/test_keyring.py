"""Every secret for platforms, on both databases: sealed, lent in the right order, sealed again under a new key."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select

from aggregator.domain.access import Role
from aggregator.services.errors import NotFound, Refused
from aggregator.services.keyring import Keyring, reseal_all
from aggregator.storage.crypto import SecretUnreadable, Vault
from aggregator.storage.tables import accounts, app_secrets, consents, login_secrets, logins, metadata
from tests.fakes.demo import Demo

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
CONSENT = "rahasia-verifier-7Q2"


@pytest.fixture
def keyring(demo: Demo) -> Keyring:
    """A keyring under the old key that holds something for each sort of owner."""
    ring, account = Keyring(Vault([OLD])), demo.accounts["PUPR"]
    now = demo.core.clock()
    with demo.core.database.write() as connection:
        connection.execute(insert(logins).values(id=7, platform="website", created_at=now))
        connection.execute(accounts.update().where(accounts.c.id == account).values(login_id=7))
        ring.keep_for_app(connection, "website", {"client_id": "aplikasi", "access_token": "dari-aplikasi", "a": "1"})
        ring.keep_for_app(connection, "facebook", {"client_id": "aplikasi lain"})
        ring.keep_for_login(connection, 7, {"access_token": "dari-login", "refresh_token": "segar"})
        ring.keep_for_account(connection, account, {"access_token": "milik-akun"})
        connection.execute(
            insert(consents).values(
                state_hash="x", platform="website", person_id=demo.people["kominfo"].person_id,
                verifier=ring.seal(CONSENT), created_at=now,
            )
        )  # fmt: skip
    return ring


def test_an_accounts_own_secrets_come_before_its_logins_before_the_apps(demo: Demo, keyring: Keyring) -> None:
    with demo.core.database.read() as connection:
        lent = keyring.of_account(connection, demo.accounts["PUPR"])
        other = keyring.of_account(connection, demo.accounts["Dinkes"])
    assert lent == {"client_id": "aplikasi", "a": "1", "access_token": "milik-akun", "refresh_token": "segar"}
    assert "refresh_token" not in other, "a login is lent to its own accounts"


def test_a_new_value_takes_the_place_of_the_old_and_others_stay(demo: Demo, keyring: Keyring) -> None:
    with demo.core.database.write() as connection:
        keyring.keep_for_login(connection, 7, {"access_token": "baru"})
        assert keyring.of_login(connection, 7) == {"access_token": "baru", "refresh_token": "segar"}
        assert len(connection.execute(select(login_secrets)).all()) == 2


def test_nothing_is_stored_in_plain(demo: Demo, keyring: Keyring) -> None:
    with demo.core.database.read() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    stored = b"\n".join(bytes(c) if isinstance(c, bytes) else str(c).encode() for row in rows for c in row)
    for secret in ("dari-aplikasi", "dari-login", "segar", "milik-akun", CONSENT):
        assert secret.encode() not in stored


def test_all_are_sealed_again_under_the_new_key_and_the_old_one_may_go(demo: Demo, keyring: Keyring) -> None:
    database = demo.core.database
    assert reseal_all(database, Vault([NEW, OLD])) == 4 + 2 + 1 + 1
    with database.read() as connection:
        ring = Keyring(Vault([NEW]))
        assert ring.of_account(connection, demo.accounts["PUPR"])["access_token"] == "milik-akun"
        assert ring.open(connection.execute(select(consents.c.verifier)).scalar_one()) == CONSENT
        with pytest.raises(SecretUnreadable):
            keyring.of_app(connection, "website")


def test_sealing_again_is_all_or_nothing(demo: Demo, keyring: Keyring) -> None:
    database = demo.core.database
    with database.write() as connection:
        stranger = Vault([Fernet.generate_key().decode()]).seal("dari tempat lain")
        connection.execute(insert(login_secrets).values(login_id=7, name="zz", ciphertext=stranger))
    with pytest.raises(SecretUnreadable):
        reseal_all(database, Vault([NEW, OLD]))
    with database.read() as connection:
        assert keyring.of_app(connection, "website")["client_id"] == "aplikasi", "still under the old key"


def test_the_apps_form_shows_no_secret_and_keeps_it_when_left_empty(demo: Demo) -> None:
    logins_desk, viewer = demo.core.logins, demo.people["kominfo"]
    logins_desk.keep_app(viewer, "facebook", {"client_id": "111", "client_secret": "s3cr3t"})
    logins_desk.keep_app(viewer, "facebook", {"client_id": "222", "client_secret": ""})
    assert logins_desk.app_values("facebook") == {"client_id": "222", "client_secret": "s3cr3t"}
    fields = {field.name: field for field in logins_desk.app_settings(viewer, "facebook")}
    assert (fields["client_id"].value, fields["client_secret"].value) == ("222", None)
    assert fields["client_secret"].has_value
    assert not fields["verify_token"].has_value
    with demo.core.database.read() as connection:
        assert len(connection.execute(select(app_secrets)).all()) == 2
    with pytest.raises(Refused, match="tidak dikenal"):
        logins_desk.keep_app(viewer, "facebook", {"karangan": "1"})
    for role in ("operator", "bupati"):
        with pytest.raises(NotFound):
            logins_desk.app_settings(demo.people[role], "facebook")
        with pytest.raises(NotFound):
            logins_desk.keep_app(demo.people[role], "facebook", {"client_id": "333"})
    assert demo.people["operator"].role is Role.OPERATOR


def test_a_platform_is_ready_when_what_it_requires_is_there(demo: Demo) -> None:
    assert "facebook" not in demo.core.logins.ready()
    demo.core.logins.keep_app(None, "facebook", {"client_id": "111"})
    assert "facebook" not in demo.core.logins.ready(), "half of an app is none"
    demo.core.logins.keep_app(None, "facebook", {"client_secret": "s3cr3t"})
    assert "facebook" in demo.core.logins.ready()
    assert "rss_news" in demo.core.logins.ready(), "it needs no app"
