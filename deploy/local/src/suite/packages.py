"""Gets the programs that are no Python libraries (RabbitMQ, PostgreSQL, Chromium) from the system's packages.

Only root can; anybody else is told the one command that an administrator has to run. No system service is ever
started by it: while a package installs, a policy-rc.d answers "not allowed" to every service that wants to start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suite.failures import Failure

POLICY = Path("/usr/sbin/policy-rc.d")


def apt_install(packages: list[str], why: str) -> None:
    """Installs Debian packages, without starting what they bring. Raises Failure with the command to run by hand."""
    by_hand = f"Install it as root: apt-get install --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Failure(f"{why} is not installed, and this system has no apt-get.", f"Install {why} by hand.")
    if os.geteuid() != 0:
        raise Failure(f"{why} is not installed, and only root can install it.", by_hand)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    with _no_services_started():
        done = _quiet(command)
        if done.returncode != 0:
            # The package lists may never have been fetched, or name versions that are gone.
            _quiet(["apt-get", "update"])
            done = _quiet(command)
    if done.returncode != 0:
        last = [
            line for line in done.stderr.splitlines() if line.startswith("E:")
        ] or done.stderr.splitlines()[-1:]
        raise Failure(f"{why} could not be installed: {' '.join(last) or 'apt-get failed'}", by_hand)


def _quiet(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@contextmanager
def _no_services_started() -> Iterator[None]:
    """Keeps apt from starting a system broker or database; leaves an existing policy alone."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(
        "#!/bin/sh\n# Written by Rapport while a package installs: start no service.\nexit 101\n"
    )
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
