"""The few SQL functions that SQLite and PostgreSQL spell or understand differently, as one construct each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class ascii_lower(FunctionElement[str]):  # noqa: N801 - named as the SQL function
    """Lower case of A to Z only, ordered by code point: the sort key of texts, and quick to index.

    An index on `ascii_lower(column)` serves sorting on both databases.
    """

    type = Text()
    inherit_cache = True


class unicode_lower(FunctionElement[str]):  # noqa: N801 - named as the SQL function
    """Lower case of every letter. SQLite needs `prepare_sqlite` on the connection."""

    type = Text()
    inherit_cache = True


class has_element(FunctionElement[bool]):  # noqa: N801 - named as the SQL function
    """Whether a JSON array (first argument) holds a text (second)."""

    type = Boolean()
    inherit_cache = True


def prepare_sqlite(connection: Any) -> None:
    """Teach a fresh SQLite DBAPI connection the function behind `unicode_lower`; for the connect hook."""
    connection.create_function("unicode_lower", 1, _lower, deterministic=True)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, Any]) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(ascii_lower)
def _ascii_lower(element: ascii_lower, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({_arguments(element, compiler, options)[0]})"


@compiles(ascii_lower, "postgresql")
def _ascii_lower_postgresql(element: ascii_lower, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower(({_arguments(element, compiler, options)[0]}) COLLATE "C")'


@compiles(unicode_lower)
def _unicode_lower(element: unicode_lower, compiler: SQLCompiler, **options: Any) -> str:
    return f"unicode_lower({_arguments(element, compiler, options)[0]})"


@compiles(unicode_lower, "postgresql")
def _unicode_lower_postgresql(element: unicode_lower, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower(({_arguments(element, compiler, options)[0]}) COLLATE "und-x-icu")'


@compiles(has_element)
def _has_element(element: has_element, compiler: SQLCompiler, **options: Any) -> str:
    array, text = _arguments(element, compiler, options)
    return f"(EXISTS (SELECT 1 FROM json_each({array}) WHERE json_each.value = {text}))"  # noqa: S608 - two compiled expressions


@compiles(has_element, "postgresql")
def _has_element_postgresql(element: has_element, compiler: SQLCompiler, **options: Any) -> str:
    # Containment rather than jsonb_exists(), because a GIN index on the column can answer it.
    array, text = _arguments(element, compiler, options)
    return f"(CAST({array} AS JSONB) @> jsonb_build_array(CAST({text} AS TEXT)))"
