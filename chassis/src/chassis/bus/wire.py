"""nameko's RPC wire format: request and reply bodies, and errors that stay typed across it.

A reply's `error` has nameko's keys, so that a plain nameko client sees a `RemoteError`, and ours (`rapport`) beside.
"""

from __future__ import annotations

from typing import Any

from chassis import codec
from chassis.errors import AppError, Internal, Malformed, from_wire


def request_body(arguments: dict[str, Any]) -> str:
    return codec.dumps({"args": [], "kwargs": arguments})


def read_request(body: str | bytes) -> dict[str, Any]:
    """The keyword arguments of a request; raises `Malformed`."""
    try:
        message = codec.loads(body)
        args, kwargs = message["args"], message["kwargs"]
    except (ValueError, KeyError, TypeError):
        raise Malformed("The call has no readable `args` and `kwargs`.") from None
    if args or not isinstance(kwargs, dict):
        raise Malformed("Operations take keyword arguments only.")
    return kwargs


def reply_body(result: Any, error: BaseException | None) -> str:
    """The JSON of a reply; an answer without a JSON form becomes an internal error."""
    if error is None:
        try:
            return codec.dumps({"result": result, "error": None})
        except (TypeError, ValueError) as problem:
            error = problem
    known = error if isinstance(error, AppError) else Internal()
    return codec.dumps(
        {
            "result": None,
            "error": {
                "exc_type": type(known).__name__,
                "exc_path": f"rapport.{known.code}",
                "exc_args": [known.text],
                "value": known.text,
                "rapport": known.as_wire(),
            },
        }
    )


def read_reply(body: str | bytes) -> Any:
    """The result of a reply; raises the error it carries."""
    try:
        message = codec.loads(body)
        error = message["error"]
    except (ValueError, KeyError, TypeError):
        raise Internal("The service sent an unreadable reply.") from None
    if error is None:
        return message["result"]
    if isinstance(error, dict) and isinstance(error.get("rapport"), dict):
        raise from_wire(error["rapport"])
    raise Internal(f"The service failed: {error.get('exc_type') if isinstance(error, dict) else error}")
