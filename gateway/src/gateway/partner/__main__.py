"""`python -m gateway.partner`: serves the partner interface until SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys

from chassis import health, logs, migrate
from chassis.settings import BadSetting
from gateway import settings
from gateway.partner import settings as door
from gateway.partner.server import Server
from gateway.state import State

log = logs.get("gateway.partner")


async def serve(state: State, wanted: door.Door) -> None:
    """Serve until told to stop."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    server = Server(state, wanted)
    port = await server.start()
    log.info("listening", port=port, tls=wanted.certificate is not None)
    health.notify("READY=1")
    await stopping.wait()
    health.notify("STOPPING=1")
    await server.stop()


def main() -> int:
    found = settings.load()
    logs.configure(found.common.log_level, found.common.process)
    state = State(found)
    migrate.require_current("gateway", state.runtime.database)
    try:
        asyncio.run(serve(state, door.load(found.common.keys)))
    except RuntimeError as error:
        print(f"The partners' door cannot listen: {error}", file=sys.stderr)
        return 1
    finally:
        state.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BadSetting as error:
        print(error, file=sys.stderr)
        sys.exit(78)
