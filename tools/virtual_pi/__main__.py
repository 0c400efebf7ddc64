"""`python -m tools.virtual_pi`: the base image, and the demo."""

from __future__ import annotations

import argparse
import sys

from . import base_image


def main() -> int:
    parser = argparse.ArgumentParser(prog="virtual_pi", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    image = commands.add_parser("image", help="print the name of a base image that the engine has")
    image.add_argument("suite", choices=base_image.SUITES)
    arguments = parser.parse_args()
    try:
        print(base_image.ensure(arguments.suite))
    except base_image.NoImage as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
