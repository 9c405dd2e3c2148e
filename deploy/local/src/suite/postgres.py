"""PostgreSQL for the suite: a private server in a folder (tests, `--postgres local`), or roles and databases on a
server that somebody else runs (`--postgres URL`).

One role and one database per service, and no role may connect to another's database. A private server keeps
production's promises: fsync stays on.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from suite import packages, ports
from suite.failures import Failure
from suite.spawn import spawn, tail

if TYPE_CHECKING:
    import psycopg

SUPERUSER = "rapport"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")

CONFIGURATION = """\
# Written by Rapport at each start; changes made here are lost.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 300
shared_buffers = 128MB
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
"""


class Postgres:
    """One private server, kept in `home`/postgres (elsewhere when its user cannot reach that)."""

    def __init__(self, home: Path | str) -> None:
        self.home = Path(home).absolute()
        self.folder = self.home / "postgres"
        self._server: subprocess.Popen[bytes] | None = None

    # Installing

    @staticmethod
    def binary(name: str) -> str | None:
        """The newest server's program of this name; Debian keeps them out of PATH."""
        found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}") + glob.glob(f"/usr/pgsql-*/bin/{name}")
        if found:
            return max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path)])
        return shutil.which(name)

    @staticmethod
    def is_installed() -> bool:
        return Postgres.binary("initdb") is not None

    @staticmethod
    def ensure_installed() -> None:
        if not Postgres.is_installed():
            packages.apt_install(["postgresql"], "PostgreSQL")

    # Running

    def start(self, *, patience: float = 60.0) -> str:
        """Starts the server unless it runs already; returns its superuser's URL."""
        self.ensure_installed()
        if self.is_running():
            return self.url()
        self.prepare()
        log = self.folder / "postgres.log"
        process = self._server = spawn(
            self.command(), env=environment(), log=log, cwd=Path("/"), user=owner(), farewell=signal.SIGINT
        )
        deadline = time.monotonic() + patience
        while not self._accepts():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Failure(
                    f"PostgreSQL did not start. Its last words:\n{tail(log)}", f"The whole log: {log}"
                )
            time.sleep(0.05)
        return self.url()

    def prepare(self) -> None:
        """Makes the data folder the first time, and writes the settings; the port stays unless somebody took it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        facts = self._facts()
        facts["port"] = ports.remembered_or_free(facts.get("port"))
        facts.setdefault("password", secrets.token_urlsafe(24))
        data = Path(facts.setdefault("data", str(self._data_folder())))
        self._remember(facts)
        if not (data / "PG_VERSION").exists():
            self._initdb(data, facts["password"])
        _write_as_owner(data / "rapport.conf", CONFIGURATION.format(port=facts["port"]))

    def command(self) -> list[str]:
        return [self._program("postgres"), "-D", self._facts()["data"]]

    def _initdb(self, data: Path, password: str) -> None:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        data.chmod(0o700)
        _give_to_owner(data)
        # As an argument anybody could read the password in the process list.
        handle, secret = tempfile.mkstemp(prefix="rapport-")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(password + "\n")
            _give_to_owner(Path(secret))
            done = self._run(
                *("initdb", "-D", str(data), "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
            )
        finally:
            os.unlink(secret)
        if done.returncode != 0:
            raise Failure(f"initdb failed: {done.stderr.strip()}", f"Look at {data} (space, rights).")
        with open(data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\ninclude 'rapport.conf'\n")

    def stop(self, *, how: str = "fast", patience: float = 20.0) -> None:
        """Stops the server, whoever started it: "fast" (connections are ended, data is checkpointed) or "immediate"
        (as a crash: it recovers at the next start)."""
        data = self._facts().get("data")
        if not data or not (Path(data) / "postmaster.pid").exists():
            return
        self._run("pg_ctl", "-D", data, "-m", how, "-t", str(int(patience)), "-s", "stop")
        if self._server:
            self._server.wait(patience)
            self._server = None

    def is_running(self) -> bool:
        return bool(self._facts().get("data")) and self._accepts()

    def _accepts(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(driver=False), connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    @property
    def port(self) -> int:
        return int(self._facts()["port"])

    @property
    def pid(self) -> int | None:
        data = self._facts().get("data")
        try:
            return int((Path(data) / "postmaster.pid").read_text().splitlines()[0]) if data else None
        except (OSError, ValueError, IndexError):
            return None

    def url(self, database: str = "postgres", *, driver: bool = True) -> str:
        """The superuser's URL: SQLAlchemy's form, or libpq's without `driver`."""
        facts = self._facts()
        scheme = "postgresql+psycopg" if driver else "postgresql"
        return f"{scheme}://{SUPERUSER}:{facts['password']}@127.0.0.1:{facts['port']}/{database}"

    # Databases

    def create_database(self, name: str) -> str:
        """A database owned by a role of the same name; returns that role's URL. Both are made anew each time."""
        password = secrets.token_urlsafe(24)
        create_database(self.url(), name, password)
        parts = urlsplit(self.url())
        return urlunsplit(
            (parts.scheme, f"{name}:{password}@{parts.hostname}:{parts.port}", f"/{name}", "", "")
        )

    def drop_database(self, name: str) -> None:
        drop_database(self.url(), name)

    # Where and as whom

    def _program(self, name: str) -> str:
        found = self.binary(name)
        if found is None:
            raise Failure(
                f"PostgreSQL's program {name} is missing.", "Install the server: apt-get install postgresql"
            )
        return found

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program(program), *arguments],
            env=environment(),
            user=owner(),
            group=owner(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def _data_folder(self) -> Path:
        """In the home, unless root's home is out of reach for the user `postgres`."""
        inside = self.folder / "data"
        if os.geteuid() != 0:
            return inside
        self.folder.chmod(0o711)
        if _can_reach(self.folder):
            return inside
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        for parent in (Path("/var/lib/postgresql"), Path("/var/tmp")):  # noqa: S108 - its own folder in there, mode 0700
            if parent.is_dir():
                return parent / f"rapport-{mark}"
        raise Failure(f"The user postgres cannot reach {self.folder}.", "Choose another RAPPORT_HOME.")

    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads((self.folder / "facts.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return facts

    def _remember(self, facts: dict[str, Any]) -> None:
        path = self.folder / "facts.json"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(facts, file)

    def remove(self) -> None:
        """Stops the server and deletes its data, also where the data lies outside the home."""
        self.stop(how="immediate")
        data = self._facts().get("data")
        if data:
            shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def owner() -> str | None:
    """initdb and the server refuse to run as root; as root they run as the user `postgres`."""
    return "postgres" if os.geteuid() == 0 else None


def _can_reach(folder: Path) -> bool:
    done = subprocess.run(["test", "-x", str(folder)], user=owner(), group=owner(), check=False, cwd="/")
    return done.returncode == 0


def _give_to_owner(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(path, account.pw_uid, account.pw_gid)


def _write_as_owner(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    _give_to_owner(path)


# On any server


def plain(url: str) -> str:
    """The URL in libpq's form: without SQLAlchemy's driver suffix."""
    scheme, rest = url.split("://", 1)
    return scheme.split("+", 1)[0] + "://" + rest


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection in autocommit mode; a refusal is a Failure that names its cause."""
    import psycopg

    where = urlsplit(url)
    at = f"{where.hostname}:{where.port or 5432}"
    try:
        return psycopg.connect(plain(url), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        said = next((line for line in str(error).splitlines() if "FATAL:" in line), str(error).strip())
        said = said.rpartition("FATAL:")[2].strip()
        if "password authentication failed" in said or "no password supplied" in said:
            raise Failure(
                f"PostgreSQL at {at} refused the password of {where.username}.", "Correct the URL."
            ) from error
        if "does not exist" in said or "permission denied" in said:
            raise Failure(f"PostgreSQL at {at}: {said}", "Correct the database in the URL.") from error
        raise Failure(
            f"PostgreSQL at {at} does not answer: {said}", "Start it, or correct the URL."
        ) from error


def create_database(admin_url: str, name: str, password: str) -> None:
    """Makes role and database `name`, or sets the role's password when both exist; nobody else may connect."""
    from psycopg import errors, sql

    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for a database: {name!r}")
    role = sql.Identifier(name)
    with connect(admin_url) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        try:
            connection.execute(
                sql.SQL(
                    "{} ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                ).format(verb, role, sql.Literal(password))
                if _is_superuser(connection)
                # Only a superuser may name the attributes it does not have itself; they are off by default.
                else sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role, sql.Literal(password))
            )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                # Whoever makes a database for a role must be a member of that role.
                connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                        role, role
                    )
                )
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
        except errors.InsufficientPrivilege as error:
            user = urlsplit(admin_url).username
            raise Failure(
                f"The PostgreSQL role {user} may not create roles and databases.",
                f"As a superuser: ALTER ROLE {user} CREATEDB CREATEROLE; or give a superuser's URL.",
            ) from error


def _is_superuser(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def drop_database(admin_url: str, name: str) -> None:
    from psycopg import sql

    with connect(admin_url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def role_url(admin_url: str, name: str, password: str) -> str:
    """The URL by which role `name` reaches its own database on that server, in SQLAlchemy's form."""
    where = urlsplit(admin_url)
    host = f"[{where.hostname}]" if ":" in (where.hostname or "") else where.hostname
    netloc = f"{name}:{quote(password, safe='')}@{host}" + (f":{where.port}" if where.port else "")
    return urlunsplit(("postgresql+psycopg", netloc, f"/{name}", where.query, ""))
