"""Tells the person at the terminal what is being done, what came of it and how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Where people read; without colours and at full width when it is no terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=None if stream.isatty() else 200)


class Step:
    """One thing being done. `result` is what the line says about its end."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.result = ""
        self.silent = False


class Steps:
    """Prints one line per step when the step is over; a spinner stands for it meanwhile."""

    def __init__(self) -> None:
        self.console = console()
        self.began = time.monotonic()

    @contextmanager
    def step(self, words: str) -> Iterator[Step]:
        """`with steps.step("Database schemas") as step: ...; step.result = "6 at their newest"`"""
        current = Step(words)
        began = time.monotonic()
        try:
            if self.console.is_terminal:
                with self.console.status(f"{words} ..."):
                    yield current
            else:
                yield current
        except BaseException:
            self.console.print(f"[red]✗[/red] {words} [dim]({time.monotonic() - began:.1f} s)[/dim]")
            raise
        if not current.silent:
            self.done(current.words, current.result, time.monotonic() - began)

    def done(self, words: str, result: str, seconds: float) -> None:
        from rich.markup import escape

        text = f"{words}: {result}" if result else words
        self.console.print(f"[green]✓[/green] {escape(text)} [dim]({seconds:.1f} s)[/dim]")

    def warn(self, words: str) -> None:
        from rich.markup import escape

        self.console.print(f"[yellow]![/yellow] {escape(words)}")

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began
