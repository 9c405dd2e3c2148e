"""What filters and sorting know of purchases, quotas and forecasts."""

from __future__ import annotations

from chassis.copies import copied
from chassis.filters import Catalogue, Field
from deals.domain.forecast import Forecast
from deals.domain.purchase import Purchase
from deals.domain.quota import Quota
from messages.deals import BILLINGS, FORECASTS, PURCHASE_KINDS

PURCHASE_FIELDS = Catalogue(
    [
        Field("id", "reference", Purchase.id),
        Field("name", "text", Purchase.name),
        Field("kind", "select", Purchase.kind, PURCHASE_KINDS),
        Field("account_id", "reference", Purchase.account_id),
        Field("account.name", "text", copied("account", Purchase.account_id)),
        Field("contact_id", "reference", Purchase.contact_id),
        Field("deal_id", "reference", Purchase.deal_id),
        Field("product_id", "reference", Purchase.product_id),
        Field("amount", "money", Purchase.amount),
        Field("quantity", "number", Purchase.quantity),
        Field("billing", "select", Purchase.billing, BILLINGS),
        Field("purchased_on", "date", Purchase.purchased_on),
        Field("created_at", "instant", Purchase.created_at),
        Field("updated_at", "instant", Purchase.updated_at),
        Field("external_id", "text", Purchase.external_id),
    ]
)

QUOTA_FIELDS = Catalogue(
    [
        Field("id", "reference", Quota.id),
        Field("owner_id", "reference", Quota.owner_id),
        Field("owner.name", "text", copied("user", Quota.owner_id)),
        Field("team_id", "reference", Quota.team_id),
        Field("period", "text", Quota.period),
        Field("amount", "money", Quota.amount),
        Field("created_at", "instant", Quota.created_at),
        Field("updated_at", "instant", Quota.updated_at),
    ]
)

FORECAST_FIELDS = Catalogue(
    [
        Field("id", "reference", Forecast.id),
        Field("owner_id", "reference", Forecast.owner_id),
        Field("owner.name", "text", copied("user", Forecast.owner_id)),
        Field("period", "text", Forecast.period),
        Field("category", "select", Forecast.category, FORECASTS),
        Field("amount", "money", Forecast.amount),
        Field("submitted_by", "reference", Forecast.submitted_by),
        Field("created_at", "instant", Forecast.created_at),
    ]
)
