"""Files of the repository that are made from others: the client's typed records, the catalogues of
events and errors.

`./rapport generate` writes them; a test says when one is behind.
"""

from __future__ import annotations

from pathlib import Path


def files(root: Path) -> dict[Path, str]:
    """Every generated file with what it should hold."""
    from suite.generating import catalogue, client, errors

    folder = root / "gateway/client/src/rapport_client"
    made = client.Client()
    return {
        folder / "records.py": made.records(),
        folder / "resources.py": made.resources(),
        folder / "table.py": made.table(),
        root / "docs/events.md": catalogue.page(),
        root / "docs/errors.md": errors.page(),
        root / "gateway/src/gateway/error_codes.json": errors.data(),
    }


def behind(root: Path) -> list[Path]:
    """The generated files that do not hold what they should."""
    return [
        path for path, text in files(root).items() if not path.exists() or path.read_text("utf-8") != text
    ]


def write(root: Path) -> list[Path]:
    """Bring every generated file up to date; returns those that changed."""
    changed = []
    for path, text in files(root).items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed
