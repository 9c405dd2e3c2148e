"""Makes the sample that ships with Rapport (`deploy/local/sample`): an invented year of sales, in the form of a CRM's
export and with the dirt of one. `python -m suite.sample FOLDER` writes the same files each time.

The dirt: a product spelt two ways, a misspelt sector, US dates, deals without an account, agents without a deal,
open deals without a value or a close date, subsidiaries that come before their parent.
"""

from __future__ import annotations

import csv
import datetime
import io
import random
import sys
from pathlib import Path

SEED = 7
DEALS = 300
FIRST_DAY = datetime.date(2025, 1, 6)
LAST_DAY = datetime.date(2025, 12, 31)

SECTORS = (
    "retail",
    "medical",
    "software",
    "finance",
    "services",
    "marketing",
    "technology",
    "telecomunications",
)
COUNTRIES = ("United States", "Germany", "Norway", "Japan", "Brazil", "Kenya")
# Name, and the account it belongs to.
ACCOUNTS = (
    ("Amberfield", "Quillstone"),
    ("Brightwater Labs", ""),
    ("Cobalt & Sons", ""),
    ("Dovecote", ""),
    ("Eastmarch", "Quillstone"),
    ("Fernhollow", ""),
    ("Glasshouse", ""),
    ("Hearthline", ""),
    ("Ironbark", ""),
    ("Juniper Row", "Ironbark"),
    ("Kestrel Point", ""),
    ("Larkspur", ""),
    ("Millrace", ""),
    ("Northgate", ""),
    ("Oakhaven", ""),
    ("Pinecrest", "Ironbark"),
    ("Quillstone", ""),
    ("Ravenswood", ""),
    ("Silverlake", ""),
    ("Thornbury", ""),
    ("Umberto Foods", ""),
    ("Vantage Nine", ""),
    ("Westfall", ""),
    ("Yarrow, Inc.", ""),
)
# Name, series, price, and how often it is sold.
PRODUCTS = (
    ("Beacon Basic", "Beacon", 480, 9),
    ("Beacon Pro", "Beacon", 4200, 6),
    ("Harbor Lite", "Harbor", 60, 8),
    ("Harbor Advanced", "Harbor", 2900, 6),
    ("Summit One", "Summit", 24500, 1),
)
MISSPELT = {"Beacon Pro": "BeaconPro"}
# Manager, office, and the agents; the last of each sells nothing.
TEAMS = (
    ("Ada Winther", "North", ("Bo Ekman", "Cleo Hart", "Dag Moen", "Edda Falk")),
    ("Gil Navarro", "North", ("Hana Sato", "Ivo Kern", "Jun Park")),
    ("Kit Osei", "South", ("Lia Prado", "Max Thorne", "Noor Aziz", "Otis Vance")),
)
STAGES = ("Prospecting", "Engaging", "Won", "Lost")
WEIGHTS = (6, 18, 48, 28)


def files() -> dict[str, str]:
    """Every file of the sample: name -> content."""
    chance = random.Random(SEED)
    return {
        "accounts.csv": _csv(
            (
                "account",
                "sector",
                "year_established",
                "revenue",
                "employees",
                "office_location",
                "subsidiary_of",
            ),
            [_account(name, parent, chance) for name, parent in ACCOUNTS],
        ),
        "products.csv": _csv(
            ("product", "series", "sales_price"),
            [(name, series, price) for name, series, price, _ in PRODUCTS],
        ),
        "sales_teams.csv": _csv(
            ("sales_agent", "manager", "regional_office"),
            [(agent, manager, office) for manager, office, agents in TEAMS for agent in agents],
        ),
        "sales_pipeline.csv": _csv(
            (
                *("opportunity_id", "sales_agent", "product", "account"),
                *("deal_stage", "engage_date", "close_date", "close_value"),
            ),
            [_deal(number, chance) for number in range(DEALS)],
        ),
    }


def _account(name: str, parent: str, chance: random.Random) -> tuple[object, ...]:
    employees = chance.randrange(20, 9000)
    revenue = f"{employees * chance.uniform(0.1, 0.5):.2f}"
    return (
        name,
        chance.choice(SECTORS),
        chance.randrange(1975, 2016),
        revenue,
        employees,
        chance.choice(COUNTRIES),
        parent,
    )


def _deal(number: int, chance: random.Random) -> tuple[object, ...]:
    name, _, price, _ = chance.choices(PRODUCTS, [row[3] for row in PRODUCTS])[0]
    agent = chance.choice([agent for _, _, agents in TEAMS for agent in agents[:-1]])
    account = chance.choice(ACCOUNTS)[0] if chance.random() > 0.16 else ""
    stage = chance.choices(STAGES, WEIGHTS)[0]
    engaged = FIRST_DAY + datetime.timedelta(days=chance.randrange(0, 300))
    closed = min(engaged + datetime.timedelta(days=chance.randrange(4, 110)), LAST_DAY)
    value = {"Won": round(price * chance.uniform(0.8, 1.2)), "Lost": 0}.get(stage, "")
    return (
        f"S{number:04}{chance.randrange(16**3):03X}",
        agent,
        # As it stands in a third of the rows of whoever typed it in a hurry.
        MISSPELT.get(name, name) if chance.random() < 0.33 else name,
        account,
        stage,
        "" if stage == "Prospecting" else _us(engaged),
        _us(closed) if stage in ("Won", "Lost") else "",
        value,
    )


def _us(day: datetime.date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _csv(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
