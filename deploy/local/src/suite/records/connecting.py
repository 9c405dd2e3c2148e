"""Which suite a command talks to, and what its refusals mean for the exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from rapport_client import (
    ApiError,
    ConnectionLost,
    Gone,
    JobFailed,
    Malformed,
    NotConfigured,
    NotFound,
    Rapport,
    RapportError,
    Stale,
    Unauthenticated,
)
from suite.failures import Failure
from suite.paths import Home

FAILED, USAGE, NOT_FOUND, REFUSED, STALE = 1, 2, 3, 4, 5
# A person waits at the other end.
DEADLINE = 20.0


@contextmanager
def connected(url: str | None, key: str | None) -> Iterator[Rapport]:
    """A client of the suite that was named, else of the home's; its errors become `Failure`s with their exit codes."""
    where, with_key, is_ours = _whom(url, key)
    try:
        with Rapport(where, with_key, deadline=DEADLINE, attempts=6) as crm:
            yield crm
    except NotConfigured as error:
        raise Failure(str(error), "", code=USAGE) from error
    except ValueError as error:
        raise Failure(str(error), "", code=USAGE) from error
    except ApiError as error:
        raise Failure(_said(error), _cure(error), code=_code(error)) from error
    except ConnectionLost as error:
        cure = "Is it up? Look: ./rapport doctor" if is_ours else "Is the address right, and the suite up?"
        raise Failure(str(error), cure) from error
    except JobFailed as error:
        raise Failure(str(error), f"Look at it: ./rapport jobs get {error.job.id}") from error
    except RapportError as error:
        raise Failure(str(error), "") from error


def _whom(url: str | None, key: str | None) -> tuple[str, str, bool]:
    """Address, key, and whether it is the suite of this home. `endpoints.json` fills in what is not given."""
    if url is not None and key is None:
        raise Failure(f"With which key shall {url} be asked?", "Give --key, or set RAPPORT_KEY.", code=USAGE)
    home = Home.current()
    if url is not None and key is not None:
        return url, key, False
    try:
        endpoints = json.loads(home.endpoints.read_text())
    except FileNotFoundError as error:
        raise Failure(
            f"There is no suite in {home.root}.",
            "Start one: ./rapport up. For another suite: --url and --key, or RAPPORT_URL and RAPPORT_KEY.",
        ) from error
    except PermissionError as error:
        raise Failure(
            f"{home.endpoints} is not yours to read.",
            "Run this as who ran ./rapport up, or with a key of your own: --key.",
        ) from error
    return str(endpoints["http"]), key or str(endpoints["admin_key"]), True


def _said(error: ApiError) -> str:
    lines = [f"{error.detail} (HTTP {error.status}, {error.code})"]
    lines += [f"{one.field or 'request'}: {one.message}" for one in error.problems if len(error.problems) > 1]
    if isinstance(error, Stale) and error.changed:
        lines.append(f"Changed by others meanwhile: {', '.join(error.changed)}.")
    return "\n  ".join(lines)


def _cure(error: ApiError) -> str:
    if error.hint and error.hint not in error.detail:
        return error.hint
    if isinstance(error, Unauthenticated):
        return "Make a key: ./rapport key create --name NAME --role ROLE"
    if error.status >= 500 and error.request_id:
        return f"The logs name the request {error.request_id}: ./rapport logs"
    return ""


def _code(error: ApiError) -> int:
    if isinstance(error, (NotFound, Gone)):
        return NOT_FOUND
    if isinstance(error, Stale):
        return STALE
    if isinstance(error, Malformed):
        return USAGE
    return FAILED if error.status >= 500 or error.status == 429 else REFUSED
