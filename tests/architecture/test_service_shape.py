"""The shape is still the shape: five alike services, a chassis without business words, one door to the broker."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("contacts", "deals", "activities", "automation", "reporting")
CRM_NOUNS = re.compile(
    r"\b(deal|contact|lead|account|pipeline|stage|invoice|campaign|customer|opportunity|salesperson|forecast)s?\b",
    re.IGNORECASE,
)
BUS_LIBRARIES = {"nameko", "kombu", "amqp", "eventlet"}


def package(service: str) -> Path:
    return ROOT / f"{service}-svc" / "src" / service


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imports(path: Path) -> set[str]:
    """The top-level packages a module imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_services_are_laid_out_alike(service: str) -> None:
    base = package(service)
    expected = ["service.py", "domain", "usecases", "queries", "migrations", "migrations/0001_start.py"]
    missing = [name for name in expected if not (base / name).exists()]
    beside = [
        name
        for name in ("README.md", "pyproject.toml", "tests/unit", "tests/service")
        if not (base.parents[1] / name).exists()
    ]
    assert missing + beside == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_menu_holds_lines_only(service: str) -> None:
    """service.py defines one class whose body is assignments: no function, no branch."""
    tree = ast.parse((package(service) / "service.py").read_text())
    [menu] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    allowed = (ast.Assign, ast.AnnAssign, ast.Expr)
    assert [type(node).__name__ for node in menu.body if not isinstance(node, allowed)] == []
    assert [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_services_reach_the_broker_through_the_chassis_only(service: str) -> None:
    guilty = {
        str(path.relative_to(ROOT)) for path in sources(package(service)) if imports(path) & BUS_LIBRARIES
    }
    assert guilty == set()


def test_only_the_bus_imports_the_broker_libraries() -> None:
    base = ROOT / "chassis" / "src" / "chassis"
    guilty = {str(path.relative_to(base)) for path in sources(base) if imports(path) & BUS_LIBRARIES}
    assert {name for name in guilty if not name.startswith("bus/")} == set()


def test_the_chassis_knows_no_business_word() -> None:
    base = ROOT / "chassis" / "src" / "chassis"
    found = [
        f"{path.relative_to(base)}:{number}: {line.strip()}"
        for path in sources(base)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if CRM_NOUNS.search(line)
    ]
    assert found == []


def test_the_thread_side_of_the_bus_imports_without_eventlet() -> None:
    script = (
        "import sys, chassis.bus.client, chassis.bus.consumer, chassis.bus.relay, chassis.outbox, chassis.inbox\n"
        "found = sorted({name.partition('.')[0] for name in sys.modules} & {'nameko', 'eventlet', 'kombu'})\n"
        "sys.exit(', '.join(found))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == ""


def test_the_partners_door_imports_without_eventlet() -> None:
    """grpc inside a patched process blocks its hub."""
    script = (
        "import sys, gateway.partner.server, gateway.partner.__main__\n"
        "found = sorted({name.partition('.')[0] for name in sys.modules} & {'nameko', 'eventlet', 'kombu'})\n"
        "sys.exit(', '.join(found))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == ""


def test_no_file_names_a_package_registry_or_this_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=30
    ).stdout.split()
    pattern = re.compile(r"https?://[a-z.-]*(?:pypi|pythonhosted|npmjs|debian)\.[a-z]+", re.IGNORECASE)
    guilty = []
    for name in listed:
        path = ROOT / name
        if path.suffix in {".png", ".ico", ".woff2"} or not path.is_file():
            continue
        if pattern.search(path.read_text(errors="replace")):
            guilty.append(name)
    assert guilty == []


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports them by name: the second of two would not be collected."""
    listed = subprocess.run(
        ["git", "ls-files", "*test_*.py"], cwd=ROOT, capture_output=True, text=True, timeout=30
    ).stdout.split()
    names = [Path(name).name for name in listed]
    assert {name for name in names if names.count(name) > 1} == set()
