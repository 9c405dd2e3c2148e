"""Periods beside periods: the months before a day, and the period to compare one with."""

from __future__ import annotations

from datetime import date, timedelta


def months_before(day: date, months: int) -> date:
    """The same day some months earlier, or the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def period_before(since: date, until: date, compare_to: str) -> tuple[date, date]:
    """The period to compare with: a year earlier, or the one that ends where this begins.

    A period of whole months is preceded by as many whole months; any other by as many days.
    """
    end = until + timedelta(days=1)
    if compare_to == "year_before":
        return months_before(since, 12), months_before(end, 12) - timedelta(days=1)
    if since.day == 1 and end.day == 1:
        months = (end.year - since.year) * 12 + end.month - since.month
        return months_before(since, months), since - timedelta(days=1)
    return since - (end - since), since - timedelta(days=1)
