"""A small company's files, and a suite inside this process to import them into: real services, no broker."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gateway_builders import AnOrganisation

from activities.domain.base import Base as ActivitiesBase
from activities.service import Activities
from chassis import codec, ids
from chassis.context import Context
from chassis.database import Database
from chassis.errors import Unavailable
from chassis.operation import Runtime
from chassis.tables import metadata as bus
from contacts.domain.base import Base as ContactsBase
from contacts.service import Contacts
from deals.domain.base import Base as DealsBase
from deals.service import Deals
from gateway.jobs.domain.job import OUTCOMES
from gateway.jobs.service import Jobs
from gateway.organisation.service import Organisation
from gateway.worker import looking
from gateway.worker.hands import Hand
from gateway.worker.sheets import Sheet, open_sheet

ACCOUNTS = """account,sector,year_established,revenue,employees,office_location,subsidiary_of
Wharf & Sons,technolgy,1990,12.5,300,Norway,Harbour Group
Harbour Group,finance,1950,1100.04,9000,United States,
Lighthouse,retail,2001,7,40,Philipines,
"""
PRODUCTS = """product,series,sales_price
Crane Pro,Crane,4821
Crane Basic,Crane,550
"""
TEAMS = """sales_agent,manager,regional_office
Ada Berg,Mia Stone,North
Bo Falk,Mia Stone,North
Cy Dale,Nils Holm,South
"""
PIPELINE = """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
D1,Ada Berg,CranePro,Wharf & Sons,Won,10/20/2016,3/1/2017,1054
D2,Bo Falk,Crane Basic,Lighthouse,Lost,1/2/2017,2/3/2017,0
D3,Ada Berg,Crane Pro,,Engaging,5/6/2017,,
D4,Bo Falk,Crane Basic,,Prospecting,,,
"""
FILES: Mapping[str, str] = {
    "accounts.csv": ACCOUNTS,
    "products.csv": PRODUCTS,
    "sales_pipeline.csv": PIPELINE,
    "sales_teams.csv": TEAMS,
}
ROWS = 1 + 5 + 4 + 2 + 3 + 4


_FOLDERS = tempfile.TemporaryDirectory(prefix="rapport-import-")


def a_folder() -> Path:
    """A new folder; all of them go when the test run ends."""
    return Path(tempfile.mkdtemp(dir=_FOLDERS.name))


def a_sheet(content: str | bytes, name: str = "accounts.csv") -> Sheet:
    path = a_folder() / "0.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_sheet(name, path)


class _Peers:
    """How the services of a suite ask each other."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        return self._answer(service, operation, ctx, **arguments)


class ASuite:
    """The organisation, the jobs, and the services that own records in memory, and a worker's hand."""

    def __init__(self) -> None:
        self.organisation = AnOrganisation()
        self.database = self.organisation.runtime.database
        self.folder = a_folder()
        self.stopping = threading.Event()
        self._menus = {menu.name: menu for menu in (Organisation, Jobs, Deals, Contacts, Activities)}
        self.runtimes = {
            Organisation.name: self.organisation.runtime,
            Jobs.name: replace(self.organisation.runtime, name=Jobs.name),
            Deals.name: replace(_a_runtime(Deals.name, DealsBase), client=_Between(self)),
            Contacts.name: _a_runtime(Contacts.name, ContactsBase),
            Activities.name: _a_runtime(Activities.name, ActivitiesBase),
        }
        for name in (Deals.name, Activities.name):
            self.runtimes[name].client = _Peers(self.answer)
        self.refusals: dict[str, int] = {}
        self.calls: list[str] = []

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        """As a bus client does. `refusals` tells how often an operation does not answer before it does."""
        self.calls.append(operation)
        if self.refusals.get(operation, 0) > 0:
            self.refusals[operation] -= 1
            raise Unavailable(service="broker")
        return self.answer(service, operation, ctx, **arguments)

    def answer(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        """What an operation answers, whoever asks."""
        found = self._menus[service].operations[operation]
        return codec.plain(found.execute(self.runtimes[service], ctx, codec.plain(arguments)))

    def ask(self, service: str, operation: str, **arguments: Any) -> Any:
        """As the administrator."""
        return self.call(service, operation, self.organisation.as_role("admin"), **arguments)

    def a_job(self, files: Mapping[str, str | bytes] = FILES, **options: Any) -> str:
        """Queue an import of these files; returns the job's id."""
        job_id = ids.new("job")
        folder = self.folder / job_id
        folder.mkdir()
        described = []
        for index, (name, content) in enumerate(files.items()):
            data = content.encode() if isinstance(content, str) else content
            (folder / f"{index}.csv").write_bytes(data)
            described.append({"name": name, "size": len(data), "sha256": sha256(data).hexdigest()})
        values = options if "mapping" in options else {"mapping_name": "crm-sales", **options}
        self.ask("jobs", "start_import", job_id=job_id, files=described, **values)
        return job_id

    def work(self, name: str = "worker/1") -> int:
        return Hand(name, self.database, self, self.folder, self.stopping).look()

    def job(self, job_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("jobs", "get_job", job_id=job_id)
        return found

    def imported(self, files: Mapping[str, str | bytes] = FILES, **options: Any) -> dict[str, Any]:
        """The job that imported these files, over."""
        job_id = self.a_job(files, **options)
        self.work()
        return self.job(job_id)

    def all(self, service: str, operation: str) -> dict[str, dict[str, Any]]:
        """All records by external id."""
        listed = self.ask(service, operation, limit=200)["data"]
        return {record["external_id"]: record for record in listed if record["external_id"]}


class _Between:
    """What services ask each other: beside the calls of the worker, which tests count and cut."""

    def __init__(self, suite: ASuite) -> None:
        self._suite = suite

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        return ASuite.call(self._suite, service, operation, ctx, **arguments)


def guessed(files: Mapping[str, str | bytes], **better: Any) -> dict[str, Any]:
    """The mapping that these files suggest, with what is known better of each table."""
    folder = a_folder()
    for index, content in enumerate(files.values()):
        (folder / f"{index}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    described = [{"name": name, "size": 1, "sha256": "0" * 64} for name in files]
    seen = looking.look({"folder": str(folder), "files": described, "object": better.pop("object", None)})
    mapping: dict[str, Any] = seen["suggestion"]
    for table in mapping["tables"]:
        table.update(better)
    return mapping


def _a_runtime(name: str, base: Any) -> Runtime:
    database = Database("sqlite://")
    bus.create_all(database.write_engine)
    base.metadata.create_all(database.write_engine)
    return Runtime(name=name, database=database)


def counts(job: Mapping[str, Any]) -> dict[str, int]:
    """The outcomes of a job that there are any of."""
    return {name: job[name] for name in OUTCOMES if job[name]}
