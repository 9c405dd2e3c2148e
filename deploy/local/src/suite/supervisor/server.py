"""All children together, and the unix socket by which the command line steers them (one JSON line each way)."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from suite.supervisor import leftovers
from suite.supervisor.child import Child
from suite.supervisor.journal import note, rotate
from suite.supervisor.spec import Spec

ROTATE_EVERY = 5.0


class Supervisor:
    def __init__(self, run: Path) -> None:
        self.run = run
        self.children: dict[str, Child] = {}
        self._began = time.monotonic()
        self._end = asyncio.Event()
        self._slots = asyncio.Semaphore(max(2, os.cpu_count() or 2))
        # Two commands that change something wait for each other.
        self._change = asyncio.Lock()

    def please_end(self) -> None:
        self._end.set()

    async def serve(self) -> None:
        """Works until it is told to end; every child has ended then."""
        leftovers.end_leftovers(self.run / "children.json")
        path = self.run / "supervisor.sock"
        path.unlink(missing_ok=True)
        # A line holds all specs with their environments.
        server = await asyncio.start_unix_server(self._converse, path, limit=4 * 1024 * 1024)
        rotation = asyncio.create_task(self._rotate_logs())
        await self._end.wait()
        rotation.cancel()
        async with self._change:
            await self.stop(list(self.children))
        server.close()
        path.unlink(missing_ok=True)
        (self.run / "children.json").unlink(missing_ok=True)

    # What it can be asked

    def status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "uptime": round(time.monotonic() - self._began, 1),
            "processes": [child.facts() for child in self.children.values()],
        }

    async def apply(self, specs: list[Spec], prune: bool) -> dict[str, Any]:
        """Makes the processes be what `specs` say: starts new ones, restarts changed ones and, with `prune`, stops
        those not named."""
        known = {name: child.spec for name, child in self.children.items()}
        wanted = ({} if prune else known) | {spec.name: spec for spec in specs}
        gone = [name for name in known if name not in wanted]
        changed = [name for name, spec in wanted.items() if name in known and known[name] != spec]
        await self.stop([*gone, *changed])
        for name in gone:
            del self.children[name]
        for name, spec in wanted.items():
            if name not in known or name in changed:
                self.children[name] = Child(spec, self.run, self._remember, self._slots)
        # In the order of the list, whatever the order of their coming.
        self.children = {name: self.children[name] for name in wanted}
        fresh = [name for name in wanted if name not in known or name in changed]
        self.start(
            [name for name, child in self.children.items() if name in fresh or child.state == "stopped"]
        )
        return {"started": fresh, "stopped": gone}

    def start(self, names: list[str]) -> None:
        for name in names:
            child = self.children[name]
            child.start([self.children[need] for need in child.spec.after if need in self.children])

    async def stop(self, names: list[str]) -> None:
        """Highest rank first; within a rank all at once."""
        chosen = [self.children[name] for name in names]
        for rank in sorted({child.spec.rank for child in chosen}, reverse=True):
            await asyncio.gather(*(child.stop() for child in chosen if child.spec.rank == rank))

    async def restart(self, names: list[str], patience: float) -> dict[str, Any]:
        """One after the other, so that a service of several processes keeps answering."""
        late = []
        for name in names:
            child = self.children[name]
            await child.stop()
            child.start([])
            try:
                await asyncio.wait_for(child.ready.wait(), patience)
            except TimeoutError:
                late.append(name)
        return {"restarted": names, "not_ready": late}

    # The conversation

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):
            # Cancelled only at the very end, where asyncio would complain of a conversation that did not finish.
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            return {"ok": True, **await self._carry_out(request)}
        except Exception as error:  # noqa: BLE001 - A bad request must not end the supervisor; the caller is told.
            note("error", "request_failed", error=repr(error))
            return {"ok": False, "error": repr(error)}

    async def _carry_out(self, request: dict[str, Any]) -> dict[str, Any]:
        verb = request["op"]
        if verb == "status":
            return self.status()
        async with self._change:
            if verb == "apply":
                specs = [Spec.from_json(row) for row in request["specs"]]
                return await self.apply(specs, request["prune"])
            if verb == "restart":
                return await self.restart(request["names"], request.get("patience", 60.0))
            if verb == "stop":
                await self.stop(list(self.children))
                self.please_end()
                return {}
        raise ValueError(f"unknown request {verb!r}")

    # In the background

    def _remember(self) -> None:
        pids = {name: child.facts()["pid"] for name, child in self.children.items()}
        try:
            leftovers.remember(self.run / "children.json", {name: pid for name, pid in pids.items() if pid})
        except OSError as error:
            note("warning", "children_not_written_down", error=str(error))

    async def _rotate_logs(self) -> None:
        own = Path(os.readlink("/proc/self/fd/2"))
        while True:
            for log in {own, *(Path(child.spec.log) for child in self.children.values())}:
                if log.is_file():
                    rotate(log)
            await asyncio.sleep(ROTATE_EVERY)
