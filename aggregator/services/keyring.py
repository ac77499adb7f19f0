"""Every secret Sahut holds for platforms: sealed at rest, opened only for the call that needs it, never shown."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from aggregator.storage.crypto import Vault
from aggregator.storage.db import Database
from aggregator.storage.tables import (
    account_secrets,
    accounts,
    app_secrets,
    consents,
    login_secrets,
    second_factors,
    sso_visits,
)


class Keyring:
    """Sealed values by owner: an app (by platform), a login, an account."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def seal(self, secret: str) -> bytes:
        return self._vault.seal(secret)

    def open(self, ciphertext: bytes) -> str:
        return self._vault.open(ciphertext)

    def of_app(self, connection: Connection, platform: str) -> dict[str, str]:
        return self._opened(connection, app_secrets, app_secrets.c.platform, platform)

    def of_login(self, connection: Connection, login_id: int) -> dict[str, str]:
        return self._opened(connection, login_secrets, login_secrets.c.login_id, login_id)

    def of_account(self, connection: Connection, account_id: int) -> dict[str, str]:
        """What a plugin is lent for this account: its own secrets, over its login's, over the app's."""
        statement = select(accounts.c.platform, accounts.c.login_id).where(accounts.c.id == account_id)
        platform, login_id = connection.execute(statement).one()
        return {
            **self.of_app(connection, platform),
            **(self.of_login(connection, login_id) if login_id else {}),
            **self.own_of_account(connection, account_id),
        }

    def own_of_account(self, connection: Connection, account_id: int) -> dict[str, str]:
        return self._opened(connection, account_secrets, account_secrets.c.account_id, account_id)

    def keep_for_app(self, connection: Connection, platform: str, values: Mapping[str, str]) -> None:
        self._keep(connection, app_secrets, app_secrets.c.platform, platform, values)

    def keep_for_login(self, connection: Connection, login_id: int, values: Mapping[str, str]) -> None:
        self._keep(connection, login_secrets, login_secrets.c.login_id, login_id, values)

    def keep_for_account(self, connection: Connection, account_id: int, values: Mapping[str, str]) -> None:
        self._keep(connection, account_secrets, account_secrets.c.account_id, account_id, values)

    def _opened(self, connection: Connection, table: Table, owner: Column[object], identity: object) -> dict[str, str]:
        rows = connection.execute(select(table.c.name, table.c.ciphertext).where(owner == identity))
        return {row.name: self._vault.open(row.ciphertext) for row in rows}

    def _keep(
        self, connection: Connection, table: Table, owner: Column[object], identity: object, values: Mapping[str, str]
    ) -> None:
        """An empty value takes the old one out."""
        for name, value in sorted(values.items()):
            connection.execute(delete(table).where(owner == identity, table.c.name == name))
            if not value:
                continue
            row = {owner.name: identity, "name": name, "ciphertext": self._vault.seal(value)}
            connection.execute(insert(table).values(row))


def reseal_all(database: Database, vault: Vault) -> int:
    """Seal every secret again under the newest key, all or none; how many. Afterwards the old keys may go."""
    with database.write() as connection:
        return sum(
            _reseal(connection, vault, table, column)
            for table, column in (
                (app_secrets, app_secrets.c.ciphertext),
                (login_secrets, login_secrets.c.ciphertext),
                (account_secrets, account_secrets.c.ciphertext),
                (consents, consents.c.verifier),
                (second_factors, second_factors.c.secret),
                (sso_visits, sso_visits.c.verifier),
            )
        )


def _reseal(connection: Connection, vault: Vault, table: Table, column: Column[bytes]) -> int:
    keys = list(table.primary_key.columns)
    rows = connection.execute(select(*keys, column).with_for_update()).all()
    for row in rows:
        same = [key == value for key, value in zip(keys, row, strict=False)]
        connection.execute(update(table).where(*same).values({column.name: vault.reseal(row[-1])}))
    return len(rows)
