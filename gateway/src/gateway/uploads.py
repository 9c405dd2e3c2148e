"""Takes in uploaded files: streamed to disk with a limit and a digest, under names of our own, never run.

A job's files lie in `files/<job>/0.csv, 1.csv ...` below the home, readable by nobody else; what their sender called
them is only shown.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from chassis.errors import AppError, Malformed
from gateway.errors import BodyTooLarge, WrongMediaType, invalid

FILES = "files"
LARGEST = 2 * 1024**3
# The parser counts its read buffer (64 kB) in.
LARGEST_FIELD = 500_000
MOST_PARTS = 40
LONGEST_NAME = 120
FILE_FIELDS = ("file", "file[]")
HEADROOM = 64 * 1024**2


class DiskFull(AppError):
    kind = "unavailable"
    code = "disk_full"
    message = "There is no room on the disk for these files; nothing was kept. Make room and send them again."


@dataclass
class Received:
    """A file on disk: `name` as shown, `size` in bytes, `sha256` of its content."""

    name: str
    path: Path
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)
    _file: IO[bytes] | None = None

    @property
    def sha256(self) -> str:
        return str(self._digest.hexdigest())

    def write(self, data: bytes) -> int:
        if self._file is None:
            self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """The parser rewinds what it wrote; nobody reads it from here."""
        self.close()
        return 0

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(frozen=True)
class Upload:
    """What came: the form's fields and the files, all below `folder`."""

    folder: Path
    fields: dict[str, str]
    files: list[Received]

    def described(self) -> list[dict[str, Any]]:
        return [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in self.files]


@contextmanager
def receive(request: Request, folder: Path) -> Iterator[Upload]:
    """The files of a multipart request, written into the new `folder`, which is removed when the work in it fails.

    Raises `WrongMediaType`, `BodyTooLarge` (2 GB), `DiskFull`, `Malformed` or `Invalid`.
    """
    if request.mimetype != "multipart/form-data":
        raise WrongMediaType("Send the files as multipart/form-data, each as a part called `file`.")
    length = request.content_length
    if length is not None and length > LARGEST:
        raise BodyTooLarge(limit=LARGEST)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(folder.parent).free < (length or 0) + HEADROOM:
        raise DiskFull()
    folder.mkdir(mode=0o700)
    try:
        yield _read(request, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _read(request: Request, folder: Path) -> Upload:
    received: list[Received] = []

    def place(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        file = Received(shown_name(filename or ""), folder / f"{len(received)}.csv")
        received.append(file)
        return cast(IO[bytes], file)

    parser = FormDataParser(
        stream_factory=place,
        max_form_memory_size=LARGEST_FIELD,
        max_content_length=LARGEST,
        max_form_parts=MOST_PARTS,
        silent=False,
    )
    try:
        _, form, files = parser.parse_from_environ(request.environ)
    except RequestEntityTooLarge:
        raise BodyTooLarge(limit=LARGEST) from None
    except ValueError as error:
        raise Malformed(f"The upload is not a whole multipart form: {str(error)[:200]}.") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull() from None
        raise
    strange = next((name for name in files if name not in FILE_FIELDS), None)
    if strange is not None:
        raise invalid(f"/{strange[:60]}", "unknown_field", "Send each file as a part called `file`.")
    for file in received:
        if file.size == 0:
            raise invalid("/file", "empty_file", f"{file.name} is empty.", "Send the file with its rows.")
    return Upload(folder, dict(form.items()), received)


def shown_name(sent: str) -> str:
    """A file's name as it is shown: without folders and control characters, of a bounded length."""
    name = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if char.isprintable()).strip(" .")
    return name[-LONGEST_NAME:] or "file.csv"
