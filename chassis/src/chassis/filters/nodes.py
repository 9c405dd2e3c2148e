"""A parsed filter: a tree of comparisons whose values are checked but, where relative, not yet resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from chassis.filters.fields import Field


@dataclass(frozen=True, slots=True)
class Symbol:
    """A value that depends on who asks and when: `me`, `my_teams`, `now - 30d`, `last_quarter`."""

    name: str
    offset: timedelta = timedelta(0)


Value = str | int | float | Decimal | bool | date | datetime | Symbol | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator values`: one value, or several for `in`."""

    field: Field
    operator: str
    values: tuple[Value, ...]

    depth = 0


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]

    @property
    def depth(self) -> int:
        return 1 + max(part.depth for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]

    @property
    def depth(self) -> int:
        return 1 + max(part.depth for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: Node

    @property
    def depth(self) -> int:
        return 1 + self.part.depth


Node = Comparison | And | Or | Not


@dataclass(frozen=True, slots=True)
class Filter:
    """A whole filter; without a root it matches everything."""

    root: Node | None

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields it reads."""
        return frozenset(leaf.field.name for leaf in leaves(self.root))


def leaves(node: Node | None) -> Iterator[Comparison]:
    """The comparisons of a tree, left to right."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif node is not None:
        for part in node.parts:
            yield from leaves(part)
