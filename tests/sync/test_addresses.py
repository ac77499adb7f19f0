"""No form of writing an address reaches a machine inside (THREATS: SSRF through a unit's website)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from aggregator.contract import Permanent, PlatformError
from aggregator.sync import wire
from aggregator.sync.addresses import Reach, is_host_pattern, is_public, may_connect, read_url

from .http_lab import Answer, RawServer, Site, resolves, serving, visit

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1",
    "127.9.9.9", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:0:7f00:1::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1",
    "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
OUTSIDE = [
    "1.1.1.1", "8.8.8.8", "103.28.12.5", "202.43.1.9", "2400:cb00::1", "2606:4700::1111",
    "2001:4860:4860::8888",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert not may_connect(address, allow_private=False)


@pytest.mark.parametrize("address", OUTSIDE)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)
    assert may_connect(address, allow_private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "172.20.0.2", "fd12::1"])
def test_the_intranet_switch_opens_intranets(address: str) -> None:
    assert may_connect(address, allow_private=True)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "0.0.0.0", "::", "224.0.0.1",
    "fe80::1",
     "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"],
)  # fmt: skip
def test_the_intranet_switch_does_not_open_metadata_services(address: str) -> None:
    assert not may_connect(address, allow_private=True)


# {p} is the port of a server that must never be connected to; every name resolves to where it listens.
FORMS = [
    "http://127.0.0.1:{p}/", "http://127.1:{p}/", "http://127.0.1:{p}/", "http://2130706433:{p}/",
    "http://0x7f000001:{p}/", "http://0x7f.0.0.1:{p}/", "http://0x7f.1:{p}/", "http://017700000001:{p}/",
    "http://0177.0.0.1:{p}/", "http://0177.0.0.01:{p}/", "http://127.0.0.1.:{p}/",
    "http://127.000.000.001:{p}/", "http://0:{p}/", "http://0.0.0.0:{p}/", "http://localhost:{p}/",
    "http://LOCALHOST:{p}/", "http://localhost.:{p}/", "http://localhost.localdomain:{p}/",
    "http://127.0.0.1.nip.io:{p}/", "http://dinas.go.id:{p}/", "http://dinas.go.id.:{p}/",
    "http://[::1]:{p}/", "http://[0:0:0:0:0:0:0:1]:{p}/", "http://[::]:{p}/",
    "http://[::ffff:127.0.0.1]:{p}/", "http://[::ffff:7f00:1]:{p}/", "http://[::127.0.0.1]:{p}/",
    "http://[64:ff9b::7f00:1]:{p}/", "http://[2002:7f00:1::]:{p}/", "http://[::1%25lo]:{p}/",
    "http://[::1%lo]:{p}/", "http://user@127.0.0.1:{p}/", "http://dinas.go.id@127.0.0.1:{p}/",
    "http://dinas.go.id:80@127.0.0.1:{p}/", "http://127.0.0.1:{p}\\@dinas.go.id/",
    "http://dinas.go.id\\@127.0.0.1:{p}/", "http:\\\\127.0.0.1:{p}\\", "http:/127.0.0.1:{p}/",
    "http:127.0.0.1:{p}", "http:///127.0.0.1:{p}/", "//127.0.0.1:{p}/", "127.0.0.1:{p}",
    "http://127。0。0。1:{p}/", "http://127．0．0．1:{p}/", "http://①②⑦.⓪.⓪.①:{p}/", "http://ⓛocalhost:{p}/",
    "http://loc\u00adalhost:{p}/", "http://127.0.0.1%00.dinas.go.id:{p}/",
    "http://127.0.0.1%2f@dinas.go.id:{p}/", "http://%31%32%37.0.0.1:{p}/", "http://127.0.0.1\t:{p}/",
    "http://127.0.0.1\r\n:{p}/", " http://127.0.0.1:{p}/", "HTTP://127.0.0.1:{p}/", "ftp://127.0.0.1:{p}/",
    "gopher://127.0.0.1:{p}/", "file:///etc/passwd", "unix:///var/run/redis.sock",
    "http://127.0.0.1:{p}#@dinas.go.id/", "http://127.0.0.1:{p}?@dinas.go.id/", "http://localhost:0{p}/",
    "http://" + "a" * 70 + ".go.id:{p}/", "http://:{p}/", "http://.:{p}/", "",
]  # fmt: skip


@pytest.mark.parametrize(
    "url",
    ["http://user@dinas.go.id/", "http://user:pass@dinas.go.id/", "http://dinas.go.id./", "http://0x08080808/",
     "http://8.8.2056/", "http://134744072/", "http://010.010.010.010/", "http://dinas.go.id\\@lain.go.id/",
     "http://[2606:4700::1111%25eth0]/", "http://dinas.go.id:0/", "http://dinas.go.id:99999/",
     "http://a b.id/", "ftp://dinas.go.id/", "javascript:alert(1)", "dinas.go.id", "", "http://", "http://-a.id/",
     "http://a..id/"],
)  # fmt: skip
def test_dressed_up_addresses_are_refused_wherever_they_lead(url: str) -> None:
    with pytest.raises(Permanent):
        read_url(url)


@pytest.mark.parametrize(
    "url",
    ["https://dinas.go.id", "HTTPS://WWW.Dinas.go.id:8443/x?y#z", "http://8.8.8.8/", "http://[2606:4700::1111]/",
     "https://dinas-kesehatan_1.kab.go.id/", "https://café.example/", "http://127.0.0.1:8080/"],
)  # fmt: skip
def test_plain_addresses_are_read(url: str) -> None:
    assert read_url(url).host


@pytest.fixture
def canaries() -> Iterator[tuple[RawServer, RawServer]]:
    with serving(RawServer()) as four, serving(RawServer(address="::1")) as six:
        yield four, six


def to_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1", "::1"]


def test_no_form_of_address_connects_inside(canaries: tuple[RawServer, RawServer]) -> None:
    assert len(FORMS) >= 30
    for canary in canaries:
        for form in FORMS:
            url = form.replace("{p}", str(canary.port))
            with (
                pytest.raises(PlatformError) as refusal,
                visit(url, allow_private=False, resolver=to_loopback) as http,
            ):
                http.get(url)
            assert isinstance(refusal.value, Permanent), form
    assert [canary.accepted for canary in canaries] == [0, 0]


def test_the_canaries_would_sing(canaries: tuple[RawServer, RawServer]) -> None:
    for canary, host in zip(canaries, ("127.0.0.1", "[::1]"), strict=True):
        url = f"http://{host}:{canary.port}/"
        with visit(url) as http, pytest.raises(PlatformError):
            http.get(url)
    assert [canary.accepted for canary in canaries] == [1, 1]


def test_one_inside_address_among_public_ones_is_enough_to_refuse() -> None:
    resolver = resolves(dinas_example=["8.8.8.8", "127.0.0.1"])
    with visit("http://dinas.example", allow_private=False, resolver=resolver) as http:
        with pytest.raises(Permanent, match="jaringan dalam"):
            http.get("http://dinas.example/")
        assert http._backend.opened == 0


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server that counts as the open internet; 127.0.0.1 stays inside."""
    monkeypatch.setattr(wire, "may_connect", lambda address, allow_private: address == "127.0.0.2")
    with serving(Site("127.0.0.2")) as site:
        yield site


def test_a_redirect_cannot_lead_inside(outside: Site, canaries: tuple[RawServer, RawServer]) -> None:
    canary = canaries[0]
    account = f"http://dinas.example:{outside.port}"
    for location in [form.replace("{p}", str(canary.port)) for form in FORMS if form and "\r" not in form]:
        outside.routes["/"] = Answer(302, headers={"Location": location.encode().decode("latin-1")})
        with (
            visit(account, allow_private=False, resolver=resolves(dinas_example=["127.0.0.2"])) as http,
            pytest.raises(PlatformError),
        ):
            http.get(account + "/")
    assert canary.accepted == 0
    assert len(outside.asked) > 30


def test_a_name_that_changes_its_address_is_checked_again(outside: Site, canaries: tuple[RawServer, RawServer]) -> None:
    answers = iter([["127.0.0.2"], ["127.0.0.1"]])
    outside.routes["/"] = Answer(302, headers={"Location": "/lagi", "Connection": "close"})
    account = f"http://dinas.example:{outside.port}"
    with (
        visit(account, allow_private=False, resolver=lambda host, port: next(answers)) as http,
        pytest.raises(Permanent, match="jaringan dalam"),
    ):
        http.get(account + "/")
    assert outside.paths == ["/"]
    assert canaries[0].accepted == 0


def test_a_name_is_resolved_once_and_the_socket_goes_to_the_checked_address(outside: Site) -> None:
    lookups = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        lookups.append(host)
        return ["127.0.0.2"] if len(lookups) == 1 else ["127.0.0.1"]

    outside.routes["/"] = Answer(body=b"halo")
    account = f"http://dinas.example:{outside.port}"
    with visit(account, allow_private=False, resolver=rebinding) as http:
        assert http.get(account + "/").body == b"halo"
    assert lookups == ["dinas.example"]
    assert outside.asked[0].headers["host"] == f"dinas.example:{outside.port}"


def test_an_unreadable_account_address_is_an_error_of_the_call_not_of_the_client() -> None:
    with visit("http://user@0x7f.1/") as http, pytest.raises(Permanent, match="tidak lazim"):
        http.get("http://user@0x7f.1/")
    with visit("bukan alamat") as http, pytest.raises(Permanent, match="di luar situs"):
        http.get("https://dinas.example/")


def test_unusual_ports_are_closed_except_the_accounts_own() -> None:
    reach = Reach((), read_url("https://dinas.go.id:8443"))
    reach.check(read_url("https://dinas.go.id:8443/x"))
    reach.check(read_url("http://dinas.go.id/x"))
    with pytest.raises(Permanent, match="pintu 6379"):
        reach.check(read_url("http://dinas.go.id:6379/"))


@pytest.mark.parametrize(
    ("url", "held"),
    [
        ("https://graph.example.org/v1", True),
        ("https://a.cdn.example.net/x", True),
        ("https://cdn.example.net/x", False),
        ("https://evilcdn.example.net/x", False),
        ("https://graph.example.org.evil.id/", False),
        ("https://xgraph.example.org/", False),
        ("https://dinas.go.id/", True),
        ("https://www.dinas.go.id/", True),
        ("https://lain.dinas.go.id/", False),
        ("https://dinas.go.id.evil.id/", False),
    ],
)
def test_only_named_hosts_and_the_own_site(url: str, held: bool) -> None:
    reach = Reach(("graph.example.org", "*.cdn.example.net"), read_url("https://dinas.go.id/berita"))
    if held:
        reach.check(read_url(url))
    else:
        with pytest.raises(Permanent, match="di luar situs yang didaftarkan"):
            reach.check(read_url(url))


@pytest.mark.parametrize(
    ("pattern", "sound"),
    [("api.example.org", True), ("*.example.org", True), ("*.id", False), ("*", False), ("localhost", False),
     ("https://example.org", False), ("example.org/x", False), ("example.org:80", False), ("EXAMPLE.org",
     False), ("127.0.0.1", False), ("a.*.org", False), ("", False)],
)  # fmt: skip
def test_host_patterns(pattern: str, sound: bool) -> None:
    assert is_host_pattern(pattern) is sound
