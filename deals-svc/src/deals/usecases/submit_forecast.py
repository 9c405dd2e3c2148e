"""Say what somebody will win in a period."""

from __future__ import annotations

from typing import Any

from chassis import ids
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.errors import ForecastOfNobody
from deals.domain.forecast import Forecast


def submit_forecast(
    uow: UnitOfWork, ctx: Context, *, forecast_id: str | None = None, owner_id: str | None, **values: Any
) -> Forecast:
    owner = owner_id or (ctx.caller if ids.is_id(ctx.caller, "user") else None)
    if owner is None:
        text = ForecastOfNobody.message
        raise ForecastOfNobody(
            text, errors=[{"pointer": "/owner_id", "code": ForecastOfNobody.code, "message": text}]
        )
    forecast = Forecast(id=forecast_id, owner_id=owner, submitted_by=ctx.caller)
    forecast.set(values)
    return uow.add(forecast)
