"""A user's own files, as other systems write them: guessed, brought in, corrected, brought in again."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from import_builders import ASuite, counts, guessed
from workbook_builders import a_workbook, formula

from gateway.jobs.queries import jobs as reads
from gateway.v1.jobs import csv_of

GERMAN = """Vorname;Nachname;Firma;E-Mail;Telefon;Schlagworte
Jürgen;Müller;Müller GmbH;JM@Mueller.example;030 12345678;Messe, VIP
Anna;Groß;Köln AG;anna@koeln.example;0221 445566;
Zoë;Weiß;Müller GmbH;zoe@mueller.example;;Messe
"""
DEALS = """Deal Name;Firma;Betrag;Phase;Abschlussdatum;Besitzer
Kran;Müller GmbH;12.500,00 €;Qualified;15.03.2027;admin@example.com
Tor;Köln AG;1.234,56 €;Proposal;01.04.2027;
"""


@pytest.fixture
def suite() -> ASuite:
    return ASuite()


def bring(suite: ASuite, files: dict[str, str | bytes], **better: Any) -> dict[str, Any]:
    """The job that imported these files by the guessed mapping."""
    options = {name: better.pop(name) for name in ("dry_run", "automation") if name in better}
    return suite.imported(files, mapping=guessed(files, **better), **options)


def listed(suite: ASuite, service: str, operation: str, key: str) -> dict[str, dict[str, Any]]:
    return {record[key]: record for record in suite.ask(service, operation, limit=200)["data"]}


def errors_file(suite: ASuite, job: dict[str, Any]) -> str:
    ctx = suite.organisation.as_role("admin")
    with suite.database.reading() as session:
        [name] = reads.files_with_failures(session, ctx, job["id"])
        return "".join(csv_of(reads.failed_rows(session, ctx, job["id"], name)))


# --- contacts --------------------------------------------------------------------------------------------------


def test_a_german_file_of_an_old_spreadsheet_comes_in_with_its_companies(suite: ASuite) -> None:
    job = bring(suite, {"kontakte.csv": GERMAN.encode("cp1252")})
    assert (job["status"], counts(job)) == ("completed", {"created": 5})
    assert [(part["entity"], part["created"]) for part in job["parts"]] == [("accounts", 2), ("contacts", 3)]
    accounts = listed(suite, "contacts", "list_accounts", "name")
    contacts = listed(suite, "contacts", "list_contacts", "email")
    found = contacts["jm@mueller.example"]
    assert (found["first_name"], found["last_name"], found["phone"]) == ("Jürgen", "Müller", "+493012345678")
    assert found["account_id"] == accounts["Müller GmbH"]["id"]
    assert found["tags"] == ["Messe", "VIP"]
    assert {one["code"] for one in job["corrections"]} == {"encoding_assumed"}


def test_the_same_file_again_changes_nothing_and_a_changed_one_what_it_says(suite: ASuite) -> None:
    bring(suite, {"kontakte.csv": GERMAN})
    assert counts(bring(suite, {"kontakte.csv": GERMAN})) == {"unchanged": 5}
    job = bring(suite, {"neu.csv": GERMAN.replace("Anna;", "Anne;")})
    assert counts(job) == {"updated": 1, "unchanged": 4}


def test_a_dry_run_counts_and_changes_nothing(suite: ASuite) -> None:
    job = bring(suite, {"kontakte.csv": GERMAN}, dry_run=True)
    assert (job["status"], counts(job)) == ("completed", {"created": 5})
    assert listed(suite, "contacts", "list_contacts", "email") == {}


def test_modes_skip_with_a_reason_that_is_counted(suite: ASuite) -> None:
    first = GERMAN.splitlines(keepends=True)
    bring(suite, {"kontakte.csv": "".join(first[:2])})
    creating = bring(suite, {"kontakte.csv": GERMAN}, mode="create")
    assert creating["parts"][1]["skipped"] == 1
    assert [(one["code"], one["count"]) for one in creating["reasons"]] == [("already_exists", 1)]
    more = GERMAN + "Neu;Hier;Müller GmbH;neu@hier.example;;\n"
    updating = bring(suite, {"kontakte.csv": more}, mode="update")
    assert (updating["parts"][1]["skipped"], updating["parts"][1]["unchanged"]) == (1, 3)
    assert ("not_found", 1) in [(one["code"], one["count"]) for one in updating["reasons"]]


def test_a_row_that_repeats_is_skipped_and_one_that_differs_fails(suite: ASuite) -> None:
    twice = GERMAN + GERMAN.splitlines()[1] + "\n" + "Jörg;Müller;Köln AG;JM@Mueller.example;;\n"
    job = bring(suite, {"kontakte.csv": twice})
    assert counts(job) == {"created": 5, "skipped": 1, "failed": 1}
    assert "Line 2 has the same E-Mail" in errors_file(suite, job)


def test_an_undo_takes_the_contacts_and_their_companies_back(suite: ASuite) -> None:
    job = bring(suite, {"kontakte.csv": GERMAN})
    undo = suite.ask("jobs", "undo_import", job_id=job["id"])
    suite.work()
    assert suite.job(undo["id"])["removed"] == 5
    assert listed(suite, "contacts", "list_accounts", "name") == {}


# --- workbooks -------------------------------------------------------------------------------------------------


def test_a_workbook_comes_in_and_its_failed_rows_come_back_as_csv_that_imports(suite: ASuite) -> None:
    book = a_workbook(
        [
            ["First name", "Last name", "Email", "Company"],
            ["Ada", "Berg", "ada@berg.example", "Berg Ltd"],
            ["Bo", "Falk", "no address", "Falk Ltd"],
            ["Cy", formula("A1&B1"), "cy@dale.example", "Berg Ltd"],
        ]
    )
    job = bring(suite, {"people.xlsx": book})
    assert (job["status"], job["parts"][1]["created"], job["failed"]) == ("completed", 1, 2)
    text = errors_file(suite, job)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["First name"] for row in rows] == ["Bo", "Cy"]
    assert "formula" in rows[1]["error"]
    corrected = text.replace("no address", "bo@falk.example").replace("'=?", "Dale")
    mapping = guessed({"people.xlsx": book})
    again = suite.imported({"people.errors.csv": corrected}, mapping=mapping)
    assert (again["failed"], again["parts"][1]["created"]) == (0, 2)


def test_the_named_sheet_of_a_workbook_is_read(suite: ASuite) -> None:
    book = a_workbook(
        sheets={"Notes": [["hello"]], "People": [["Last name", "Email"], ["Berg", "a@b.example"]]}
    )
    columns = [{"column": "Last name", "field": "last_name"}, {"column": "Email", "field": "email"}]
    table = {"file": "book.xlsx", "sheet": "People", "object": "leads", "key": "email", "columns": columns}
    assert counts(suite.imported({"book.xlsx": book}, mapping={"tables": [table]})) == {"created": 1}


# --- deals and activities --------------------------------------------------------------------------------------


def test_deals_find_their_accounts_and_owner_and_keep_their_money_and_days(suite: ASuite) -> None:
    suite.ask("deals", "create_pipeline", name="Sales", is_default=True, stages=STAGES)
    bring(suite, {"kontakte.csv": GERMAN})
    admin = suite.organisation.admin
    text = DEALS.replace("admin@example.com", admin["email"])
    job = bring(suite, {"deals.csv": text})
    assert (job["status"], job["failed"]) == ("completed", 0), errors_file(suite, job)
    deal = listed(suite, "deals", "list_deals", "name")["Kran"]
    account = listed(suite, "contacts", "list_accounts", "name")["Müller GmbH"]
    assert (deal["account_id"], deal["owner_id"]) == (account["id"], admin["id"])
    assert deal["amount"] == {"amount": "12500.00", "currency": "EUR"}
    assert deal["expected_close_on"] == date(2027, 3, 15).isoformat()


STAGES = [
    {"name": name, "kind": kind, "probability": chance}
    for name, kind, chance in (
        ("Qualified", "open", 20),
        ("Proposal", "open", 50),
        ("Won", "won", 100),
        ("Lost", "lost", 0),
    )
]


def test_activities_find_what_they_are_about(suite: ASuite) -> None:
    bring(suite, {"kontakte.csv": GERMAN})
    calls = (
        "Art;Betreff;Datum;Dauer;Kontakt;Ergebnis\n"
        "Anruf;Angebot besprochen;05.11.2026 14:30;5 min;anna@koeln.example;erreicht\n"
        "Notiz;Will im Mai kaufen;06.11.2026;;zoe@mueller.example;\n"
    )
    job = bring(suite, {"anrufe.csv": calls})
    assert (job["status"], counts(job)) == ("completed", {"created": 2})
    found = listed(suite, "activities", "list_activities", "subject")["Angebot besprochen"]
    contact = listed(suite, "contacts", "list_contacts", "email")["anna@koeln.example"]
    assert (found["kind"], found["duration_seconds"], found["outcome"]) == ("call", 300, "connected")
    assert found["record_ids"] == [contact["id"]]
    assert counts(bring(suite, {"anrufe.csv": calls})) == {"unchanged": 2}


def test_a_name_of_several_records_is_not_guessed_at(suite: ASuite) -> None:
    for _ in range(2):
        suite.ask("contacts", "create_account", name="Acme")
    contacts = "Last name,Email,Company\nBerg,ada@berg.example,Acme\n"
    job = bring(suite, {"contacts.csv": contacts})
    assert job["parts"][-1]["failed"] == 1
    assert "several accounts" in errors_file(suite, job)
