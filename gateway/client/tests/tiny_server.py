"""A tiny HTTP server that answers as a test tells it, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rapport_client import Rapport


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]


Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _do(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
        with self.server.lock:
            answer = self.server.answers.pop(0) if self.server.answers else problem(500, "nothing_left")
        answer(self)

    def __getattr__(self, name: str) -> Any:
        """`do_GET`, `do_POST` and so on, which the base class looks for."""
        if name.startswith("do_"):
            return self._do
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def cut(self) -> None:
        """Close the connection at once, as a process that is killed does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a test cuts is no error."""


def answer(status: int, value: Any = None, **headers: str) -> Answer:
    """An answer of JSON; `_` in a header's name is a dash."""

    def send(handler: Handler) -> None:
        content = b"" if value is None else json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        for name, text in headers.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        handler.wfile.write(content)

    return send


def problem(status: int, code: str, *, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    """An error answer."""
    body = {"code": code, "detail": f"It is {code}.", "request_id": "request_1", **more}
    return answer(status, body, **(headers or {}))


def text(content: str, *, media_type: str = "text/event-stream", whole: bool = True) -> Answer:
    """A streamed answer; one that is not `whole` breaks off."""

    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        data = content.encode()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if whole:
            handler.wfile.write(b"0\r\n\r\n")
        else:
            handler.wfile.flush()
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)

    return send


def cut(handler: Handler) -> None:
    handler.cut()


@dataclass
class Peer:
    """The server, and a client that talks to it."""

    server: Server
    crm: Rapport

    def will(self, *answers: Answer) -> None:
        self.server.answers.extend(answers)

    @property
    def asked(self) -> list[Asked]:
        return self.server.asked


@contextmanager
def a_peer() -> Iterator[Peer]:
    """A server that runs, and a client of it."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with Rapport(server.url, "rap_sk_test", deadline=20) as crm:
        yield Peer(server, crm)
    server.shutdown()
    thread.join()
    server.server_close()
