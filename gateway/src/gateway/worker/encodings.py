"""Finds out how the text of a file is encoded, and refuses a file that is written in two ways at once."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from gateway.worker.refusals import FileRefused

BLOCK = 256 * 1024
EVIDENCE = 64 * 1024
LONGEST_LINE = 1_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What spreadsheets really write besides Unicode. Guesses outside of these are more often noise than text.
_SINGLE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "latin_1", "iso8859_2", "iso8859_15"),
    *("mac_roman", "koi8_r"),
)
_DOUBLE = ("cp932", "shift_jis", "euc_jp", "euc_kr", "cp949", "gb18030", "gb2312", "gbk", "big5")
# Which letters western languages write besides ASCII. A short sample fits several encodings; one in which every other
# letter is of one of these families is taken before what statistics say.
_MARKS = frozenset("€£§°²³·–—‘’‚“”„«»…´`®©™¿¡ªº\u00a0½¼±×")
_FAMILIES = (
    frozenset("äöüßÄÖÜàâæçéèêëîïôœùûÿÀÂÆÇÉÈÊËÎÏÔŒÙÛŸáíóúñÁÍÓÚÑìòÌÒãõÃÕ") | _MARKS,
    frozenset("äöüßÄÖÜåøæÅØÆéÉ") | _MARKS,
)
_WESTERN = ("cp1252", "mac_roman")


def encoding_of(name: str, path: Path) -> str:
    """The encoding of the file, whole; raises `FileRefused` when there is none or more than one."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        raise _unknown(name)
    if _is_utf8(path):
        return "utf-8"
    return _guess(name, path)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess(name: str, path: Path) -> str:
    """One of the old encodings, by the lines that are not plain ASCII."""
    evidence = bytearray()
    unicode_line = other_line = 0
    for number, line in enumerate(_lines(path), start=1):
        if line.isascii():
            continue
        if len(evidence) < EVIDENCE:
            evidence += line
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            other_line = other_line or number
        else:
            unicode_line = unicode_line or number
    found = _best(bytes(evidence))
    if found is None:
        raise _unknown(name)
    if unicode_line and found not in _DOUBLE:
        raise FileRefused(
            name,
            f"It mixes encodings: line {unicode_line} is UTF-8, line {other_line} is not.",
            "Open the file it was made from and save it as UTF-8 in one go.",
            code="mixed_encodings",
            line=max(unicode_line, other_line),
        )
    return found


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line


def _best(evidence: bytes) -> str | None:
    for encoding in _WESTERN:
        letters = {char for char in evidence.decode(encoding, "replace") if not char.isascii()}
        if any(letters <= family for family in _FAMILIES):
            return encoding
    best = from_bytes(evidence, threshold=0.5, cp_isolation=[*_SINGLE, *_DOUBLE]).best()
    return None if best is None else best.encoding


def _unknown(name: str) -> FileRefused:
    return FileRefused(
        name,
        "Its encoding is not known: it is not UTF-8, has no byte order mark, and reads as no usual one.",
        "Save it as UTF-8 and send it again.",
        code="unknown_encoding",
    )
