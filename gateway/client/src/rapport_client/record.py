"""Records as answers hold them: snapshots that are read by attribute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rapport_client.values import from_wire


class Record:
    """A snapshot of what the suite answered. Its fields are attributes: `deal.name`, `deal.amount.currency`.

    Money comes as `Money`, `..._at` as an aware datetime, `..._on` as a date, records inside as records; `raw` is the
    answer itself. A record does not change; updating it gives a new one.
    """

    __slots__ = ("_raw", "_read")
    _parts: ClassVar[Mapping[str, str]] = {}
    """Field -> name of the class of the record, or of the records, in it."""
    _may_be_absent: ClassVar[frozenset[str]] = frozenset()
    """Parts that an answer leaves out when there is nothing in them."""

    id: Any
    version: Any

    def __init__(self, raw: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_raw", dict(raw))
        object.__setattr__(self, "_read", {})

    @property
    def raw(self) -> dict[str, Any]:
        """The answer itself."""
        found: dict[str, Any] = self._raw
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """A field by its name, or `default` when the answer does not have it."""
        return getattr(self, name) if name in self._raw else default

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        read: dict[str, Any] = object.__getattribute__(self, "_read")
        if name not in read:
            raw: dict[str, Any] = object.__getattribute__(self, "_raw")
            if name not in raw:
                if name in self._may_be_absent:
                    return None
                raise AttributeError(
                    f"This {type(self).__name__} has no {name!r}; it came with {', '.join(raw)}. "
                    "Linked records come with expand=[...]."
                )
            read[name] = self._value(name, raw[name])
        return read[name]

    def _value(self, name: str, value: Any) -> Any:
        cls = class_of(self._parts.get(name))
        if isinstance(value, Mapping) and name in self._parts:
            return cls(value)
        if isinstance(value, list) and name in self._parts:
            return [cls(one) if isinstance(one, Mapping) else one for one in value]
        return from_wire(name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(
            f"A record does not change; write it: client.<records>.update(record, {name}=...)."
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._raw]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash((type(self), self._raw.get("id"), self._raw.get("version")))

    def __repr__(self) -> str:
        raw = self._raw
        label = next((raw[name] for name in ("name", "subject", "title", "label") if raw.get(name)), None)
        version = f" v{raw['version']}" if "version" in raw else ""
        named = f" {label!r}" if label else ""
        return f"<{type(self).__name__} {raw.get('id', '')}{version}{named}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._raw,)


def class_of(name: str | None) -> type[Record]:
    """The class of that name, `Record` when there is none."""
    from rapport_client import records

    found = getattr(records, name, Record) if name else Record
    return found if isinstance(found, type) and issubclass(found, Record) else Record


Ref = str | Record
"""A record or its id."""


def id_of(record: Ref) -> str:
    """The id of a record, or the id itself; raises `ValueError` for what is none."""
    found = record.raw.get("id") if isinstance(record, Record) else record
    if not isinstance(found, str) or not found or "/" in found:
        raise ValueError(f"{record!r} is no record and no id of one.")
    return found
