"""Free loopback ports: how they are found, and who holds one that is not free."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Collection

from suite.failures import Failure

# Below the range that the kernel hands to outgoing connections, so that a port remembered today is rarely
# somebody's client socket tomorrow.
LOWEST, HIGHEST = 20_000, 30_000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when a server could bind this port now; a port in TIME_WAIT counts as free, as servers see it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(avoid: Collection[int] = ()) -> int:
    """A loopback port nobody listens on, and none of `avoid`."""
    # The system's randomness: two suites that start in the same instant must not walk the same path.
    chance = random.SystemRandom()
    for _ in range(200):
        port = chance.randrange(LOWEST, HIGHEST)
        if port not in avoid and is_free(port):
            return port
    raise Failure(
        f"No free port was found between {LOWEST} and {HIGHEST}.",
        "Stop what listens there, for instance other suites (`./rapport down`).",
    )


def remembered_or_free(remembered: int | None, avoid: Collection[int] = ()) -> int:
    """The remembered port while it is still free, otherwise another one."""
    if remembered and remembered not in avoid and is_free(remembered):
        return remembered
    return free_port(avoid)


def holder(port: int) -> str | None:
    """Who listens on this port, as "name (pid 123)"; None when nobody does or it cannot be seen."""
    import psutil

    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        if connection.status != psutil.CONN_LISTEN or not connection.laddr or connection.laddr.port != port:
            continue
        if connection.pid is None:
            return "a process of another user"
        try:
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
        except psutil.Error:
            return f"pid {connection.pid}"
    return None


def wait_for_listener(port: int, host: str = "127.0.0.1", timeout: float = 0.3) -> bool:
    """True when something accepts a connection there within `timeout` seconds."""
    try:
        socket.create_connection((host, port), timeout).close()
    except OSError:
        return False
    return True


def is_privileged(port: int) -> bool:
    """Ports under 1024 need root."""
    return port < 1024 and os.geteuid() != 0
