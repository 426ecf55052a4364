"""A publisher on this machine: a real HTTP server that gives recorded-style answers and remembers calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from longwave.connectors.http import Http, Manners


@dataclass(frozen=True)
class Reply:
    """What the server answers. sent: how many bytes of the body really go out (all, where None)."""

    body: bytes = b""
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None
    delay: float = 0.0
    where: Mapping[str, str] = field(default_factory=dict)
    """Only for calls with these parameters; among replies that fit, the one that names most of them."""


@dataclass(frozen=True)
class Call:
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    target: str


class Publisher:
    """Replies by path; several replies to one path are given in turn, the last one for ever."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.base = f"http://{self.host}"
        self.calls: list[Call] = []
        self._replies: dict[str, list[Reply]] = {}
        self.stop = threading.Event()

    def says(self, path: str, *replies: Reply) -> None:
        self._replies.setdefault(path, []).extend(replies)

    def says_json(self, path: str, content: object, **about: object) -> None:
        self.says(path, Reply(json.dumps(content).encode(), **about))  # type: ignore[arg-type]

    def reply_to(self, call: Call) -> Reply:
        fitting = [
            reply
            for reply in self._replies.get(call.path, [])
            if all(call.params.get(name) == value for name, value in reply.where.items())
        ]
        if not fitting:
            return Reply(b"no such page", status=404, media_type="text/plain")
        closest = max(len(reply.where) for reply in fitting)
        turn = [reply for reply in fitting if len(reply.where) == closest]
        if len(turn) > 1:
            self._replies[call.path].remove(turn[0])
        return turn[0]


@contextmanager
def open_publisher(tls: object = None) -> Iterator[Publisher]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            params = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call(unquote(parts.path), params, headers, self.path)
            publisher.calls.append(call)
            reply = publisher.reply_to(call)
            publisher.stop.wait(reply.delay)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            headers_sent = {name.lower() for name in reply.headers}
            if "content-length" not in headers_sent and "transfer-encoding" not in headers_sent:
                self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.sent is not None:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(reply.body[: reply.sent])

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A caller that hangs up is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]
    publisher = Publisher(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        publisher.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


QUICK = Manners(attempts=3, first_wait=1.0, pause=0.0)
"""For tests: the waits are recorded, not slept."""


def quick_http(publisher: Publisher, **about: object) -> Http:
    """The way out, allowed to call the local publisher, without real waits."""
    given = {
        "extra_hosts": (publisher.host,),
        "manners": QUICK,
        "timeout": 5.0,
        "sleep": lambda seconds: None,
        "chance": lambda: 0.0,
        **about,
    }
    return Http(**given)  # type: ignore[arg-type]
