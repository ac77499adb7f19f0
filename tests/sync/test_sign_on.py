"""Log-in through an issuer of OpenID Connect: a real one on loopback, honest first, then dishonest in one way at a time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey
from sqlalchemy import select
from structlog.testing import capture_logs

from aggregator.app import App
from aggregator.domain.access import Role
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people import Stage
from aggregator.storage.tables import metadata, people, sso_subjects, sso_visits
from tests.fakes.clock import SteppableClock
from tests.fakes.issuer import CLIENT, SECRET, STRANGER, Issuer, running_issuer

PASSWORD = "rahasia-sekali"
NO = "ditolak"


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """One database will do: what it holds for this is tested on both in tests/services."""
    path = tmp_path / "sso.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def issuer(clock: SteppableClock) -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.now = lambda: clock().timestamp()
        yield issuer


@pytest.fixture
def core(make_core: Callable[..., App], issuer: Issuer) -> App:
    core = make_core(
        oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret=SECRET, allow_private_network=False
    )
    core.people.add("budi", "Budi", Role.LEADER, None, PASSWORD, "budi@kabupaten.go.id")
    core.people.add("kominfo", "Kominfo", Role.DISKOMINFO, None, PASSWORD, "kominfo@kabupaten.go.id")
    return core


def visit(core: App, issuer: Issuer, **who: Any) -> str:
    """A person logs in by the issuer; the session's token."""
    address, state = core.sign_on.start()
    back = issuer.approve(address, **who)
    assert back["state"] == state
    return core.sign_on.finish(state, back["code"], back["iss"], "Chrome di Android")


def bound(core: App) -> list[tuple[str, int]]:
    with core.database.read() as connection:
        return [tuple(row) for row in connection.execute(select(sso_subjects.c.subject, sso_subjects.c.person_id))]  # type: ignore[misc]


def visits(core: App) -> int:
    with core.database.read() as connection:
        return len(connection.execute(select(sso_visits)).all())


# -- an honest issuer --------------------------------------------------------------------------------------------------


def test_a_known_address_comes_in(core: App, issuer: Issuer) -> None:
    viewer = core.people.viewer(visit(core, issuer))
    assert viewer is not None and viewer.login == "budi"
    assert bound(core) == [("pegawai-7", viewer.person_id)]
    assert visits(core) == 0


def test_what_is_asked_for(core: App, issuer: Issuer) -> None:
    address, state = core.sign_on.start()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{issuer.address}/authorize?")
    assert asked["state"] == state and asked["redirect_uri"].endswith("/masuk/sso/kembali")
    assert len(asked["nonce"]) >= 43 and len(asked["code_challenge"]) == 43
    with core.database.read() as connection:
        dump = "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(table.select()))
    assert state not in dump and asked["nonce"] not in dump


def test_the_subject_outlives_the_address(core: App, issuer: Issuer) -> None:
    visit(core, issuer)
    for email, verified in (("lain@kabupaten.go.id", True), (None, None), ("kominfo@kabupaten.go.id", True)):
        issuer.claims = {"email": email, "email_verified": verified}
        assert core.people.viewer(visit(core, issuer)).login == "budi"  # type: ignore[union-attr]
    assert len(bound(core)) == 1


def test_a_stranger_is_not_added(core: App, issuer: Issuer) -> None:
    for claims in (
        {"email": "hantu@kabupaten.go.id"}, {"email_verified": False}, {"email_verified": "true"}, {"email": None}, {"email": ""},
    ):  # fmt: skip
        issuer.claims = claims
        with pytest.raises(Refused, match="belum dikenal"):
            visit(core, issuer, subject="lain")
    with core.database.read() as connection:
        assert len(connection.execute(select(people.c.id)).all()) == 2
    assert bound(core) == []


def test_another_subject_cannot_take_an_address_that_is_bound(core: App, issuer: Issuer) -> None:
    visit(core, issuer)
    with pytest.raises(Refused, match="terikat"):
        visit(core, issuer, subject="penerus")
    kominfo = core.people.find("kominfo")
    core.staff.unbind(kominfo, core.staff.id_of("budi"))
    assert core.people.viewer(visit(core, issuer, subject="penerus"))
    assert [subject for subject, _ in bound(core)] == ["penerus"]


def test_who_left_stays_out(core: App, issuer: Issuer) -> None:
    visit(core, issuer)
    core.leaving.deactivate(core.people.find("kominfo"), core.staff.id_of("budi"))
    with pytest.raises(Refused, match="belum dikenal"):
        visit(core, issuer)


def test_the_second_factor_is_asked_for_all_the_same(make_core: Callable[..., App], core: App, issuer: Issuer) -> None:
    strict = make_core(oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret=SECRET, require_totp=True)
    issuer.claims = {"email": "kominfo@kabupaten.go.id"}
    standing = strict.people.behind(visit(strict, issuer, subject="admin"))
    assert standing is not None and standing.stage is Stage.ENROL


def test_the_secret_may_have_to_go_in_the_body(core: App, issuer: Issuer) -> None:
    issuer.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert visit(core, issuer)


def test_a_new_key_of_the_issuer_is_found_at_once(core: App, issuer: Issuer) -> None:
    visit(core, issuer)
    issuer.key = STRANGER
    assert visit(core, issuer)
    assert issuer.calls.count("/.well-known/openid-configuration") == 1, "what it says of itself is kept for an hour"


def test_without_an_issuer_there_is_no_door(make_core: Callable[..., App]) -> None:
    core = make_core()
    assert not core.sign_on.offered
    with pytest.raises(NotFound):
        core.sign_on.start()
    with pytest.raises(NotFound):
        core.sign_on.finish("x", "x", None, "")


# -- dishonest ones ----------------------------------------------------------------------------------------------------


def refused(core: App, issuer: Issuer, why: str) -> None:
    """Nobody gets in, nothing is bound, and the log says why without a token."""
    with capture_logs() as logs, pytest.raises(Refused, match=NO):
        visit(core, issuer)
    assert [line["why"] for line in logs if line["event"] == "sso_refused"] == [why]
    assert "eyJ" not in str(logs)
    assert bound(core) == [] and visits(core) == 0


@pytest.mark.parametrize("sign", ["stranger", "none", "HS256", "HS256-secret", "altered"])
def test_a_bad_signature_is_refused(core: App, issuer: Issuer, sign: str) -> None:
    issuer.sign = sign
    refused(core, issuer, "signature")


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "lain"}, "aud"), ({"aud": ["sahut-uji", "lain"]}, "aud"), ({"azp": "lain"}, "aud"), ({"aud": None}, "aud"),
        ({"iss": "http://jahat.example"}, "iss"), ({"iss": None}, "iss"),
        ({"nonce": "lain"}, "nonce"), ({"nonce": None}, "nonce"),
        ({"exp": 1}, "exp"), ({"exp": None}, "exp"), ({"iat": 1}, "iat"), ({"sub": None}, "sub"), ({"sub": ""}, "sub"),
    ],
)  # fmt: skip
def test_a_wrong_claim_is_refused(core: App, issuer: Issuer, claims: dict[str, Any], why: str) -> None:
    issuer.claims = claims
    refused(core, issuer, why)


def test_a_shared_secret_among_the_keys_is_no_key(core: App, issuer: Issuer) -> None:
    """Also when it is all there is: a symmetric key anyone can read signs for anyone."""
    issuer.sign = "HS256-secret"
    shared = OctKey.import_key(SECRET, {"kid": "k1"}).as_dict(private=True)
    issuer.keys = [shared]
    refused(core, issuer, "jwks")
    issuer.keys = [shared, issuer.key.as_dict(private=False)]
    refused(core, issuer, "signature")


@pytest.mark.parametrize("state", ["", "x", "\x00", "\ud800", "a" * 9_000])
def test_a_state_that_nobody_was_given(core: App, issuer: Issuer, state: str) -> None:
    back = issuer.approve(core.sign_on.start()[0])
    with pytest.raises(Refused, match="Ulangi"):
        core.sign_on.finish(state, back["code"], None, "")
    assert "/token" not in issuer.calls


def test_a_replay_is_refused(core: App, issuer: Issuer) -> None:
    address, state = core.sign_on.start()
    back = issuer.approve(address)
    assert core.sign_on.finish(state, back["code"], None, "")
    with pytest.raises(Refused, match="sudah dipakai"):
        core.sign_on.finish(state, back["code"], None, "")
    _, fresh = core.sign_on.start()
    with pytest.raises(Refused, match=NO):
        core.sign_on.finish(fresh, back["code"], None, "")  # the issuer takes a code once


def test_a_state_in_many_hands_is_used_once(core: App, issuer: Issuer) -> None:
    address, state = core.sign_on.start()
    back = issuer.approve(address)

    def finish(_: int) -> bool:
        try:
            return bool(core.sign_on.finish(state, back["code"], None, ""))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(finish, range(4))) == 1


def test_a_code_of_another_visit_is_refused(core: App, issuer: Issuer) -> None:
    """Somebody's code slipped into another browser: the verifier does not fit (PKCE)."""
    stolen = issuer.approve(core.sign_on.start()[0])
    _, state = core.sign_on.start()
    with pytest.raises(Refused, match=NO):
        core.sign_on.finish(state, stolen["code"], None, "")


def test_a_visit_lasts_ten_minutes(core: App, issuer: Issuer, clock: SteppableClock) -> None:
    address, state = core.sign_on.start()
    back = issuer.approve(address)
    clock.step(minutes=10, seconds=1)
    with pytest.raises(Refused, match="habis"):
        core.sign_on.finish(state, back["code"], None, "")
    core.sign_on.start()
    assert visits(core) == 1, "old ones are swept"


def test_another_issuers_answer_is_refused(core: App, issuer: Issuer) -> None:
    address, state = core.sign_on.start()
    back = issuer.approve(address)
    with pytest.raises(Refused, match=NO):
        core.sign_on.finish(state, back["code"], "https://lain.example", "")
    assert "/token" not in issuer.calls


@pytest.mark.parametrize(
    ("discovery", "why"),
    [
        ({"issuer": "https://lain.example"}, "discovery_issuer"), ({"issuer": None}, "discovery_issuer"),
        ({"token_endpoint": "http://jahat.example/token"}, "token_endpoint"), ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"), ({"jwks_uri": None}, "jwks_uri"),
        ({"token_endpoint": "https://[x"}, "token_endpoint"),
    ],
)  # fmt: skip
def test_a_discovery_document_that_leads_astray(core: App, issuer: Issuer, discovery: dict[str, Any], why: str) -> None:
    issuer.discovery = discovery
    refused(core, issuer, why)
    assert issuer.calls == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b"null", b'{"id_token": 7}', b'{"keys": [7, {}]}', b"\xff\xfe", b"{" * 5_000]
)
def test_rubbish_from_the_issuer_is_a_clear_no(core: App, issuer: Issuer, path: str, body: bytes) -> None:
    issuer.raw = {path: body}
    with pytest.raises(Refused):
        visit(core, issuer)
    assert bound(core) == []


def test_an_issuer_that_is_away_is_said_so_soon(core: App, issuer: Issuer, make_core: Callable[..., App]) -> None:
    gone = make_core(oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT)
    begun = time.monotonic()
    with pytest.raises(Refused, match="tidak dapat dihubungi"):
        gone.sign_on.start()
    assert time.monotonic() - begun < 8


def test_strangers_cannot_make_us_hammer_an_issuer(core: App, issuer: Issuer, clock: SteppableClock) -> None:
    issuer.raw = {"/.well-known/openid-configuration": b"<html>"}
    for _ in range(5):
        with pytest.raises(Refused):
            core.sign_on.start()
    assert len(issuer.calls) == 1
    issuer.raw = {}
    clock.step(seconds=10)
    assert core.sign_on.start()


def test_the_wrong_client_secret_is_refused(make_core: Callable[..., App], core: App, issuer: Issuer) -> None:
    wrong = make_core(oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret="salah")
    with pytest.raises(Refused, match=NO):
        visit(wrong, issuer)
