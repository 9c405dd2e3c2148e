"""Fixtures of the client's tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from tiny_server import Peer, Server

from rapport_client import Rapport


@pytest.fixture
def peer() -> Iterator[Peer]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with Rapport(server.url, "rap_sk_test", deadline=20) as crm:
        yield Peer(server, crm)
    server.shutdown()
    thread.join()
    server.server_close()
