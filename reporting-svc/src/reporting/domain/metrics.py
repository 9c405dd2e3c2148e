"""The metrics: each a formula over counts and sums, or over other metrics, with an example that is always computed.

Figures are exact fractions until they are shown. A formula that would divide by nothing gives no figure; which
input is zero is the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Figures = Mapping[str, Fraction | None]


@dataclass(frozen=True)
class Unit:
    """How a figure is read. `points` says that two of them differ in percentage points rather than in percent."""

    name: str
    points: bool = False


MONEY, COUNT, RATIO, SHARE = Unit("money"), Unit("count"), Unit("ratio"), Unit("share", points=True)
PERCENT, YEARS, MONTHS, PER_YEAR = (
    Unit("percent", points=True),
    Unit("years"),
    Unit("months"),
    Unit("per_year"),
)
HOURS, DAYS, PER_DAY = Unit("hours"), Unit("days"), Unit("money_per_day")


@dataclass(frozen=True)
class Target:
    """What a figure should be: `text` for people, `is_met` for a figure."""

    text: str
    is_met: Callable[[Fraction], bool]


@dataclass(frozen=True)
class Metric:
    """A named figure. `inputs` name counts, sums and other metrics, in the order in which `compute` takes them.

    `example` gives values for the inputs; what `compute` makes of them is shown beside the formula.
    """

    name: str
    label: str
    unit: Unit
    formula: str
    inputs: tuple[str, ...]
    compute: Callable[..., Fraction]
    example: Mapping[str, str]
    group: str
    target: Target | None = None
    about: str = ""


class NoFigure(ArithmeticError):
    """A formula has no figure for these inputs; the text says why."""


@dataclass(frozen=True)
class Figure:
    """A value, or why there is none."""

    value: Fraction | None
    reason: str | None = None


def figure(metric: Metric, values: Mapping[str, Figure], labels: Mapping[str, str]) -> Figure:
    """What the formula makes of its inputs."""
    missing = [values[name] for name in metric.inputs if values[name].value is None]
    if missing:
        return Figure(None, missing[0].reason)
    given = [values[name].value for name in metric.inputs]
    try:
        return Figure(metric.compute(*given))
    except NoFigure as none:
        return Figure(None, str(none))
    except ZeroDivisionError:
        empty = [labels[name] for name in metric.inputs if not values[name].value]
        reason = (
            f"{' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} 0" if empty else "it divides by 0"
        )
        return Figure(None, f"There is no figure: {reason}.")


def example(metric: Metric) -> dict[str, Any]:
    """The inputs of the example as numbers, and what the formula makes of them."""
    given = {name: Fraction(text) for name, text in metric.example.items()}
    return {
        "inputs": {name: float(value) for name, value in given.items()},
        "value": float(metric.compute(*(given[name] for name in metric.inputs))),
    }


def accuracy(actual: Fraction, forecast: Fraction) -> Fraction:
    """max(0, 1 - |actual - forecast| / actual); an actual of 0 was foreseen by a forecast of 0 only."""
    if not actual:
        return Fraction(100 if not forecast else 0)
    return max(Fraction(0), 1 - abs(actual - forecast) / actual) * 100


def lifespan(renewal_rate: Fraction) -> Fraction:
    """Years: 1 / (1 - renewal rate), which is given in percent."""
    if renewal_rate >= 100:
        raise NoFigure("Every term that was due was renewed: nobody leaves, so there is no lifespan to tell.")
    return 1 / (1 - renewal_rate / 100)


def coverage_of_rest(open_value: Fraction, quota: Fraction, won: Fraction) -> Fraction:
    """Open value / (quota - value won), as long as some of the quota is left."""
    if won >= quota:
        raise NoFigure("The quota is reached: nothing of it is left to cover.")
    return open_value / (quota - won)


_found: list[Metric] = []


def _metric(
    name: str,
    label: str,
    unit: Unit,
    formula: str,
    compute: Callable[..., Fraction],
    example: Mapping[str, str],
    *,
    group: str,
    target: Target | None = None,
    about: str = "",
) -> None:
    _found.append(Metric(name, label, unit, formula, tuple(example), compute, example, group, target, about))


_metric(
    "average_purchase_value",
    "Average purchase value",
    MONEY,
    "value of purchases / number of purchases",
    lambda value, purchases: value / purchases,
    {"purchase_value": "4800", "purchases": "4"},
    group="customers",
)
_metric(
    "purchase_frequency",
    "Purchase frequency",
    PER_YEAR,
    "purchases / buying customers / years",
    lambda purchases, customers, years: purchases / customers / years,
    {"purchases": "4", "buying_customers": "4", "years": "1"},
    group="customers",
)
_metric(
    "renewal_rate",
    "Renewal rate",
    PERCENT,
    "terms renewed / terms that were due x 100",
    lambda renewed, due: renewed / due * 100,
    {"terms_renewed": "3", "terms_due": "4"},
    group="customers",
)
_metric(
    "customer_lifespan",
    "Average customer lifespan",
    YEARS,
    "1 / (1 - renewal rate)",
    lifespan,
    {"renewal_rate": "75"},
    group="customers",
)
_metric(
    "clv",
    "Customer lifetime value",
    MONEY,
    "average purchase value x purchase frequency x average customer lifespan",
    lambda value, frequency, lifespan: value * frequency * lifespan,
    {"average_purchase_value": "1200", "purchase_frequency": "1", "customer_lifespan": "4"},
    group="customers",
)
_metric(
    "average_contract_value",
    "Average contract value",
    MONEY,
    "annual value at the start of the terms / number of contracts",
    lambda value, contracts: value / contracts,
    {"contract_value": "12000", "contracts": "10"},
    group="customers",
)
_metric(
    "upsell_rate",
    "Upsell rate",
    PERCENT,
    "contracts expanded / contracts x 100",
    lambda expanded, contracts: expanded / contracts * 100,
    {"contracts_expanded": "3", "contracts": "10"},
    group="customers",
)
_metric(
    "upsell_value",
    "Upsell value",
    MONEY,
    "annual value added by expansion / contracts expanded",
    lambda value, expanded: value / expanded,
    {"expansion_arr": "1200", "contracts_expanded": "3"},
    group="customers",
)
_metric(
    "adjusted_clv",
    "Adjusted customer lifetime value",
    MONEY,
    "(average contract value + upsell rate x upsell value) x average customer lifespan",
    lambda value, rate, upsell, lifespan: (value + rate / 100 * upsell) * lifespan,
    {
        "average_contract_value": "1200",
        "upsell_rate": "30",
        "upsell_value": "400",
        "customer_lifespan": "4",
    },
    group="customers",
)
_metric(
    "customer_churn_rate",
    "Customer churn rate",
    PERCENT,
    "customers lost / customers at the start x 100",
    lambda lost, start: lost / start * 100,
    {"customers_lost": "6", "customers_at_start": "200"},
    group="customers",
)
_metric(
    "revenue_churn_rate",
    "Revenue churn rate",
    PERCENT,
    "annual recurring revenue lost / annual recurring revenue at the start x 100",
    lambda lost, start: lost / start * 100,
    {"churned_arr": "2940000", "start_arr": "42000000"},
    group="customers",
)
_metric(
    "grr",
    "Gross revenue retention",
    PERCENT,
    "(annual recurring revenue at the start - churn - contraction) / annual recurring revenue at the start x 100",
    lambda start, churn, contraction: (start - churn - contraction) / start * 100,
    {"start_arr": "42000000", "churned_arr": "2940000", "contraction_arr": "0"},
    group="customers",
)
_metric(
    "nrr",
    "Net revenue retention",
    PERCENT,
    "(annual recurring revenue at the start - churn - contraction + expansion) "
    "/ annual recurring revenue at the start x 100",
    lambda start, churn, contraction, expansion: (start - churn - contraction + expansion) / start * 100,
    {
        "start_arr": "42000000",
        "churned_arr": "2940000",
        "contraction_arr": "0",
        "retained_expansion_arr": "13020000",
    },
    group="customers",
)
_metric(
    "expected_churn",
    "Expected churn",
    MONEY,
    "annual recurring revenue due in the period of accounts whose health is below 60",
    lambda at_risk: at_risk,
    {"arr_at_risk": "120000"},
    group="renewals",
)
_metric(
    "expected_flat_renewal",
    "Expected flat renewal",
    MONEY,
    "annual recurring revenue due in the period - expected churn",
    lambda due, at_risk: due - at_risk,
    {"arr_due": "1000000", "arr_at_risk": "120000"},
    group="renewals",
)
_metric(
    "expected_expansion",
    "Expected expansion",
    MONEY,
    "sum of (amount - annual recurring revenue of the contract renewed) x probability of open renewal and expansion "
    "deals expected to close in the period",
    lambda gain: gain,
    {"renewals_and_expansions": "90000"},
    group="renewals",
)
_metric(
    "expected_nrr",
    "Expected net revenue retention",
    PERCENT,
    "(expected flat renewal + expected expansion) / annual recurring revenue due x 100",
    lambda flat, expansion, due: (flat + expansion) / due * 100,
    {"expected_flat_renewal": "880000", "expected_expansion": "90000", "arr_due": "1000000"},
    group="renewals",
    about="Best asked of a quarter to come.",
)
_metric(
    "cac",
    "Customer acquisition cost",
    MONEY,
    "spend on sales and marketing / customers acquired",
    lambda spend, customers: spend / customers,
    {"spend": "60000", "customers_acquired": "50"},
    group="acquisition",
)
_metric(
    "mrr_per_customer",
    "Monthly recurring revenue of a customer",
    MONEY,
    "annual recurring revenue at the end / 12 / customers with a contract",
    lambda arr, customers: arr / 12 / customers,
    {"end_arr": "120000", "contract_customers": "50"},
    group="acquisition",
)
_metric(
    "cac_payback",
    "CAC payback",
    MONTHS,
    "CAC / (monthly recurring revenue of a customer x gross margin)",
    lambda cac, mrr, margin: cac / (mrr * margin / 100),
    {"cac": "1200", "mrr_per_customer": "200", "gross_margin": "80"},
    group="acquisition",
    target=Target("< 12 months", lambda value: value < 12),
)
_metric(
    "ltv_cac",
    "LTV to CAC",
    RATIO,
    "customer lifetime value / customer acquisition cost",
    lambda clv, cac: clv / cac,
    {"clv": "4800", "cac": "1200"},
    group="acquisition",
)
_metric(
    "conversion_rate",
    "Lead conversion rate",
    PERCENT,
    "leads of the period that were converted / leads created in the period x 100",
    lambda converted, created: converted / created * 100,
    {"leads_converted": "30", "leads_created": "400"},
    group="leads",
)
_metric(
    "lead_to_close_rate",
    "Lead to close rate",
    PERCENT,
    "deals won in the period / leads created in the period x 100",
    lambda won, created: won / created * 100,
    {"deals_won": "12", "leads_created": "600"},
    group="leads",
    target=Target("0.5 to 5 %", lambda value: Fraction(1, 2) <= value <= 5),
    about="Deals and leads of the same period, whoever the deals came from.",
)
_metric(
    "lead_to_close_rate_of_cohort",
    "Lead to close rate of the cohort",
    PERCENT,
    "leads created in the period whose deal was won / leads created in the period x 100",
    lambda won, created: won / created * 100,
    {"leads_won": "12", "leads_created": "600"},
    group="leads",
    target=Target("0.5 to 5 %", lambda value: Fraction(1, 2) <= value <= 5),
    about="The leads created in the period, whenever their deals were won.",
)
_metric(
    "lead_velocity_rate",
    "Lead velocity rate",
    PERCENT,
    "(leads qualified - leads qualified in the period before) / leads qualified in the period before x 100",
    lambda now, before: (now - before) / before * 100,
    {"leads_qualified": "120", "leads_qualified_before": "100"},
    group="leads",
    about="Best asked of a month; the period before is the month before.",
)
_metric(
    "mql_to_sql_rate",
    "MQL to SQL",
    PERCENT,
    "leads qualified in the period that became sql or more / leads qualified in the period x 100",
    lambda further, qualified: further / qualified * 100,
    {"qualified_accepted": "200", "leads_qualified": "500"},
    group="leads",
    about="The leads qualified in the period, whenever they came further.",
)
_metric(
    "mql_to_customer_rate",
    "MQL to customer",
    PERCENT,
    "leads qualified in the period that became customers / leads qualified in the period x 100",
    lambda won, qualified: won / qualified * 100,
    {"qualified_won": "31", "leads_qualified": "500"},
    group="leads",
    about="The leads qualified in the period, whenever their deal was won.",
)
_metric(
    "handoff_acceptance_rate",
    "Handoff accepted by sales",
    PERCENT,
    "leads that sales accepted / leads that sales accepted, rejected or recycled x 100",
    lambda accepted, answered: accepted / answered * 100,
    {"leads_accepted": "45", "leads_answered": "60"},
    group="leads",
)
_metric(
    "lead_response_time",
    "Lead response time",
    HOURS,
    "median of (first call, mail or meeting of sales - creation of the lead), of the leads created in the period",
    lambda median: median,
    {"response_median": "2"},
    group="leads",
    about="By owner it is told of whoever answered. Leads without an answer are not in it.",
)
_metric(
    "lead_response_time_p90",
    "Lead response time, 90th percentile",
    HOURS,
    "90th percentile of (first call, mail or meeting of sales - creation of the lead)",
    lambda p90: p90,
    {"response_p90": "24"},
    group="leads",
)
_metric(
    "win_rate",
    "Win rate",
    PERCENT,
    "deals won / (deals won + deals lost) x 100",
    lambda won, lost: won / (won + lost) * 100,
    {"deals_won": "63", "deals_lost": "37"},
    group="deals",
)
_metric(
    "average_deal_size",
    "Average deal size",
    MONEY,
    "value won / deals won",
    lambda value, won: value / won,
    {"won_value": "60000", "deals_won": "12"},
    group="deals",
)
_metric(
    "sales_velocity",
    "Sales velocity",
    PER_DAY,
    "open deals x average deal size x win rate / mean sales cycle in days",
    lambda deals, size, rate, days: deals * size * rate / 100 / days,
    {"open_deals": "40", "average_deal_size": "5000", "win_rate": "50", "cycle_days": "50"},
    group="deals",
)
_metric(
    "pipeline_coverage",
    "Pipeline coverage",
    RATIO,
    "value of the open deals expected to close in the period / quota of the period",
    lambda open_value, quota: open_value / quota,
    {"open_pipeline": "3000000", "quota": "1000000"},
    group="deals",
)
_metric(
    "pipeline_coverage_of_rest",
    "Pipeline coverage of the remaining quota",
    RATIO,
    "value of the open deals expected to close in the period / (quota - value won)",
    coverage_of_rest,
    {"open_pipeline": "3000000", "quota": "1000000", "won_value": "400000"},
    group="deals",
)
_metric(
    "quota_attainment",
    "Quota attainment",
    PERCENT,
    "value won / quota x 100",
    lambda won, quota: won / quota * 100,
    {"won_value": "400000", "quota": "1000000"},
    group="deals",
)
_metric(
    "forecast_accuracy",
    "Forecast accuracy",
    PERCENT,
    "max(0, 1 - |actual - forecast| / actual) x 100; with an actual of 0: 100 if the forecast was 0, else 0",
    accuracy,
    {"won_value": "40000", "forecast": "50000"},
    group="deals",
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _found}
