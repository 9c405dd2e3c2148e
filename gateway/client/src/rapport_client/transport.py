"""Sends requests: with the key, within a deadline, again when that is safe and may help.

A write carries an idempotency key made for it, so that a repeated one has one effect. Repeated are answers 429, 502,
503 and 504, a first attempt that still runs (409), and lost connections; with growing pauses, or as `Retry-After` says.
"""

from __future__ import annotations

import contextlib
import platform
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from rapport_client.errors import ApiError, ConnectionLost, Incomplete, NotConfigured, error_of

VERSION = "0.1.0"
REPEATABLE = frozenset({429, 502, 503, 504})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 8.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try: seconds for one attempt, seconds for all of them, and how many."""

    timeout: float = 30.0
    deadline: float = 60.0
    attempts: int = 10

    def and_more(self, seconds: float) -> Patience:
        """The same with so many more seconds for one attempt, and twice as many for all."""
        return Patience(self.timeout + seconds, self.deadline + 2 * seconds, self.attempts)


class Transport:
    """One connection pool and one key; used by several threads at once."""

    def __init__(self, url: str, key: str, patience: Patience) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotConfigured(f"{url!r} is no address of a suite; write e.g. http://127.0.0.1:8080.")
        self.url = url.rstrip("/").removesuffix("/v1")
        self._patience = patience
        try:
            authorization = f"Bearer {key}".encode("ascii").decode()
        except UnicodeEncodeError:
            raise NotConfigured("The key has characters that no key has; was it cut or retyped?") from None
        self.http = httpx.Client(
            base_url=self.url,
            headers={
                "Authorization": authorization,
                "Accept": "application/json",
                "User-Agent": f"rapport-client/{VERSION} python/{platform.python_version()}",
            },
            timeout=patience.timeout,
            # A proxy of the environment leads out of this machine; a suite on it is asked directly.
            trust_env=parts.hostname not in LOOPBACK,
        )

    def close(self) -> None:
        self.http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        files: Callable[[], Sequence[tuple[str, Any]]] | None = None,
        extra: float = 0.0,
    ) -> Any:
        """The decoded answer, None for an empty one; raises `ApiError` or `ConnectionLost`.

        `files` makes the parts of a multipart form anew for each attempt; `extra` seconds are granted to each attempt
        beyond the usual ones, for what is known to take long.
        """
        response = self.send(
            method,
            path,
            params=params,
            json=json,
            headers=headers,
            idempotency_key=idempotency_key,
            files=files,
            extra=extra,
        )
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            raise ConnectionLost(
                f"{self.url}{path} answered {response.headers.get('Content-Type', 'something')} where JSON belongs; "
                "is this the address of a Rapport suite?"
            ) from None

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        files: Callable[[], Sequence[tuple[str, Any]]] | None = None,
        extra: float = 0.0,
    ) -> httpx.Response:
        """The answer, once it is one of success."""
        sent = dict(headers or {})
        if method in ("POST", "PATCH"):
            sent["Idempotency-Key"] = idempotency_key or new_key()
        query = {name: value for name, value in (params or {}).items() if value is not None}
        tries = Tries(self._patience.and_more(extra))
        while True:
            try:
                with contextlib.ExitStack() as opened:
                    parts = None if files is None else _opened(files(), opened)
                    response = self.http.request(
                        method,
                        path,
                        params=query,
                        json=json,
                        headers=sent,
                        files=parts,
                        timeout=tries.time_for_one(),
                    )
            except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
                raise lost(self.url, error) from error
            except httpx.TransportError as error:
                tries.after(lost(self.url, error), None)
                continue
            if response.is_success:
                return response
            error_found = self._refused(response)
            # A deletion that is heard to have happened after an attempt whose answer was lost is our own.
            if method == "DELETE" and response.status_code == 410 and tries.number > 0:
                return response
            if not is_passing(error_found):
                raise error_found
            tries.after(error_found, error_found.retry_after)

    @contextlib.contextmanager
    def stream(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        read_timeout: float | None = None,
        tries: bool = True,
    ) -> Iterator[httpx.Response]:
        """A GET whose answer is read as it comes. It is repeated until it begins, unless `tries` is false; a break
        after that raises `Incomplete`."""
        query = {name: value for name, value in (params or {}).items() if value is not None}
        patience = self._patience
        attempts = Tries(patience if tries else Patience(patience.timeout, patience.deadline, attempts=1))
        timeout = httpx.Timeout(self._patience.timeout, read=read_timeout or self._patience.timeout)
        while True:
            request = self.http.build_request("GET", path, params=query, headers=headers, timeout=timeout)
            try:
                response = self.http.send(request, stream=True)
            except httpx.TransportError as error:
                attempts.after(lost(self.url, error), None)
                continue
            if response.is_success:
                break
            try:
                response.read()
            except httpx.TransportError as error:
                attempts.after(lost(self.url, error), None)
                continue
            finally:
                response.close()
            refused = self._refused(response)
            if not is_passing(refused):
                raise refused
            attempts.after(refused, refused.retry_after)
        try:
            yield response
        except httpx.TransportError as error:
            raise Incomplete(
                f"The answer of {path} broke off ({type(error).__name__}); it is not complete."
            ) from error
        finally:
            response.close()

    @staticmethod
    def _refused(response: httpx.Response) -> ApiError:
        try:
            raw = response.json()
        except ValueError:
            raw = {}
        return error_of(
            response.status_code,
            raw if isinstance(raw, dict) else {},
            retry_after(response.headers.get("Retry-After")),
        )


class Tries:
    """Counts attempts against a deadline and waits between them."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._until = time.monotonic() + patience.deadline
        self.number = 0

    def time_for_one(self) -> float:
        """Seconds that the next attempt may take."""
        return max(0.1, min(self._patience.timeout, self._until - time.monotonic()))

    def after(self, error: Exception, wanted: float | None) -> None:
        """Wait before another attempt, at least `wanted` seconds; raises `error` when there is no more time."""
        self.number += 1
        # The jitter keeps many clients that were cut at once from coming back at once.
        most = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.number)
        pause = (wanted or 0.0) + random.uniform(0.0, most if wanted is None else FIRST_PAUSE)
        if self.number >= self._patience.attempts or time.monotonic() + pause >= self._until:
            raise error
        time.sleep(pause)


def new_key() -> str:
    """A fresh idempotency key."""
    return f"py-{uuid.uuid4().hex}"


def lost(url: str, error: httpx.TransportError) -> ConnectionLost:
    """The error of an attempt without an answer, with its cause."""
    said = str(error) or type(error).__name__
    found = ConnectionLost(f"No answer from {url}: {said}")
    found.__cause__ = error
    return found


def is_passing(error: ApiError) -> bool:
    """Whether the same request may succeed in a moment."""
    return error.status in REPEATABLE or (error.status == 409 and error.code == "request_in_progress")


def retry_after(text: str | None) -> float | None:
    """The seconds that a `Retry-After` asks for, as a number or as a date."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def _opened(parts: Sequence[tuple[str, Any]], opened: contextlib.ExitStack) -> list[tuple[str, Any]]:
    """The parts of a form, with the files that this opened closed at the end."""
    for _, part in parts:
        file = part[1] if isinstance(part, tuple) else part
        if hasattr(file, "close"):
            opened.callback(file.close)
    return list(parts)
