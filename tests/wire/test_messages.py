"""Both sides of every message match: what is told is declared, what is heard is told, what is called exists."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from chassis import contracts
from chassis.bus.topology import menu_of, queues_of
from chassis.record import DomainEvent, Record

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("contacts", "deals", "activities", "automation", "reporting")


def domain_classes(service: str) -> list[type]:
    package = importlib.import_module(f"{service}.domain")
    found = []
    for info in pkgutil.walk_packages(package.__path__, f"{service}.domain."):
        module = importlib.import_module(info.name)
        found += [
            value
            for value in vars(module).values()
            if inspect.isclass(value) and value.__module__ == info.name
        ]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_fact_a_service_tells_is_declared_as_its_own(service: str) -> None:
    told = set()
    for cls in domain_classes(service):
        if issubclass(cls, DomainEvent) and cls is not DomainEvent:
            told.add(cls.wire)
        elif issubclass(cls, Record) and hasattr(cls, "__tablename__") and cls.is_told:
            told.update({f"{cls.noun}.created.v1", f"{cls.noun}.properties_changed.v1"})
    declared = {wire for wire in told if wire in contracts.events() and contracts.source_of(wire) == service}
    assert told - declared == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_a_service_hears_is_told_by_somebody(service: str) -> None:
    heard = {kind for line in menu_of(service).subscriptions for kind in line.types if kind != "*"}
    assert heard - set(contracts.events()) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_menu_line_has_a_contract_with_a_description_or_a_plain_name(service: str) -> None:
    for name, operation in menu_of(service).operations.items():
        assert operation.permission in {
            "read",
            "write",
            "delete",
            "report",
            "import",
            "configure",
            "administer",
        }, name


@pytest.mark.parametrize("service", SERVICES)
def test_every_contract_is_on_a_menu(service: str) -> None:
    from messages.common import Command, Query

    module = contracts.module_of(service)
    contracts_of_service = {
        name
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and issubclass(value, (Command, Query))
        and value.__module__ == module.__name__
    }
    lines = {"".join(part.capitalize() for part in name.split("_")) for name in menu_of(service).operations}
    assert contracts_of_service - lines == set()


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_asks_of_others_is_on_their_menus(service: str) -> None:
    """`clients.py` names its operations as text: each must exist."""
    path = ROOT / f"{service}-svc" / "src" / service / "clients.py"
    if not path.exists():
        pytest.skip(f"{service} asks nobody")
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "call"
    ]
    for call in calls:
        words = [
            arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if len(words) >= 2:
            assert words[1] in menu_of(words[0]).operations, words


def test_each_source_and_lane_has_a_queue_of_its_own() -> None:
    queues = [queue for service in SERVICES for queue in queues_of(menu_of(service))]
    assert len(queues) == len(set(queues))
    assert {queue.rpartition(".")[2] for queue in queues} == {"0", "1", "2", "3", "bulk"}


def asked_by(service: str) -> set[str]:
    """The services that `clients.py` of a service calls by name."""
    path = ROOT / f"{service}-svc" / "src" / service / "clients.py"
    if not path.exists():
        return set()
    constants = {
        node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)
    }
    return {other for other in SERVICES if other in constants and other != service}


def test_who_asks_whom_has_no_circle() -> None:
    graph = {service: asked_by(service) for service in SERVICES}
    assert graph["deals"] == {"contacts"}
    settled: set[str] = set()
    while ready := {service for service, asks in graph.items() if service not in settled and asks <= settled}:
        settled |= ready
    assert settled == set(SERVICES), f"a circle among {set(SERVICES) - settled}"
