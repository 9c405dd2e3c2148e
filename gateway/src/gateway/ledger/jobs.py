"""The counts of a job's ledger: rows in = outcomes, and what became of every event that the job told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.jobs.domain.job import OUTCOMES
from gateway.ledger import wording


def rows(job: Mapping[str, Any]) -> dict[str, Any]:
    """What came in and what became of it; whether it adds up is known when the job is over."""
    kinds = list(job.get("parts") or [])
    is_over = job["status"] == "completed"
    whole = job["total"] == sum(job[outcome] for outcome in OUTCOMES)
    parts = all(kind["rows"] == sum(kind[outcome] for outcome in OUTCOMES) for kind in kinds)
    return {
        "total": job["total"],
        "processed": job["processed"],
        **{outcome: job[outcome] for outcome in OUTCOMES},
        "adds_up": (whole and parts) if is_over else None,
        "kinds": kinds,
        "reasons": list(job.get("reasons") or []),
    }


def events(services: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What was told by the job, and for each service that listens: taken and done, waiting, parked, missing."""
    told: Counter[str] = Counter()
    for service in services.values():
        for row in service["told"]:
            told[row["type"]] += row["count"]
    counted = [_counted(name, service, told) for name, service in services.items()]
    listed = [one for one in counted if one["expected"]]
    return {
        "told": told.total(),
        "types": [{"type": kind, "count": count} for kind, count in told.most_common()],
        "services": listed,
        "summary": _summary(told.total(), listed),
    }


def _counted(name: str, service: Mapping[str, Any], told: Counter[str]) -> dict[str, Any]:
    hears = service["hears"]
    expected = sum(count for kind, count in told.items() if kind in hears or "*" in hears)
    taken = sum(row["count"] for row in service["taken"])
    waiting, parked = service["totals"].get("held", 0), service["totals"].get("parked", 0)
    # What was told before the counts of this service began is counted as taken nowhere else either.
    return {
        "service": name,
        "expected": max(expected, taken),
        "done": max(0, taken - waiting - parked),
        "waiting": waiting,
        "parked": parked,
        "missing": max(0, expected - taken),
    }


def _summary(told: int, services: Sequence[Mapping[str, Any]]) -> str:
    if not told:
        return "No events are counted for this job."
    missing = sum(one["missing"] for one in services)
    waiting, parked = sum(one["waiting"] for one in services), sum(one["parked"] for one in services)
    handled = ", ".join(f"{wording.service(one['service'])} handled {one['done']:,}" for one in services)
    return (
        f"{wording.number(told, 'event')} told: {handled}; {missing + waiting:,} waiting, {parked:,} parked."
    )


def related(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The jobs that belong to this one: what undid it, or what it undoes."""
    relations = {"undoes": job.get("undoes_id"), "undone_by": job.get("undo_id")}
    return [{"relation": name, "job_id": job_id} for name, job_id in relations.items() if job_id]
