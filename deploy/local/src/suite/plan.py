"""The list of processes of one suite, and the environment each of them gets. This is the only place that knows it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from suite.broker import Broker
from suite.failures import Failure
from suite.paths import Home, checkout
from suite.postgres import Postgres, environment, owner, role_url
from suite.settings import Settings
from suite.supervisor.spec import Spec

SERVICES = ("contacts", "deals", "activities", "automation", "reporting")
STORES = (*SERVICES, "gateway")
# What an operator may set for a process by hand reaches it; everything else of the shell stays outside, so that the
# same suite starts the same way from any shell.
PASSED_ON = ("RAPPORT_", "PARTNER_", *(f"{store.upper()}_" for store in STORES))


def services() -> list[str]:
    """The services this checkout holds."""
    return [name for name in SERVICES if (checkout() / f"{name}-svc" / "src" / name / "service.py").exists()]


@dataclass(frozen=True)
class Plan:
    """Everything that `up` decides before it starts a process."""

    home: Home
    settings: Settings
    amqp_url: str
    admin_url: str | None

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.settings.http_port}"

    @property
    def grpc_target(self) -> str:
        """Where the partners' door listens; PARTNER_BIND by hand opens it to others."""
        return os.environ.get("PARTNER_BIND") or f"127.0.0.1:{self.settings.grpc_port}"

    def database_url(self, store: str) -> str:
        by_hand = os.environ.get(f"{store.upper()}_DATABASE_URL")
        if by_hand:
            return by_hand
        if self.admin_url is None:
            return f"sqlite:///{self.home.data / store}.db"
        name = f"{self.settings.prefix}_{store}"
        return role_url(self.admin_url, name, self.settings.databases[store])

    def environment(self) -> dict[str, str]:
        """What every process and every one-shot step is given."""
        by_hand = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(PASSED_ON) and name not in ("RAPPORT_CHECKOUT", "RAPPORT_POSTGRES")
        }
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            # Many threads would otherwise each keep a memory pool of their own.
            "MALLOC_ARENA_MAX": "2",
            "PSYCOPG_WAIT_FUNC": "wait_selector",
            "RAPPORT_LOG_LEVEL": "info",
            **by_hand,
            "RAPPORT_HOME": str(self.home.root),
            "RAPPORT_AMQP_URL": self.amqp_url,
            "RAPPORT_PUBLIC_URL": self.public_url,
            "PARTNER_BIND": self.grpc_target,
            "GATEWAY_BIND": f"127.0.0.1:{self.settings.http_port}",
            **{
                f"{store.upper()}_DATABASE_URL": self.database_url(store)
                for store in (*services(), "gateway")
            },
        }

    def specs(self, broker: Broker | None, postgres: Postgres | None, *, at_once: bool = False) -> list[Spec]:
        """Every process, in the order in which they are listed. `at_once`: none waits for the broker to be ready, all
        of them look for it by themselves; that is for a broker that has its queues already."""
        python = sys.executable
        found = [*(broker_specs(broker, self.home.logs) if broker else [])]
        found += postgres_specs(postgres, self.home.logs) if postgres else []
        needs = [] if at_once else [spec.name for spec in found if spec.name != "epmd"]
        for service in services():
            for number in range(1, self.settings.scale.get(service, 1) + 1):
                found.append(
                    self._spec(service, number, [python, "-m", "chassis", "run", service], needs, rank=2)
                )
        found.append(self._spec("relay", 1, [python, "-m", "chassis", "relay"], needs, rank=2))
        gunicorn = [python, "-m", "gunicorn", "-c", "python:gateway.gunicorn", "gateway.wsgi:app"]
        found.append(self._spec("web", 1, gunicorn, needs, rank=3))
        found.append(self._spec("worker", 1, [python, "-m", "gateway.worker"], needs, rank=3))
        found.append(self._spec("partner", 1, [python, "-m", "gateway.partner"], needs, rank=3))
        return found

    def _spec(self, kind: str, number: int, command: list[str], needs: list[str], rank: int) -> Spec:
        name = kind if number == 1 else f"{kind}.{number}"
        return Spec(
            name=name,
            command=command,
            env={**self.environment(), "RAPPORT_PROCESS": f"{kind}.{number}"},
            log=str(self.home.logs / f"{name}.log"),
            cwd=str(checkout()),
            after=needs,
            rank=rank,
        )


def broker_specs(broker: Broker, logs: Path) -> list[Spec]:
    """The private broker and its port mapper; `prepare` has written their files."""
    env = broker.environment()
    log = str(logs / "broker.log")
    return [
        Spec("epmd", broker.epmd_command(), env, log, ready="port", port=broker.ports["epmd"], rank=0),
        Spec(
            "broker",
            broker.server_command(),
            env,
            log,
            cwd=str(broker.folder),
            after=["epmd"],
            rank=1,
            patience=25,
        ),
    ]


def postgres_specs(postgres: Postgres, logs: Path) -> list[Spec]:
    """The private PostgreSQL server. It is stopped by SIGINT: sessions are ended, data is checkpointed."""
    return [
        Spec(
            name="postgres",
            command=postgres.command(),
            env=environment(),
            log=str(logs / "postgres.log"),
            ready="port",
            port=postgres.port,
            rank=1,
            stop_signal=int(signal.SIGINT),
            patience=25,
            user=owner(),
        )
    ]


def scale_of(words: Iterable[str]) -> dict[str, int]:
    """Reads "deals=2" words. Raises Failure for an unknown service or a number that makes no sense."""
    found = {}
    for word in words:
        name, _, number = word.partition("=")
        if name not in SERVICES:
            raise Failure(
                f"There is no service {name!r} to scale.", f"Choose one of {', '.join(SERVICES)}.", code=2
            )
        if not number.isdigit() or not 1 <= int(number) <= 16:
            raise Failure(f"{word!r} does not say how many processes.", f"Write {name}=2 (1 to 16).", code=2)
        found[name] = int(number)
    return found
