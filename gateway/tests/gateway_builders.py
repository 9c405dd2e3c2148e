"""Objects for the gateway's tests, with only the fields that matter named."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis import context, ids, migrate
from chassis.context import Context
from chassis.database import Database
from chassis.operation import Runtime
from chassis.settings import Settings as CommonSettings
from chassis.tables import metadata as bus
from gateway import credentials
from gateway.app import create_app
from gateway.jobs.domain.base import Base as JobsBase
from gateway.jobs.service import Jobs
from gateway.organisation.domain import key, saved_view, sign_in, team, user, workspace
from gateway.organisation.domain.base import Base
from gateway.organisation.service import Organisation
from gateway.settings import Settings
from suite import keys

TABLES = (key, saved_view, sign_in, team, user, workspace, Jobs)
NOBODY = "amqp://guest:guest@127.0.0.1:1/none"


class AnOrganisation:
    """A workspace with one administrator, in memory."""

    def __init__(self) -> None:
        database = Database("sqlite://")
        bus.create_all(database.write_engine)
        Base.metadata.create_all(database.write_engine)
        JobsBase.metadata.create_all(database.write_engine)
        self.runtime = Runtime(name=Organisation.name, database=database)
        self.workspace_id = ids.new("workspace")
        _, self.secret_hash = credentials.new_key(key_id := ids.new("key"))
        self.do_as(
            context.system(self.workspace_id, "test"),
            "found_workspace",
            currency="USD",
            key_id=key_id,
            secret_hash=self.secret_hash,
        )
        found = self.do_as(context.system(self.workspace_id, "test"), "list_users")
        self.admin = found["data"][0]

    def as_role(self, role: str) -> Context:
        return Context(workspace_id=self.workspace_id, actor=self.admin["id"], role=role, request_id="test")

    def do_as(self, ctx: Context, operation: str, **arguments: Any) -> Any:
        return Organisation.operations[operation].execute(self.runtime, ctx, arguments)

    def do(self, operation: str, **arguments: Any) -> Any:
        """As the administrator."""
        return self.do_as(self.as_role("admin"), operation, **arguments)

    def a_user(self, name: str = "Ada", **values: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.do("create_user", name=name, **values)
        return made


class Client(FlaskClient):
    """Closes each answer once it is read, as a server does."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, buffered=True, **options)


@dataclass
class AGateway:
    """The application in this process, with a database of its own and no broker."""

    app: Flask
    home: Path
    admin_key: str
    workspace_id: str
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.app.test_client_class = Client
        self.client = self.app.test_client()

    def call(self, method: str, path: str, *, key: str | None = None, **options: Any) -> TestResponse:
        """As the administrator unless another key is named."""
        headers = {"Authorization": f"Bearer {key or self.admin_key}", **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def token(self, **values: Any) -> str:
        """The token of a fresh sign-in link."""
        made = self.call("POST", "/v1/sign-in-links", json=values)
        assert made.status_code == 201, made.text
        return str(made.get_json()["url"]).partition("#token=")[2]


def a_gateway(home: Path, **changes: Any) -> AGateway:
    """A gateway with one workspace; `changes` are settings."""
    from gateway.bootstrap import bootstrap

    (home / "keys").mkdir(parents=True)
    keys.make_missing(home / "keys")
    url = f"sqlite:///{home}/gateway.db"
    migrate.upgrade("gateway", url)
    values: dict[str, Any] = {
        "common": CommonSettings(home=home, amqp_url=NOBODY, process="web.1", log_level="info"),
        "database_url": url,
        "public_url": "http://127.0.0.1:8080",
        "secret": b"s" * 32,
        "web": home / "web",
    }
    settings = Settings(**{**values, **changes})
    made = bootstrap(settings, currency="USD")
    return AGateway(create_app(settings), home, str(made["admin_key"]), str(made["workspace_id"]))
