"""Turns the Markdown of the documentation into HTML, with the anchors that GitHub gives its headings.

HTML in it is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def relinked(text: str, address: Callable[[str], str | None]) -> str:
    """The text with its links turned by `address`; a link for which that is None becomes its words."""

    def turned(match: re.Match[str]) -> str:
        found = address(match[2])
        return match[1] if found is None else f"[{match[1]}]({found})"

    return _LINK.sub(turned, text)


def html(text: str) -> tuple[str, str]:
    """The title, which is the first heading, and the rest as HTML."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_COMMENT.sub("", text))
    title = ""
    if len(tokens) > 2 and tokens[0].tag == "h1":
        title, tokens = tokens[1].content, tokens[3:]
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(tokens[number + 1].content))
        if token.type == "fence":
            # A page without scripts: long code scrolls, and is reached by the keyboard too.
            token.attrSet("tabindex", "0")
    return title, str(parser.renderer.render(_cut_languages(tokens), parser.options, {}))


def _cut_languages(tokens: Sequence[Token]) -> Sequence[Token]:
    """What stands behind a fence is for tests and highlighters."""
    for token in tokens:
        if token.type == "fence":
            token.info = token.info.split(" ")[0]
    return tokens


def anchor(heading: str) -> str:
    """The anchor of a heading."""
    words = re.sub(r"[^\w\- ]", "", heading.lower())
    return words.strip().replace(" ", "-")
