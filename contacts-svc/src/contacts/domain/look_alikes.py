"""When two records are probably the same: by address, by domain, by name; each with a score and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.words import phrase_of

SAME_ADDRESS, SAME_DOMAIN, SAME_NAME, ALIKE_NAME = 100, 95, 90, 80
# Forms of companies say nothing about which company it is.
_FORMS = frozenset(
    (
        *(
            "ab",
            "ag",
            "as",
            "asa",
            "bv",
            "co",
            "company",
            "corp",
            "corporation",
            "gmbh",
            "inc",
            "incorporated",
        ),
        *(
            "kft",
            "kg",
            "limited",
            "llc",
            "llp",
            "ltd",
            "nv",
            "oy",
            "oyj",
            "plc",
            "sa",
            "sarl",
            "se",
            "spa",
            "srl",
        ),
    )
)


@dataclass(frozen=True)
class LookAlike:
    """A record that is probably the same. `score` is 0 to 100."""

    kind: str
    id: str
    name: str
    score: int
    reason: str


def plain_name(name: str) -> str:
    """A company's name without case, accents, signs and form of the company: `Škoda Works, Ltd.` is `skoda works`."""
    kept = phrase_of(name).split()
    while len(kept) > 1 and kept[-1] in _FORMS:
        kept.pop()
    return " ".join(kept)
