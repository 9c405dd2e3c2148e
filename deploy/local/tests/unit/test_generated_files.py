"""Files that are made from others are as they would be made now."""

from __future__ import annotations

from pathlib import Path

from suite import generating
from suite.paths import checkout


def test_no_generated_file_is_behind() -> None:
    behind = [str(path.relative_to(checkout())) for path in generating.behind(checkout())]
    assert not behind, f"run ./rapport generate and commit: {', '.join(behind)}"


def test_a_file_that_was_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    for path, text in generating.files(tmp_path).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert generating.behind(tmp_path) == []
    page = tmp_path / "docs/events.md"
    page.write_text(page.read_text() + "More.")
    assert generating.behind(tmp_path) == [page]
    assert generating.write(tmp_path) == [page]
    assert generating.behind(tmp_path) == []
