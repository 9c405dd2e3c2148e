"""Asking several services at once for one request, where some may be missing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from flask import g

from chassis.errors import AppError
from gateway import state

MISSING = ("unavailable", "timeout", "forbidden")


@dataclass(frozen=True)
class Question:
    """One operation to ask."""

    service: str
    operation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """What came back, by the questions' names; a warning for each service that did not answer, and what is missing."""

    found: dict[str, Any]
    warnings: list[dict[str, str]]
    missing: frozenset[str] = frozenset()


def ask(questions: Mapping[str, Question]) -> Answers:
    """Ask all at once on the caller's behalf. What is missing is left out and warned of; other errors rise."""
    began = time.perf_counter()
    parts = state.current()
    ctx = g.identity.context()
    futures: dict[str, Future[Any]] = {
        name: parts.helpers.submit(
            parts.call, question.service, question.operation, ctx, **question.arguments
        )
        for name, question in questions.items()
    }
    found: dict[str, Any] = {}
    warnings: dict[str, dict[str, str]] = {}
    missing: set[str] = set()
    for name, future in futures.items():
        try:
            found[name] = future.result()
        except AppError as error:
            if error.kind not in MISSING:
                raise
            service = questions[name].service
            warnings[service] = {"service": service, "code": error.code}
            missing.add(name)
    g.rpc_seconds = g.get("rpc_seconds", 0.0) + time.perf_counter() - began
    return Answers(found, list(warnings.values()), frozenset(missing))
