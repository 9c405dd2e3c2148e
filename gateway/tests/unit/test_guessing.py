"""The guessed mapping: kinds of records, fields in four languages, formats out of the cells, and how sure it is."""

from __future__ import annotations

from typing import Any

import pytest
from import_builders import guessed


def fields(text: str, name: str = "file.csv", **better: Any) -> dict[str, str | None]:
    [table] = guessed({name: text}, **better)["tables"]
    return {column["column"]: column["field"] for column in table["columns"]}


def table(text: str, name: str = "file.csv", **better: Any) -> dict[str, Any]:
    [found] = guessed({name: text}, **better)["tables"]
    return dict(found)


def column(text: str, wanted: str, name: str = "file.csv") -> dict[str, Any]:
    return next(dict(one) for one in table(text, name)["columns"] if one["column"] == wanted)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("export.csv", "First Name,Last Name,Email,Company\nAda,Berg,ada@b.example,Acme\n", "contacts"),
        ("leads.csv", "Vorname;Nachname;E-Mail;Quelle;Status\nAda;Berg;a@b.example;Messe;neu\n", "leads"),
        ("export.csv", "Company,Website,Employees,Revenue\nAcme,acme.example,12,5000\n", "accounts"),
        ("export.csv", "Affaire;Montant;Étape;Date de clôture\nGrue;12 500,00;Won;15/03/2027\n", "deals"),
        (
            "export.csv",
            "Typ;Betreff;Datum;Dauer;Richtung\nAnruf;Angebot;5.11.2026;5 min;ausgehend\n",
            "activities",
        ),
        ("products.csv", "SKU,Product,Price\nC1,Crane,4821\n", "products"),
    ],
)
def test_the_kind_of_record_follows_from_columns_cells_and_the_name(name: str, text: str, kind: str) -> None:
    assert table(text, name)["object"] == kind


@pytest.mark.parametrize(
    "header",
    [
        "First name,Surname,E-mail address,Telephone,Job title",
        "Vorname,Nachname,E-Mail-Adresse,Telefonnummer,Funktion",
        "Prénom,Nom de famille,Adresse e-mail,Numéro de téléphone,Poste",
        "Nombre de pila,Apellidos,Correo electrónico,Teléfono,Cargo",
        "FirstName,LastName,EMail,PhoneNumber,JobTitle",
        "frist name,last nmae,emial,telephon,job titel",
    ],
)
def test_columns_are_known_in_four_languages_and_misspelt(header: str) -> None:
    row = "Ada,Berg,ada@berg.example,+47 22 12 34 56,CEO"
    found = fields(f"{header}\n{row}\n", "contacts.csv", object="contacts")
    assert list(found.values()) == ["first_name", "last_name", "email", "phone", "title"]


def test_cells_speak_where_the_name_does_not() -> None:
    text = "Col A,Col B\nada@berg.example,Berg\nbo@falk.example,Falk\n"
    assert fields(text, object="contacts")["Col A"] == "email"
    lying = "Email,Name\nsoon,Ada Berg\nlater,Bo Falk\n"
    assert fields(lying, object="contacts")["Email"] is None


def test_every_guess_says_how_sure_it_is() -> None:
    found = table("Email,Nickname\na@b.example,x\n", object="contacts")
    assert [one["confidence"] > 0.9 for one in found["columns"]] == [True, False]


@pytest.mark.parametrize(
    ("cells", "header", "wanted"),
    [
        (["25.03.2027"], "Close date", "DD.MM.YYYY"),
        (["03/25/2027", "04/01/2027"], "Close date", "MM/DD/YYYY"),
        (["25/03/2027", "01/04/2027"], "Close date", "DD/MM/YYYY"),
        (["03/04/2027"], "Close date", "MM/DD/YYYY"),
        (["2027-03-25"], "Close date", "YYYY-MM-DD"),
    ],
)
def test_the_order_of_days_follows_from_the_cells(cells: list[str], header: str, wanted: str) -> None:
    text = f"Deal,Amount,{header}\n" + "".join(f"Crane,5,{cell}\n" for cell in cells)
    assert column(text, header, "deals.csv")["format"] == wanted


def test_an_order_that_the_cells_do_not_show_is_a_doubtful_guess() -> None:
    text = "Deal,Amount,Close date\nCrane,5,03/04/2027\n"
    assert column(text, "Close date", "deals.csv")["confidence"] < 0.7


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["1.234,56"], "1.234,56"),
        (["1,234.56"], "1,234.56"),
        (["1 234,56"], "1 234,56"),
        (["1'234.50"], "1'234.56"),
        (["12,5"], "1.234,56"),
        (["1250"], None),
    ],
)
def test_the_marks_of_numbers_follow_from_the_cells(cells: list[str], wanted: str | None) -> None:
    text = "Deal;Amount;Stage\n" + "".join(f"Crane;{cell} €;Won\n" for cell in cells)
    assert column(text, "Amount", "deals.csv")["format"] == wanted


def test_words_of_a_choice_are_brought_to_its_values() -> None:
    text = (
        "Nachname;E-Mail;Status\nBerg;a@b.example;Kalt\nFalk;b@b.example;Qualifiziert\nDale;c@b.example;new\n"
    )
    assert column(text, "Status", "leads.csv")["values"] == {"Kalt": "new", "Qualifiziert": "qualified"}


def test_a_company_is_a_link_that_makes_what_is_missing() -> None:
    text = "Nachname;E-Mail;Firma\nBerg;a@b.example;Acme\n"
    assert column(text, "Firma", "kontakte.csv")["link"] == {"to": "accounts", "by": ["name"], "create": True}


def test_the_region_of_phone_numbers_follows_from_the_language() -> None:
    assert guessed({"k.csv": "Vorname;Nachname;Telefon\nAda;Berg;030 1234567\n"})["region"] == "DE"
    assert "region" not in guessed({"k.csv": "First name,Last name\nAda,Berg\n"})


def test_what_a_record_must_have_and_no_column_brings_is_a_constant() -> None:
    assert table("Subject,Date\nCalled,2026-11-05\n", "notes.csv")["constants"] == {"kind": "note"}


@pytest.mark.parametrize("header", ["Customer number", "Customer no", "Customer ID", "Kundennr"])
def test_the_number_of_a_customer_is_a_key_and_no_company(header: str) -> None:
    text = f"{header},Surname,E-mail\nC0000001,Berg,ada@b.example\n"
    assert fields(text, object="contacts")[header] == "external_id"
