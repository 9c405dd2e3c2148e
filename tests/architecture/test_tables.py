"""Every business table belongs to a workspace: the id leads its primary key, its indexes and its unique constraints."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from sqlalchemy import MetaData, Table, UniqueConstraint

from chassis import ids
from chassis.record import Record

OWNERS = (
    "contacts.domain",
    "deals.domain",
    "activities.domain",
    "automation.domain",
    "reporting.domain",
    "gateway.organisation.domain",
    "gateway.jobs.domain",
)


def metadata_of(owner: str) -> MetaData:
    package = importlib.import_module(owner)
    for info in pkgutil.walk_packages(package.__path__, f"{owner}."):
        importlib.import_module(info.name)
    found: MetaData = importlib.import_module(f"{owner}.base").Base.metadata
    return found


def is_business(table: Table) -> bool:
    return not table.info.get("technical") and table.name != "workspace"


@pytest.mark.parametrize("owner", OWNERS)
def test_the_workspace_leads_every_key(owner: str) -> None:
    guilty = []
    for table in metadata_of(owner).tables.values():
        if not is_business(table):
            continue
        keys = {
            "primary key": list(table.primary_key.columns),
            **{
                str(index.name): list(index.columns)
                for index in table.indexes
                # A credential names its workspace only once it is found; a worker looks for what is due in any.
                if not index.info.get("across_workspaces")
            },
            **{
                str(constraint.name): list(constraint.columns)
                for constraint in table.constraints
                if isinstance(constraint, UniqueConstraint)
            },
        }
        guilty += [
            f"{table.name}: {name}" for name, columns in keys.items() if columns[0].name != "workspace_id"
        ]
    assert guilty == []


@pytest.mark.parametrize("owner", OWNERS)
def test_ids_fit_their_columns(owner: str) -> None:
    """SQLite keeps a text of any length; PostgreSQL refuses one that is too long."""
    base = importlib.import_module(f"{owner}.base").Base
    metadata_of(owner)
    records = [mapper.class_ for mapper in base.registry.mappers if issubclass(mapper.class_, Record)]
    lengths = {cls.prefix: len(ids.new(cls.prefix)) for cls in records}
    assert {prefix: length for prefix, length in lengths.items() if length > 40} == {}
