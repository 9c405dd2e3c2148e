"""`python -m gateway bootstrap --currency USD`: one-shot steps of the gateway."""

from __future__ import annotations

import argparse
import sys


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway")
    steps = parser.add_subparsers(dest="step", required=True)
    first = steps.add_parser(
        "bootstrap", help="make the workspace, its administrator and a key, unless there are"
    )
    first.add_argument("--currency", default="USD", help="three capital letters (ISO 4217)")
    first.add_argument("--name", default="Rapport", help="the workspace's name")
    chosen = parser.parse_args(arguments)

    from chassis.errors import AppError
    from chassis.settings import BadSetting
    from gateway import settings
    from gateway.bootstrap import as_line, bootstrap

    try:
        print(as_line(bootstrap(settings.load(), currency=chosen.currency, name=chosen.name)))
    except BadSetting as error:
        print(error, file=sys.stderr)
        return 78
    except AppError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
