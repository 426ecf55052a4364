"""The one way out: polite, bounded GET requests to publishers, kept on disk so that they can be replayed.

What a request goes through: the raw cache; the check of host and address (see `hosts`); a pause so that no
host is called more often than once in `pause` seconds; the call to the checked address, with the publisher's
name for TLS and the Host header; redirects, each checked like a first URL; a ceiling on bytes, before and
after unpacking; and a few more tries where the publisher was busy.

Keys go in as `secrets` and leave only in the request itself. No exception, log line, kept URL or file name
holds one: httpx's client is not used because it logs whole URLs, and no error of the transport is chained,
because those carry their request.
"""

from __future__ import annotations

import logging
import random
import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urljoin

import httpx

from longwave.connectors.hosts import Place, Resolve, addresses_of, place_of, system_resolve
from longwave.connectors.raw_cache import Fetched, RawCache, cache_name
from longwave.core.errors import FetchError, HostRefused, Offline
from longwave.core.message import Message, say
from longwave.core.origin import checksum

USER_AGENT = "longwave/0.1 (economics workbench)"
DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient and how polite the calls are."""

    attempts: int = 4
    """Tries in all. Four with doubling waits ride out about ten seconds of trouble."""
    first_wait: float = 1.0
    """Seconds before the second try; each later wait is twice the one before, plus up to as much again by
    chance."""
    longest_wait: float = 60.0
    """Seconds. A publisher that asks for a longer rest (Retry-After) is not called again in this run."""
    pause: float = 0.5
    """Seconds between two calls of one host; FRED allows 120 a minute, the others name no number."""
    redirects: int = 5
    """Publishers need one or two."""
    most_bytes: int = 200 * 2**20
    """Ceiling on an answer, as sent and as unpacked. The largest table asked for here is well below 50 MB."""
    longest_call: float = 600.0
    """Seconds for one whole answer, so that a drip-feed does not hold us for ever."""
    fresh_for: float = DAY
    """Seconds for which a kept answer is used instead of a call. None of these publishers updates twice a
    day."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a host said: status, headers in lower case, unpacked bytes."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class _Setback:
    """Why a try did not succeed although another might; `wait` seconds where the host asked for them."""

    why: Message
    wait: float | None = None


class _FailedError(Exception):
    """Carries a setback up to the retry loop; never leaves this file."""

    def __init__(self, setback: _Setback) -> None:
        super().__init__(setback)
        self.setback = setback


class _HeadersUnsaid(logging.Filter):
    """Keeps response headers out of httpcore's debug log: a redirect may repeat the key in its Location."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "response_headers" not in str(record.msg)


_HEADERS_UNSAID = _HeadersUnsaid()


class Http:
    """Fetches from publishers' hosts.

    cache: folder of raw answers, None for none. offline: answer from the cache or raise Offline. timeout:
    seconds for connecting, and between two pieces of an answer. extra_hosts: ``host`` or ``host:port``
    allowed beside the official ones. keys: the user's keys by the name of their setting, for connectors to
    hand back as `secrets`. tls, sleep, clock, chance and resolve are there for tests.
    """

    def __init__(
        self,
        cache: Path | None = None,
        offline: bool = False,
        timeout: float = 30.0,
        extra_hosts: Sequence[str] = (),
        *,
        keys: Mapping[str, str] | None = None,
        manners: Manners | None = None,
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        resolve: Resolve = system_resolve,
    ) -> None:
        logging.getLogger("httpcore.http11").addFilter(_HEADERS_UNSAID)
        self.offline = offline
        self._keys = dict(keys or {})
        self._cache = None if cache is None else RawCache(cache)
        self._timeout = timeout
        self._extra_hosts = tuple(extra_hosts)
        self._manners = manners or Manners()
        self._tls = tls
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._resolve = resolve
        self._last_call: dict[str, float] = {}
        self._transports: dict[str, httpx.HTTPTransport] = {}

    def __repr__(self) -> str:
        return f"Http(offline={self.offline})"

    def __enter__(self) -> Http:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of open connections."""
        for transport in self._transports.values():
            transport.close()
        self._transports.clear()

    def key(self, setting: str) -> str:
        """The user's key kept under that setting; empty where none is set."""
        return self._keys.get(setting, "")

    def get(
        self,
        url: str,
        params: Mapping[str, str] = {},
        *,
        secrets: Mapping[str, str] = {},
        headers: Mapping[str, str] = {},
        expects: Sequence[int] = (200,),
    ) -> Fetched:
        """The answer to a GET of `url` with `params`, from the cache where it is fresh or the run is offline.

        secrets: parameters that are keys; they are sent and otherwise left nowhere. headers: those that
        change the answer (Accept). expects: statuses that the caller can read; only 200 is kept in the cache.
        Raises Offline, HostRefused, FetchError.
        """
        public = _with_query(url, params)
        place_of(public, self._extra_hosts)
        name = cache_name(public, headers)
        kept = None if self._cache is None else self._cache.find(name)
        if kept is not None and (self.offline or self._is_fresh(kept)):
            return kept
        if self.offline:
            raise Offline(
                say("connectors.offline", url=_scrubbed(public, secrets)), say("connectors.offline_mend")
            )
        answer = self._insist(public, secrets, headers, expects)
        fetched = self._fetched(public, answer)
        if _holds_secret(fetched.data, secrets):
            raise FetchError(say("connectors.key_echoed", host=place_of(public, self._extra_hosts).host))
        if self._cache is not None and answer.status == 200:
            return self._cache.keep(name, fetched)
        return fetched

    def _fetched(self, url: str, answer: _Answer) -> Fetched:
        now = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = checksum(answer.data)
        return Fetched(answer.data, url, now, digest, answer.media_type, status=answer.status)

    def _is_fresh(self, kept: Fetched) -> bool:
        try:
            taken = datetime.fromisoformat(kept.retrieved).timestamp()
        except ValueError:
            return False
        return 0 <= self._clock() - taken < self._manners.fresh_for

    def _insist(
        self, url: str, secrets: Mapping[str, str], headers: Mapping[str, str], expects: Sequence[int]
    ) -> _Answer:
        """Tries until there is an answer that the caller can read, or patience ends."""
        host = place_of(url, self._extra_hosts).host
        setback = _Setback(say("connectors.no_answer"))
        for attempt in range(self._manners.attempts):
            if attempt:
                self._sleep(self._wait(attempt, setback))
            outcome = self._try(url, secrets, headers)
            if isinstance(outcome, _Answer) and outcome.status in expects:
                return outcome
            if isinstance(outcome, _Answer) and not _is_passing(outcome.status):
                raise FetchError(
                    say("connectors.status", host=host, status=outcome.status, said=_said(outcome, secrets)),
                    say("connectors.status_mend"),
                )
            setback = outcome if isinstance(outcome, _Setback) else self._busy(outcome, secrets)
            if setback.wait is not None and setback.wait > self._manners.longest_wait:
                raise FetchError(
                    say("connectors.asked_to_wait", host=host, seconds=setback.wait),
                    say("connectors.later_mend"),
                )
        raise FetchError(
            say("connectors.gave_up", host=host, tries=self._manners.attempts, why=setback.why),
            say("connectors.later_mend"),
        )

    def _try(self, url: str, secrets: Mapping[str, str], headers: Mapping[str, str]) -> _Answer | _Setback:
        try:
            return self._follow(url, secrets, headers)
        except _FailedError as failed:
            return failed.setback

    def _busy(self, answer: _Answer, secrets: Mapping[str, str]) -> _Setback:
        why = say("connectors.busy", status=answer.status, said=_said(answer, secrets))
        return _Setback(why, _retry_after(answer.headers.get("retry-after", ""), self._clock()))

    def _wait(self, attempt: int, setback: _Setback) -> float:
        """Seconds before try number `attempt` (the second is 1): doubling, with chance so that callers
        spread."""
        backoff = self._manners.first_wait * 2.0 ** (attempt - 1)
        spread = backoff * (1.0 + self._chance())
        return min(max(spread, setback.wait or 0.0), self._manners.longest_wait)

    def _follow(self, url: str, secrets: Mapping[str, str], headers: Mapping[str, str]) -> _Answer:
        """The answer at the end of the redirects. Keys go to the host that was asked, and to no other."""
        first = place = place_of(url, self._extra_hosts)
        for _ in range(self._manners.redirects + 1):
            same = (place.scheme, place.authority) == (first.scheme, first.authority)
            target = replace(place, rest=_with_query(place.rest, secrets)) if same else place
            answer = self._call(target, headers)
            if answer.status not in {301, 302, 303, 307, 308} or "location" not in answer.headers:
                return answer
            place = self._redirected(place, answer.headers["location"], secrets)
        raise FetchError(say("connectors.too_many_redirects", host=first.host, most=self._manners.redirects))

    def _redirected(self, place: Place, location: str, secrets: Mapping[str, str]) -> Place:
        try:
            joined = urljoin(place.url, _without_secrets(location, secrets))
        except ValueError:
            joined = ""
        target = place_of(joined, self._extra_hosts)
        if target.loopback and not place.loopback:
            raise HostRefused(say("connectors.redirect_inward", host=place.host))
        return target

    def _call(self, place: Place, headers: Mapping[str, str]) -> _Answer:
        """One request to one checked address; the next address where a connection cannot be made."""
        self._pause(place.authority)
        addresses = addresses_of(place, self._resolve)
        for address in addresses[:-1]:
            try:
                return self._call_address(place, address, headers)
            except httpx.ConnectError:
                continue
        why = None
        try:
            return self._call_address(place, addresses[-1], headers)
        except httpx.TimeoutException:
            why = say("connectors.timed_out", seconds=self._timeout)
        except httpx.ConnectError as error:
            untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
            why = say("connectors.untrusted_certificate" if untrusted else "connectors.no_connection")
        except httpx.RemoteProtocolError:
            why = say("connectors.cut_short")
        except httpx.TransportError:
            why = say("connectors.no_connection")
        raise _FailedError(_Setback(why))

    def _call_address(self, place: Place, address: str, headers: Mapping[str, str]) -> _Answer:
        pinned = f"[{address}]" if ":" in address else address
        request = httpx.Request(
            "GET",
            f"{place.scheme}://{pinned}:{place.port}{place.rest}",
            headers={
                "Host": place.authority,
                "User-Agent": USER_AGENT,
                "Accept": "*/*",
                **headers,
                "Accept-Encoding": "gzip, deflate",
            },
            extensions={
                "sni_hostname": place.host.strip("[]"),
                "timeout": httpx.Timeout(self._timeout).as_dict(),
            },
        )
        response = self._transport(place).handle_request(request)
        try:
            names = {name.lower(): value for name, value in response.headers.items()}
            data = b"".join(self._pieces(place, response, names))
        finally:
            response.close()
        return _Answer(response.status_code, names, data)

    def _pieces(self, place: Place, response: httpx.Response, headers: Mapping[str, str]) -> Iterator[bytes]:
        """The body, unpacked piece by piece, so that no answer swells beyond the ceiling in memory."""
        most = self._manners.most_bytes
        too_big = FetchError(say("connectors.too_big", host=place.host, megabytes=most / 2**20))
        if _number(headers.get("content-length", "")) > most:
            raise too_big
        unpack = _Unpacker(headers.get("content-encoding", ""), place.host)
        deadline = self._clock() + self._manners.longest_call
        sent = kept = 0
        for packed in response.iter_raw():
            sent += len(packed)
            for piece in unpack.pieces(packed, most + 1 - kept):
                kept += len(piece)
                if max(sent, kept) > most:
                    raise too_big
                yield piece
            if sent > most:
                raise too_big
            if self._clock() > deadline:
                raise _FailedError(_Setback(say("connectors.timed_out", seconds=self._manners.longest_call)))
        if not unpack.complete:
            raise _FailedError(_Setback(say("connectors.cut_short")))

    def _transport(self, place: Place) -> httpx.HTTPTransport:
        """One pool a host: connections are kept by address, and two names on one address must not share
        TLS."""
        key = f"{place.scheme}://{place.authority}"
        if key not in self._transports:
            limits = httpx.Limits(max_connections=2, max_keepalive_connections=1)
            tls = self._trust() if place.scheme == "https" else False
            self._transports[key] = httpx.HTTPTransport(verify=tls, trust_env=False, limits=limits)
        return self._transports[key]

    def _trust(self) -> ssl.SSLContext:
        """The certificates that are trusted, read once: that takes as long as a quick call."""
        self._tls = self._tls or httpx.create_ssl_context()
        return self._tls

    def _pause(self, authority: str) -> None:
        since = self._clock() - self._last_call.get(authority, float("-inf"))
        if 0 <= since < self._manners.pause:
            self._sleep(self._manners.pause - since)
        self._last_call[authority] = self._clock()


class _Unpacker:
    """Undoes gzip or deflate without ever making more bytes than asked for."""

    def __init__(self, encoding: str, host: str) -> None:
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FetchError(say("connectors.unknown_encoding", host=host, encoding=name[:40]))
        self._plain = name in {"", "identity"}
        self._engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._seen = False

    @property
    def complete(self) -> bool:
        return self._plain or not self._seen or self._engine.eof

    def pieces(self, packed: bytes, most: int) -> Iterator[bytes]:
        if self._plain:
            yield packed
            return
        self._seen = self._seen or bool(packed)
        rest = packed
        while not self._engine.eof:
            limit = min(most, 1 << 20)
            try:
                piece = self._engine.decompress(rest, limit)
            except zlib.error:
                raise _FailedError(_Setback(say("connectors.cut_short"))) from None
            rest = self._engine.unconsumed_tail
            most -= len(piece)
            yield piece
            # A full piece may have more behind it even where no packed byte is left.
            if most <= 0 or (not rest and len(piece) < limit):
                return


def _with_query(url: str, params: Mapping[str, str]) -> str:
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(dict(params), quote_via=quote)}"


def _without_secrets(location: str, secrets: Mapping[str, str]) -> str:
    """A redirect's target without keys that the host repeated in it; they are added again where they may
    go."""
    head, mark, query = location.partition("?")
    if not mark or not secrets:
        return _scrubbed(location, secrets)
    pairs = parse_qsl(query, keep_blank_values=True)
    public = [(name, value) for name, value in pairs if name not in secrets and value not in secrets.values()]
    return _scrubbed(f"{head}?{urlencode(public, quote_via=quote)}" if public else head, secrets)


def _scrubbed(text: str, secrets: Mapping[str, str]) -> str:
    for secret in secrets.values():
        for written in {secret, quote(secret, safe=""), quote_plus(secret)}:
            if written:
                text = text.replace(written, "***")
    return text


def _holds_secret(data: bytes, secrets: Mapping[str, str]) -> bool:
    """Whether an answer repeats a key. Short ones would match by chance, and no publisher gives short
    ones."""
    return any(len(secret) >= 12 and secret.encode("utf-8") in data for secret in secrets.values())


def _said(answer: _Answer, secrets: Mapping[str, str]) -> str:
    """The first words of an error page, in one line, without markup and keys."""
    text = answer.data[:4000].decode("utf-8", errors="replace")
    if "<html" in text.lower() or answer.media_type == "text/html":
        title = re.search(r"<title[^>]*>([^<]{1,200})", text, re.I)
        text = title[1] if title else ""
    plain = " ".join(_scrubbed(text, secrets).split())
    return "".join(sign for sign in plain if sign.isprintable())[:200]


def _is_passing(status: int) -> bool:
    return status in {408, 425, 429} or 500 <= status < 600


def _retry_after(text: str, now: float) -> float | None:
    """Seconds that a host asks for, written as a number or as a date."""
    text = text.strip()
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now) if text else None
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text.strip()) else 0
