"""A real broker node: private, without guest, and back with its data after a crash under the supervisor."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest

from suite import ports
from suite.broker import VHOST, Broker
from suite.control import Supervisor
from suite.plan import broker_specs
from suite.testing import eventually


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    Broker.ensure_installed()
    found = Broker(tmp_path_factory.mktemp("home"))
    found.start()
    yield found
    found.stop()


def connection(url: str, **instead: Any) -> amqp.Connection:
    credentials, _, address = url.removeprefix("amqp://").partition("@")
    user, _, password = credentials.partition(":")
    host, _, vhost = address.partition("/")
    given = {"userid": user, "password": password, "virtual_host": vhost, **instead}
    return amqp.Connection(host, connect_timeout=5, **given)


def test_it_listens_on_loopback_only(broker: Broker) -> None:
    assert broker.pid is not None
    addresses = {address for address, _, _ in ports.listeners(broker.pid)}
    assert addresses == {"127.0.0.1"}


def test_there_is_no_guest(broker: Broker) -> None:
    with (
        pytest.raises(amqp.AccessRefused),
        connection(broker.url(), userid="guest", password="guest") as refused,
    ):
        refused.connect()


def test_a_vhost_of_its_own_is_empty_and_apart(broker: Broker) -> None:
    with connection(broker.create_vhost("run-1")) as one:
        one.channel().queue_declare("work", durable=True, auto_delete=False)
        assert [queue["name"] for queue in broker.queues("run-1")] == ["work"]
        assert broker.queues(VHOST) == []
    broker.delete_vhost("run-1")
    with pytest.raises(amqp.exceptions.AMQPError), connection(broker.url("run-1")) as gone:
        gone.connect()


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_queue_is_counted_as_it_is_now(broker: Broker, kind: str) -> None:
    """What waits, and what is being handled."""
    vhost = f"counted-{kind}"
    with connection(broker.create_vhost(vhost), confirm_publish=True) as one:
        channel = one.channel()
        channel.queue_declare("work", durable=True, auto_delete=False, arguments={"x-queue-type": kind})
        for number in range(3):
            channel.basic_publish(amqp.Message(str(number)), routing_key="work")
        assert channel.basic_get("work") is not None
        (queue,) = broker.queues(vhost)
        assert queue == {"name": "work", "messages": 3, "consumers": 0}
    broker.delete_vhost(vhost)


def test_a_second_start_finds_the_running_node(broker: Broker) -> None:
    assert Broker(broker.folder.parent).start() == broker.url()


def test_connections_can_be_closed_from_the_brokers_side(broker: Broker) -> None:
    with connection(broker.url()) as victim:
        victim.connect()
        assert broker.close_connections() >= 1
        with pytest.raises((amqp.exceptions.AMQPError, OSError)):
            victim.drain_events(timeout=10)


def test_two_nodes_live_side_by_side_and_the_supervisor_brings_one_back(
    broker: Broker, supervisor: Supervisor, tmp_path: Path
) -> None:
    other = Broker(tmp_path)
    other.prepare()
    supervisor.apply(broker_specs(other, tmp_path))
    eventually(lambda: _state(supervisor)["state"] == "running", within=90, what="broker ready")
    with connection(other.url()) as before:
        before.channel().queue_declare(
            "kept", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
    state = _state(supervisor)

    os.kill(state["pid"], signal.SIGKILL)

    eventually(lambda: _state(supervisor)["restarts"] == 1)
    eventually(lambda: _state(supervisor)["state"] == "running", within=90, what="broker back")
    assert [queue["name"] for queue in other.queues()] == ["kept"]
    assert broker.is_running()
    supervisor.stop()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", other.ports["epmd"]), 1)


def _state(supervisor: Supervisor) -> dict[str, Any]:
    return next(row for row in supervisor.processes() if row["name"] == "broker")
