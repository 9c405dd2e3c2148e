"""A worker takes a bounded number of requests; places come back whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import admission
from gateway.admission import Admission


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 0.01)


def refuse(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return [b"refused"]


def ask(gate: Admission, path: str = "/v1/deals") -> Any:
    return gate({"PATH_INFO": path}, None)


def text(answer: Any) -> bytes:
    return b"".join(answer)


def test_what_is_beyond_the_places_is_refused() -> None:
    gate = Admission(lambda environ, start: [b"done"], refuse, ordinary=2, streams=1)
    first, second = ask(gate), ask(gate)
    assert text(ask(gate)) == b"refused"
    first.close()
    assert text(ask(gate)) == b"done"
    second.close()


def test_streams_have_places_of_their_own() -> None:
    gate = Admission(lambda environ, start: [b"done"], refuse, ordinary=1, streams=1)
    ordinary, stream = ask(gate), ask(gate, admission.LIVE_PATH)
    assert text(ask(gate, admission.LIVE_PATH)) == b"refused"
    assert (text(ordinary), text(stream)) == (b"done", b"done")


def test_health_is_always_answered() -> None:
    gate = Admission(lambda environ, start: [b"done"], refuse, ordinary=1, streams=1)
    ask(gate)
    assert text(ask(gate, "/healthz")) == b"done"


def test_a_request_that_fails_gives_its_place_back() -> None:
    def fail(environ: dict[str, Any], start_response: Any) -> Any:
        raise RuntimeError

    gate = Admission(fail, refuse, ordinary=1, streams=1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            ask(gate)
