"""Import profiles: each knows a set of files and what their rows become. Looked up by name, loaded when used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gateway.worker.lines import Plan
    from gateway.worker.sheets import Sheet

NAMES = ("crm-sales",)

Known = Callable[[str], Iterable[str]]
"""The external ids of the records of a kind that are here already."""


class Profile(Protocol):
    """A module of this package."""

    def plan(self, sheets: Sequence[Sheet], known: Known) -> Plan:
        """What these files become; the same files always make the same plan. Raises `FileRefused`."""
        ...


def of(name: str) -> Profile:
    """The profile `name`, one of `NAMES`."""
    module: Profile = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    return module
