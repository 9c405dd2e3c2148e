"""A small REST client for this package's own use. It stands on http.client, since an HTTP library would double the
time a command takes to start."""

from __future__ import annotations

import http.client
import json
import mimetypes
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from suite.failures import Failure
from suite.paths import Home


class Refused(Failure):
    """The gateway answered with an error. `status` and `code` are the answer's own."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code_of_answer = str(problem.get("code", ""))
        self.problem = problem
        fields = "; ".join(
            f"{error.get('pointer', '')} {error.get('message', '')}".strip()
            for error in problem.get("errors") or []
        )
        said = problem.get("detail") or problem.get("title") or "no reason given"
        hints = [str(error["hint"]) for error in problem.get("errors") or [] if error.get("hint")]
        number = problem.get("request_id")
        cure = " ".join(hints) or (
            f"Its log names the request {number}: ./rapport logs web" if number else ""
        )
        super().__init__(
            f"{said} (HTTP {status}, {self.code_of_answer}){': ' + fields if fields else ''}", cure
        )


class Rest:
    """Calls of one key against one gateway, over one kept connection. Not for several threads at once."""

    def __init__(self, base: str, key: str | None, timeout: float = 60.0) -> None:
        where = urlsplit(base)
        self.base = base
        self._key = key
        self._host, self._port, self._timeout = where.hostname or "127.0.0.1", where.port or 80, timeout
        self._connection: http.client.HTTPConnection | None = None

    @classmethod
    def of(cls, home: Home, timeout: float = 60.0) -> Rest:
        """With the admin key that `up` wrote into endpoints.json."""
        try:
            endpoints = json.loads(home.endpoints.read_text())
        except FileNotFoundError as error:
            raise Failure(f"There is no suite in {home.root}.", "Start one: ./rapport up") from error
        except PermissionError as error:
            raise Failure(
                f"{home.endpoints} is not yours to read.", "Run this as who ran ./rapport up."
            ) from error
        return cls(endpoints["http"], endpoints["admin_key"], timeout)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        return self.call("PATCH", path, body, **headers)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """The decoded answer. Raises Refused for an error answer, Failure when nobody answers."""
        content = None if body is None else json.dumps(body).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        status, payload = self._send(method, path, content, {**kind, **headers})
        return self._decoded(status, payload)

    def upload(self, path: str, files: list[Path], fields: dict[str, str]) -> dict[str, Any]:
        """Sends files as multipart form data, streamed from disk."""
        boundary = f"rapport-{secrets.token_hex(16)}"
        parts = list(_multipart(boundary, files, fields))
        length = sum(part.stat().st_size if isinstance(part, Path) else len(part) for part in parts)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(length)}
        status, payload = self._send("POST", path, _stream(parts), headers)
        return self._decoded(status, payload)

    def fetch(self, path: str) -> tuple[int, bytes, str]:
        """Status, content and media type of a file."""
        status, payload = self._send("GET", path, None, {"Accept": "*/*"})
        kind = "application/zip" if payload.startswith(b"PK\x03\x04") else "text/csv"
        return status, payload, kind

    def _send(
        self, method: str, path: str, body: bytes | Iterator[bytes] | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        credentials = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        fresh = self._connection is None
        connection = self._connection
        try:
            connection = connection or self._connect()
            connection.request(
                method, path, body=body, headers={"Accept": "application/json", **credentials, **headers}
            )
            answer = connection.getresponse()
            payload = answer.read()
        except (http.client.HTTPException, OSError) as error:
            if connection is not None:
                connection.close()
            self._connection = None
            # A kept connection may have been closed meanwhile by the server. A body that is streamed is gone, though.
            if (
                not fresh
                and method == "GET"
                and isinstance(error, (http.client.RemoteDisconnected, ConnectionError))
            ):
                return self._send(method, path, body, headers)
            raise Failure(
                f"The gateway at {self.base} does not answer: {error}", "Look: ./rapport doctor"
            ) from error
        self._connection = None if answer.will_close else connection
        return answer.status, payload

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        connection.connect()
        # Header and body go out in two writes; waiting for an acknowledgement between them costs 40 ms.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def close(self) -> None:
        """Let go of the kept connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @staticmethod
    def _decoded(status: int, payload: bytes) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(payload) if payload else {}
        except ValueError:
            answer = {"title": payload[:200].decode("utf-8", "replace")}
        if status >= 400:
            raise Refused(status, answer)
        return answer


def _multipart(boundary: str, files: list[Path], fields: dict[str, str]) -> Iterator[bytes | Path]:
    for name, value in fields.items():
        yield f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for file in files:
        # A quote or a line end in a file's name must not end the header.
        name = file.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        yield (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        yield file
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _stream(parts: list[bytes | Path]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        with open(os.fspath(part), "rb") as file:
            while chunk := file.read(256 * 1024):
                yield chunk
