"""Generates the Python stubs of the partner interface: `python -m suite.stubs`, after each change of a .proto file.

With `--release` the present form also becomes the one that later ones may add to but not break.

The stubs are committed, so that whoever runs or uses the interface needs no generator; a test
compares them with their source.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from suite.paths import checkout

FOLDER = Path("rapport/partner/v1")
RELEASED = "partner.v1.binpb"


def sources(proto: Path) -> list[Path]:
    """The .proto files of the interface."""
    return sorted((proto / FOLDER).glob("*.proto"))


def google_types() -> Path:
    """The folder that holds `google/type/*.proto`."""
    found = importlib.util.find_spec("google.type")
    assert found is not None and found.submodule_search_locations
    return Path(next(iter(found.submodule_search_locations))).parents[1]


def generate(proto: Path, target: Path) -> None:
    """Write the stubs of all of `proto`'s files below `target`; raises `RuntimeError` when one has a mistake."""
    from grpc_tools import protoc

    files = [str(path) for path in sources(proto)]
    kinds = [f"--{kind}_out={target}" for kind in ("python", "pyi", "grpc_python")]
    if protoc.main(["protoc", f"-I{proto}", f"-I{google_types()}", f"-I{_well_known()}", *kinds, *files]):
        raise RuntimeError("protoc refused a file; its words stand above.")


def describe(proto: Path, image: Path) -> None:
    """Write the descriptor set of all files, with what they import, to `image`."""
    from grpc_tools import protoc

    files = [str(path) for path in sources(proto)]
    options = ["--include_imports", f"--descriptor_set_out={image}"]
    if protoc.main(["protoc", f"-I{proto}", f"-I{google_types()}", f"-I{_well_known()}", *options, *files]):
        raise RuntimeError("protoc refused a file; its words stand above.")


def _well_known() -> Path:
    found = importlib.util.find_spec("grpc_tools")
    assert found is not None and found.submodule_search_locations
    return Path(next(iter(found.submodule_search_locations))) / "_proto"


def main() -> int:
    proto = checkout() / "proto"
    generate(proto, proto / "src")
    if "--release" in sys.argv[1:]:
        describe(proto, proto / RELEASED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
