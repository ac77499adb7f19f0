"""Secrets at rest: sealed, rotated, and one key however many processes start at once."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from aggregator.storage.crypto import SecretUnreadable, Vault, load_keys

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_a_secret_is_not_in_what_is_stored() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("sandi rahasia")
    assert b"rahasia" not in sealed
    assert vault.seal("sandi rahasia") != sealed
    assert vault.open(sealed) == "sandi rahasia"


def test_keys_are_rotated_without_losing_a_secret() -> None:
    sealed = Vault([OLD]).seal("sandi rahasia")
    both = Vault([NEW, OLD])
    assert both.open(sealed) == "sandi rahasia"
    again = both.reseal(sealed)
    assert Vault([NEW]).open(again) == "sandi rahasia"
    with pytest.raises(SecretUnreadable):
        Vault([OLD]).open(again)


def test_a_changed_secret_is_refused_without_its_words() -> None:
    sealed = bytearray(Vault([OLD]).seal("sandi rahasia"))
    sealed[20] ^= 1
    with pytest.raises(SecretUnreadable) as refusal:
        Vault([OLD]).open(bytes(sealed))
    assert "rahasia" not in str(refusal.value)


@pytest.mark.parametrize("key", ["", "pendek", "=" * 44])
def test_what_is_no_key_is_said_so(key: str) -> None:
    with pytest.raises(SecretUnreadable, match="SAHUT_SECRET_KEYS"):
        Vault([key])


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    keys = load_keys((), tmp_path / "new")
    assert load_keys((), tmp_path / "new") == keys
    mode = (tmp_path / "new" / "secret.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert load_keys((OLD,), tmp_path / "none") == (OLD,)
    assert not (tmp_path / "none").exists()


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from aggregator.storage.crypto import load_keys; "
        "print(load_keys((), Path(sys.argv[1]))[0])"
    )
    start = [sys.executable, "-c", script, str(tmp_path / "data")]
    running = [subprocess.Popen(start, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    keys = {process.communicate(timeout=60)[0].strip() for process in running}
    assert {process.returncode for process in running} == {0}
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]
