"""The built-in mapping crm-sales: what its files become, what it corrects and says so, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from import_builders import ACCOUNTS, FILES, PIPELINE, PRODUCTS, TEAMS, a_sheet

from gateway.jobs.builtin import builtin
from gateway.worker import document, planning
from gateway.worker.lines import Line, Plan
from gateway.worker.sheets import FileRefused, Sheet, open_sheet

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "crm-sales"


def plan(sheets: Iterable[Sheet], known: planning.Known) -> Plan:
    mapping = document.load(builtin()["crm-sales"]["mapping"])
    return planning.plan(mapping, list(sheets), planning.Around(known))


def planned(known: Iterable[str] = (), **changes: str | None) -> Plan:
    """A plan of the small company's files, some replaced or left out (None)."""
    files = {**FILES, **{f"{name}.csv": content for name, content in changes.items()}}
    return plan(
        [a_sheet(text, name) for name, text in files.items() if text is not None], lambda entity: known
    )


def lines(found: Plan, entity: str) -> list[Line]:
    [part] = [part for part in found.parts if part.entity == entity]
    read = list(part.lines())
    assert len(read) == part.rows
    return read


def by_key(found: Plan, entity: str) -> dict[str, Line]:
    return {line.key: line for line in lines(found, entity)}


def corrections(found: Plan) -> dict[str, int]:
    for part in found.parts:
        list(part.lines())
    return {correction["code"]: correction["count"] for correction in found.corrections.listed()}


def codes(line: Line) -> list[tuple[str, str]]:
    return [(complaint.column, complaint.code) for complaint in line.complaints]


def refusal(**changes: str | None) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        planned(**changes)
    return refused.value


# --- what the files become -------------------------------------------------------------------------------------


def test_parts_come_in_the_order_in_which_they_need_each_other() -> None:
    entities = [part.entity for part in planned().parts]
    assert entities == ["pipelines", "users", "teams", "products", "accounts", "deals"]


def test_the_pipeline_has_its_stages_with_their_chances() -> None:
    [line] = lines(planned(), "pipelines")
    stages = [(stage["name"], stage["kind"], stage["probability"]) for stage in line.values["stages"]]
    assert line.values["name"] == "CRM sales"
    assert stages == [
        ("Prospecting", "open", 10),
        ("Engaging", "open", 40),
        ("Won", "won", 100),
        ("Lost", "lost", 0),
    ]


def test_managers_and_agents_become_people_and_their_teams_stand_under_regions() -> None:
    found = planned()
    people = by_key(found, "users")
    assert {name: line.values["role"] for name, line in people.items()} == {
        "Mia Stone": "manager",
        "Nils Holm": "manager",
        "Ada Berg": "rep",
        "Bo Falk": "rep",
        "Cy Dale": "rep",
    }
    assert people["Ada Berg"].values["email"] == "ada.berg@crm-sales.example"
    teams = {line.values["name"]: line.values for line in lines(found, "teams")}
    assert "parent" not in teams["North"]
    assert teams["Team Mia Stone"]["parent"] == teams["North"]["external_id"]
    assert (teams["Team Mia Stone"]["manager"], teams["Team Mia Stone"]["members"]) == (
        "Mia Stone",
        ["Ada Berg", "Bo Falk"],
    )


def test_people_of_one_address_get_different_ones() -> None:
    teams = "sales_agent,manager,regional_office\nJosé Ruiz,Mia Stone,North\nJose Ruiz,Mia Stone,North\n"
    people = by_key(planned(sales_teams=teams, sales_pipeline=None), "users")
    assert people["José Ruiz"].values["email"] == "jose.ruiz@crm-sales.example"
    assert people["Jose Ruiz"].values["email"] == "jose.ruiz.2@crm-sales.example"


def test_an_agent_who_is_a_manager_too_comes_in_once() -> None:
    teams = TEAMS + "Mia Stone,Nils Holm,South\n"
    found = planned(sales_teams=teams)
    people = [line for line in lines(found, "users") if line.key == "Mia Stone"]
    assert [(line.values.get("role"), bool(line.skipped)) for line in people] == [
        ("manager", False),
        (None, True),
    ]


def test_revenue_is_in_millions_and_exact() -> None:
    accounts = by_key(planned(), "accounts")
    assert accounts["Harbour Group"].values["annual_revenue"] == {
        "amount": "1100040000.00",
        "currency": "USD",
    }


def test_parents_come_before_their_subsidiaries() -> None:
    read = lines(planned(), "accounts")
    assert [line.key for line in read] == ["Harbour Group", "Lighthouse", "Wharf & Sons"]
    assert [line.wave for line in read] == [0, 0, 1]
    assert read[2].values["parent_external_id"] == "Harbour Group"


def test_a_deal_has_its_days_its_amount_and_what_it_points_to() -> None:
    deals = by_key(planned(), "deals")
    won = deals["D1"].values
    assert (won["opened_on"], won["closed_on"]) == (date(2016, 10, 20), date(2017, 3, 1))
    assert (won["amount"], won["stage"]) == ({"amount": "1054", "currency": "USD"}, "Won")
    assert [(link.field, link.key) for link in deals["D1"].links] == [
        ("owner_id", "Ada Berg"),
        ("product_id", "Crane Pro"),
        ("account_id", "Wharf & Sons"),
    ]
    assert "No account" in deals["D3"].values["name"]
    # What the file does not say is not sent, so that it does not overwrite what people know.
    assert deals["D4"].values.keys() == {"external_id", "name", "stage"}


# --- what is corrected -----------------------------------------------------------------------------------------


def test_every_correction_is_counted() -> None:
    assert corrections(planned()) == {
        "product_alias": 1,
        "sector_spelling": 1,
        "country_spelling": 1,
        "deal_without_account": 2,
    }


def test_a_file_that_describes_the_others_is_left_out_and_named() -> None:
    found = corrections(planned(data_dictionary="Table,Field,Description\naccounts,account,Company name\n"))
    assert found["file_ignored"] == 1


def test_spaces_around_values_are_removed_and_counted() -> None:
    products = "product,series,sales_price\n Crane Pro ,Crane,4821\nCrane Basic,Crane,550\n"
    assert "Crane Pro" in by_key(planned(products=products), "products")
    assert corrections(planned(products=products))["spaces_trimmed"] == 1


def test_names_of_an_earlier_import_are_recognised_too() -> None:
    found = planned(["Crane Pro"], products=None)
    assert by_key(found, "deals")["D1"].links[1].key == "Crane Pro"


def test_the_same_row_twice_is_skipped_and_another_one_fails() -> None:
    twice = PRODUCTS + "Crane Pro,Crane,4821\nCrane Basic,Crane,600\n"
    read = lines(planned(products=twice), "products")
    assert [(bool(line.skipped), codes(line)) for line in read] == [
        (False, []),
        (False, []),
        (True, []),
        (False, [("product", "duplicate_key")]),
    ]
    assert read[2].skipped == ("duplicate_row", "It repeats an earlier row of the file.")


# --- rows that fail --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("D9,Ada Berg,Crane Pro,,Won,20/10/2016,3/1/2017,10", [("engage_date", "not_a_day")]),
        ("D9,Ada Berg,Crane Pro,,Won,10/20/2016,2/30/2017,10", [("close_date", "not_a_day")]),
        ("D9,Ada Berg,Crane Pro,,Won,10/20/2016,3/1/2017,ten", [("close_value", "not_a_number")]),
        ("D9,Ada Berg,Crane Pro,,Won,10/20/2016,3/1/2017,-10", [("close_value", "too_small")]),
        ("D9,Ada Berg,Crane Pro,,Maybe,10/20/2016,,", [("deal_stage", "unknown_value")]),
        ("D9,Ada Berg,Crane Pro,,Engaging,10/20/2016,3/1/2017,10", [("close_date", "out_of_place")]),
        (
            ",,,,Won,10/20/2016,3/1/2017,10",
            [(name, "required") for name in ("opportunity_id", "sales_agent", "product")],
        ),
        ("D9,Ada Berg,Crane Pro,,Won", [("", "too_few_columns")]),
        ("D9,Ada Berg,Crane Pro,,Won,10/20/2016,3/1/2017,10,more", [("", "too_many_columns")]),
    ],
)
def test_a_bad_deal_fails_by_itself(row: str, wanted: list[tuple[str, str]]) -> None:
    *good, bad = lines(planned(sales_pipeline=f"{PIPELINE}{row}\n"), "deals")
    assert codes(bad) == wanted
    assert not any(line.complaints for line in good)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("Deep Sea,retail,old,7,40,Norway,", [("year_established", "not_a_whole_number")]),
        ("Deep Sea,retail,2001,much,40,Norway,", [("revenue", "not_a_number")]),
        ("Deep Sea,retail,2001,7,4.5,Norway,", [("employees", "not_a_whole_number")]),
        (",retail,2001,7,40,Norway,", [("account", "required")]),
        ("Deep Sea,retail,2001,7,40,Norway,Deep Sea", [("subsidiary_of", "parent_cycle")]),
    ],
)
def test_a_bad_account_fails_by_itself(row: str, wanted: list[tuple[str, str]]) -> None:
    read = lines(planned(accounts=f"{ACCOUNTS}{row}\n"), "accounts")
    assert [codes(line) for line in read if line.complaints] == [wanted]


def test_accounts_above_each_other_all_fail() -> None:
    ring = "A,retail,,,,,B\nB,retail,,,,,C\nC,retail,,,,,A\nD,retail,,,,,A\n"
    read = by_key(planned(accounts=ACCOUNTS + ring), "accounts")
    assert [key for key, line in read.items() if ("subsidiary_of", "parent_cycle") in codes(line)] == [
        "A",
        "B",
        "C",
        "D",
    ]


def test_a_manager_of_two_regions_fails() -> None:
    read = lines(planned(sales_teams=f"{TEAMS}Di Lund,Mia Stone,South\n"), "users")
    assert codes(read[-1]) == [("regional_office", "disagrees")]


# --- files that are refused ------------------------------------------------------------------------------------


def test_a_misspelt_column_is_refused_with_its_remedy() -> None:
    error = refusal(accounts=ACCOUNTS.replace("sector", "sectr"))
    assert error.errors == [
        {
            "pointer": "/accounts.csv/sector",
            "code": "missing_column",
            "message": "As accounts: the column 'sector' is missing.",
            "hint": "Rename 'sectr' to 'sector'.",
        }
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"products": "product,series\nCrane Pro,Crane\n"}, "missing_column"),
        ({"products": "product,series,sales_price,weight\nCrane Pro,Crane,1,2\n"}, "unknown_column"),
        ({"products": "product,series,series,sales_price\nCrane Pro,Crane,Crane,1\n"}, "bad_column"),
        ({"products": "product,series,,sales_price\nCrane Pro,Crane,,1\n"}, "bad_column"),
        ({"weather": "day,degrees\nMonday,12\n"}, "wrong_file"),
        ({"more_products": PRODUCTS}, "same_kind_twice"),
        (
            dict.fromkeys(("accounts", "products", "sales_teams", "sales_pipeline"))
            | {"notes": "Table,Field,Description\n"},
            "nothing_to_import",
        ),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_read(changes: dict[str, str | None], code: str) -> None:
    error = refusal(**changes)
    assert error.errors[0]["code"] == code
    assert error.errors[0]["hint"]


def test_columns_are_known_in_any_case_and_order() -> None:
    found = planned(products="Sales Price,PRODUCT,series\n4821,Crane Pro,Crane\n550,Crane Basic,Crane\n")
    assert by_key(found, "products")["Crane Pro"].values["list_price"]["amount"] == "4821"


def test_rows_that_failed_come_in_again_from_the_file_of_errors() -> None:
    again = "product,series,sales_price,error\n'=Crane,Crane,4821,sales_price is wrong\n"
    [line] = lines(planned(products=again, sales_pipeline=None), "products")
    assert (line.key, line.complaints) == ("=Crane", [])


# --- the data set ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="the crm-sales data set is not beside this checkout")
def test_the_whole_data_set_is_ready_to_come_in() -> None:
    found = plan([open_sheet(path.name, path) for path in sorted(SHARED.glob("*.csv"))], lambda entity: ())
    read = {part.entity: list(part.lines()) for part in found.parts}
    assert {entity: len(some) for entity, some in read.items()} == {
        "pipelines": 1,
        "users": 41,
        "teams": 9,
        "products": 7,
        "accounts": 85,
        "deals": 8800,
    }
    assert not any(line.complaints or line.skipped for some in read.values() for line in some)
    counted = {one["code"]: one["count"] for one in found.corrections.listed()}
    assert counted == {
        "product_alias": 1480,
        "deal_without_account": 1425,
        "sector_spelling": 12,
        "country_spelling": 1,
    }
