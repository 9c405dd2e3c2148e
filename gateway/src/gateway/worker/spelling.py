"""Brings misspelt words to the nearest known one, and names to the spelling of a catalogue. When in doubt, nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

NEAR = 0.8
CLEARLY = 0.05


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` is a misspelling of, or `word` itself.

    Letter case counts for nothing. A word is a misspelling when at least 80 % of it agrees (optimal string alignment)
    and no other known word is about as near.
    """
    spelt = {name.casefold(): name for name in known}
    exact = spelt.get(word.casefold())
    if exact is not None:
        return exact
    found = process.extract(
        word.casefold(), spelt, scorer=OSA.normalized_similarity, processor=None, score_cutoff=NEAR, limit=2
    )
    # A mapping gives (name, score, key), best first.
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < CLEARLY):
        return word
    return str(found[0][0])


class Names:
    """The names of a catalogue, found again however their spaces, dashes and letter case are written."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)
        self._by_letters: dict[str, str | None] = {}
        for name in sorted(self._names):
            letters = _letters(name)
            # Two names of the same letters are no help for a third spelling.
            self._by_letters[letters] = None if letters in self._by_letters else name

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def match(self, name: str) -> str:
        """The catalogue's spelling of `name`, or `name` itself when it is not there."""
        if name in self._names:
            return name
        return self._by_letters.get(_letters(name)) or name


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
