"""One supervised process: start, wait until ready, notice its death, wait a little, start again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from suite.spawn import kill_group, spawn
from suite.supervisor.backoff import Backoff
from suite.supervisor.journal import note
from suite.supervisor.spec import Spec

# A process that is not ready by then waits for something else, and others may go on.
LONGEST_TURN = 2.5


def cause_of_death(code: int) -> str:
    """In words: an exit code, or the signal that ended the process."""
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


class Child:
    """States: waiting (for what it needs), starting, running, restarting (after a death), stopping, stopped."""

    def __init__(
        self, spec: Spec, sockets: Path, changed: Callable[[], None], slots: asyncio.Semaphore
    ) -> None:
        self.spec = spec
        self.state = "stopped"
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self.last_death: str | None = None
        self.ready = asyncio.Event()
        # Processes keep sockets of their own in this folder.
        self._socket_path = sockets / f"{spec.name}.notify"
        self._changed = changed
        self._slots = slots
        self._backoff = Backoff()
        self._task: asyncio.Task[None] | None = None
        self._started_at = 0.0

    def facts(self) -> dict[str, Any]:
        alive = self.process is not None and self.process.returncode is None
        return {
            "name": self.spec.name,
            "pid": self.process.pid if alive and self.process else None,
            "state": self.state,
            "restarts": self.restarts,
            "uptime": round(time.monotonic() - self._started_at, 1) if alive else None,
            "last_death": self.last_death,
        }

    # Commands

    def start(self, needs: list[Child]) -> None:
        """Begins to keep the process alive, once what it needs is ready."""
        if self._task is None or self._task.done():
            self._backoff = Backoff()
            self._task = asyncio.create_task(self._keep_alive(needs), name=self.spec.name)

    async def stop(self) -> None:
        """Ends the process (its signal, then SIGKILL after its patience) and keeps it ended."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        process = self.process
        if process is not None and process.poll() is None:
            self._become("stopping")
            began = time.monotonic()
            process.send_signal(self.spec.stop_signal)
            if not await _exited(process, self.spec.patience):
                note("warning", "process_had_to_be_killed", child=self.spec.name, after_s=self.spec.patience)
                if "PYTHONFAULTHANDLER" in self.spec.env:
                    # Python then writes into its log where each of its threads stands.
                    process.send_signal(signal.SIGABRT)
                    await _exited(process, 1.0)
                process.kill()
                await _exited(process, 5.0)
            seconds = round(time.monotonic() - began, 2)
            note("info", "process_stopped", child=self.spec.name, pid=process.pid, took_s=seconds)
        if process is not None:
            kill_group(process.pid)
        self.ready.clear()
        self._become("stopped")

    # The life of the process

    async def _keep_alive(self, needs: list[Child]) -> None:
        self._become("waiting")
        for child in needs:
            await child.ready.wait()
        while True:
            lived = await self._live_in_turn()
            delay = self._backoff.after_death(lived)
            self.restarts += 1
            note("warning", "process_starts_again", child=self.spec.name, in_s=delay, restarts=self.restarts)
            await asyncio.sleep(delay)

    async def _live_in_turn(self) -> float:
        """Starting is the expensive moment of a process. Those that start together take turns, so that the broker,
        which all wait for, is not the last to get its share of the processor."""
        self._become("waiting")
        await self._slots.acquire()
        pace = asyncio.create_task(self._free_the_slot())
        try:
            return await self._live_once()
        finally:
            if not pace.done():
                pace.cancel()
                self._slots.release()

    async def _free_the_slot(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.ready.wait(), LONGEST_TURN)
        self._slots.release()

    async def _live_once(self) -> float:
        """From start to death; returns how many seconds it lived."""
        self._become("starting")
        self._started_at = time.monotonic()
        inbox = self._open_inbox()
        try:
            try:
                self.process = spawn(
                    self.spec.command,
                    env={**self.spec.env, "NOTIFY_SOCKET": str(self._socket_path)},
                    log=Path(self.spec.log),
                    cwd=Path(self.spec.cwd),
                    user=self.spec.user,
                    farewell=signal.Signals(self.spec.stop_signal),
                )
            except OSError as error:
                self._died(f"could not be started: {error}")
                return 0.0
            note("info", "process_started", child=self.spec.name, pid=self.process.pid)
            self._changed()
            listener = asyncio.create_task(self._listen(inbox))
            try:
                await _exited(self.process, None)
            finally:
                # The loop must let go of the socket before its number is free: the next handle with the same number
                # would be taken for the old one, and never be heard.
                listener.cancel()
                await asyncio.wait([listener])
        finally:
            inbox.close()
            self._socket_path.unlink(missing_ok=True)
        # Its own children (gunicorn's workers) would keep its port.
        kill_group(self.process.pid)
        lived = time.monotonic() - self._started_at
        self._died(f"{cause_of_death(self.process.returncode)} after {lived:.1f} s")
        return lived

    def _died(self, cause: str) -> None:
        self.last_death = cause
        self.ready.clear()
        note("error", "process_died", child=self.spec.name, cause=cause)
        self._become("restarting")

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._changed()

    # Readiness

    def _open_inbox(self) -> socket.socket:
        self._socket_path.unlink(missing_ok=True)
        inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        inbox.setblocking(False)
        inbox.bind(str(self._socket_path))
        if self.spec.user:
            self._socket_path.chmod(0o666)
        return inbox

    async def _listen(self, inbox: socket.socket) -> None:
        """Follows what the process says of itself, in systemd's words."""
        if self.spec.ready == "port":
            await self._wait_for_port()
            self._is_ready()
        loop = asyncio.get_running_loop()
        while True:
            said = (await loop.sock_recv(inbox, 4096)).decode("utf-8", "replace").split("\n")
            if "READY=1" in said:
                self._is_ready()
            if "STOPPING=1" in said:
                self.ready.clear()

    async def _wait_for_port(self) -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.spec.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

    def _is_ready(self) -> None:
        if not self.ready.is_set():
            took = round(time.monotonic() - self._started_at, 2)
            note("info", "process_ready", child=self.spec.name, took_s=took)
            self.ready.set()
            self._become("running")


async def _exited(process: subprocess.Popen[bytes], patience: float | None) -> bool:
    """Waits for the end of a child without a thread and without polling; False when `patience` ran out first."""
    if process.poll() is not None:
        return True
    handle = os.pidfd_open(process.pid)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(handle, ended.set)
    try:
        await asyncio.wait_for(ended.wait(), patience)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    process.wait()
    return True
