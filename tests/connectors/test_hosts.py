"""Which addresses are called: probes of the kinds that have broken other clients, and the honest ones."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.connector import CONNECTORS
from longwave.connectors.hosts import OFFICIAL_HOSTS, Place, addresses_of, is_public, place_of, shown
from longwave.connectors.http import Http
from longwave.core.errors import FetchError, HostRefused

BAD_URLS = [
    "http://api.worldbank.org/v2",
    "ftp://api.worldbank.org/v2",
    "file:///etc/passwd",
    "gopher://api.worldbank.org/",
    "//api.worldbank.org/v2",
    "https:/api.worldbank.org/v2",
    "https://api.worldbank.org:8443/v2",
    "https://api.worldbank.org:443:80/v2",
    "https://api.worldbank.org:99999/v2",
    "https://api.worldbank.org.evil.example/v2",
    "https://evil.example/api.worldbank.org",
    "https://evil.example#api.worldbank.org",
    "https://evil.example?api.worldbank.org",
    "https://api.worldbank.org@evil.example/v2",
    "https://user:word@api.worldbank.org/v2",
    "https://api.worldbank.org\\@evil.example/v2",
    "https://api.worldbank.org\\.evil.example/v2",
    "https://api.worldbank.org%2eevil.example/v2",
    "https://api.worldbank.org%00.evil.example/v2",
    "https://api.worldbank.org./v2",
    "https://.api.worldbank.org/v2",
    "https://аpi.worldbank.org/v2",  # a Cyrillic a
    "https://ａpi.worldbank.org/v2",  # a full-width a
    "https://api。worldbank。org/v2",  # ideographic stops
    "https://api.worldbank.org\t/v2",
    "https://api.worldbank.org/v2\r\nHost: evil.example",
    "https://api.worldbank.org/v2 x",
    " https://api.worldbank.org/v2",
    "https://localhost/",
    "https://localhost.localdomain/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1.nip.io/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/",
    "https://100.64.0.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[::1",
    "https:///v2",
    "https://?x",
    "https://api.worldbank.org/" + "a" * 9000,
    "",
]
PRIVATE = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_probe_is_refused_before_any_call(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host}:{port} was looked up")

    with pytest.raises(HostRefused) as error:
        Http(resolve=never).get(url)
    assert error.value.text("en")
    assert error.value.text("zh")
    assert "word" not in str(error.value)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    place = place_of("https://api.worldbank.org/v2")
    with pytest.raises(HostRefused, match="not a public address"):
        addresses_of(place, lambda host, port: ["8.8.8.8", address])


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "2a00:1450::1"]
)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_the_global_range_passes(address: object) -> None:
    text = str(address)
    if is_public(text):
        assert text.startswith(("2", "3", "64:ff9b::"))


@given(st.text(max_size=40))
def test_any_text_is_refused_or_leads_to_a_listed_host(text: str) -> None:
    try:
        place = place_of(f"https://{text}")
    except HostRefused:
        return
    assert place.host in OFFICIAL_HOSTS


def test_an_extra_host_opens_itself_and_nothing_else() -> None:
    extra = ("data.example.org", "files.example.org:8443")
    assert place_of("https://data.example.org/x?y=1", extra) == Place(
        "https", "data.example.org", 443, "/x?y=1"
    )
    assert place_of("https://files.example.org:8443", extra).rest == "/"
    for url in ("http://data.example.org/", "https://files.example.org/", "https://sub.data.example.org/"):
        with pytest.raises(HostRefused):
            place_of(url, extra)


def test_an_extra_host_does_not_open_private_addresses() -> None:
    place = place_of("https://intranet.example.org/", ("intranet.example.org",))
    with pytest.raises(HostRefused, match=r"10\.0\.0\.7"):
        addresses_of(place, lambda host, port: ["10.0.0.7"])


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001"])
def test_a_loopback_address_in_disguise_is_refused_even_when_listed(host: str) -> None:
    with pytest.raises(HostRefused):
        addresses_of(place_of(f"https://{host}/", (host,)), lambda name, port: ["127.0.0.1"])


def test_loopback_is_open_where_the_settings_name_it_and_leads_nowhere_else() -> None:
    place = place_of("http://localhost:8000/x", ("localhost:8000",))
    assert addresses_of(place, lambda host, port: ["127.0.0.1", "::1"]) == ["127.0.0.1", "::1"]
    with pytest.raises(HostRefused):
        addresses_of(place, lambda host, port: ["8.8.8.8"])
    with pytest.raises(HostRefused):
        place_of("http://localhost:8001/x", ("localhost:8000",))


def test_a_name_that_does_not_resolve_says_so() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror("unknown")

    with pytest.raises(FetchError, match=r"api\.worldbank\.org cannot be resolved"):
        addresses_of(place_of("https://api.worldbank.org/"), fails)


def test_a_shown_url_has_no_query_and_no_user() -> None:
    assert shown("https://me:word@host/a?api_key=1") == "https://…@host/a"


def test_every_connector_calls_listed_hosts_only() -> None:
    for name in CONNECTORS.names():
        connector = CONNECTORS.get(name)
        services = getattr(connector, "services", None)
        bases = [service.base for service in services.values()] if services else [connector.base]  # type: ignore[attr-defined]
        for base in bases:
            assert place_of(base).host in OFFICIAL_HOSTS
