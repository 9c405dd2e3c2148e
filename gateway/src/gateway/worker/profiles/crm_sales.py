"""The profile `crm-sales`: accounts, products, sales teams and the sales pipeline of a company selling to companies.

Four files that name each other by plain names. Regions become top teams, managers lead a team each below theirs,
agents are its members; amounts are US dollars, revenues millions of them, days are written month/day/year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.worker.countries import COUNTRIES
from gateway.worker.lines import Corrections, Line, Link, Part, Plan
from gateway.worker.profiles import Known
from gateway.worker.sheets import FileRefused, Sheet
from gateway.worker.spelling import Names, nearest
from gateway.worker.tables import Once, Row, Table, recognise, rows

CURRENCY = "USD"
MILLION = 1_000_000
PIPELINE = "crm-sales"
DOMAIN = "crm-sales.example"
DICTIONARY = frozenset({"table", "field", "description"})

ACCOUNTS = Table(
    "accounts",
    ("account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"),
)
PRODUCTS = Table("products", ("product", "series", "sales_price"))
TEAMS = Table("sales_teams", ("sales_agent", "manager", "regional_office"))
DEALS = Table(
    "sales_pipeline",
    (
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    ),
)
TABLES = (ACCOUNTS, PRODUCTS, TEAMS, DEALS)

STAGES = (("Prospecting", "open", 10), ("Engaging", "open", 40), ("Won", "won", 100), ("Lost", "lost", 0))
CATEGORIES = {"Prospecting": "pipeline", "Engaging": "best_case", "Won": "closed", "Lost": "omitted"}
SECTORS = (
    "technology",
    "medical",
    "retail",
    "software",
    "entertainment",
    "marketing",
    "telecommunications",
    "finance",
    "employment",
    "services",
)


def plan(sheets: Sequence[Sheet], known: Known) -> Plan:
    corrections = Corrections()
    found = recognise(sheets, TABLES, (DICTIONARY,), corrections)
    if not found:
        raise FileRefused(
            ", ".join(sheet.name for sheet in sheets),
            "There is nothing to import.",
            f"Send at least one of {', '.join(table.name for table in TABLES)}.",
            code="nothing_to_import",
        )
    parts: list[Part] = []
    if DEALS.name in found:
        parts.append(_pipeline(found[DEALS.name]))
    if TEAMS.name in found:
        parts += _people(found[TEAMS.name], corrections)
    if PRODUCTS.name in found:
        parts.append(_products(found[PRODUCTS.name], corrections))
    if ACCOUNTS.name in found:
        parts.append(_accounts(found[ACCOUNTS.name], corrections))
    if DEALS.name in found:
        catalogues = {
            entity: Names(
                _keys(found[table.name], table.columns[0]) if table.name in found else known(entity)
            )
            for entity, table in (("users", TEAMS), ("products", PRODUCTS), ("accounts", ACCOUNTS))
        }
        parts.append(_deals(found[DEALS.name], corrections, catalogues))
    return Plan(parts, corrections)


def _keys(sheet: Sheet, column: str) -> Iterator[str]:
    return (row.text(column) for row in rows(sheet))


def _money(amount: Decimal | None) -> dict[str, str] | None:
    return None if amount is None else {"amount": str(amount), "currency": CURRENCY}


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the file says: an empty cell leaves what people may have filled in since."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


# --- the pipeline ----------------------------------------------------------------------------------------------


def _pipeline(sheet: Sheet) -> Part:
    stages = [
        {"name": name, "kind": kind, "probability": probability, "forecast_category": CATEGORIES[name]}
        for name, kind, probability in STAGES
    ]
    values = {"external_id": PIPELINE, "name": "CRM sales", "stages": stages}
    line = Line(file=sheet.name, number=1, original={}, key=PIPELINE, values=values)
    return Part("pipelines", sheet.name, 1, lambda: iter([line]), is_vital=True)


# --- people ----------------------------------------------------------------------------------------------------


def _people(sheet: Sheet, corrections: Corrections) -> list[Part]:
    """Managers, then agents, one row each; then the regions' teams and the managers' teams below them.

    The file is small, so it is read once: every team must know all of its members.
    """
    users: list[Line] = []
    agents: list[Line] = []
    teams: dict[str, Line] = {}
    members: dict[str, list[str]] = {}
    regions: dict[str, str] = {}
    addresses = _Addresses()
    once = Once(corrections)
    for row in rows(sheet):
        agent, manager, region = (row.required(column) for column in TEAMS.columns)
        skipped = once.skipped(row, "sales_agent")
        if regions.setdefault(manager, region) != region:
            row.complain(
                "regional_office", "two_regions", f"{manager} leads a team in {regions[manager]} already."
            )
        if row.complaints or skipped:
            agents.append(row.line(corrections, key=agent, skipped=skipped))
            continue
        if f"region:{region}" not in teams:
            teams[f"region:{region}"] = _team(row, f"region:{region}", region, {})
        if manager not in members:
            members[manager] = []
            users.append(_user(row, "manager", manager, "manager", addresses, corrections))
            below = {"parent": f"region:{region}", "manager": manager, "members": members[manager]}
            teams[f"manager:{manager}"] = _team(row, f"manager:{manager}", f"Team {manager}", below)
        members[manager].append(agent)
        agents.append(_user(row, "sales_agent", agent, "rep", addresses, corrections))
    leaders = {line.key for line in users}
    users += [
        Line(line.file, line.number, line.original, line.key, skipped="This person came in as a manager.")
        if line.key in leaders and line.values
        else line
        for line in agents
    ]
    ordered = sorted(teams.values(), key=lambda line: line.wave)
    return [
        Part("users", sheet.name, len(users), lambda: iter(users)),
        Part("teams", sheet.name, len(ordered), lambda: iter(ordered)),
    ]


def _user(
    row: Row, column: str, name: str, role: str, addresses: _Addresses, corrections: Corrections
) -> Line:
    values = {"external_id": name, "name": name, "email": addresses.of(name), "role": role}
    columns = {"name": column, "email": column, "external_id": column}
    return row.line(corrections, key=name, values=values, columns=columns)


def _team(row: Row, key: str, name: str, more: dict[str, Any]) -> Line:
    return Line(
        file=row.sheet.name,
        number=row.number,
        original=row.original,
        key=key,
        values={"external_id": key, "name": name, **more},
        columns={"parent": "regional_office", "manager": "manager", "members": "sales_agent"},
        wave=1 if "parent" in more else 0,
    )


class _Addresses:
    """Addresses for people the files give none: first.last at a domain that never exists."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}

    def of(self, name: str) -> str:
        ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
        words = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", ascii_name) or ["somebody"]
        local, number = ".".join(words), 1
        while self._taken.setdefault(local, name) != name:
            number += 1
            local = f"{'.'.join(words)}.{number}"
        return f"{local}@{DOMAIN}"


# --- products --------------------------------------------------------------------------------------------------


def _products(sheet: Sheet, corrections: Corrections) -> Part:
    def lines() -> Iterator[Line]:
        once = Once(corrections)
        for row in rows(sheet):
            name = row.required("product")
            price = row.decimal("sales_price")
            values = {
                "external_id": name,
                "name": name,
                "family": row.text("series"),
                "list_price": _money(price),
            }
            yield row.line(
                corrections,
                key=name,
                skipped=once.skipped(row, "product"),
                values=_said(values),
                columns={"name": "product", "family": "series", "list_price": "sales_price"},
            )

    return Part("products", sheet.name, sheet.rows, lines)


# --- accounts --------------------------------------------------------------------------------------------------


def _accounts(sheet: Sheet, corrections: Corrections) -> Part:
    """Parents come in before their subsidiaries: the file is read once for each level of the tree."""

    def lines() -> Iterator[Line]:
        parents = {row.text("account"): row.text("subsidiary_of") for row in rows(sheet)}
        levels = {name: _level(name, parents) for name in parents}
        for wave in sorted(set(levels.values())):
            once = Once(corrections)
            for row in rows(sheet):
                if levels[row.text("account")] == wave:
                    yield _account(row, once, corrections, wave)

    return Part("accounts", sheet.name, sheet.rows, lines)


_CYCLE = -1


def _level(name: str, parents: Mapping[str, str]) -> int:
    """How many accounts of the file are above this one; `_CYCLE` when the way up ends where it began."""
    level, above = 0, parents[name]
    while above and above in parents:
        level += 1
        if above == name or level > len(parents):
            return _CYCLE
        above = parents[above]
    return level


def _account(row: Row, once: Once, corrections: Corrections, wave: int) -> Line:
    name, parent = row.required("account"), row.text("subsidiary_of")
    if wave == _CYCLE:
        row.complain(
            "subsidiary_of", "parent_cycle", f"{name} would be a subsidiary of itself; correct the chain."
        )
    sector = nearest(row.text("sector"), SECTORS)
    country = nearest(row.text("office_location"), COUNTRIES)
    revenue = row.decimal("revenue")
    values = {
        "external_id": name,
        "name": name,
        "industry": sector,
        "founded_year": row.whole("year_established"),
        "annual_revenue": _money(None if revenue is None else revenue * MILLION),
        "employee_count": row.whole("employees"),
        "country": country,
        "parent_external_id": parent,
    }
    skipped = once.skipped(row, "account")
    if not row.complaints and not skipped:
        _note_spelling(
            corrections, "sector_spelling", "Sectors brought to their usual spelling", row, "sector", sector
        )
        _note_spelling(
            corrections,
            "country_spelling",
            "Countries brought to their usual spelling",
            row,
            "office_location",
            country,
        )
    return row.line(
        corrections,
        key=name,
        skipped=skipped,
        values=_said(values),
        links=[Link("accounts", parent, "subsidiary_of")] if parent else [],
        columns={
            "external_id": "account",
            "name": "account",
            "industry": "sector",
            "founded_year": "year_established",
            "annual_revenue": "revenue",
            "employee_count": "employees",
            "country": "office_location",
            "parent_external_id": "subsidiary_of",
        },
        wave=wave,
    )


def _note_spelling(
    corrections: Corrections, code: str, message: str, row: Row, column: str, used: str
) -> None:
    if used != row.text(column):
        corrections.note(code, message, f"{row.text(column)} → {used}")


# --- deals -----------------------------------------------------------------------------------------------------

_ALIASES = {
    "product": ("product_alias", "Products named in another spelling than in the catalogue"),
    "account": ("account_alias", "Accounts named in another spelling than in their list"),
    "sales_agent": ("agent_alias", "Sales agents named in another spelling than in the teams"),
}
_DEAL_COLUMNS = {
    "external_id": "opportunity_id",
    "owner_id": "sales_agent",
    "product_id": "product",
    "account_id": "account",
    "name": "account",
    "stage": "deal_stage",
    "opened_on": "engage_date",
    "closed_on": "close_date",
    "amount": "close_value",
}


def _deals(sheet: Sheet, corrections: Corrections, catalogues: Mapping[str, Names]) -> Part:
    def lines() -> Iterator[Line]:
        once = Once(corrections)
        for row in rows(sheet):
            yield _deal(row, once, corrections, catalogues)

    arguments = {"pipeline": {"name": "CRM sales", "stages": next(_pipeline(sheet).lines()).values["stages"]}}
    link = Link("pipelines", PIPELINE, "", "pipeline_id")
    return Part("deals", sheet.name, sheet.rows, lines, [link], arguments)


def _deal(row: Row, once: Once, corrections: Corrections, catalogues: Mapping[str, Names]) -> Line:
    key = row.required("opportunity_id")
    agent = catalogues["users"].match(row.required("sales_agent"))
    product = catalogues["products"].match(row.required("product"))
    account = catalogues["accounts"].match(row.text("account"))
    stage = _stage(row)
    closed_on, value = row.us_day("close_date"), row.decimal("close_value")
    if value is not None and value < 0:
        row.complain("close_value", "negative_amount", "A deal's value is not negative.")
    if closed_on is not None and stage in ("Prospecting", "Engaging"):
        row.complain("close_date", "open_deal_is_closed", f"A deal in {stage} has no close date yet.")
    values = {
        "external_id": key,
        "name": f"{account or 'No account'} – {product}",  # noqa: RUF001 - a dash between two names
        "stage": stage,
        "opened_on": row.us_day("engage_date"),
        "closed_on": closed_on,
        "amount": _money(value),
    }
    links = [
        Link("users", agent, "sales_agent", "owner_id"),
        Link("products", product, "product", "product_id"),
    ]
    if account:
        links.append(Link("accounts", account, "account", "account_id"))
    skipped = once.skipped(row, "opportunity_id")
    if not row.complaints and not skipped:
        for column, used in (("product", product), ("account", account), ("sales_agent", agent)):
            _note_spelling(corrections, *_ALIASES[column], row, column, used)
        if not account:
            corrections.note("deal_without_account", "Deals without an account are kept without one", key)
    return row.line(
        corrections, key=key, skipped=skipped, values=_said(values), links=links, columns=_DEAL_COLUMNS
    )


def _stage(row: Row) -> str:
    wanted = row.required("deal_stage")
    found = next((name for name, _, _ in STAGES if name.casefold() == wanted.casefold()), None)
    if found is None and wanted:
        row.complain(
            "deal_stage",
            "unknown_stage",
            f"{wanted[:80]!r} is no stage; use {_listed(name for name, _, _ in STAGES)}.",
        )
    return found or wanted


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
