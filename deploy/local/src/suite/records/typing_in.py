"""Values as people type them: `name=Acme amount="1250.00 EUR" tags=a,b custom.size=12`, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rapport_client import Money
from rapport_client.spec import Argument
from suite.failures import Failure

TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
CUSTOM = "custom"


def assignments(words: Iterable[str], arguments: Sequence[Argument]) -> dict[str, Any]:
    """`field=value` words as values; an empty value empties the field. Raises `Failure` that names the field."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise Failure(f"{word!r} sets nothing.", "Write field=value, e.g. name=Acme.", code=2)
        if name.startswith(f"{CUSTOM}."):
            found.setdefault(CUSTOM, {})[name.removeprefix(f"{CUSTOM}.")] = loosely(text)
        else:
            argument = known(name, arguments)
            found[argument.name] = None if text == "" else value(argument, text)
    return found


def known(name: str, arguments: Sequence[Argument]) -> Argument:
    """The argument of that name; raises `Failure` with what was probably meant."""
    by_name = {argument.name: argument for argument in arguments}
    if name in by_name:
        return by_name[name]
    close = get_close_matches(name, [*by_name, CUSTOM], n=1)
    cure = f"Did you mean {close[0]}? " if close else ""
    raise Failure(f"There is no field {name!r} here.", f"{cure}Fields: {', '.join(by_name)}.", code=2)


def value(argument: Argument, text: str) -> Any:
    """A typed value; raises `Failure` that says how to write it."""
    try:
        return _value(argument, text)
    except ValueError as error:
        raise Failure(f"{argument.name}: {error}", "", code=2) from error


def _value(argument: Argument, text: str) -> Any:
    kind = argument.kind
    if kind == "money":
        return Money.parse(text)
    if kind == "integer":
        return _number(int, text, "a whole number")
    if kind == "number":
        return _number(float, text, "a number")
    if kind == "boolean":
        if text.lower() not in TRUTH:
            raise ValueError(f"{text!r} is neither true nor false.")
        return TRUTH[text.lower()]
    if kind == "day":
        return _number(date.fromisoformat, text, "a day like 2026-03-31")
    if kind == "instant":
        moment: datetime = _number(datetime.fromisoformat, text, "a time like 2026-03-31T14:00")
        # Without a zone it is meant as the clock on the wall says it.
        return moment.astimezone()
    if kind == "select" and text not in argument.choices:
        close = get_close_matches(text.lower(), argument.choices, n=1)
        meant = f" Did you mean {close[0]}?" if close else ""
        raise ValueError(f"{text!r} is none of {', '.join(argument.choices)}.{meant}")
    if kind == "list":
        if text.startswith("[") or "object" in argument.choices:
            return _json(text)
        return [word.strip() for word in text.split(",") if word.strip()]
    if kind == "object":
        return _json(text)
    return loosely(text) if kind == "any" else text


def _number(read: Any, text: str, what: str) -> Any:
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"{text!r} is not {what}.") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not JSON: {error}.") from None


def loosely(text: str) -> Any:
    """A number, true, false, null, a list or an object where the text is one in JSON; else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def bodies(source: str | None) -> list[dict[str, Any]] | None:
    """The objects of `--json`: from standard input (`-`), out of a file, or written there; one, an array, or one a
    line. None when there is no source."""
    if source is None:
        return None
    if source.lstrip().startswith(("{", "[")):
        text = source
    elif source == "-":
        text = sys.stdin.read()
    else:
        try:
            text = Path(source).read_text("utf-8")
        except OSError as error:
            raise Failure(
                f"{source} cannot be read: {error.strerror}.",
                "--json takes a file, - for standard input, or the JSON itself.",
                code=2,
            ) from error
    found = _several(text)
    for one in found:
        if not isinstance(one, dict):
            raise Failure(f"{json.dumps(one)[:80]} is no JSON object.", "A record is one: {...}", code=2)
    return found


def _several(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise Failure(f"That is not JSON: {error}.", "Quote it for the shell: '{...}'", code=2) from None
    return whole if isinstance(whole, list) else [whole]


def wire_fields(arguments: Sequence[Argument], values: Mapping[str, str | None]) -> dict[str, Any]:
    """Options that were given, as values."""
    return {
        argument.name: value(argument, text)
        for argument in arguments
        if (text := values.get(argument.name)) is not None
    }
