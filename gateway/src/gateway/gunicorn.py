"""How gunicorn serves the gateway: two forked workers, many cheap threads, everything loaded once before the fork."""

from __future__ import annotations

import os
import shutil
from typing import Any

from chassis import health, migrate
from chassis.database import Database
from gateway import settings
from gateway.state import KEY

_settings = settings.load()

# Counters live in files that all workers share, and start from zero; folder and variable must be there before
# prometheus_client is imported.
_figures = _settings.common.home / "run" / "metrics"
shutil.rmtree(_figures, ignore_errors=True)
_figures.mkdir(parents=True, mode=0o700)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)

bind = settings.bind()
workers = 2
worker_class = "gthread"
threads = 160
preload_app = True
control_socket_disable = True
accesslog = None
# Its own log lines go where all others go: as JSON to the root logger.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
timeout = 60
graceful_timeout = 8
keepalive = 30
limit_request_line = 8190
limit_request_fields = 100
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's heartbeat file, not data


def on_starting(server: Any) -> None:
    """Refuse to serve a database that is behind."""
    database = Database(_settings.database_url)
    migrate.require_current("gateway", database)
    database.dispose()


def post_worker_init(worker: Any) -> None:
    """A worker takes requests now. Its streams end when it is told to stop, rather than hold it up."""
    worker.wsgi.extensions[KEY].is_stopping = lambda: not worker.alive
    health.notify("READY=1")


def on_exit(server: Any) -> None:
    health.notify("STOPPING=1")


def child_exit(server: Any, worker: Any) -> None:
    """A dead worker's gauges no longer count."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
