"""What workflows are made of: the events that can start them, the fields of their records, and the actions."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from automation.domain import actions
from automation.domain.conditions import CATALOGUES, CONTRACT, subject_of
from automation.domain.enrollment import is_enrollment
from automation.domain.trigger import CHANGED, ENTERS_STAGE
from chassis.context import Context
from messages.automation import ACTION_FIELDS, ACTIONS, REQUIRED_OF_ACTIONS, TRIGGERS

# Actions for one kind of record only.
_ONLY_FOR = {actions.ASSIGN: "lead", actions.SET_LIFECYCLE: "lead", actions.OPEN_RENEWAL: CONTRACT}


def workflow_parts(session: Session, ctx: Context) -> dict[str, Any]:
    """The same for everybody."""
    return {
        "triggers": [
            {
                "event": event,
                "subject": subject_of(event),
                "is_change": event.endswith(CHANGED),
                "enters_stage": event == ENTERS_STAGE,
                "is_enrollment": is_enrollment(event),
            }
            for event in TRIGGERS
        ],
        "subjects": [
            {"name": name, "fields": catalogue.describe()} for name, catalogue in CATALOGUES.items()
        ],
        "actions": [
            {
                "type": action,
                "arguments": list(ACTION_FIELDS[action]),
                "required": [REQUIRED_OF_ACTIONS[action]] if action in REQUIRED_OF_ACTIONS else [],
                "only_for": _ONLY_FOR.get(action),
            }
            for action in ACTIONS
        ],
    }
