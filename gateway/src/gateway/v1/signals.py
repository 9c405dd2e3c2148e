"""Signals: read like every record, received in batches."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import http
from gateway.endpoint import endpoint
from gateway.v1.links import OWNER
from gateway.v1.resource import Resource
from messages.activities import ReceiveSignals, SignalOutcomes

SERVICE = "activities"

SIGNALS = Resource("signals", SERVICE, "signal", links={"owner": OWNER})
RESOURCES = (SIGNALS,)

blueprint = Blueprint("signal_ingest", __name__, url_prefix="/v1/signals")


@blueprint.post("")
@endpoint(
    "Receive up to 500 signals, each once, however often it is sent",
    permission=ReceiveSignals.permission,
    tag=SIGNALS.name,
    body=ReceiveSignals,
    answers=SignalOutcomes,
)
def receive() -> Response:
    return http.reply(http.call(SERVICE, "receive_signals", http.body()))
