"""Looks for what is wrong and names the cause. Each check is one function that returns findings and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from suite.doctor.case import Case

Verdict = Literal["ok", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """`words` says what was found; `cure` what to do, when something is to be done."""

    verdict: Verdict
    subject: str
    words: str
    cure: str = ""


Check = Callable[[Case], Iterable[Finding]]


def examine(case: Case) -> list[Finding]:
    """All findings, in the order in which one thing stands on the other. A check that breaks is a finding too."""
    from suite.doctor import checks

    findings: list[Finding] = []
    for check in checks.ALL:
        try:
            findings += check(case)
        except Exception as error:  # noqa: BLE001 - The doctor must look at the rest whatever one check runs into.
            name = check.__name__.replace("_", " ")
            findings.append(Finding("warning", name, f"could not be looked at: {error}"))
    return findings
