"""Which addresses may be visited: the shape of a URL, the hosts an account's plugin may reach, and the IP
addresses a socket may be opened to. The last one is the guard that counts; the others give clear sentences
early.

Sources: IANA special-purpose address registries, RFC 6890, RFC 6052 (64:ff9b::/96), RFC 3056 (2002::/16)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx2

from aggregator.contract import Permanent, PlatformInfo

IpAddress = IPv4Address | IPv6Address

# Only this part of IPv6 is given out to the public; everything else is special. Inside it lie tunnels and
# translations, which would carry a packet to an IPv4 address nobody checked.
_V6_PUBLIC = IPv6Network("2000::/3")
_V6_SPECIAL = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_V4_RELAYS = IPv4Network("192.88.99.0/24")

# Where clouds hand out their machines' credentials. Never a citizen's page, so closed even inside an
# intranet.
_METADATA = frozenset(
    ip_address(address)
    for address in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_NUMBER_LABEL = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")  # resolvers read "127.1" and "0x7f000001" as addresses
_HOST_PATTERN = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)+{_LABEL}")

_WEB_PORTS = frozenset({80, 443})


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, and to no tunnel, translation or cloud inside."""
    ip = ip_address(address)
    if ip in _METADATA or ip.is_multicast:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_reserved and ip not in _V4_RELAYS
    return ip in _V6_PUBLIC and not any(ip in net for net in _V6_SPECIAL)


def may_connect(address: str, *, allow_private: bool) -> bool:
    """Whether a socket may be opened to `address`. `allow_private` opens loopback and intranets, and
    nothing else: not link-local (where metadata services live), multicast, or an IPv4 address dressed as
    IPv6."""
    if is_public(address):
        return True
    ip = ip_address(address)
    if ip in _METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return allow_private and (ip.is_loopback or _is_intranet(ip))


def _is_intranet(ip: IpAddress) -> bool:
    if isinstance(ip, IPv4Address):
        return ip.is_private or ip in IPv4Network("100.64.0.0/10")
    return ip in IPv6Network("fc00::/7")


def is_loopback(host: str) -> bool:
    """Whether a host name or literal plainly means this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_host_pattern(pattern: str) -> bool:
    """Whether a plugin's `hosts` entry is sound: "graph.example.org" or "*.example.org", nothing wider."""
    return (
        bool(_HOST_PATTERN.fullmatch(pattern))
        and not _NUMBER_LABEL.fullmatch(pattern.rpartition(".")[2])
        and pattern.count(".") > pattern.startswith("*.")
    )


def read_url(text: str) -> httpx2.URL:
    """A web address in its one plain form; raises Permanent for other schemes and for every dressed-up form
    (user name inside, decimal or hexadecimal IP, zone, trailing dot, control characters)."""
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        raise Permanent("Alamat situs tidak dapat dibaca; periksa penulisannya.") from None
    if url.scheme not in ("http", "https"):
        raise Permanent("Alamat situs harus diawali http:// atau https://.")
    if url.userinfo or not _is_plain_host(url.raw_host.decode("ascii")) or not 0 < port_of(url) < 65536:
        raise Permanent("Alamat situs ditulis dengan cara yang tidak lazim; periksa penulisannya.")
    return url


def _is_plain_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        last = host.rpartition(".")[2]
        return len(host) <= 253 and bool(_HOST_NAME.fullmatch(host)) and not _NUMBER_LABEL.fullmatch(last)
    return "%" not in host


def port_of(url: httpx2.URL) -> int:
    """The port a URL means, named or not."""
    return url.port if url.port is not None else {"http": 80, "https": 443}[url.scheme]


def host_of(url: httpx2.URL) -> str:
    """The host as it goes on the wire: lower case, ASCII."""
    return url.raw_host.decode("ascii")


def site_of(host: str) -> str:
    """ "www.dinas.go.id" and "dinas.go.id" are one site."""
    return host.removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the plugin may go for one account. `own` is the account's address on an own-host platform."""

    hosts: tuple[str, ...]
    own: httpx2.URL | None
    allow_private: bool = False

    @classmethod
    def of(cls, info: PlatformInfo, account_url: str | None, *, allow_private: bool) -> Reach:
        """An account whose own address cannot be read reaches nothing by it; each call then says so."""
        try:
            own = read_url(account_url) if info.own_host and account_url else None
        except Permanent:
            own = None
        return cls(info.hosts, own, allow_private)

    def check(self, url: httpx2.URL) -> None:
        """Raises Permanent when `url` lies outside."""
        host = host_of(url)
        if not self._holds_host(host):
            raise Permanent(f"Alamat mengarah ke {host}, di luar situs yang didaftarkan.")
        ports = _WEB_PORTS | ({port_of(self.own)} if self.own else frozenset())
        if not self.allow_private and port_of(url) not in ports:
            raise Permanent(f"Alamat memakai pintu {port_of(url)} yang tidak lazim untuk situs.")

    def _holds_host(self, host: str) -> bool:
        if self.own is not None and site_of(host) == site_of(host_of(self.own)):
            return True
        return any(
            host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern for pattern in self.hosts
        )
