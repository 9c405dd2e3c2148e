"""What the gateway counts, for Prometheus. With several workers the figures of all of them add up (see gunicorn.py)."""

from __future__ import annotations

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

requests = Counter("rapport_http_requests_total", "Requests answered.", ("method", "route", "status"))
seconds = Histogram(
    "rapport_http_request_seconds",
    "Time until an answer was ready.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
rpc_seconds = Histogram(
    "rapport_http_rpc_seconds",
    "Time of a request spent waiting for operations.",
    ("route",),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2, 10),
)
refused = Counter("rapport_http_refused_total", "Requests refused because too many were running.", ("kind",))
streams = Gauge("rapport_http_live_streams", "Open live streams.", multiprocess_mode="livesum")


def install(app: Flask) -> None:
    """Count every answer of `app`, by route and not by address; and serve the figures at /metrics."""

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "none"
        requests.labels(request.method, route, str(response.status_code)).inc()
        seconds.labels(route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        if "rpc_seconds" in g:
            rpc_seconds.labels(route).observe(g.rpc_seconds)
        return response

    @app.get("/metrics")
    def show() -> Response:
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
