"""The people of the invented company: five teams, two of them regions, and who sells in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suite.seed.writer import Writer

Row = dict[str, Any]

# External id, name, role, time zone, team.
PEOPLE = (
    ("ines", "Inés Moreau", "manager", "Europe/Paris", "europe"),
    ("jonas", "Jonas Weidner", "manager", "Europe/Berlin", "dach"),
    ("freya", "Freya Lindqvist", "manager", "Europe/Stockholm", "nordics"),
    ("marcus", "Marcus Bell", "manager", "America/New_York", "americas"),
    ("lena", "Lena Brandt", "rep", "Europe/Berlin", "dach"),
    ("tomas", "Tomáš Novák", "rep", "Europe/Prague", "dach"),
    ("aylin", "Aylin Demir", "rep", "Europe/Berlin", "dach"),
    ("mikkel", "Mikkel Sørensen", "rep", "Europe/Copenhagen", "nordics"),
    ("aino", "Aino Virtanen", "rep", "Europe/Helsinki", "nordics"),
    ("grace", "Grace Okafor", "rep", "America/Chicago", "north-america"),
    ("daniel", "Daniel Reyes", "rep", "America/Denver", "north-america"),
    ("sofia", "Sofía Castillo", "rep", "America/Bogota", "americas"),
    ("priya", "Priya Raman", "support", "Europe/Berlin", "europe"),
)

# External id, name, parent, manager.
TEAMS = (
    ("europe", "Europe", None, "ines"),
    ("dach", "Germany, Austria, Switzerland", "europe", "jonas"),
    ("nordics", "Nordics", "europe", "freya"),
    ("americas", "Americas", None, "marcus"),
    ("north-america", "North America", "americas", "marcus"),
)

REGION_OF_COUNTRY = {
    **dict.fromkeys(("Germany", "Austria", "Switzerland", "Netherlands", "France"), "dach"),
    **dict.fromkeys(("Sweden", "Denmark", "Norway", "Finland"), "nordics"),
    **dict.fromkeys(("United States", "Canada"), "north-america"),
    **dict.fromkeys(("Colombia", "Mexico"), "americas"),
}


@dataclass(frozen=True)
class Staff:
    users: dict[str, Row]
    teams: dict[str, Row]

    def sellers_of(self, team: str) -> list[str]:
        """Ids of those who sell in a team."""
        names = [name for name, _, role, _, of in PEOPLE if of == team and role == "rep"]
        return [str(self.users[f"demo-{name}"]["id"]) for name in names]

    def team_id(self, team: str) -> str:
        return str(self.teams[f"demo-{team}"]["id"])


def write(writer: Writer) -> Staff:
    users = writer.ensure(
        "users",
        (
            {
                "external_id": f"demo-{name}",
                "name": full_name,
                "email": f"{name}@rapport.example",
                "role": role,
                "time_zone": zone,
            }
            for name, full_name, role, zone, _ in PEOPLE
        ),
    )
    teams: dict[str, Row] = {}
    # One after the other: a team needs its parent's id.
    for name, title, parent, manager in TEAMS:
        row: Row = {
            "external_id": f"demo-{name}",
            "name": title,
            "manager_id": users[f"demo-{manager}"]["id"],
            "member_ids": [users[f"demo-{person}"]["id"] for person, _, _, _, team in PEOPLE if team == name],
        }
        if parent:
            row["parent_id"] = teams[f"demo-{parent}"]["id"]
        teams |= writer.ensure("teams", [row])
    return Staff(users, teams)
