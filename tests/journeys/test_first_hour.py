"""The first hour of somebody new: in by the link, a file of one's own on the board, a call logged, the import undone.

One story in one browser, told in order; each step leaves a picture in test-results/first-hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Rapport, started
from playwright.sync_api import Browser, Locator, expect
from screens import DARK, LIGHT, PHONE, Look, Window, window

PICTURES = ROOT / "test-results" / "first-hour"

# As an old program writes it: semicolons, decimal commas, German days, words of its own, and one impossible day.
DEALS = """\
Vorgang;Vorhaben;Firma;Summe;Abschluss bis;Stand;Bemerkung
V-1001;Hafenkran für Halle 3;Nordlicht Werft GmbH;128.500,00;14.12.2026;Erstkontakt;
V-1002;Wartungsvertrag 2027;Nordlicht Werft GmbH;18.250,50;31.01.2027;Angebot raus;eilig
V-1003;Portal für Händler;Alpenmilch eG;42.000,00;20.02.2027;Erstkontakt;
V-1004;Umzug ins neue Lager;Brücke & Söhne;7.999,90;05.03.2027;Verhandlung;Herr Öztürk
V-1005;Schulung Vertrieb;Brücke & Söhne;3.200,00;31.02.2027;Angebot raus;
"""
CORRECTED_DAY = ("31.02.2027", "28.02.2027")
STAGES = {"Erstkontakt": "Qualification", "Angebot raus": "Proposal", "Verhandlung": "Negotiation"}


@pytest.fixture(scope="module")
def rapport() -> Iterator[Rapport]:
    """A suite as somebody has it who wants no demo data."""
    with started("--empty") as found:
        yield found


@pytest.fixture(scope="module")
def user(browser: Browser, rapport: Rapport) -> Iterator[Window]:
    with window(browser, rapport.endpoints["http"], LIGHT) as found:
        yield found


@pytest.fixture(scope="module")
def shot(user: Window) -> Callable[[str], None]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()

    def one(name: str) -> None:
        user.settle()
        user.page.screenshot(path=PICTURES / f"{name}.png")
        user.check(allowed="status of 4(01|22)")

    return one


@pytest.fixture(scope="module")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("own") / "Vorgänge 2026.csv"
    # The encoding of old Windows programs.
    file.write_bytes(DEALS.encode("cp1252"))
    return file


def choose(field: Locator, text: str) -> None:
    """Picks from a searchable list, by typing as people do."""
    field.click()
    field.fill(text)
    field.page.locator("[role=option]:visible", has_text=re.compile(f"^{re.escape(text)}")).first.click()


def test_01_the_link_signs_in_and_the_board_says_what_comes_first(
    user: Window, rapport: Rapport, shot: Callable[[str], None]
) -> None:
    user.page.goto(rapport.sign_in_link())
    expect(user.page.get_by_test_id("first-steps")).to_be_visible()
    shot("01-first-sight")
    user.page.get_by_role("link", name="Import your CSV").click()
    expect(user.page.get_by_test_id("import-files")).to_be_attached()
    shot("02-choose-files")


def test_02_a_file_is_understood(user: Window, csv: Path, shot: Callable[[str], None]) -> None:
    page = user.page
    page.get_by_test_id("import-files").set_input_files(csv)
    page.get_by_test_id("upload").click()
    expect(page.get_by_test_id("understood")).to_contain_text("separated by semicolons")
    expect(page.get_by_test_id("understood")).to_contain_text("5 rows")
    expect(page.get_by_test_id("object")).to_have_value(re.compile("^Deals"))
    expect(page.get_by_test_id("field-of-Summe")).to_have_value("Amount")
    shot("03-guessed")


def test_03_the_guess_is_corrected_and_outlasts_a_reload(user: Window, shot: Callable[[str], None]) -> None:
    page = user.page
    choose(page.get_by_test_id("field-of-Vorgang"), "Own id")
    choose(page.get_by_test_id("field-of-Vorhaben"), "Name")
    choose(page.get_by_test_id("field-of-Firma"), "Account")
    choose(page.get_by_test_id("field-of-Abschluss bis"), "Expected close")
    choose(page.get_by_test_id("field-of-Stand"), "Stage")
    choose(page.get_by_test_id("field-of-Bemerkung"), "Leave this column out")
    expect(page.get_by_test_id("certainty-Vorhaben")).to_have_text("Your choice")
    page.get_by_test_id("details-of-Stand").click()
    for word, stage in STAGES.items():
        choose(page.get_by_test_id(f"value-{word}"), stage)
    page.get_by_test_id("details-of-Firma").click()
    page.get_by_test_id("create-for-Firma").check()
    expect(page.get_by_test_id("mode-upsert")).to_be_checked()
    shot("04-corrected")
    page.reload()
    expect(page.get_by_test_id("field-of-Vorhaben")).to_have_value("Name")
    page.get_by_test_id("to-preview").click()


def test_04_the_preview_shows_the_cell_that_is_wrong(user: Window, shot: Callable[[str], None]) -> None:
    page = user.page
    expect(page.get_by_test_id("preview-deals")).to_contain_text("Hafenkran für Halle 3")
    expect(page.get_by_test_id("complaint")).to_have_count(1)
    expect(page.get_by_test_id("complaint")).to_contain_text(CORRECTED_DAY[0])
    shot("05-preview")
    # There and back again loses nothing.
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("field-of-Vorhaben")).to_have_value("Name")
    page.get_by_test_id("to-preview").click()
    page.get_by_test_id("to-check").click()


def test_05_a_dry_run_says_what_will_happen(
    user: Window, rapport: Rapport, shot: Callable[[str], None]
) -> None:
    page = user.page
    expect(page.get_by_test_id("check-failed")).to_have_text("1")
    page.get_by_test_id("mapping-name").fill("Vorgänge aus dem alten Programm")
    page.get_by_test_id("save-mapping").click()
    expect(page.get_by_text("Saved as")).to_be_visible()
    shot("06-checked")
    assert rapport.rest.get("/v1/deals", count="true", limit=1)["total"] == 0


def test_06_the_import_ends_with_a_receipt_that_adds_up(user: Window, shot: Callable[[str], None]) -> None:
    page = user.page
    page.get_by_test_id("start-import").click()
    expect(page.get_by_test_id("job-status")).to_have_text("Completed")
    expect(page.get_by_test_id("job-failed")).to_have_text("1")
    expect(page.get_by_test_id("parts").get_by_role("img", name="yes").first).to_be_visible()
    expect(page.get_by_test_id("parts").get_by_text("no", exact=True)).to_have_count(0)
    shot("07-receipt")


def test_07_the_deals_are_on_the_board(user: Window, shot: Callable[[str], None]) -> None:
    page = user.page
    page.get_by_role("link", name="See the board").click()
    column = page.locator("section, div").filter(has=page.get_by_text("Qualification", exact=True)).last
    expect(column).to_be_visible()
    for name in (
        "Hafenkran für Halle 3",
        "Wartungsvertrag 2027",
        "Portal für Händler",
        "Umzug ins neue Lager",
    ):
        expect(page.get_by_test_id("board").get_by_text(name)).to_be_visible()
    shot("08-on-the-board")


def test_08_the_corrected_file_comes_in_the_same_way(
    user: Window, tmp_path: Path, shot: Callable[[str], None]
) -> None:
    page = user.page
    page.go_back()
    with page.expect_download() as waiting:
        page.get_by_test_id("errors-csv").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    assert CORRECTED_DAY[0] in text
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(text.replace(*CORRECTED_DAY))
    page.get_by_test_id("import-corrected").click()
    page.get_by_test_id("import-files").set_input_files(corrected)
    page.get_by_test_id("upload").click()
    expect(page.get_by_test_id("field-of-Vorhaben")).to_have_value("Name")
    page.get_by_test_id("to-preview").click()
    expect(page.get_by_test_id("preview-verdict")).to_contain_text("can all be read")
    page.get_by_test_id("to-check").click()
    expect(page.get_by_test_id("check-created")).to_have_text("1")
    page.get_by_test_id("start-import").click()
    expect(page.get_by_test_id("job-status")).to_have_text("Completed")
    expect(page.get_by_test_id("job-created")).to_have_text("1")
    shot("09-corrected-file")


def test_09_a_record_is_found_and_a_call_logged(
    user: Window, rapport: Rapport, shot: Callable[[str], None]
) -> None:
    page = user.page
    page.keyboard.press("Control+k")
    page.get_by_test_id("search-input").fill("Hafenkran")
    hit = page.get_by_test_id("search-hit").filter(has_text="Hafenkran").first
    expect(hit).to_be_visible()
    shot("10-found")
    hit.click()
    expect(page.get_by_test_id("record-title")).to_have_text("Hafenkran für Halle 3")
    [deal] = rapport.rest.get("/v1/deals", filter='external_id = "V-1001"')["data"]
    assert deal["amount"]["amount"] == "128500.00"
    assert deal["expected_close_on"] == "2026-12-14"
    page.get_by_role("tab", name="Call").click()
    form = page.locator("form:visible").filter(has=page.get_by_test_id("log-call"))
    form.get_by_label("Subject").fill("Asked about the crane")
    page.get_by_test_id("log-call").click()
    expect(page.get_by_test_id("timeline").get_by_text("Asked about the crane").first).to_be_visible()
    shot("11-call-logged")


def test_10_the_import_is_undone_but_for_what_was_changed_since(
    user: Window, rapport: Rapport, shot: Callable[[str], None]
) -> None:
    page = user.page
    [deal] = rapport.rest.get("/v1/deals", filter='external_id = "V-1002"')["data"]
    rapport.rest.patch(
        f"/v1/deals/{deal['id']}", {"next_step": "Send the offer"}, **{"If-Match": f'"{deal["version"]}"'}
    )
    user.go("/imports")
    expect(page.get_by_test_id("import-history").get_by_role("listitem")).to_have_count(2)
    shot("12-former-imports")
    page.get_by_test_id("import-history").get_by_text("Vorgänge 2026.csv").click()
    page.get_by_test_id("undo-import").click()
    shot("13-undo-asked")
    page.get_by_test_id("confirm-undo").click()
    expect(page.get_by_test_id("job-removed")).to_be_visible()
    expect(page.get_by_test_id("job-status")).to_have_text("Completed")
    expect(page.get_by_test_id("job-kept")).not_to_have_text("0")
    expect(page.get_by_test_id("reasons")).to_be_visible()
    shot("14-taken-back")
    kept = {each["external_id"] for each in rapport.rest.get("/v1/deals")["data"]}
    assert "V-1002" in kept
    assert not kept & {"V-1003", "V-1004"}


@pytest.mark.parametrize("look", [DARK, PHONE], ids=lambda look: look.name)
def test_11_the_wizard_looks_right_in_the_dark_and_on_a_phone(
    browser: Browser, rapport: Rapport, csv: Path, look: Look
) -> None:
    with window(browser, rapport.endpoints["http"], look) as found:
        page = found.page
        page.goto(rapport.sign_in_link())
        expect(page.get_by_test_id("board")).to_be_visible()
        found.go("/imports/new?object=deals")
        page.get_by_test_id("import-files").set_input_files(csv)
        _picture(found, f"{look.name}-1-files")
        page.get_by_test_id("upload").click()
        page.get_by_test_id("saved-mapping").click()
        page.get_by_role("option", name="Vorgänge aus dem alten Programm").click()
        page.get_by_test_id("details-of-Stand").click()
        expect(page.get_by_test_id("value-Erstkontakt")).to_have_value("Qualification")
        _picture(found, f"{look.name}-2-columns")
        page.get_by_test_id("to-preview").click()
        expect(page.get_by_test_id("complaint")).to_be_visible()
        _picture(found, f"{look.name}-3-preview")
        page.get_by_test_id("to-check").click()
        expect(page.get_by_test_id("check-created")).to_be_visible()
        _picture(found, f"{look.name}-4-checked")
        found.go("/imports")
        _picture(found, f"{look.name}-5-former-imports")
        page.get_by_test_id("import-history").get_by_text("Vorgänge 2026.csv").last.click()
        expect(page.get_by_test_id("parts")).to_be_visible()
        _picture(found, f"{look.name}-6-receipt")


def _picture(found: Window, name: str) -> None:
    # Before the link was spent, nobody was signed in.
    found.check(allowed="status of 401")
    found.page.screenshot(path=PICTURES / f"{name}.png")
