"""A private RabbitMQ node in a folder: own name, ports, data, users and cookie, listening on loopback only.

`./rapport up` runs one under the supervisor; a test starts one by `Broker(folder).start()`. Two nodes in two folders
do not know of each other, and no node of the system's own is touched.
"""

from __future__ import annotations

import base64
import glob
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from suite import packages, ports
from suite.failures import Failure
from suite.spawn import kill_group, spawn, stop, tail

NODE = "rapport@localhost"
USER = "rapport"
VHOST = "rapport"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")

# The write-ahead log of the quorum queues is also held in memory: at its default size of 512 MB it would be most of
# what the suite needs.
CONFIGURATION = """\
# Written by Rapport at each start; changes made here are lost.
listeners.tcp.1 = 127.0.0.1:{amqp}
load_definitions = {folder}/definitions.json
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = AMQPLAIN
raft.wal_max_size_bytes = 33554432
collect_statistics_interval = 30000
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = info
log.file = false
"""


def _server_script() -> str | None:
    """The node's own start script. The one on PATH may be a wrapper that only the system's user can run."""
    for pattern in (
        "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
        "/usr/lib/rabbitmq/bin",
        "/opt/rabbitmq*/sbin",
    ):
        for folder in sorted(glob.glob(pattern), reverse=True):
            script = os.path.join(folder, "rabbitmq-server")
            if os.access(script, os.X_OK):
                return script
    return shutil.which("rabbitmq-server")


class Broker:
    """One node, kept in `home`/broker."""

    def __init__(self, home: Path | str) -> None:
        self.folder = Path(home).absolute() / "broker"
        self.log = self.folder / "log" / "broker.log"
        self._epmd: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    # Installing

    @staticmethod
    def is_installed() -> bool:
        return _server_script() is not None and shutil.which("epmd") is not None

    @staticmethod
    def ensure_installed() -> None:
        if not Broker.is_installed():
            packages.apt_install(["rabbitmq-server"], "RabbitMQ")

    # Configuring

    def prepare(self) -> None:
        """Writes the node's files. Ports and passwords stay what they were, except a port that somebody took."""
        for folder in (self.folder, self.folder / "log", self.folder / "data"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        facts = self._facts()
        taken: list[int] = []
        for kind in ("amqp", "distribution", "epmd"):
            facts[kind] = ports.remembered_or_free(facts.get(kind), taken)
            taken.append(facts[kind])
        facts.setdefault("password", secrets.token_urlsafe(24))
        self._write("facts.json", json.dumps(facts))
        self._write("rabbitmq.conf", CONFIGURATION.format(amqp=facts["amqp"], folder=self.folder))
        self._write("definitions.json", json.dumps(self._definitions(facts["password"])))
        self._write("enabled_plugins", "[].\n")
        self._write("environment.conf", "")
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            self._write(cookie.name, secrets.token_hex(24))
            cookie.chmod(0o400)

    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads((self.folder / "facts.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return facts

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    @staticmethod
    def _definitions(password: str) -> dict[str, Any]:
        """The node's only user and vhost. A node with definitions makes no guest."""
        salt = secrets.token_bytes(4)
        digest = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": [
                {
                    "name": USER,
                    "password_hash": digest,
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    "tags": [],
                }
            ],
            "vhosts": [{"name": VHOST}],
            "permissions": [{"user": USER, "vhost": VHOST, **everything}],
        }

    @property
    def ports(self) -> dict[str, int]:
        return {kind: port for kind, port in self._facts().items() if isinstance(port, int)}

    def url(self, vhost: str = VHOST) -> str:
        facts = self._known_facts()
        return f"amqp://{USER}:{facts['password']}@127.0.0.1:{facts['amqp']}/{vhost}"

    def _known_facts(self) -> dict[str, Any]:
        facts = self._facts()
        if not facts:
            raise Failure(f"There is no broker in {self.folder}.", "Start the suite first: ./rapport up")
        return facts

    def environment(self) -> dict[str, str]:
        """What the node and the programs that talk to it need. Nothing of the system's own node leaks in."""
        facts = self._known_facts()
        inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")}
        return {
            **inherited,
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "node.pid"),
            "RABBITMQ_DIST_PORT": str(facts["distribution"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(facts["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(self.folder / "log" / "erl_crash.dump"),
            "ERL_CRASH_DUMP_BYTES": "10000000",
        }

    # Running

    def epmd_command(self) -> list[str]:
        """Erlang's port mapper, in the foreground, so that it is ours to stop; the node would leave one behind."""
        return [shutil.which("epmd") or "epmd", "-port", str(self._facts()["epmd"]), "-address", "127.0.0.1"]

    def server_command(self) -> list[str]:
        script = _server_script()
        if script is None:
            raise Failure(
                "RabbitMQ is not installed.", "Run ./rapport up as root, or install rabbitmq-server."
            )
        return [script]

    def start(self, *, patience: float = 90.0) -> str:
        """Starts the node unless it runs already, waits until it serves, and returns its AMQP URL."""
        self.ensure_installed()
        if self.is_running():
            return self.url()
        self.prepare()
        # The port mapper must be there before the node looks for it: the node would start one of its own.
        self._epmd = spawn(self.epmd_command(), env=self.environment(), log=self.log, cwd=self.folder)
        deadline = time.monotonic() + patience
        self._wait(self._epmd, self.ports["epmd"], deadline)
        # Under NOTIFY_SOCKET the script becomes the node itself, so that its pid is the node's pid.
        environment = {**self.environment(), "NOTIFY_SOCKET": str(self.folder / "nobody.sock")}
        self._server = spawn(self.server_command(), env=environment, log=self.log, cwd=self.folder)
        self._wait(self._server, self.ports["amqp"], deadline)
        return self.url()

    def _wait(self, process: subprocess.Popen[bytes], port: int, deadline: float) -> None:
        while not ports.wait_for_listener(port):
            if process.poll() is not None or time.monotonic() > deadline:
                said = tail(self.log)
                self.stop()
                raise Failure(
                    f"The broker did not start. Its last words:\n{said}", f"The whole log: {self.log}"
                )
            time.sleep(0.05)

    @property
    def pid(self) -> int | None:
        """The node's process while this object runs it."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def stop(self) -> None:
        """Stops the node and its port mapper, when this object started them."""
        if self._server:
            stop(self._server, patience=20)
            self._server = None
        if self._epmd:
            stop(self._epmd, patience=2)
            self._epmd = None

    def kill(self) -> None:
        """Ends the node as a crash would (SIGKILL). `start` brings it back with its data."""
        if self._server:
            kill_group(self._server.pid)
            self._server.wait()
        self.stop()

    def is_running(self) -> bool:
        """True when the node of this folder answers, whoever started it."""
        facts = self._facts()
        if not facts or not ports.wait_for_listener(facts["amqp"]):
            return False
        try:
            return bool(self.evaluate("ok") == "ok")
        except Failure:
            return False

    # Asking the node

    def evaluate(self, expression: str, *, timeout: float = 15.0) -> Any:
        """Runs an Erlang expression on the node and returns its value: atoms, numbers, strings, lists and maps with
        binary keys, carried over as JSON."""
        code = f"base64:encode_to_string(iolist_to_binary(rabbit_json:encode({expression})))."
        caller = shutil.which("erl_call")
        if caller:
            # The cookie comes out of HOME: as an argument anybody could read it in the process list.
            command = [caller, "-sname", NODE, "-e"]
            given: str | None = code + "\n"
        else:
            command = [
                os.path.join(os.path.dirname(self.server_command()[0]), "rabbitmqctl"),
                "-q",
                "eval",
                code,
            ]
            given = None
        try:
            answer = subprocess.run(
                command,
                input=given,
                env=self.environment(),
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failure(
                f"The broker did not answer: {error}", "Look at its state: ./rapport doctor"
            ) from error
        found = re.search(r'"([A-Za-z0-9+/=]*)"', answer.stdout)
        if found is None:
            said = (answer.stdout + answer.stderr).strip()
            raise Failure(f"The broker did not answer: {said}", "Look at its state: ./rapport doctor")
        return json.loads(base64.b64decode(found[1]))

    def queues(self, vhost: str = VHOST) -> list[dict[str, Any]]:
        """Every queue of a vhost, by name: `name`, `messages`, `consumers`."""
        rows = self.evaluate(
            "[#{name => element(4, amqqueue:get_name(Q)), consumers => proplists:get_value(consumers, I), messages =>"
            " case amqqueue:get_type(Q) of rabbit_quorum_queue ->"
            # The count that a quorum queue gives of itself is up to 5 s old; its leader knows.
            " case catch ra:leader_query(amqqueue:get_pid(Q), fun rabbit_fifo:query_messages_total/1) of"
            " {ok, {_, Total}, _} -> Total; _ -> undefined end;"
            " _ -> proplists:get_value(messages, I) end}"
            f' || Q <- rabbit_amqqueue:list(<<"{_checked(vhost)}">>),'
            # One that goes away while it is asked is left out.
            " I <- [catch rabbit_amqqueue:info(Q, [messages, consumers])], is_list(I)]"
        )
        # A queue whose leader is just being elected has no counts yet.
        for row in rows:
            row["messages"], row["consumers"] = (
                count if isinstance(count, int) else 0 for count in (row["messages"], row["consumers"])
            )
        return sorted(rows, key=lambda row: str(row["name"]))

    def create_vhost(self, name: str) -> str:
        """A vhost of its own on this node (for a test run); returns its AMQP URL. One that exists is fine."""
        vhost = f'<<"{_checked(name)}">>'
        self.evaluate(f'begin rabbit_vhost:add({vhost}, <<"rapport">>), ok end')
        self.evaluate(
            f'begin ok = rabbit_auth_backend_internal:set_permissions(<<"{USER}">>, {vhost}, <<".*">>, <<".*">>,'
            ' <<".*">>, <<"rapport">>), ok end'
        )
        return self.url(name)

    def delete_vhost(self, name: str) -> None:
        self.evaluate(f'begin rabbit_vhost:delete(<<"{_checked(name)}">>, <<"rapport">>), ok end')

    def close_connections(self, reason: str = "closed by the operator") -> int:
        """Closes every client connection from the broker's side, as a fault test does; returns how many."""
        told = json.dumps(reason)
        count = self.evaluate(
            f"length([rabbit_networking:close_connection(P, {told}) || P <- rabbit_networking:connections()])"
        )
        return int(count)

    def set_memory_watermark(self, fraction: float) -> None:
        """Raises (0.0000001) or clears (0.4) the memory alarm that stops every publisher."""
        self.evaluate(f"begin vm_memory_monitor:set_vm_memory_high_watermark({fraction:.10f}), ok end")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for a vhost: {name!r}")
    return name
