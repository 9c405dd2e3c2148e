"""`doctor`: names the cause when something does not work."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def doctor(output: str) -> None:
    """Look for what is wrong. The exit code is 1 when something is."""
    import json
    from dataclasses import asdict

    from suite.doctor import examine
    from suite.doctor.case import Case
    from suite.paths import Home
    from suite.steps import console

    findings = examine(Case.of(Home.current()))
    if output == "json":
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        out = console()
        for finding in findings:
            mark = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}[
                finding.verdict
            ]
            out.print(mark, end=" ")
            out.print(f"{finding.subject}: {finding.words}", markup=False)
            if finding.cure:
                out.print(f"  {finding.cure}", markup=False)
    if any(finding.verdict == "bad" for finding in findings):
        sys.exit(1)


COMMANDS = (doctor,)
