"""Long work: imports that are started once, followed, and end with a receipt that adds up."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapport_client.errors import RapportError
from rapport_client.record import Record, Ref, id_of
from rapport_client.records import Job
from rapport_client.transport import Transport, new_key
from rapport_client.values import UNSET, Unset, body_of

if TYPE_CHECKING:
    from _typeshed import StrPath

OVER = frozenset({"completed", "failed", "cancelled"})
SHORTEST_LOOK, LONGEST_LOOK = 0.1, 2.0


class JobFailed(RapportError):
    """A job ended without completing; `job` has its counts and its `error`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        error = job.raw.get("error") or {}
        self.code = str(error.get("code") or job.status)
        said = error.get("message") or "no reason given"
        super().__init__(f"The {job.kind} {job.id} {job.status}: {said} [{self.code}]")


class RunningJob:
    """A job that runs in the suite, and goes on whether somebody waits for it or not.

    `job` is how it was when it was last looked at.
    """

    def __init__(self, transport: Transport, job: Job) -> None:
        self._transport = transport
        self.job = job

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def is_over(self) -> bool:
        return self.job.status in OVER

    def refresh(self) -> Job:
        """Look again."""
        self.job = Job(self._transport.call("GET", f"/v1/jobs/{self.id}"))
        return self.job

    def wait(self, *, progress: Callable[[Job], object] | None = None, timeout: float | None = None) -> Job:
        """Wait for the end; returns the job with its receipt.

        `progress` is called with the job whenever it got on. Raises `JobFailed`, and `TimeoutError` after `timeout`
        seconds, when the job itself goes on.
        """
        until = None if timeout is None else time.monotonic() + timeout
        pause, seen = SHORTEST_LOOK, None
        while True:
            if progress is not None and self.job.raw != seen:
                progress(self.job)
                seen = self.job.raw
            if self.is_over:
                break
            if until is not None and time.monotonic() + pause > until:
                raise TimeoutError(f"The job {self.id} still runs ({self.job.stage}).")
            time.sleep(pause)
            pause = min(LONGEST_LOOK, pause * 1.3)
            self.refresh()
        if self.job.status == "failed":
            raise JobFailed(self.job)
        return self.job

    def cancel(self) -> Job:
        """Stop it after the rows it is busy with; what is done stays done."""
        self.job = Job(self._transport.call("POST", f"/v1/jobs/{self.id}/cancel"))
        return self.job

    def undo(self) -> RunningJob:
        """Take back what it did: created records that nobody changed since are deleted, others get their former values
        back. What was changed since is kept, and listed."""
        return RunningJob(self._transport, Job(self._transport.call("POST", f"/v1/jobs/{self.id}/undo")))

    def errors(self, target: StrPath) -> int:
        """Write the rows that failed into a file that can be corrected and imported again; returns its bytes.

        Raises `NotFound` when no row failed.
        """
        size = 0
        path = f"/v1/jobs/{self.id}/errors.csv"
        with self._transport.stream(path, headers={"Accept": "*/*"}) as answer, open(target, "wb") as file:
            for block in answer.iter_bytes():
                size += file.write(block)
        return size

    def __repr__(self) -> str:
        return f"<RunningJob {self.id}: {self.job.status}>"


class Imports:
    """Bringing files in."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(
        self,
        files: StrPath | Iterable[StrPath | tuple[str, bytes]],
        *,
        mapping: str | Mapping[str, Any] | None = None,
        object: str | Unset = UNSET,
        mode: str | Unset = UNSET,
        key: str | Unset = UNSET,
        dry_run: bool = False,
        automation: str | Unset = UNSET,
        idempotency_key: str | None = None,
        **more: str,
    ) -> RunningJob:
        """Upload files and start their import.

        Arguments: `files` are paths, or pairs of a name and its content; `mapping` says which column is which field,
        as a mapping or as the id or name of a saved one, and is guessed when absent; `object` (contacts ...), `mode`
        (create, update, upsert) and `key` narrow the guess; `dry_run` changes nothing and says what would happen.
        """
        named = _several(files)
        fields: dict[str, Any] = {
            "object": object,
            "mode": mode,
            "key": key,
            "automation": automation,
            **more,
        }
        fields["dry_run"] = "true" if dry_run else "false"
        if isinstance(mapping, str):
            fields["mapping_id"] = mapping
        elif mapping is not None:
            fields["mapping"] = json.dumps(body_of(mapping))
        answer = self._transport.call(
            "POST",
            "/v1/imports",
            files=lambda: [
                *((name, (None, str(value))) for name, value in body_of(fields).items()),
                *(("file", _part(one)) for one in named),
            ],
            idempotency_key=idempotency_key or new_key(),
        )
        return RunningJob(self._transport, Job(answer))

    def follow(self, job: Ref) -> RunningJob:
        """A job that was started before."""
        found = RunningJob(self._transport, Job({"id": id_of(job)}))
        found.refresh()
        return found

    def upload(self, files: StrPath | Iterable[StrPath | tuple[str, bytes]]) -> Record:
        """Only upload: the answer has the columns, samples, and a `suggestion` of a mapping to correct."""
        named = _several(files)
        return Record(
            self._transport.call("POST", "/v1/uploads", files=lambda: [("file", _part(one)) for one in named])
        )

    def preview(self, upload: Ref, mapping: Mapping[str, Any] | None = None) -> list[Record]:
        """The first rows of an upload as a mapping (its suggestion, when there is none) would bring them in: `file`,
        `line`, `object`, `values`, `complaints`, `skipped`."""
        body = {} if mapping is None else {"mapping": dict(mapping)}
        answer = self._transport.call("POST", f"/v1/uploads/{id_of(upload)}/preview", json=body)
        return [Record(one) for one in answer["data"]]

    def start_upload(
        self,
        upload: Ref,
        *,
        mapping: str | Mapping[str, Any] | None = None,
        dry_run: bool = False,
        automation: str | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> RunningJob:
        """Import an upload, which may have had a dry run before."""
        body = {
            "upload_id": id_of(upload),
            "dry_run": dry_run,
            "automation": automation,
            "mapping_id": mapping if isinstance(mapping, str) else UNSET,
            "mapping": mapping if isinstance(mapping, Mapping) else UNSET,
        }
        answer = self._transport.call(
            "POST", "/v1/imports", json=body_of(body), idempotency_key=idempotency_key
        )
        return RunningJob(self._transport, Job(answer))


def _several(files: StrPath | Iterable[StrPath | tuple[str, bytes]]) -> list[StrPath | tuple[str, bytes]]:
    """One path, or several of them."""
    return [files] if isinstance(files, (str, os.PathLike)) else list(files)


def _part(source: StrPath | tuple[str, bytes]) -> tuple[str, Any]:
    """A file's name and its content, opened for one attempt."""
    if isinstance(source, tuple):
        return source
    path = Path(source)
    return path.name, open(path, "rb")  # the transport closes it after the attempt
