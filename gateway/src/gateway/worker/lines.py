"""What an import is made of once its files are read: parts with lines, each ready, skipped or failed; corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from gateway.worker.sheets import Sheet

EXAMPLES = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one place of a line; `column` is empty when it is the whole line."""

    column: str
    value: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return {"column": self.column, "value": self.value, "code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Link:
    """A line points to a record of an earlier part, or of an earlier import.

    `by` are the fields by which that one may be named with `key`, tried in order. `field` receives its id, or with
    `is_list` has it appended; without a field the record only has to be there. `column` is where the key stood.
    """

    entity: str
    key: str
    column: str
    field: str | None = None
    by: tuple[str, ...] = ("external_id",)
    is_list: bool = False


@dataclass(slots=True)
class Line:
    """One line of a file on its way in.

    `cells` are its cells as written, `sheet` knows their columns. `values` are the fields of its record; `columns`
    tells which column a field came from. A line with `complaints` has failed, one with `skipped` is passed over for
    that reason (code, message). Lines of a later `wave` need those of earlier ones. `notes` become corrections once it
    is clear that the line is good.
    """

    sheet: Sheet
    number: int
    cells: Sequence[str] = ()
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    links: Sequence[Link] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    skipped: tuple[str, str] | None = None
    wave: int = 0
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def file(self) -> str:
        return self.sheet.name

    @property
    def original(self) -> Mapping[str, str]:
        """The line as it was written, by column."""
        return self.sheet.original(self.cells)


@dataclass(frozen=True)
class Part:
    """All lines that become records of one kind; `lines()` reads them anew each time, always the same.

    `links` fill arguments of every call with ids of records. `rehearsal` are arguments of dry runs only, which need to
    be told what earlier parts would have made. Without an `is_vital` part the others make no sense: a failed line there
    ends the import. A line that fails in an `is_help` part, which only prepares another, does not fail: the lines that
    need it will say so.
    """

    entity: str
    file: str
    rows: int
    lines: Callable[[], Iterator[Line]]
    links: Sequence[Link] = ()
    rehearsal: Mapping[str, Any] = field(default_factory=dict)
    is_vital: bool = False
    is_help: bool = False
    mode: str = "upsert"
    key: str = "external_id"


class Corrections:
    """Counts what was read differently from what was written, with a few examples of each."""

    def __init__(self) -> None:
        self._messages: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def note(self, code: str, message: str, example: str = "") -> None:
        """One more correction of the kind `code`; the first message of a kind stays."""
        self._messages.setdefault(code, message)
        self._counts[code] += 1
        examples = self._examples.setdefault(code, [])
        if example and example not in examples and len(examples) < EXAMPLES:
            examples.append(example)

    def listed(self) -> list[dict[str, Any]]:
        """All of them, as a job shows them: the most frequent first."""
        return [
            {
                "code": code,
                "count": count,
                "message": self._messages[code],
                "examples": list(self._examples[code]),
            }
            for code, count in self._counts.most_common()
        ]


@dataclass(frozen=True)
class Plan:
    """What an import will do: its parts in order, each after those it points to.

    `remembered` are the fields, by kind of record, by which later lines will name the records of earlier ones.
    """

    parts: Sequence[Part]
    corrections: Corrections
    remembered: Mapping[str, frozenset[str]] = field(default_factory=dict)


def portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


def chunks(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    """The lines in lists of at most `size`, none with lines of two waves."""
    for _, wave in groupby(lines, key=lambda line: line.wave):
        yield from portions(wave, size)
