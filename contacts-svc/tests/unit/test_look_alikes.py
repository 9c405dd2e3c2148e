"""Records that are probably here already: found before one is made, noted when an import made one, never held up."""

from __future__ import annotations

from typing import Any

import pytest
from contact_builders import JOB, a_runtime, run

from chassis.errors import AppError
from chassis.operation import Runtime
from contacts.domain.look_alikes import plain_name


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def found(runtime: Runtime, **asked: Any) -> list[tuple[str, str, int]]:
    rows = run(runtime, "find_duplicates", **asked)["data"]
    return [(row["kind"], row["name"], row["score"]) for row in rows]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Wind AG", "wind"),
        ("WIND GmbH & Co. KG", "wind"),
        ("Škoda Works, Ltd.", "skoda works"),
        ("Straße 7", "strasse 7"),
        ("Inc.", "inc"),
        ("Co Op Bank", "co op bank"),
        ("…", ""),
    ],
)
def test_a_name_is_compared_by_what_tells_companies_apart(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_accounts_are_found_by_domain_and_name_the_most_probable_first(runtime: Runtime) -> None:
    run(runtime, "create_account", name="Wind AG", domain="wind.example")
    run(runtime, "create_account", name="Windpark")
    run(runtime, "create_account", name="WIND GmbH")
    run(runtime, "create_account", name="wind ag")
    assert found(runtime, kind="account", name="Wind AG", domain="https://wind.example/about") == [
        ("account", "Wind AG", 95),
        ("account", "wind ag", 90),
        ("account", "WIND GmbH", 80),
    ]
    assert found(runtime, kind="account", name="Sun") == []
    assert found(runtime, kind="account") == []


def test_people_are_found_by_their_address_among_contacts_and_open_leads(runtime: Runtime) -> None:
    run(runtime, "create_contact", last_name="Berg", email="ada@wind.example")
    lead = run(runtime, "create_lead", last_name="Berg-Lund", email="Ada@Wind.example")
    assert found(runtime, kind="lead", email="ADA@wind.example") == [
        ("contact", "Berg", 100),
        ("lead", "Berg-Lund", 100),
    ]
    run(runtime, "convert_lead", lead_id=lead["id"])
    assert found(runtime, kind="contact", email="ada@wind.example") == [("contact", "Berg", 100)]


def test_what_is_deleted_is_no_duplicate(runtime: Runtime) -> None:
    contact = run(runtime, "create_contact", last_name="Berg", email="ada@wind.example")
    run(runtime, "delete_contact", contact_id=contact["id"], expected_version=contact["version"])
    assert found(runtime, kind="contact", email="ada@wind.example") == []


def test_an_address_that_is_none_is_refused(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refused:
        run(runtime, "find_duplicates", kind="contact", email="ada")
    assert refused.value.code == "invalid"


# --- imports -----------------------------------------------------------------------------------------------------


def brought(runtime: Runtime, operation: str, *rows: dict[str, Any], **more: Any) -> list[Any]:
    """The outcome of each row: what became of it, and what was noted."""
    chunk = {"job_id": JOB, "first_row": 1, "rows": list(rows), **more}
    outcomes = run(runtime, operation, **chunk)["outcomes"]
    noted = [(one["action"], one.get("errors", [])) for one in outcomes]
    return [
        (action, [error["code"] for error in errors], [error["pointer"] for error in errors])
        for action, errors in noted
    ]


PLAIN = ("created", [], [])


@pytest.mark.parametrize("is_dry_run", [True, False])
@pytest.mark.parametrize("operation", ["import_contacts", "import_leads"])
def test_an_import_says_which_people_are_probably_here(
    runtime: Runtime, operation: str, is_dry_run: bool
) -> None:
    run(runtime, "create_contact", last_name="Berg", email="ada@wind.example")
    rows = [
        {"external_id": "1", "last_name": "Berg", "email": "ada@wind.example"},
        {"external_id": "2", "last_name": "New", "email": "new@wind.example"},
        {"external_id": "3", "last_name": "Newer", "email": "new@wind.example"},
        {"external_id": "4", "last_name": "Nobody"},
    ]
    noted = ("created", ["possible_duplicate"], ["/email"])
    assert brought(runtime, operation, *rows, is_dry_run=is_dry_run) == [noted, PLAIN, noted, PLAIN]


def test_a_row_that_is_the_record_itself_is_no_duplicate(runtime: Runtime) -> None:
    row = {"external_id": "1", "last_name": "Berg", "email": "ada@wind.example"}
    assert brought(runtime, "import_contacts", row) == [PLAIN]
    again = {"job_id": JOB, "first_row": 2, "rows": [{**row, "title": "CEO"}]}
    (outcome,) = run(runtime, "import_contacts", **again)["outcomes"]
    assert (outcome["action"], outcome.get("errors", [])) == ("updated", [])


def test_accounts_are_noted_by_domain_or_where_they_have_none_by_name(runtime: Runtime) -> None:
    run(runtime, "create_account", name="Wind AG", domain="wind.example")
    rows = [
        {"external_id": "1", "name": "Wind Holding", "domain": "wind.example"},
        {"external_id": "2", "name": "Wind AG"},
        {"external_id": "3", "name": "Wind AG", "domain": "wind-two.example"},
        {"external_id": "4", "name": "Sun"},
    ]
    assert brought(runtime, "import_accounts", *rows) == [
        ("created", ["possible_duplicate"], ["/domain"]),
        ("created", ["possible_duplicate"], ["/name"]),
        PLAIN,
        PLAIN,
    ]
