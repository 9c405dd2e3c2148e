"""Periods of a calendar year as people name them: `2026`, `2026-Q4`, `2026-11`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields

_PERIOD = re.compile(r"^((?:19|20|21)[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$")


class Period(fields.String):
    """A year (`2026`), a quarter (`2026-Q4`) or a month (`2026-11`)."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip().upper()
        if not _PERIOD.match(text):
            raise ValidationError(
                "Not a period: send a year (2026), a quarter (2026-Q4) or a month (2026-11)."
            )
        return text


def days_of(period: str) -> tuple[date, date]:
    """The first and the last day of a period that `Period` let pass."""
    found = _PERIOD.match(period)
    if found is None:
        raise ValueError(f"not a period: {period}")
    year, quarter, month = int(found[1]), found[2], found[3]
    first, months = (int(month), 1) if month else (int(quarter) * 3 - 2, 3) if quarter else (1, 12)
    end = year * 12 + first - 1 + months
    return date(year, first, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1)
