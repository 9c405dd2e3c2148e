"""`contacts list`, `deals move-stage`, `events`, `search` ...: the interface from the command line, for every kind of
record out of one table, on top of the Python client."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import click

from rapport_client.spec import Action, Argument, Spec
from rapport_client.table import REPORTS, RESOURCES
from rapport_client.values import body_of
from suite.failures import Failure
from suite.records import connecting, showing, typing_in

DEFAULT_LIMIT = 50
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("id", "name", "industry", "country", "open_deal_count"),
    "activities": ("id", "kind", "subject", "status", "due_at", "occurred_at"),
    "contacts": ("id", "name", "email", "phone", "title"),
    "deals": ("id", "name", "amount", "status", "expected_close_on", "next_step"),
    "jobs": ("id", "kind", "status", "stage", "total", "created", "updated", "failed", "created_at"),
    "keys": ("id", "name", "role", "last_used_at", "expires_at"),
    "leads": ("id", "name", "company", "email", "status"),
    "pipelines": ("id", "name", "is_default", "stages"),
    "products": ("id", "name", "code", "list_price", "is_active"),
    "teams": ("id", "name", "region"),
    "users": ("id", "name", "email", "role"),
    "workflow-runs": ("id", "workflow_name", "status", "record_id", "reason", "created_at"),
    "workflows": ("id", "name", "is_enabled", "version"),
}
HIDDEN = frozenset({"custom", "version", "created_at", "updated_at"})
Command = Callable[..., None]


# --- options that several commands have --------------------------------------------------------------------------


def asking(output: str = "table") -> Callable[[Command], Command]:
    """The options of every command that asks a suite."""

    def mark(run: Command) -> Command:
        run = click.option("--key", envvar="RAPPORT_KEY", metavar="KEY", help="Its key (or RAPPORT_KEY).")(
            run
        )
        run = click.option(
            "--url",
            envvar="RAPPORT_URL",
            metavar="URL",
            help="Another suite (or RAPPORT_URL); else this home's.",
        )(run)
        formats = click.Choice(showing.FORMATS)
        return click.option("-o", "--output", type=formats, default=output, show_default=True)(run)

    return mark


def narrowing(run: Command) -> Command:
    """The options of commands that list."""
    run = click.option("--fields", metavar="a,b", help="Only these fields; account.name looks into a link.")(
        run
    )
    run = click.option("--sort", metavar="-amount,name", help="Up to four fields; a minus sorts downwards.")(
        run
    )
    return click.option("--filter", metavar="FILTER", help="""E.g. 'amount >= 50000 AND status = "open"'.""")(
        run
    )


def saying(arguments: Sequence[Argument]) -> Callable[[Command], Command]:
    """An option for each argument."""

    def mark(run: Command) -> Command:
        for argument in reversed(arguments):
            name = option_of(argument)
            help_text = f"One of {', '.join(argument.choices)}." if argument.kind == "select" else None
            run = click.option(
                f"--{name}",
                argument.name,
                required=argument.required,
                metavar=_metavar(argument),
                help=help_text,
            )(run)
        return run

    return mark


def option_of(argument: Argument) -> str:
    """`from_on` is `--from`."""
    name = {"from_on": "from", "to_on": "to"}.get(argument.name, argument.name)
    return name.replace("_", "-")


def _metavar(argument: Argument) -> str:
    return {
        "money": '"1250.00 EUR"',
        "day": "YYYY-MM-DD",
        "instant": "YYYY-MM-DDTHH:MM",
        "integer": "N",
        "boolean": "true|false",
        "list": "a,b",
        "object": "JSON",
        "reference": f"{argument.choices[0].upper()}_ID" if argument.choices else "ID",
    }.get(argument.kind, "TEXT")


# --- one kind of record ------------------------------------------------------------------------------------------


def group_of(spec: Spec) -> click.Group:
    """Everything that can be done with one kind of record."""
    words = spec.name.replace("-", " ")
    group = Family(name=spec.name, help=f"{words.capitalize()}: list, get, change.", short_help=_short(spec))
    group.add_command(_list(spec))
    group.add_command(_get(spec))
    if spec.create is not None:
        group.add_command(_create(spec, spec.create))
    if spec.update is not None:
        group.add_command(_update(spec, spec.update))
    for what in ("delete", "restore"):
        if getattr(spec, f"can_{what}"):
            group.add_command(_removal(spec, what))
    for verb in spec.verbs:
        group.add_command(_verb(spec, verb))
    for part in spec.parts:
        group.add_command(_part(spec, part))
    group.add_command(_export(spec))
    group.add_command(_fields(spec))
    return group


def _short(spec: Spec) -> str:
    words = ["list", "get"]
    words += ["create"] if spec.create else []
    words += ["update"] if spec.update else []
    words += [what for what in ("delete", "restore") if getattr(spec, f"can_{what}")]
    return ", ".join([*words, *(verb.path for verb in spec.verbs)])


class Family(click.Group):
    """A group that answers a mistyped command with what was probably meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        suggest(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def suggest(ctx: click.Context, word: str, known: Sequence[str]) -> None:
    """Refuse a word that is no command, with the closest one; options are left to click."""
    from difflib import get_close_matches

    if word.startswith("-") or word in known:
        return
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    meant = f" Did you mean {close[0]}?" if close else ""
    ctx.fail(f"There is no command {word!r}.{meant} There are: {', '.join(known)}.")


def _collection(crm: Any, spec: Spec) -> Any:
    return getattr(crm, spec.attribute)


def _columns(spec: Spec, fields: str | None, *, whole: bool = False) -> list[str]:
    if fields:
        return [name.strip() for name in fields.split(",") if name.strip()]
    if whole:
        first = [name for name in spec.fields if name not in HIDDEN]
        return [*first, *(name for name in spec.fields if name in HIDDEN)]
    chosen = [name for name in COLUMNS.get(spec.name, ()) if name in spec.fields]
    return chosen or [name for name in spec.fields if name not in HIDDEN][:6]


def _shape(
    spec: Spec, columns: Sequence[str], fields: str | None, expand: str | None
) -> dict[str, list[str]]:
    """What to ask for, so that the columns are there: `account.name` expands `account`."""
    links = [name.partition(".")[0] for name in columns if name.partition(".")[0] in spec.links]
    wanted = [*links, *(name.strip() for name in (expand or "").split(",") if name.strip())]
    plain = [name for name in columns if name.partition(".")[0] not in spec.links] if fields else []
    return {"fields": [name.partition(".")[0] for name in plain], "expand": list(dict.fromkeys(wanted))}


def _list(spec: Spec) -> click.Command:
    words = spec.name.replace("-", " ")

    @click.command(
        name="list", help=f"List {words}. A filter is text: 'created_at > now - 30d AND name ~ \"acme\"'."
    )
    @narrowing
    @click.option(
        "--limit", type=click.IntRange(0), default=DEFAULT_LIMIT, show_default=True, help="0 is all."
    )
    @click.option(
        "--expand", metavar="a,b", help=f"Put linked records in: {', '.join(spec.links) or 'none'}."
    )
    @click.option("--count", is_flag=True, help="Only print how many there are.")
    @asking()
    def run(
        filter: str | None,
        sort: str | None,
        fields: str | None,
        limit: int,
        expand: str | None,
        count: bool,
        output: str,
        url: str | None,
        key: str | None,
    ) -> None:
        columns = _columns(spec, fields)
        tree = typing_in.bodies(filter) if filter and filter.lstrip().startswith("{") else None
        with connecting.connected(url, key) as crm:
            found = _collection(crm, spec).list(
                filter=tree[0] if tree else filter,
                sort=sort,
                # One more than asked for tells whether there are more.
                limit=limit + 1 if limit else None,
                **_shape(spec, columns, fields, expand),
            )
            if count:
                click.echo(found.count())
                return
            rows = (one.raw for one in found)
            shown = showing.show_many(islice(rows, limit) if limit else rows, columns, output)
            if limit and shown == limit and next(rows, None) is not None:
                click.echo(f"{limit} shown; there are more: --limit 0 shows all.", err=True)
            elif shown == 0 and output == "table":
                click.echo(f"No {words}{' match' if filter else ''}.", err=True)

    return run


def _get(spec: Spec) -> click.Command:
    @click.command(name="get", help=f"Show one {spec.noun}.")
    @click.argument("record_id", metavar="ID")
    @click.option("--fields", metavar="a,b", help="Only these fields; account.name looks into a link.")
    @click.option(
        "--expand", metavar="a,b", help=f"Put linked records in: {', '.join(spec.links) or 'none'}."
    )
    @asking()
    def run(
        record_id: str, fields: str | None, expand: str | None, output: str, url: str | None, key: str | None
    ) -> None:
        columns = _columns(spec, fields, whole=True)
        with connecting.connected(url, key) as crm:
            shape = _shape(spec, columns, fields, expand)
            found = _collection(crm, spec).get(record_id, **shape)
            more = [
                name for name in shape["expand"] if not any(one.startswith(f"{name}.") for one in columns)
            ]
            showing.show_one(found.raw, [*columns, *more], output)

    return run


def _create(spec: Spec, action: Action) -> click.Command:
    needed = ", ".join(one.name for one in action.arguments if one.required)
    fields = ", ".join(one.name for one in action.arguments)

    @click.command(
        name="create",
        help=f"{action.about} Give field=value, or --json.\n\nNeeded: {needed or 'nothing'}. Fields: {fields}.",
        short_help=f"Make a {spec.noun}: field=value ...",
    )
    @click.argument("words", nargs=-1, metavar="[FIELD=VALUE]...")
    @click.option("--json", "source", metavar="-|FILE|JSON", help="One object, an array, or one a line.")
    @asking()
    def run(
        words: tuple[str, ...], source: str | None, output: str, url: str | None, key: str | None
    ) -> None:
        values = typing_in.assignments(words, action.arguments)
        bodies = typing_in.bodies(source)
        rows = [{**_checked(body, action), **values} for body in (bodies if bodies is not None else [{}])]
        if not rows:
            raise Failure("--json holds no object.", "Write one: {...}", code=2)
        missing = [one.name for one in action.arguments if one.required and one.name not in rows[0]]
        if missing and len(rows) == 1:
            raise Failure(f"A {spec.noun} needs {', '.join(missing)}.", f"Write {missing[0]}=...", code=2)
        with connecting.connected(url, key) as crm:
            collection = _collection(crm, spec)
            if len(rows) == 1:
                made = collection.create(**rows[0])
                showing.show_one(made.raw, _columns(spec, None, whole=True), output)
                return
            _create_all(collection, rows, _columns(spec, None), output)

    return run


def _create_all(collection: Any, rows: Sequence[Mapping[str, Any]], columns: list[str], output: str) -> None:
    """Create many; those that are refused are named on standard error, and the exit code says so."""
    refused = 0

    def made() -> Iterator[Mapping[str, Any]]:
        nonlocal refused
        for result in collection.create_many(rows):
            if result.error is None:
                yield result.record.raw
            else:
                refused += 1
                click.echo(f"✗ object {result.index + 1}: {result.error}", err=True)

    count = showing.show_many(made(), columns, output)
    if refused:
        raise Failure(
            f"{refused} of {len(rows)} were refused; {count} were made.", "", code=connecting.REFUSED
        )


def _checked(body: Mapping[str, Any], action: Action) -> dict[str, Any]:
    """A JSON body with names that there are; money may be text in it."""
    found = {}
    for name, value in body.items():
        argument = typing_in.known(name, action.arguments)
        is_text = isinstance(value, str) and argument.kind == "money"
        found[name] = typing_in.value(argument, value) if is_text else value
    return found


def _update(spec: Spec, action: Action) -> click.Command:
    fields = ", ".join(one.name for one in action.arguments)

    @click.command(
        name="update",
        help=f"{action.about} An empty value (field=) empties the field.\n\nFields: {fields}.",
        short_help=f"Change a {spec.noun}: ID field=value ...",
    )
    @click.argument("record_id", metavar="ID")
    @click.argument("words", nargs=-1, metavar="FIELD=VALUE...")
    @click.option("--json", "source", metavar="-|FILE|JSON", help="The changes as one JSON object.")
    @click.option("--version", type=click.IntRange(1), help="Only if it is still at this version.")
    @asking()
    def run(
        record_id: str,
        words: tuple[str, ...],
        source: str | None,
        version: int | None,
        output: str,
        url: str | None,
        key: str | None,
    ) -> None:
        bodies = typing_in.bodies(source) or [{}]
        if len(bodies) > 1:
            raise Failure("--json has several objects, and this changes one record.", "", code=2)
        values = {**_checked(bodies[0], action), **typing_in.assignments(words, action.arguments)}
        if not values:
            raise Failure("Nothing to change was given.", "Write field=value, e.g. name=Acme.", code=2)
        with connecting.connected(url, key) as crm:
            collection = _collection(crm, spec)
            if version is None:
                changed = collection.update(record_id, **values).raw
            else:
                # Said so, this version is meant: nothing is tried again on a newer one.
                changed = crm.request(
                    "PATCH",
                    f"/v1/{spec.name}/{record_id}",
                    json=body_of(values),
                    headers={"If-Match": f'"{version}"'},
                )
            showing.show_one(changed, _columns(spec, None, whole=True), output)

    return run


def _removal(spec: Spec, what: str) -> click.Command:
    help_text = {
        "delete": f"Delete {spec.name.replace('-', ' ')}"
        + ("; `restore` brings one back." if spec.can_restore else "."),
        "restore": f"Bring a deleted {spec.noun} back.",
    }

    @click.command(name=what, help=help_text[what])
    @click.argument("record_ids", nargs=-1, required=True, metavar="ID...")
    @asking()
    def run(record_ids: tuple[str, ...], output: str, url: str | None, key: str | None) -> None:
        with connecting.connected(url, key) as crm:
            for record_id in record_ids:
                found = getattr(_collection(crm, spec), what)(record_id)
                if found is None:
                    click.echo(f"Deleted {record_id}.", err=True)
                else:
                    showing.show_one(found.raw, _columns(spec, None, whole=True), output)

    return run


def _verb(spec: Spec, verb: Action) -> click.Command:
    @click.command(name=verb.path, help=verb.about)
    @click.argument("record_id", metavar="ID")
    @saying(verb.arguments)
    @asking()
    def run(record_id: str, output: str, url: str | None, key: str | None, **given: str | None) -> None:
        values = typing_in.wire_fields(verb.arguments, given)
        with connecting.connected(url, key) as crm:
            found = getattr(_collection(crm, spec), verb.method)(record_id, **values)
            showing.show_one(found.raw, _columns(spec, None, whole=True), output)

    return run


def _part(spec: Spec, part: Action) -> click.Command:
    name = "history" if part.path == "timeline" else part.path

    @click.command(name=name, help=part.about)
    @click.argument("record_id", metavar="ID")
    @saying(part.arguments)
    @click.option("--limit", type=click.IntRange(1), default=DEFAULT_LIMIT, show_default=True)
    @asking()
    def run(
        record_id: str, limit: int, output: str, url: str | None, key: str | None, **given: str | None
    ) -> None:
        values = typing_in.wire_fields(part.arguments, given)
        with connecting.connected(url, key) as crm:
            method = getattr(_collection(crm, spec), part.method)
            if part.is_paged:
                rows = [one.raw for one in method(record_id, limit=limit, **values)]
            else:
                found = method(record_id, **values).raw
                rows = found["data"] if isinstance(found.get("data"), list) else [found]
            if output in ("table", "csv") and part.path == "timeline":
                rows = [_in_words(row) for row in rows]
            showing.show_many(rows[:limit], list(rows[0]) if rows else [], output)

    return run


def _in_words(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a timeline as one line."""
    inner = entry.get(str(entry.get("kind"))) or {}
    return {
        "at": entry.get("at"),
        "what": inner.get("type") or inner.get("kind"),
        "summary": inner.get("summary") or inner.get("subject"),
        "by": inner.get("actor_id") or inner.get("owner_id"),
    }


def _export(spec: Spec) -> click.Command:
    words = spec.name.replace("-", " ")

    @click.command(
        name="export",
        help=f"Write {words} into a file as they come: csv, xlsx or jsonl; - is standard output.",
    )
    @click.argument("target", metavar="FILE|-")
    @click.option(
        "--format",
        "format_",
        type=click.Choice(["csv", "xlsx", "jsonl"]),
        help="Else the file's name says it.",
    )
    @narrowing
    @asking()
    def run(
        target: str,
        format_: str | None,
        filter: str | None,
        sort: str | None,
        fields: str | None,
        output: str,
        url: str | None,
        key: str | None,
    ) -> None:
        where: Any = sys.stdout.buffer if target == "-" else target
        names = [name.strip() for name in (fields or "").split(",") if name.strip()]
        wanted = format_ or ("csv" if target == "-" else None)
        with connecting.connected(url, key) as crm:
            size = _collection(crm, spec).export(where, format=wanted, filter=filter, sort=sort, fields=names)
        if target != "-":
            click.echo(f"{target}: {size:,} bytes.", err=True)

    return run


def _fields(spec: Spec) -> click.Command:
    @click.command(
        name="fields", help=f"The fields of a {spec.noun}: what filters may ask, what can be written."
    )
    @asking()
    def run(output: str, url: str | None, key: str | None) -> None:
        with connecting.connected(url, key) as crm:
            rows = [one.raw for one in _collection(crm, spec).schema()]
            columns = ["name", "type", "operators", "sortable", "writable", "required", "enum"]
            showing.show_many(rows, columns, output)

    return run


# --- beside the records ------------------------------------------------------------------------------------------


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--limit", type=click.IntRange(1, 50), default=20, show_default=True)
@asking()
def search(words: tuple[str, ...], limit: int, output: str, url: str | None, key: str | None) -> None:
    """Find records of every kind by words in their name or address."""
    with connecting.connected(url, key) as crm:
        rows = [one.raw for one in crm.search(" ".join(words), limit=limit)]
        showing.show_many(rows, ["id", "type", "label", "detail"], output)
        if not rows:
            click.echo("Nothing was found.", err=True)


@click.command()
@click.option("--types", metavar="deal.*,call.missed.v1", help="Only these types or families.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what happens from now on.")
@click.option("--after", metavar="POSITION", help="From this position on; `start` is the beginning.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@asking()
def events(
    types: str | None,
    follow: bool,
    after: str | None,
    limit: int | None,
    output: str,
    url: str | None,
    key: str | None,
) -> None:
    """What happened, the oldest first, one event a line. Every event has a position to come back with."""
    with connecting.connected(url, key) as crm:
        found: Iterator[Any]
        if follow:
            found = iter(crm.events.watch(types=types or "", after=after))
        else:
            found = crm.events.list(types=types or "", after=after or "start", limit=limit)
        for event in islice(found, limit):
            if output in ("json", "ndjson"):
                showing.show_many([event.raw], [], "ndjson")
            else:
                _event_line(event)


def _event_line(event: Any) -> None:
    record = event.data.get("record") or {}
    label = showing.cell(record, "name") or showing.cell(record, "subject")
    at = event.time.astimezone().isoformat(sep=" ", timespec="seconds")[:19]
    cells = [[at, f"{event.type:<32}", event.subject, label]]
    print(next(showing.lined_up(cells, is_wide=True)), flush=True)


@click.group(cls=Family)
def reports() -> None:
    """Figures, with their formula and the rows behind them."""


def _report(action: Action) -> click.Command:
    @click.command(name=action.path, help=action.about)
    @saying(action.arguments)
    @asking()
    def run(output: str, url: str | None, key: str | None, **given: str | None) -> None:
        values = typing_in.wire_fields(action.arguments, given)
        with connecting.connected(url, key) as crm:
            report = getattr(crm.reports, action.method)(**values).raw
        if output == "json":
            showing.show_one(report, [], output)
            return
        rows = report["data"] if isinstance(report["data"], list) else [report["data"]]
        columns = [
            name
            for name in (rows[0] if rows else {})
            if name not in ("records", "id") and not name.endswith("_id")
        ]
        showing.show_many(rows, columns, output)
        if output == "table":
            click.echo(f"{report['formula']}; {report['row_count']} deals.", err=True)

    return run


for _action in REPORTS:
    reports.add_command(_report(_action))


@click.command()
@click.argument("method", type=click.Choice(["GET", "POST", "PATCH", "PUT", "DELETE"], case_sensitive=False))
@click.argument("path", metavar="/v1/...")
@click.option("--json", "source", metavar="-|FILE|JSON", help="The body.")
@click.option("--version", type=click.IntRange(1), help="The version you saw (If-Match).")
@click.option(
    "--url", envvar="RAPPORT_URL", metavar="URL", help="Another suite (or RAPPORT_URL); else this home's."
)
@click.option("--key", envvar="RAPPORT_KEY", metavar="KEY", help="Its key (or RAPPORT_KEY).")
def api(
    method: str, path: str, source: str | None, version: int | None, url: str | None, key: str | None
) -> None:
    """Any other call of the interface; prints the answer."""
    bodies = typing_in.bodies(source)
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    with connecting.connected(url, key) as crm:
        answer = crm.request(method.upper(), path, json=bodies[0] if bodies else None, headers=headers)
        if answer is not None:
            showing.show_one(answer, [], "json")


COMMANDS: dict[str, click.Command] = {
    **{spec.name: group_of(spec) for spec in RESOURCES},
    **{str(command.name): command for command in (search, events, reports, api)},
}
