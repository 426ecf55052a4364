"""The way out against a real server that misbehaves in every way a publisher has."""

import gzip
import logging
import shutil
import ssl
import subprocess
import traceback
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from publisher import QUICK, Publisher, Reply, open_publisher, quick_http

from longwave.connectors.hosts import place_of
from longwave.connectors.http import Http, Manners
from longwave.core.errors import FetchError, HostRefused, LongwaveError, Offline

KEY = "5ecre7+/ key=&äé-0123456789"
WORDS = b'{"figures": [1, 2, 3]}'


def test_an_answer_comes_with_its_origin(publisher: Publisher, tmp_path: Path) -> None:
    publisher.says("/v2/a b", Reply(WORDS, media_type="application/json; charset=utf-8"))
    at = datetime(2024, 5, 1, 10, 0, tzinfo=UTC).timestamp()
    with quick_http(publisher, cache=tmp_path, clock=lambda: at) as http:
        answer = http.get(f"{publisher.base}/v2/a%20b", {"q": "x y&z", "page": "1"})
    assert answer.data == WORDS
    assert answer.retrieved == "2024-05-01T10:00:00Z"
    assert answer.media_type == "application/json"
    assert answer.url_without_secrets == f"{publisher.base}/v2/a%20b?q=x%20y%26z&page=1"
    assert not answer.from_cache
    assert publisher.calls[0].params == {"q": "x y&z", "page": "1"}
    assert publisher.calls[0].headers["host"] == publisher.host
    assert publisher.calls[0].headers["user-agent"].startswith("longwave/")


@pytest.mark.parametrize("packed", [gzip.compress(WORDS * 9999, mtime=0), zlib.compress(WORDS * 9999)])
def test_packed_answers_are_unpacked(publisher: Publisher, http: Http, packed: bytes) -> None:
    encoding = "gzip" if packed[:2] == b"\x1f\x8b" else "deflate"
    publisher.says("/x", Reply(packed, headers={"Content-Encoding": encoding}))
    assert http.get(f"{publisher.base}/x").data == WORDS * 9999


def test_a_fresh_copy_is_used_and_a_stale_one_renewed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.says("/x", Reply(b"old"), Reply(b"new"))
    now = [1_000_000.0]
    with quick_http(publisher, cache=tmp_path, clock=lambda: now[0]) as http:
        assert http.get(f"{publisher.base}/x").data == b"old"
        now[0] += 3600
        assert http.get(f"{publisher.base}/x").from_cache
        now[0] += 24 * 3600
        renewed = http.get(f"{publisher.base}/x")
    assert renewed.data == b"new"
    assert not renewed.from_cache


def test_the_cache_replays_without_a_network(publisher: Publisher, tmp_path: Path) -> None:
    publisher.says("/x", Reply(WORDS))
    with quick_http(publisher, cache=tmp_path) as http:
        first = http.get(f"{publisher.base}/x", {"a": "1"}, secrets={"key": KEY})

    def never(host: str, port: int) -> list[str]:
        raise AssertionError("the network was used")

    offline = Http(tmp_path, offline=True, extra_hosts=(publisher.host,), resolve=never)
    again = offline.get(f"{publisher.base}/x", {"a": "1"})
    assert again.from_cache
    assert (again.data, again.sha256, again.retrieved) == (first.data, first.sha256, first.retrieved)
    with pytest.raises(Offline, match="without --offline"):
        offline.get(f"{publisher.base}/x", {"a": "2"})


def test_offline_without_a_cache_says_so() -> None:
    with pytest.raises(Offline):
        Http(offline=True).get("https://api.worldbank.org/v2")


def test_a_busy_publisher_is_asked_again_after_the_rest_that_it_wants(publisher: Publisher) -> None:
    waits: list[float] = []
    busy = Reply(b"slow down", status=429, media_type="text/plain", headers={"Retry-After": "7"})
    publisher.says("/x", busy, Reply(status=500), Reply(WORDS))
    with quick_http(publisher, sleep=waits.append) as http:
        assert http.get(f"{publisher.base}/x").data == WORDS
    assert waits == [7.0, 2.0]


def test_a_rest_written_as_a_date_is_understood(publisher: Publisher) -> None:
    waits: list[float] = []
    now = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    until = format_datetime(now.replace(second=30), usegmt=True)
    publisher.says("/x", Reply(status=503, headers={"Retry-After": until}), Reply(WORDS))
    with quick_http(publisher, sleep=waits.append, clock=now.timestamp) as http:
        http.get(f"{publisher.base}/x")
    assert waits == [30.0]


def test_a_rest_that_is_too_long_ends_the_call_at_once(publisher: Publisher) -> None:
    publisher.says("/x", Reply(status=429, headers={"Retry-After": "3600"}))
    with quick_http(publisher) as http, pytest.raises(FetchError, match="3600 seconds"):
        http.get(f"{publisher.base}/x")
    assert len(publisher.calls) == 1


def test_waits_double_with_some_chance_and_tries_are_bounded(publisher: Publisher) -> None:
    waits: list[float] = []
    publisher.says("/x", Reply(b"down for\r\nrepairs", status=503, media_type="text/plain"))
    manners = Manners(attempts=5, pause=0.0)
    with (
        quick_http(publisher, manners=manners, sleep=waits.append, chance=lambda: 0.5) as http,
        pytest.raises(FetchError, match="after 5 tries: it answered with status 503 down for repairs"),
    ):
        http.get(f"{publisher.base}/x")
    assert waits == [1.5, 3.0, 6.0, 12.0]
    assert len(publisher.calls) == 5


def test_a_refusal_is_final_and_quotes_the_publisher(publisher: Publisher, http: Http) -> None:
    publisher.says(
        "/x", Reply(b"<html><head><title>No entry</title></head></html>", status=403, media_type="text/html")
    )
    with pytest.raises(FetchError, match=r"status 403\. No entry"):
        http.get(f"{publisher.base}/x")
    assert len(publisher.calls) == 1


def test_a_status_that_the_caller_expects_comes_back_and_is_not_kept(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.says("/x", Reply(b"{}", status=404))
    with quick_http(publisher, cache=tmp_path) as http:
        assert http.get(f"{publisher.base}/x", expects=(200, 404)).status == 404
    assert not list(tmp_path.rglob("*.body"))


def test_silence_ends_in_a_timeout(publisher: Publisher) -> None:
    publisher.says("/x", Reply(WORDS, delay=30.0))
    with (
        quick_http(publisher, timeout=0.1, manners=Manners(attempts=2, pause=0.0)) as http,
        pytest.raises(FetchError, match=r"after 2 tries: no answer within 0\.1 seconds"),
    ):
        http.get(f"{publisher.base}/x")


def test_a_drip_feed_is_cut(publisher: Publisher) -> None:
    publisher.says("/x", Reply(WORDS))
    ticks = iter(float(step * 700) for step in range(100))
    with (
        quick_http(publisher, clock=lambda: next(ticks)) as http,
        pytest.raises(FetchError, match="600 seconds"),
    ):
        http.get(f"{publisher.base}/x")


def test_nobody_at_home_is_said(publisher: Publisher) -> None:
    with open_publisher() as gone:
        pass
    with quick_http(gone) as http, pytest.raises(FetchError, match="the connection failed"):
        http.get(f"{gone.base}/x")


def test_a_cut_answer_is_asked_for_again(publisher: Publisher, http: Http) -> None:
    publisher.says("/x", Reply(WORDS, sent=5), Reply(WORDS))
    assert http.get(f"{publisher.base}/x").data == WORDS


def test_an_answer_that_stays_cut_is_an_error(publisher: Publisher, http: Http) -> None:
    publisher.says("/x", Reply(WORDS, sent=5))
    with pytest.raises(FetchError, match="cut short"):
        http.get(f"{publisher.base}/x")


@pytest.mark.parametrize("body", [gzip.compress(WORDS * 50, mtime=0)[:-20], b"not packed at all"])
def test_cut_or_false_packing_is_an_error(publisher: Publisher, http: Http, body: bytes) -> None:
    publisher.says("/x", Reply(body, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="cut short"):
        http.get(f"{publisher.base}/x")


def test_an_unknown_packing_is_an_error(publisher: Publisher, http: Http) -> None:
    publisher.says("/x", Reply(WORDS, headers={"Content-Encoding": "br"}))
    with pytest.raises(FetchError, match="'br'"):
        http.get(f"{publisher.base}/x")


def test_a_bomb_is_dropped_before_it_swells(publisher: Publisher) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, compresslevel=9)
    assert len(bomb) < 60_000
    publisher.says("/x", Reply(bomb, headers={"Content-Encoding": "gzip"}))
    manners = Manners(pause=0.0, most_bytes=2**20)
    with quick_http(publisher, manners=manners) as http, pytest.raises(FetchError, match="larger than 1 MB"):
        http.get(f"{publisher.base}/x")
    assert len(publisher.calls) == 1


@pytest.mark.parametrize("headers", [{}, {"Content-Length": str(10**12)}, {"Transfer-Encoding": "chunked"}])
def test_a_huge_body_is_dropped_whatever_its_length_says(
    publisher: Publisher, headers: dict[str, str]
) -> None:
    body = b"x" * 3_000_000
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    publisher.says("/x", Reply(chunked if "Transfer-Encoding" in headers else body, headers=headers))
    manners = Manners(pause=0.0, most_bytes=2**20)
    with quick_http(publisher, manners=manners) as http, pytest.raises(FetchError, match="larger than 1 MB"):
        http.get(f"{publisher.base}/x")


def test_an_answer_at_the_ceiling_passes(publisher: Publisher) -> None:
    body = b"x" * 2**20
    publisher.says("/x", Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"}))
    with quick_http(publisher, manners=Manners(pause=0.0, most_bytes=2**20)) as http:
        assert http.get(f"{publisher.base}/x").data == body


def test_calls_of_one_host_keep_their_distance(publisher: Publisher) -> None:
    publisher.says("/x", Reply(WORDS))
    now, waits = [100.0], []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 6))
        now[0] += seconds

    manners = Manners(pause=0.5)
    with quick_http(publisher, manners=manners, sleep=sleep, clock=lambda: now[0]) as http:
        http.get(f"{publisher.base}/x", {"n": "1"})
        now[0] += 0.2
        http.get(f"{publisher.base}/x", {"n": "2"})
        now[0] += 5.0
        http.get(f"{publisher.base}/x", {"n": "3"})
    assert waits == [0.3]


@pytest.mark.parametrize(
    "location",
    [
        "https://169.254.169.254/latest/meta-data/",
        "http://169.254.169.254/latest/meta-data/",
        "http://api.worldbank.org/v2",
        "https://evil.example/",
        "//evil.example/x",
        "https://api.worldbank.org@evil.example/",
        "https://[::1]/",
        "https://[::1",
        "http://localhost:1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://2130706433/",
    ],
)
def test_a_redirect_is_checked_like_any_url(publisher: Publisher, http: Http, location: str) -> None:
    publisher.says("/x", Reply(status=302, headers={"Location": location}))
    with pytest.raises(HostRefused):
        http.get(f"{publisher.base}/x")
    assert len(publisher.calls) == 1


def test_a_redirect_from_outside_may_not_come_in() -> None:
    http = Http(extra_hosts=("localhost:9",))
    place = place_of("https://api.worldbank.org/v2")
    with pytest.raises(HostRefused, match="inside this machine"):
        http._redirected(place, "http://localhost:9/x", {})


def test_a_redirect_on_the_host_is_followed_and_keeps_the_key(publisher: Publisher, http: Http) -> None:
    moved = f"/new?from=old&key={'k' * 20}"
    publisher.says("/x", Reply(status=301, headers={"Location": moved}))
    publisher.says("/new", Reply(WORDS))
    answer = http.get(f"{publisher.base}/x", secrets={"key": "k" * 20})
    assert answer.data == WORDS
    assert answer.url_without_secrets == f"{publisher.base}/x"
    assert publisher.calls[1].params == {"from": "old", "key": "k" * 20}


def test_a_redirect_to_another_host_does_not_take_the_key_along(publisher: Publisher) -> None:
    with open_publisher() as other:
        other.says("/y", Reply(WORDS))
        location = f"{other.base}/y?a=1&key={'k' * 20}"
        publisher.says("/x", Reply(status=307, headers={"Location": location}))
        with quick_http(publisher, extra_hosts=(publisher.host, other.host)) as http:
            assert http.get(f"{publisher.base}/x", secrets={"key": "k" * 20}).data == WORDS
        assert other.calls[0].params == {"a": "1"}


def test_a_ring_of_redirects_ends(publisher: Publisher, http: Http) -> None:
    publisher.says("/x", Reply(status=302, headers={"Location": "/x"}))
    with pytest.raises(FetchError, match="more than 5 times"):
        http.get(f"{publisher.base}/x")
    assert len(publisher.calls) == 6


def test_the_call_goes_to_the_address_that_was_checked(publisher: Publisher) -> None:
    """A name that answers differently the second time (DNS rebinding) is asked once only."""
    publisher.says("/x", Reply(WORDS))
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    name = f"localhost:{publisher.port}"
    with quick_http(publisher, extra_hosts=(name,), resolve=rebinding) as http:
        assert http.get(f"http://{name}/x").data == WORDS
        assert publisher.calls[0].headers["host"] == name
        with pytest.raises(HostRefused):
            http.get(f"http://{name}/y")
    assert asked == ["localhost", "localhost"]


def test_the_next_address_is_tried_where_one_is_dead(publisher: Publisher) -> None:
    publisher.says("/x", Reply(WORDS))
    name = f"localhost:{publisher.port}"
    with quick_http(
        publisher, extra_hosts=(name,), resolve=lambda host, port: ["127.0.0.77", "127.0.0.1"]
    ) as http:
        assert http.get(f"http://{name}/x").data == WORDS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the name localhost, made on the spot."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=localhost"
    )
    extra = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command.split(), *extra], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("127.0.0.1", False)])
def test_the_certificate_is_checked_against_the_name_not_the_address(
    certificate: Path, name: str, trusted: bool
) -> None:
    seen: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server.sni_callback = lambda sock, host, context: seen.append(host)  # type: ignore[assignment]
    client = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with open_publisher(server) as publisher:
        publisher.says("/x", Reply(WORDS))
        host = f"{name}:{publisher.port}"
        with Http(
            extra_hosts=(host,),
            tls=client,
            manners=QUICK,
            sleep=lambda seconds: None,
            resolve=lambda asked, port: ["127.0.0.1"],
        ) as http:
            if trusted:
                assert http.get(f"https://{host}/x").data == WORDS
                assert seen == ["localhost"]
            else:
                with pytest.raises(FetchError, match="certificate is not trusted"):
                    http.get(f"https://{host}/x")


def _everything_said(error: LongwaveError) -> str:
    """All that a user, a log or a crash report could see of an error."""
    shown = [
        *traceback.format_exception(error),
        repr(error),
        error.text("en"),
        error.text("zh"),
        repr(error.args),
    ]
    seen: BaseException | None = error
    while seen is not None:
        shown += [repr(seen), repr(vars(seen)), repr(getattr(getattr(seen, "request", None), "url", ""))]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(shown)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(f"bad key {KEY}".encode(), status=403, media_type="text/plain"),
        Reply(f"busy {KEY}".encode(), status=500, media_type="text/plain"),
        Reply(b"", status=302, headers={"Location": "https://evil.example/?key=5ecre7"}),
        Reply(WORDS, sent=3),
        Reply(WORDS, delay=30.0),
        Reply(f'{{"args": "{KEY}"}}'.encode()),
        Reply(b"x" * 2_000_000),
        Reply(WORDS, headers={"Content-Encoding": "br"}),
    ],
)
def test_no_error_log_or_file_holds_a_key(
    publisher: Publisher, tmp_path: Path, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    caplog.set_level(logging.DEBUG)
    publisher.says("/x", reply)
    http = quick_http(
        publisher, cache=tmp_path, timeout=0.2, manners=Manners(attempts=2, pause=0.0, most_bytes=10**6)
    )
    with http, pytest.raises(LongwaveError) as error:
        http.get(f"{publisher.base}/x", {"q": "1"}, secrets={"api_key": KEY})
    assert publisher.calls[0].params["api_key"] == KEY
    said = _everything_said(error.value) + caplog.text + repr(http)
    said += "\n".join(str(path) for path in tmp_path.rglob("*"))
    for part in ("5ecre7", "0123456789"):
        assert part not in said


def test_a_key_is_sent_and_left_nowhere(
    publisher: Publisher, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    publisher.says("/x", Reply(WORDS))
    with quick_http(publisher, cache=tmp_path, keys={"fred_key": KEY}) as http:
        answer = http.get(f"{publisher.base}/x", secrets={"api_key": http.key("fred_key")})
        shown = repr(http) + repr(answer) + caplog.text
    assert publisher.calls[0].params == {"api_key": KEY}
    kept = b"".join(path.read_bytes() + str(path).encode() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    assert "5ecre7" not in shown
    assert b"5ecre7" not in kept
