"""Free loopback ports: how they are found, and who holds one that is not free."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import sys
from collections.abc import Collection
from pathlib import Path

from suite.failures import Failure

# Below the range that the kernel hands to outgoing connections, so that a port remembered today is rarely
# somebody's client socket tomorrow.
LOWEST, HIGHEST = 20_000, 30_000
# A socket's state in /proc/net/tcp.
_LISTENING = "0A"


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
    """Who listens on this port, as "name (pid 123)"; None when nobody does."""
    sockets = {socket_id for _, number, socket_id in listeners() if number == port}
    if not sockets:
        return None
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and sockets & _sockets_of(entry):
            return f"{(entry / 'comm').read_text().strip()} (pid {entry.name})"
    return "a process of another user"


def listeners(pid: int | None = None) -> list[tuple[str, int, str]]:
    """Every TCP socket that somebody (or this process) listens on: address, port, the kernel's name of the socket."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            address, _, port = fields[1].rpartition(":")
            if fields[3] == _LISTENING:
                found.append((_address(address), int(port, 16), f"socket:[{fields[9]}]"))
    if pid is None:
        return found
    own = _sockets_of(Path(f"/proc/{pid}"))
    return [row for row in found if row[2] in own]


def _address(hexadecimal: str) -> str:
    """The kernel writes an address as 32-bit words in the machine's own byte order."""
    words = [hexadecimal[start : start + 8] for start in range(0, len(hexadecimal), 8)]
    packed = b"".join(int(word, 16).to_bytes(4, sys.byteorder) for word in words)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _sockets_of(process: Path) -> set[str]:
    """The open sockets of a process; none when it is gone or not ours to look into."""
    found = set()
    try:
        for handle in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(handle))
    except OSError:
        return found
    return found


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
