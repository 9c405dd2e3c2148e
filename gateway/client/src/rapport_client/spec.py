"""What a kind of record can do, as data: command lines and other tools are made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """One value that is sent. `kind` is text, money, instant, day, integer, number, boolean, select (out of
    `choices`), reference (to a `choices[0]`), list (of `choices[0]`, where that is known) or object."""

    name: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done: `path` as in the interface, `method` as in this package."""

    path: str
    method: str
    about: str
    arguments: tuple[Argument, ...] = ()
    is_paged: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """A kind of record. `attribute` is its name on `Rapport`; `fields` are those of its records."""

    name: str
    attribute: str
    noun: str
    fields: tuple[str, ...]
    links: tuple[str, ...]
    create: Action | None = None
    update: Action | None = None
    can_delete: bool = False
    can_restore: bool = False
    verbs: tuple[Action, ...] = ()
    parts: tuple[Action, ...] = ()
