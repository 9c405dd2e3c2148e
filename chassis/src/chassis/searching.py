"""Finding records by a few letters: what is kept of each for it, and how the database is asked.

Every word of a record stands in the table `search_word`, folded (`words.py`), so that whatever begins with some
letters is one range of an index on both databases. `search_vocabulary` holds each word once, for letters inside words.
Both are written by the unit of work, whoever changes a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.context import Context
from chassis.record import Record, columns_of
from chassis.sql import insert_texts
from chassis.words import LONGEST_PHRASE, LONGEST_WORD, Matched, Searched, Wanted, match

CANDIDATES = 200
"""How many records of each way to match are looked at before the best are chosen."""
SHORTEST_PART, PARTS = 3, 40
_LAST = "\U0010ffff"


class Searchable(Record):
    """A record that is found by its words. Its `search_text` follows from the columns that `searched` names."""

    searched: ClassVar[Searched]

    search_text: Mapped[str | None] = mapped_column(Text, default=None)


_Folded = String(100).with_variant(postgresql.VARCHAR(100, collation="C"), "postgresql")


class SearchWord:
    """One word of one record. The order of the key is the order of a search."""

    __tablename__ = "search_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    noun: Mapped[str] = mapped_column(String(20), primary_key=True)
    word: Mapped[str] = mapped_column(_Folded, primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)


class SearchVocabulary:
    """Every word that records of a kind have or had, once."""

    __tablename__ = "search_vocabulary"
    __table_args__ = ({"sqlite_with_rowid": False},)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    noun: Mapped[str] = mapped_column(String(20), primary_key=True)
    word: Mapped[str] = mapped_column(_Folded, primary_key=True)


def _kept(text: str | None) -> set[str]:
    return set(text.split("\n")[1:-1]) if text else set()


def _is_vocabulary(word: str) -> bool:
    """Words that people remember a part of: no phrases, and no numbers or identifiers, of which each is another."""
    return len(word) > SHORTEST_PART and word.isalpha()


def follow(session: Session, records: Iterable[Record]) -> Callable[[], None]:
    """Bring `search_text` of changed records up to date; the answer writes their words, once the rows are there."""
    added: list[tuple[str, str, str, str]] = []
    gone: list[tuple[str, str, str, list[str]]] = []
    metadata: MetaData | None = None
    for record in records:
        if not isinstance(record, Searchable):
            continue
        before = record.search_text
        text = record.searched.text_of(columns_of(record) if inspect(record).expired else record.__dict__)
        if text == before:
            continue
        record.search_text = text
        metadata = type(record).metadata  # type: ignore[attr-defined]
        old, new = _kept(before), _kept(text)
        workspace_id, noun, record_id = record.workspace_id, record.noun, record.id
        added += [(workspace_id, noun, word, record_id) for word in new - old]
        if old - new:
            gone.append((workspace_id, noun, record_id, sorted(old - new)))

    def write() -> None:
        if metadata is not None:
            _write(session, metadata, added, gone)

    return write


def _write(
    session: Session,
    metadata: MetaData,
    added: list[tuple[str, str, str, str]],
    gone: Sequence[tuple[str, str, str, list[str]]],
) -> None:
    words, vocabulary = metadata.tables["search_word"], metadata.tables["search_vocabulary"]
    for workspace_id, noun, record_id, lost in gone:
        session.execute(
            delete(words).where(
                words.c.workspace_id == workspace_id,
                words.c.noun == noun,
                words.c.word.in_(lost),
                words.c.record_id == record_id,
            )
        )
    # In one order everywhere: neighbours in the index come together, and two transactions with the same new words
    # wait for each other and do not lock up.
    added.sort()
    insert_texts(session, words, added)
    known = dict.fromkeys((one, noun, word) for one, noun, word, _ in added if _is_vocabulary(word))
    insert_texts(session, vocabulary, list(known), is_new=False)


# --- asking the database ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Index:
    """The words of one kind of record in one workspace."""

    session: Session
    cls: type[Searchable]
    table: Table
    words: Table
    vocabulary: Table
    workspace_id: str
    visible: Sequence[ColumnElement[bool]]

    def beginning(self, start: str) -> ColumnElement[bool]:
        return (self.words.c.word >= start) & (self.words.c.word < start + _LAST)

    def _mine(self, table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.c.workspace_id == self.workspace_id, table.c.noun == self.cls.noun

    def _records(self) -> Select[Any]:
        columns = {self.table.c[name] for name in (*self.cls.searched.kinds, *self.cls.searched.detail)}
        return (
            select(self.table.c.id, self.table.c.updated_at, *columns)
            .select_from(self.words)
            .join(
                self.table,
                (self.table.c.workspace_id == self.words.c.workspace_id)
                & (self.table.c.id == self.words.c.record_id),
            )
            .where(*self._mine(self.words), *self.visible)
        )

    def candidates(
        self, range_of: ColumnElement[bool], others: Sequence[Sequence[str]] = ()
    ) -> Iterable[Mapping[str, Any]]:
        """The first records of a range of words whose texts hold all of `others` besides."""
        texts = [
            or_(*(self.table.c.search_text.contains(one, autoescape=True) for one in word)) for word in others
        ]
        statement = (
            self._records()
            .where(range_of, *texts)
            .order_by(self.words.c.word, self.words.c.record_id)
            .limit(CANDIDATES)
        )
        return [dict(row._mapping) for row in self.session.execute(statement)]

    def commonness(self, word: Sequence[str]) -> int:
        """How many records have a word that begins so, counted no further than the candidates go."""
        total = 0
        for spelling in word:
            some = (
                select(self.words.c.record_id)
                .where(*self._mine(self.words), self.beginning(spelling))
                .limit(CANDIDATES)
                .subquery()
            )
            total += self.session.scalar(select(func.count()).select_from(some)) or 0
        return total

    def with_part(self, part: str) -> list[str]:
        """Words that hold these letters somewhere."""
        return list(
            self.session.scalars(
                select(self.vocabulary.c.word)
                .where(*self._mine(self.vocabulary), self.vocabulary.c.word.contains(part, autoescape=True))
                .order_by(self.vocabulary.c.word)
                .limit(PARTS)
            )
        )


def find(
    session: Session,
    ctx: Context,
    cls: type[Searchable],
    visible: Sequence[ColumnElement[bool]],
    q: str,
    limit: int,
) -> list[dict[str, Any]]:
    """The best hits: `[{type, id, label, detail, rank, matched: {field, text, spans}}]`, the best first.

    Whole value before beginning, beginning before beginning of a word, that before letters inside a word; among
    equals the name before other columns, then what changed last.
    """
    wanted = Wanted.of(q)
    if not wanted.words:
        return []
    table = inspect(cls).local_table
    assert isinstance(table, Table)
    tables = table.metadata.tables
    index = _Index(
        session,
        cls,
        table,
        tables["search_word"],
        tables["search_vocabulary"],
        ctx.workspace_id,
        visible,
    )
    searched = cls.searched
    hits: dict[str, tuple[Matched, Mapping[str, Any]]] = {}

    def take(rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            if row["id"] not in hits and (matched := match(searched, row, wanted)) is not None:
                hits[row["id"]] = (matched, row)

    take(index.candidates(index.beginning(f"={wanted.phrase}"[:LONGEST_PHRASE])))
    if wanted.digits:
        take(index.candidates(index.beginning(wanted.digits[:LONGEST_WORD])))
    rarest = 0
    if len(wanted.words) > 1:
        counts = [index.commonness(word) for word in wanted.words]
        rarest = min(range(len(counts)), key=lambda number: (counts[number], -len(wanted.words[number][0])))
    others = [word for number, word in enumerate(wanted.words) if number != rarest]
    for spelling in wanted.words[rarest]:
        take(index.candidates(index.beginning(spelling), others))
    if len(hits) < limit and len(wanted.words[rarest][0]) >= SHORTEST_PART:
        held = [word for spelling in wanted.words[rarest] for word in index.with_part(spelling)]
        if held:
            take(index.candidates(index.words.c.word.in_(held), others))
    latest = sorted(hits.values(), key=lambda hit: (hit[1]["updated_at"], hit[1]["id"]), reverse=True)
    latest.sort(key=lambda hit: hit[0].order)
    return [_hit(cls, matched, row) for matched, row in latest[:limit]]


def _hit(cls: type[Searchable], matched: Matched, row: Mapping[str, Any]) -> dict[str, Any]:
    detail = next((row[name] for name in cls.searched.detail if row[name]), None)
    return {
        "type": cls.noun,
        "id": row["id"],
        "label": row[cls.searched.label],
        "detail": None if detail is None else str(detail),
        "rank": matched.rank,
        "matched": {"field": matched.column, "text": matched.text, "spans": matched.spans},
    }


# --- what is there already -------------------------------------------------------------------------------------


def fill(connection: Connection, noun: str, name: str, searched: Searched, portion: int = 1000) -> None:
    """Give every row of a table its words: for the revision that makes its kind of record searchable."""
    metadata = MetaData()
    table, words, vocabulary = (
        Table(one, metadata, autoload_with=connection) for one in (name, "search_word", "search_vocabulary")
    )
    columns = [table.c[one] for one in searched.kinds]
    last = ("", "")
    key = (table.c.workspace_id == bindparam("in_workspace"), table.c.id == bindparam("of_id"))
    keep = update(table).where(*key).values(search_text=bindparam("kept"))
    seen: set[tuple[str, str]] = set()
    while rows := connection.execute(
        select(table.c.workspace_id, table.c.id, *columns)
        .where(
            or_(table.c.workspace_id > last[0], (table.c.workspace_id == last[0]) & (table.c.id > last[1]))
        )
        .order_by(table.c.workspace_id, table.c.id)
        .limit(portion)
    ).all():
        last = (rows[-1].workspace_id, rows[-1].id)
        texts = [
            {"in_workspace": row.workspace_id, "of_id": row.id, "kept": searched.text_of(dict(row._mapping))}
            for row in rows
        ]
        connection.execute(keep, texts)
        found = [
            {"workspace_id": one["in_workspace"], "noun": noun, "word": word, "record_id": one["of_id"]}
            for one in texts
            for word in sorted(_kept(one["kept"]))
        ]
        if found:
            connection.execute(insert(words), found)
        new = {(one["workspace_id"], one["word"]) for one in found if _is_vocabulary(one["word"])} - seen
        if new:
            connection.execute(
                insert(vocabulary),
                [{"workspace_id": one, "noun": noun, "word": word} for one, word in sorted(new)],
            )
            seen |= new
