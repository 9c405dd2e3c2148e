"""What the doctor looks at: one home, its remembered settings, what runs, and the variables of the shell."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from suite.broker import Broker
from suite.control import supervisor_of
from suite.failures import Failure
from suite.paths import Home
from suite.plan import Plan
from suite.postgres import Postgres
from suite.settings import Settings


@dataclass
class Case:
    home: Home
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    settings: Settings = field(default_factory=Settings)
    processes: list[dict[str, Any]] | None = None

    @classmethod
    def of(cls, home: Home) -> Case:
        """Reads the home; `processes` stays None when no supervisor answers."""
        case = cls(home, settings=Settings.load(home.settings))
        try:
            case.processes = supervisor_of(home).processes()
        except Failure:
            case.processes = None
        return case

    @property
    def amqp_url(self) -> str | None:
        """The broker in use: the one named by hand, or the private one if it was ever started."""
        by_hand = self.variables.get("RAPPORT_AMQP_URL")
        if by_hand:
            return by_hand
        try:
            return Broker(self.home.root).url()
        except Failure:
            return None

    @property
    def plan(self) -> Plan:
        """As `up` would make it, without changing anything."""
        admin = None
        if self.settings.postgres:
            admin = (
                Postgres(self.home.root).url()
                if self.settings.postgres == "local"
                else self.settings.postgres
            )
        return Plan(self.home, self.settings, self.amqp_url or "", admin)

    def process(self, name: str) -> dict[str, Any] | None:
        return next((row for row in self.processes or [] if row["name"] == name), None)
