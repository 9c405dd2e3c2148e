"""The Python client of Rapport.

from rapport_client import Money, Rapport

with Rapport() as crm:  # RAPPORT_URL and RAPPORT_KEY
    acme = crm.accounts.create(name="Acme")
    deal = crm.deals.create(name="Wind park", account_id=acme, amount=Money("60000", "USD"))
    crm.deals.move_stage(deal, stage="Proposal")
"""

from rapport_client.client import Rapport
from rapport_client.collection import Batch, BatchResult, Collection
from rapport_client.errors import (
    ApiError,
    Conflict,
    ConnectionLost,
    FieldProblem,
    Forbidden,
    Gone,
    Incomplete,
    Internal,
    Invalid,
    Malformed,
    NotConfigured,
    NotFound,
    RapportError,
    Rule,
    Stale,
    TimedOut,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from rapport_client.events import Event, Watch
from rapport_client.jobs import JobFailed, RunningJob
from rapport_client.pages import Page, Pages
from rapport_client.record import Record
from rapport_client.values import UNSET, Money, Unset, quote

__version__ = "0.1.0"

__all__ = [
    "UNSET",
    "ApiError",
    "Batch",
    "BatchResult",
    "Collection",
    "Conflict",
    "ConnectionLost",
    "Event",
    "FieldProblem",
    "Forbidden",
    "Gone",
    "Incomplete",
    "Internal",
    "Invalid",
    "JobFailed",
    "Malformed",
    "Money",
    "NotConfigured",
    "NotFound",
    "Page",
    "Pages",
    "Rapport",
    "RapportError",
    "Record",
    "Rule",
    "RunningJob",
    "Stale",
    "TimedOut",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "Unset",
    "Watch",
    "__version__",
    "quote",
]
