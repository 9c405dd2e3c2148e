"""`./rapport bench [suite|import|export|partner|workflows]`: figures of a suite, each on a home of its own.

Options of all: `-o json` prints one JSON line last; `--postgres local` measures on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import export_figures
import import_figures
import partner_figures
import suite_figures
import workflow_figures
from measuring import Bench

PARTS = {
    "suite": suite_figures,
    "import": import_figures,
    "export": export_figures,
    "partner": partner_figures,
    "workflows": workflow_figures,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./rapport bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("-o", "--output", choices=("table", "json"), default="table")
    shared.add_argument("--postgres", metavar="local|URL", help="measure on PostgreSQL")
    parts = parser.add_subparsers(dest="part", metavar="|".join(PARTS))
    for name, part in PARTS.items():
        words = (part.__doc__ or "").partition("\n")[0]
        part.add_options(parts.add_parser(name, parents=[shared], help=words, description=part.__doc__))
    words = sys.argv[1:]
    options = parser.parse_args(
        words if words[:1] and words[0] in (*PARTS, "-h", "--help") else ["suite", *words]
    )
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        bench = Bench(Path(folder) / "home", options.postgres)
        try:
            PARTS[options.part].measure(bench, options)
        finally:
            bench.rapport("down")
    if options.output == "json":
        print(json.dumps(bench.figures))
        return
    for name, value in bench.figures.items():
        print(f"{name:<28} {json.dumps(value) if isinstance(value, dict) else value}")


if __name__ == "__main__":
    sys.exit(main())
