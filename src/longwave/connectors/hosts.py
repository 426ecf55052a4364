"""Which addresses longwave calls: publishers' hosts by name, over https, at public addresses only.

A URL may come from a redirect or from a publisher's own answer, so it is never trusted: it has to match a
narrow pattern (no user part, no backslash, no control or non-ASCII signs), its host has to be on the list,
and every address that the host's name resolves to has to be a public one. The caller then connects to the
very address that was checked, so a name that changes its mind between check and call (DNS rebinding) gains
nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from longwave.core.errors import FetchError, HostRefused
from longwave.core.message import say

OFFICIAL_HOSTS: frozenset[str] = frozenset(
    {
        "api.worldbank.org",
        "api.stlouisfed.org",
        "api.db.nomics.world",
        "api.census.gov",
        "ourworldindata.org",
        "api.ourworldindata.org",
        "data-api.ecb.europa.eu",
        "sdmx.oecd.org",
        "ec.europa.eu",
        "stats.bis.org",
        "sdmx.ilo.org",
        "api.imf.org",
    }
)
"""The hosts of the house's own connectors. A guest connector's host has to be allowed in the settings."""

Resolve: TypeAlias = Callable[[str, int], "list[str]"]
"""From a host's name and a port to the addresses that the name stands for."""

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?][A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%|-]*)?)"
)
_LONGEST_URL = 8000
"""Signs. Publishers' gateways refuse longer ones."""
_PORTS = {"https": 443, "http": 80}
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV6_GLOBAL = ipaddress.IPv6Network("2000::/3")
# Inside 2000::/3 and yet not a public host: Teredo and other protocol blocks, ORCHID, documentation, 6to4.
_IPV6_SPECIAL = tuple(
    ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# Python 3.11 calls some of these public: 6to4 relays, protocol assignments, shared and benchmark ranges.
_IPV4_SPECIAL = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "192.88.99.0/24",
        "192.0.0.0/24",
        "100.64.0.0/10",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "0.0.0.0/8",
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: scheme, host as in the URL (IPv6 in brackets), port, and path with query."""

    scheme: str
    host: str
    port: int
    rest: str

    @property
    def authority(self) -> str:
        """Host, with the port where it is not the scheme's usual one."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        return self.host in _LOOPBACK_NAMES

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.rest}"


def place_of(url: str, extra_hosts: Collection[str] = ()) -> Place:
    """Where `url` leads, if longwave may go there.

    extra_hosts: hosts allowed beside the official ones, ``host`` or ``host:port``. Plain http is allowed only
    to this machine, and only where an extra host names it. Raises HostRefused.
    """
    url = url.partition("#")[0]
    match = _URL.fullmatch(url) if len(url) <= _LONGEST_URL else None
    if match is None:
        raise HostRefused(say("connectors.bad_url", url=shown(url)), say("connectors.bad_url_mend"))
    scheme, host = match["scheme"], match["host"].lower()
    port = int(match["port"] or _PORTS[scheme])
    rest = match["rest"]
    place = Place(scheme, host, port, rest if rest.startswith("/") else f"/{rest}")
    if scheme == "http" and not place.loopback:
        raise HostRefused(say("connectors.not_https", url=shown(url)), say("connectors.not_https_mend"))
    extra = {name.lower() for name in extra_hosts}
    official = host in OFFICIAL_HOSTS and scheme == "https" and port == 443
    if not official and place.authority not in extra:
        raise HostRefused(
            say("connectors.host_not_listed", host=place.authority),
            say("connectors.host_not_listed_mend", host=place.authority),
        )
    return place


def addresses_of(place: Place, resolve: Resolve) -> list[str]:
    """The addresses to connect to, each of them checked.

    One private address among public ones refuses the whole name: an honest publisher has none. Raises
    HostRefused, or FetchError where the name does not resolve.
    """
    try:
        found = resolve(place.host.strip("[]"), place.port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise FetchError(say("connectors.no_such_host", host=place.host), say("connectors.no_such_host_mend"))
    for address in found:
        if not (_is_loopback(address) if place.loopback else is_public(address)):
            raise HostRefused(
                say("connectors.private_address", host=place.host, address=address),
                say("connectors.private_address_mend"),
            )
    return list(dict.fromkeys(found))


def system_resolve(host: str, port: int) -> list[str]:
    """Addresses as the system's resolver orders them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Whether an address is one that anybody on the internet may call."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return _is_public_v4(ip)
    if ip.ipv4_mapped is not None or getattr(ip, "scope_id", None):
        return False
    if ip in _NAT64:
        return _is_public_v4(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip in _IPV6_GLOBAL and ip.is_global and not any(ip in special for special in _IPV6_SPECIAL)


def _is_public_v4(ip: ipaddress.IPv4Address) -> bool:
    special = any(ip in network for network in _IPV4_SPECIAL)
    return ip.is_global and not ip.is_multicast and not special


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def shown(url: str) -> str:
    """A URL as it may be printed: short, without its query, which may hold a key, and without a user part."""
    text = url.partition("?")[0]
    scheme, mark, rest = text.partition("://")
    if "@" in rest:
        rest = f"…@{rest.rpartition('@')[2]}"
    return "".join(sign if sign.isprintable() else "?" for sign in f"{scheme}{mark}{rest}")[:200]
