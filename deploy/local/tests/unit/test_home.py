"""The folder that holds a run, and what it remembers."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from suite import databases, keys
from suite.failures import Failure
from suite.paths import LONGEST_RUN_FOLDER, Home
from suite.settings import Settings


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_can_look_into_the_folders(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    assert {mode(folder) for folder in home.root.iterdir()} == {0o700}


def test_sockets_of_a_deep_home_lie_elsewhere_and_apart(tmp_path: Path) -> None:
    one, other = Home(tmp_path / ("a" * 90)), Home(tmp_path / ("b" * 90))
    assert len(str(one.run)) <= LONGEST_RUN_FOLDER
    assert one.run != other.run


def test_settings_come_back_as_they_were_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    Settings(http_port=1234, scale={"deals": 3}, databases={"deals": "secret"}).save(path)
    assert Settings.load(path) == Settings(http_port=1234, scale={"deals": 3}, databases={"deals": "secret"})
    assert mode(path) == 0o600


def test_settings_of_a_later_version_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"http_port": 1, "unheard_of": true}')
    assert Settings.load(path).http_port == 1


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    # A pair each, the secret, and the certificate of the partners' door.
    assert keys.make_missing(tmp_path) == len(keys.KINDS) + 2
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert keys.make_missing(tmp_path) == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


def test_a_home_with_data_stays_with_its_databases() -> None:
    with pytest.raises(Failure, match="keeps its data in SQLite"):
        databases.choose(Settings(seeded="demo"), "local")
    databases.choose(Settings(seeded="demo", postgres="local"), "local")
    databases.choose(Settings(seeded="demo"), None)


def test_a_url_of_another_kind_is_refused() -> None:
    with pytest.raises(Failure, match="no PostgreSQL URL"):
        databases.choose(Settings(), "mysql://localhost/x")
