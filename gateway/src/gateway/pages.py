"""Plain pages that the gateway writes itself: without scripts, and in light and dark."""

from __future__ import annotations

from html import escape

from flask import Response

_STYLE = """
:root{color-scheme:light dark;--text:#1b1c1f;--dim:#5c5f66;--line:#dcdde2;--back:#fff;--soft:#f4f4f6;--accent:#3b5bdb}
@media(prefers-color-scheme:dark){:root{--text:#e6e7ea;--dim:#a0a3ab;--line:#33353b;--back:#141518;--soft:#1d1e22;--accent:#91a7ff}}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.55 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25}
h2{font-size:1.2rem;margin-top:2.5rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
h3{font-size:1.05rem;margin-top:1.8rem}
a{color:var(--accent)}code,pre{font:0.9em ui-monospace,monospace;background:var(--soft);border-radius:4px}
code{padding:.1em .3em;overflow-wrap:anywhere}pre{padding:.8rem;overflow:auto}pre code{padding:0;background:none}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .7rem .4rem 0;border-bottom:1px solid var(--line)}
.dim{color:var(--dim)}.method{display:inline-block;min-width:4.2em;font-weight:600}
details{border-bottom:1px solid var(--line);padding:.45rem 0}
.language-output{white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer}nav a{margin-right:.9rem;display:inline-block}
"""


def page(title: str, body: str, status: int = 200) -> Response:
    """A whole page; `title` is text, `body` is HTML that is already escaped."""
    text = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)} · Rapport</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Response(text, status, mimetype="text/html")
