"""Structured logs: one JSON line an event on stderr, standard library loggers included."""

from __future__ import annotations

import logging
import sys
from typing import Any

from chassis import codec

# structlog would import rich for pretty consoles: a third of a second and some megabytes in every process, for JSON.
_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

if _rich is None:
    del sys.modules["rich"]
else:
    sys.modules["rich"] = _rich


def configure(level: str, process: str) -> None:
    """Send all logging of this process through structlog as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda logger, name, event: {"process": process, **event},
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("amqp", "kombu", "nameko", "urllib3", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _dumps(value: Any, default: Any = None) -> str:
    try:
        return codec.dumps(value)
    except (TypeError, ValueError):
        return codec.dumps(
            {key: item if isinstance(item, (str, int, bool)) else repr(item) for key, item in value.items()}
        )


def get(name: str) -> Any:
    """A logger; `log.info("what happened", key=value)`."""
    return structlog.get_logger(name)
