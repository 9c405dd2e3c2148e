"""The invented customers: forty accounts, two people in each, and thirty leads."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from suite.seed.organisation import REGION_OF_COUNTRY, Staff
from suite.seed.writer import Writer

Row = dict[str, Any]

# Name, industry, country, city, employees, founded, parent's name.
ACCOUNTS = (
    ("Nordwind Logistik", "Transport", "Germany", "Hamburg", 1240, 1978, None),
    ("Nordwind Kontrakt", "Transport", "Germany", "Bremen", 310, 2004, "Nordwind Logistik"),
    ("Alpenglas", "Manufacturing", "Austria", "Linz", 860, 1956, None),
    ("Helvetia Präzision", "Manufacturing", "Switzerland", "Winterthur", 420, 1931, None),
    ("Isarwerke", "Energy", "Germany", "München", 5200, 1921, None),
    ("Isarwerke Netz", "Energy", "Germany", "Augsburg", 940, 1999, "Isarwerke"),
    ("Rheinmühle", "Food", "Germany", "Köln", 230, 1888, None),
    ("Spreehaus Hotels", "Hospitality", "Germany", "Berlin", 680, 1994, None),
    ("Delftland Pumps", "Manufacturing", "Netherlands", "Delft", 350, 1967, None),
    ("Maison Valois", "Retail", "France", "Lyon", 1900, 1949, None),
    ("Atelier Corbeau", "Retail", "France", "Lille", 45, 2015, None),
    ("Klinikum Sonnenhof", "Health", "Germany", "Ulm", 2100, 1962, None),
    ("Feldmann Agrar", "Agriculture", "Germany", "Soest", 180, 1971, None),
    ("Tirol Seilbahnen", "Tourism", "Austria", "Innsbruck", 270, 1953, None),
    ("Fjällheim Bruk", "Mining", "Sweden", "Kiruna", 760, 1907, None),
    ("Skagerrak Shipping", "Transport", "Norway", "Bergen", 1350, 1938, None),
    ("Skagerrak Ports", "Transport", "Norway", "Stavanger", 240, 2001, "Skagerrak Shipping"),
    ("Öresund Biotech", "Health", "Sweden", "Lund", 190, 2012, None),
    ("Saimaa Paper", "Manufacturing", "Finland", "Lappeenranta", 1480, 1919, None),
    ("Kaleva Games", "Software", "Finland", "Tampere", 85, 2016, None),
    ("Lillebælt Foods", "Food", "Denmark", "Fredericia", 520, 1984, None),
    ("Aarhus Vind", "Energy", "Denmark", "Aarhus", 610, 2003, None),
    ("Mälaren Bank", "Finance", "Sweden", "Västerås", 1150, 1920, None),
    ("Polarlys Media", "Media", "Norway", "Tromsø", 70, 2009, None),
    ("Great Lakes Freight", "Transport", "United States", "Chicago", 2300, 1964, None),
    ("Great Lakes Cold Chain", "Transport", "United States", "Milwaukee", 410, 1998, "Great Lakes Freight"),
    ("Blue Ridge Health", "Health", "United States", "Asheville", 3400, 1972, None),
    ("Cascadia Outfitters", "Retail", "United States", "Portland", 260, 1991, None),
    ("Prairie Grain Partners", "Agriculture", "Canada", "Regina", 330, 1959, None),
    ("Maple Route Couriers", "Transport", "Canada", "Toronto", 540, 1987, None),
    ("Red Mesa Mining", "Mining", "United States", "Tucson", 890, 1948, None),
    ("Harbor Point Insurance", "Finance", "United States", "Boston", 1700, 1933, None),
    ("Lumen Street Software", "Software", "United States", "Austin", 140, 2017, None),
    ("Copperline Rail", "Transport", "United States", "Denver", 1120, 1902, None),
    ("Summit Peak Resorts", "Tourism", "United States", "Salt Lake City", 980, 1975, None),
    ("Andina Café", "Food", "Colombia", "Manizales", 290, 1963, None),
    ("Bogotá Textil", "Manufacturing", "Colombia", "Bogotá", 720, 1955, None),
    ("Sierra Madre Energía", "Energy", "Mexico", "Monterrey", 1560, 1986, None),
    ("Puerto Azul Hoteles", "Hospitality", "Mexico", "Cancún", 640, 1992, None),
    ("Agave Alto", "Food", "Mexico", "Guadalajara", 110, 2008, None),
)

_FIRST_NAMES = (
    "Anna Ben Clara David Elif Felix Greta Henrik Ida Jakob Karin Lars Maja Nils Olivia Paul Ronja Stefan "
    "Tilda Viktor Alice Brian Carmen Diego Emma Frank Hannah Isaac Julia Kevin Laura Miguel Nora Oscar "
    "Paula Quinn Rosa Samuel Teresa Walter"
)
FIRST_NAMES = _FIRST_NAMES.split()
_LAST_NAMES = (
    "Albrecht Bergström Castro Dahl Eriksen Fischer Gómez Hansen Iversen Jung Keller Lehtonen Martín "
    "Nyberg Olsen Pérez Richter Schulz Torres Ulrich Vargas Wagner Young Zimmermann Adler Brooks Carter "
    "Dupont Ellis Fuchs Grant Hayes"
)
LAST_NAMES = _LAST_NAMES.split()
TITLES = (
    "Head of Operations",
    "Chief Financial Officer",
    "IT Director",
    "Plant Manager",
    "Purchasing Manager",
    "CEO",
)
SOURCES = ("Website", "Trade fair", "Referral", "Partner", "Cold call", "Webinar")
LANGUAGES = {
    "Germany": "de",
    "Austria": "de",
    "Switzerland": "de",
    "France": "fr",
    "Colombia": "es",
    "Mexico": "es",
}
LEAD_STATUSES = ("new", "new", "working", "working", "qualified", "disqualified")


@dataclass(frozen=True)
class Customers:
    accounts: dict[str, Row]
    contacts: dict[str, Row]
    leads: dict[str, Row]


def write(writer: Writer, chance: random.Random, staff: Staff, currency: str) -> Customers:
    rows = [_account(number, facts, chance, staff, currency) for number, facts in enumerate(ACCOUNTS)]
    parents = {f"demo-account-{number:02}": facts[-1] for number, facts in enumerate(ACCOUNTS) if facts[-1]}
    accounts = writer.ensure("accounts", (row for row in rows if row["external_id"] not in parents))
    by_name = {row["name"]: row["id"] for row in accounts.values()}
    accounts |= writer.ensure(
        "accounts",
        (
            {**row, "parent_id": by_name[parents[row["external_id"]]]}
            for row in rows
            if row["external_id"] in parents
        ),
    )
    # Drawn before anything is left out, so that a second run draws the same.
    people = [_contact(number, chance) for number in range(2 * len(ACCOUNTS))]
    contacts = writer.ensure(
        "contacts",
        (
            _at_its_account(person, n, accounts[f"demo-account-{n // 2:02}"])
            for n, person in enumerate(people)
        ),
    )
    leads = writer.ensure("leads", [_lead(number, chance, staff) for number in range(30)])
    return Customers(accounts, contacts, leads)


def _account(number: int, facts: tuple[Any, ...], chance: random.Random, staff: Staff, currency: str) -> Row:
    name, industry, country, city, employees, founded, _ = facts
    team = REGION_OF_COUNTRY[country]
    domain = f"{_plain(name)}.example"
    size = "strategic" if employees > 2000 else "enterprise" if employees > 700 else "mid_market"
    return {
        "external_id": f"demo-account-{number:02}",
        "name": name,
        "domain": domain,
        "website": f"https://{domain}",
        "industry": industry,
        "country": country,
        "city": city,
        "employee_count": employees,
        "annual_revenue": {
            "amount": f"{employees * chance.randrange(90, 260) * 1000}.00",
            "currency": currency,
        },
        "founded_year": founded,
        "tier": size if employees > 200 else "smb",
        "relationship": chance.choice(("customer", "prospect", "prospect")),
        "owner_id": chance.choice(staff.sellers_of(team)),
        "team_id": staff.team_id(team),
        "source": chance.choice(SOURCES),
    }


def _contact(number: int, chance: random.Random) -> Row:
    return {
        "external_id": f"demo-contact-{number:02}",
        "first_name": chance.choice(FIRST_NAMES),
        "last_name": LAST_NAMES[(number * 7 + chance.randrange(3)) % len(LAST_NAMES)],
        "title": chance.choice(TITLES),
        "phone": f"+12025550{100 + number:03}",
        "source": chance.choice(SOURCES),
    }


def _at_its_account(person: Row, number: int, account: Row) -> Row:
    box = f"{_plain(person['first_name'])}.{_plain(person['last_name'])}{number}"
    return {
        **person,
        "email": f"{box}@{account['domain']}",
        "account_id": account["id"],
        "owner_id": account["owner_id"],
        "lifecycle_stage": "customer" if account["relationship"] == "customer" else "opportunity",
        "language": LANGUAGES.get(account["country"], "en"),
    }


def _lead(number: int, chance: random.Random, staff: Staff) -> Row:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    country = chance.choice(list(REGION_OF_COUNTRY))
    team = REGION_OF_COUNTRY[country]
    company = f"{chance.choice(LAST_NAMES)} {chance.choice(('Group', 'Systems', 'Works', 'Trading', 'Labs'))}"
    return {
        "external_id": f"demo-lead-{number:02}",
        "first_name": first,
        "last_name": last,
        "company": company,
        "email": f"{_plain(first)}.{_plain(last)}{number}@{_plain(company)}.example",
        "phone": f"+12025550{200 + number:03}",
        "title": chance.choice(TITLES),
        "status": chance.choice(LEAD_STATUSES),
        "industry": chance.choice(("Manufacturing", "Transport", "Retail", "Software", "Food")),
        "country": country,
        "owner_id": chance.choice(staff.sellers_of(team)),
        "team_id": staff.team_id(team),
        "source": chance.choice(SOURCES),
    }


def _plain(words: str) -> str:
    """Letters that may stand in a domain: `Präzision` becomes `prazision`."""
    import unicodedata

    folded = words.lower().replace("ø", "o").replace("æ", "ae").replace("ß", "ss")
    letters = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isalnum() else "-" for letter in letters).strip("-")
