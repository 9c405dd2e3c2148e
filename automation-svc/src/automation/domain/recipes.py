"""The recipes: workflows that every workspace begins with, shown and switchable like any other."""

from __future__ import annotations

from typing import Any


def _assigned(noun: str, title: str, body: str | None, many: str) -> dict[str, Any]:
    """Somebody gives a record to somebody else, or makes it for them."""
    article = "an" if noun[0] in "aeiou" else "a"
    return {
        "name": f"{noun.capitalize()} assigned to you",
        "description": f"When somebody else makes you the owner of {article} {noun}, you are told.",
        "trigger": {"event": f"{noun}.properties_changed.v1", "field": "owner_id", "or_created": True},
        "filter": None,
        "actions": [_told("record_assigned", title, body, many)],
    }


def _told(
    kind: str, title: str, body: str | None = None, many: str | None = None, *more: str
) -> dict[str, Any]:
    """The owner, and whoever else is named, is notified."""
    action = {"type": "notify", "to": ["owner", *more], "kind": kind, "title": title, "body": body}
    return {**action, "title_of_many": many} if many else action


OFF = "is_off"
"""A recipe with this mark is installed switched off."""

# A signal of somebody who is known, at once or once it turned out who it was.
_FROM_SOMEBODY = {"event": "signal.properties_changed.v1", "field": "record_id", "or_created": True}

RECIPES: dict[str, dict[str, Any]] = {
    "missed_call_follow_up": {
        "name": "Missed call follow-up",
        "description": "When a call ends unanswered, its owner gets a task to follow up by email within two hours.",
        "trigger": {"event": "call.missed.v1"},
        "filter": None,
        "actions": [
            {
                "type": "create_task",
                "subject": "Follow up via email within 2 hours",
                "due_in": "2h",
                "assignee": "owner",
                "priority": "high",
            }
        ],
    },
    "large_deal_in_proposal": {
        "name": "Large deal enters Proposal",
        "description": "When a deal of 50,000 or more enters the stage Proposal, its owner gets a task to review it.",
        "trigger": {"event": "deal.stage_moved.v1", "stage": "Proposal"},
        "filter": "amount >= 50000",
        "actions": [
            {
                "type": "create_task",
                "subject": "Review large deal {name} ({amount})",
                "due_in": "1d",
                "assignee": "owner",
                "priority": "high",
            }
        ],
    },
    "task_assigned": {
        "name": "Task assigned to you",
        "description": "When somebody else gives you a task, you are told. Tasks that workflows make are not counted.",
        "trigger": {"event": "activity.properties_changed.v1", "field": "owner_id", "or_created": True},
        "filter": 'kind = "task" AND event.origin != "automation"',
        "actions": [
            _told(
                "task_assigned",
                "{actor.name} gave you a task: {subject}",
                None,
                "{actor.name} imported tasks for you",
            )
        ],
    },
    "task_due": {
        "name": "Task due",
        "description": "A quarter of an hour before a task is due its owner is reminded, once a due date.",
        "trigger": {"event": "task.due.v1"},
        "filter": None,
        "actions": [_told("task_due", "Task due: {subject}")],
    },
    "account_assigned": _assigned(
        "account",
        "{actor.name} gave you the account {name}",
        "{industry} · {city} · {country}",
        "{actor.name} imported accounts that are yours",
    ),
    "contact_assigned": _assigned(
        "contact",
        "{actor.name} gave you the contact {name}",
        "{title} · {account.name}",
        "{actor.name} imported contacts that are yours",
    ),
    "lead_assigned": _assigned(
        "lead",
        "{actor.name} gave you the lead {name}",
        "{company} · {source}",
        "{actor.name} imported leads that are yours",
    ),
    "deal_assigned": _assigned(
        "deal",
        "{actor.name} gave you the deal {name}",
        "{account.name} · {amount} · {stage.name}",
        "{actor.name} imported deals that are yours",
    ),
    "deal_won_told": {
        "name": "Your deal was won",
        "description": "When somebody else wins a deal of yours, you are told.",
        "trigger": {"event": "deal.won.v1"},
        "filter": None,
        "actions": [
            _told(
                "deal_won",
                "{actor.name} won your deal {name}",
                "{account.name} · {amount}",
                "{actor.name} imported deals of yours that are won",
            )
        ],
    },
    "deal_lost_told": {
        "name": "Your deal was lost",
        "description": "When somebody else closes a deal of yours as lost, you are told.",
        "trigger": {"event": "deal.lost.v1"},
        "filter": None,
        "actions": [
            _told(
                "deal_lost",
                "{actor.name} closed your deal {name} as lost",
                "{account.name} · {amount} · {lost_reason}",
                "{actor.name} imported deals of yours that are lost",
            )
        ],
    },
    "stalled_deal": {
        "name": "Stalled deal",
        "description": (
            "When nobody has done anything about an open deal for 7 days, its owner is reminded and the manager of "
            "the owner's team is told. It is told once; a new activity begins the 7 days anew."
        ),
        "trigger": {"event": "deal.stalled.v1"},
        "filter": None,
        "actions": [
            _told(
                "deal_stalled", "No activity for 7 days: {name}", "{account.name} · {amount} · {stage.name}"
            ),
            {
                "type": "notify",
                "to": ["manager"],
                "kind": "deal_stalled",
                "title": "A deal of your team has stalled: {name}",
                "body": "{owner.name} · {account.name} · {amount} · {stage.name}",
            },
        ],
    },
    "customer_at_risk": {
        "name": "Customer at risk",
        "description": (
            "When the health of an account falls below 60, its owner and the manager of the owner's team are told, "
            "once for each time it falls."
        ),
        "trigger": {
            "event": "account.properties_changed.v1",
            "field": "health",
            "falls_below": 60,
            "or_created": True,
        },
        "filter": None,
        "actions": [
            _told(
                "customer_at_risk",
                "{name} is at risk: health {health}",
                "{owner.name} · {tier} · {health_source}",
                "An import brought customers at risk",
                "manager",
            )
        ],
    },
    "expansion_candidate": {
        "name": "Expansion candidate",
        "description": (
            "When the health of an account rises above 80, an expansion deal is opened for its owner, once for each "
            "time it rises."
        ),
        "trigger": {
            "event": "account.properties_changed.v1",
            "field": "health",
            "rises_above": 80,
            "or_created": True,
        },
        "filter": None,
        "actions": [
            {
                "type": "create_deal",
                "name": "Expansion of {name}",
                "deal_type": "expansion",
                "assignee": "owner",
            }
        ],
    },
    "missed_call_told": {
        "name": "Missed call",
        "description": "When a call of yours that somebody else logged ended unanswered in the last day, you are told.",
        "trigger": {"event": "call.missed.v1"},
        "filter": "occurred_at > now - 1d",
        "actions": [
            _told(
                "missed_call", "Missed call: {subject}", None, "{actor.name} imported missed calls of yours"
            )
        ],
    },
    "large_deal_told": {
        "name": "Large deal enters Proposal: notification",
        "description": (
            "When a deal of 50,000 or more enters the stage Proposal, its owner, the manager of the owner's team and "
            "everybody in the teams Sales Engineering and Finance are told. A team that does not exist is left out, "
            "and the run says so."
        ),
        "trigger": {"event": "deal.stage_moved.v1", "stage": "Proposal"},
        "filter": "amount >= 50000",
        "actions": [
            _told(
                "large_deal",
                "The large deal {name} entered {stage.name}",
                "{account.name} · {amount} · {owner.name}",
                "{actor.name} imported large deals in Proposal",
                "manager",
                "team:Sales Engineering",
                "team:Finance",
            )
        ],
    },
    "data_incomplete": {
        "name": "Data quality: incomplete",
        "description": (
            "When less than 90 % of the key fields of accounts and contacts are filled, the administrators are told; "
            "once for each time it falls below."
        ),
        "trigger": {
            "event": "quality.properties_changed.v1",
            "field": "completeness",
            "falls_below": 90,
            "or_created": True,
        },
        "filter": None,
        "actions": [
            {
                "type": "notify",
                "to": ["admins"],
                "kind": "data_quality",
                "title": "Only {completeness} % of the key fields are filled",
                "body": "{records} accounts and contacts",
            }
        ],
    },
    "data_duplicated": {
        "name": "Data quality: duplicates",
        "description": (
            "When more than 5 % of the accounts and contacts are there twice, the administrators are told; once for "
            "each time it rises above."
        ),
        "trigger": {
            "event": "quality.properties_changed.v1",
            "field": "duplicate_share",
            "rises_above": 5,
            "or_created": True,
        },
        "filter": None,
        "actions": [
            {
                "type": "notify",
                "to": ["admins"],
                "kind": "data_quality",
                "title": "{duplicate_share} % of the accounts and contacts are duplicates",
                "body": "{duplicates} of {records}",
            }
        ],
    },
    "lead_qualified": {
        "name": "Lead qualified by its score",
        "description": (
            "When the score of a lead reaches 65, it becomes marketing qualified (mql), gets an owner, a deal holds "
            "it, and the owner is told what the lead did."
        ),
        "trigger": {"event": "lead.properties_changed.v1", "field": "score", "reaches": 65},
        "filter": 'status != "converted" AND status != "disqualified"',
        "actions": [
            {"type": "set_lifecycle", "stage": "mql", "reason": "The score reached 65."},
            {"type": "assign_owner", "pool": "team:Sales"},
            {"type": "create_deal", "name": "{name} {company}", "deal_type": "new", "assignee": "owner"},
            _told(
                "lead_qualified",
                "{name} is qualified: score {score}",
                "{company} · Pages: {did.pages} · Downloads: {did.downloads} · {did.mails}",
                "Leads that you imported are qualified",
            ),
        ],
    },
    "lead_assignment": {
        "name": "New lead: assignment",
        "description": (
            "A new lead without an owner is given to the owner of its account, else by territory, else to the next in "
            "the team Sales. Where nobody is found the run says why."
        ),
        "trigger": {"event": "lead.created.v1"},
        "filter": "owner_id = null",
        "actions": [{"type": "assign_owner", "pool": "team:Sales"}],
    },
    "pricing_interest": {
        "name": "Interest in prices",
        "description": (
            "When a lead or contact views a pricing page for the third time within 30 days, the owner is told and gets "
            "a task to follow up; once, until 30 days passed without such a view."
        ),
        "trigger": {**_FROM_SOMEBODY, "count": 3, "within": "30d"},
        "filter": 'kind = "page_view" AND url ~ "pricing"',
        "actions": [
            _told("buying_signal", "{person.name} looked at the prices three times", "{title} · {url}"),
            {
                "type": "create_task",
                "subject": "Follow up with {person.name}: interested in prices",
                "due_in": "1d",
                "assignee": "owner",
                "priority": "high",
            },
        ],
    },
    "mails_opened": {
        "name": "Mails opened",
        "description": (
            "When a lead or contact opens three mails within 30 days, the owner is told; once, until 30 days passed "
            "without one."
        ),
        "trigger": {**_FROM_SOMEBODY, "count": 3, "within": "30d"},
        "filter": 'kind = "email_open"',
        "actions": [
            _told("buying_signal", "{person.name} opened three of our mails", "{title} · {campaign}")
        ],
    },
    "whitepaper_downloaded": {
        "name": "White paper downloaded",
        "description": "When a lead or contact downloads a white paper, the owner is told.",
        "trigger": _FROM_SOMEBODY,
        "filter": 'kind = "download"',
        "actions": [_told("buying_signal", "{person.name} downloaded {title}", "{url}")],
    },
    "prices_viewed_twice": {
        "name": "Prices viewed twice",
        "description": (
            "When a lead or contact views a pricing page for the second time within 30 days, the owner is told. "
            "Switched off at first: the third view is told by another recipe."
        ),
        "is_off": True,
        "trigger": {**_FROM_SOMEBODY, "count": 2, "within": "30d"},
        "filter": 'kind = "page_view" AND url ~ "pricing"',
        "actions": [_told("buying_signal", "{person.name} looked at the prices twice", "{title} · {url}")],
    },
    "support_calls": {
        "name": "Many support calls",
        "description": (
            "When an account or contact makes its third support call within 30 days, the owner gets a task to keep the "
            "customer; once, until 30 days passed without such a call."
        ),
        "trigger": {"event": "activity.created.v1", "count": 3, "within": "30d"},
        "filter": 'kind = "call" AND purpose = "support"',
        "actions": [
            {
                "type": "create_task",
                "subject": "Keep this customer: three support calls in 30 days",
                "due_in": "2d",
                "assignee": "owner",
                "priority": "high",
            }
        ],
    },
    "renewal_due": {
        "name": "Renewal due",
        "description": (
            "120 days before a contract renews, the deal that renews it is opened for the contract's owner, with the "
            "annual recurring revenue as its amount; one for each term."
        ),
        "trigger": {"event": "contract.renewal_due.v1"},
        "filter": None,
        "actions": [{"type": "open_renewal", "assignee": "owner"}],
    },
    "business_review_due": {
        "name": "Business review of a strategic customer",
        "description": (
            "90 days before the contract of a strategic account renews, a business review meeting is planned for a "
            "week later."
        ),
        "trigger": {"event": "contract.review_due.v1"},
        "filter": 'account.tier = "strategic"',
        "actions": [
            {
                "type": "create_meeting",
                "subject": "Business review with {account.name}",
                "starts_in": "7d",
                "assignee": "owner",
            }
        ],
    },
    "contract_lapsed": {
        "name": "A contract lapsed",
        "description": (
            "When the day of renewal has passed and a contract was neither renewed nor cancelled, its owner and the "
            "manager of the owner's team are told."
        ),
        "trigger": {"event": "contract.lapsed.v1"},
        "filter": None,
        "actions": [
            {
                "type": "notify",
                "kind": "contract_lapsed",
                "title": "Neither renewed nor cancelled: {name}",
                "body": "{account.name} · it was to be renewed on {renews_on} · {arr} a year",
                "to": ["owner", "manager"],
            }
        ],
    },
    "anniversary_without_upgrade": {
        "name": "Another year without an upgrade",
        "description": (
            "On the anniversary of a contract that was not expanded in the year before, its owner gets a task to keep "
            "the customer."
        ),
        "trigger": {"event": "contract.anniversary.v1"},
        "filter": "anniversary.is_expanded = false",
        "actions": [
            {
                "type": "create_task",
                "subject": "Retention: {account.name}, {anniversary.years} years without an upgrade: {name}",
                "due_in": "5d",
                "assignee": "owner",
            }
        ],
    },
    "contract_signed": {
        "name": "Onboarding of a new contract",
        "description": "When a contract begins, its owner gets a task to plan the onboarding of the customer.",
        "trigger": {"event": "contract.created.v1"},
        "filter": 'event.origin != "import"',
        "actions": [
            {
                "type": "create_task",
                "subject": "Plan the onboarding of {account.name}: {name}",
                "due_in": "2d",
                "assignee": "owner",
                "priority": "high",
            }
        ],
    },
    "approval_requested": {
        "name": "Your approval is asked for",
        "description": "When it is your turn to approve a discount, you are told, once a request.",
        "trigger": {"event": "approval.properties_changed.v1", "field": "owner_id", "or_created": True},
        "filter": 'status = "pending"',
        "actions": [
            _told("approval_requested", "{name}: a discount of {discount} % needs your approval", "{amount}")
        ],
    },
    "discount_approved": {
        "name": "Your discount was approved",
        "description": "When everybody agreed to the discount of a deal of yours, you are told.",
        "trigger": {"event": "deal.properties_changed.v1", "field": "approval_status", "after": "approved"},
        "filter": None,
        "actions": [
            _told(
                "discount_approved",
                "The discount of your deal {name} is approved",
                "{account.name} · {amount}",
            )
        ],
    },
    "discount_rejected": {
        "name": "Your discount was rejected",
        "description": "When somebody refused the discount of a deal of yours, you are told.",
        "trigger": {"event": "deal.properties_changed.v1", "field": "approval_status", "after": "rejected"},
        "filter": None,
        "actions": [
            _told(
                "discount_rejected",
                "The discount of your deal {name} was rejected",
                "{account.name} · {amount}",
            )
        ],
    },
    "job_completed_told": {
        "name": "Your job is done",
        "description": "When an import or another job that you asked for is done, you are told what became of it.",
        "trigger": {"event": "job.completed.v1"},
        "filter": None,
        "actions": [
            _told(
                "job_completed",
                "Your {kind} is done",
                "{created} created · {updated} updated · {unchanged} unchanged · {removed} removed"
                " · {restored} restored · {kept} kept · {skipped} skipped · {failed} failed",
            )
        ],
    },
    "job_failed_told": {
        "name": "Your job failed",
        "description": "When an import or another job that you asked for fails, you are told why.",
        "trigger": {"event": "job.failed.v1"},
        "filter": None,
        "actions": [_told("job_failed", "Your {kind} failed", "{error.message}")],
    },
}
