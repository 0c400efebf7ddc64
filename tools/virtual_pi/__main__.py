"""`python -m tools.virtual_pi`: the base image, and the demo."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import base_image, demo, engine, octoprint


def main() -> int:
    parser = argparse.ArgumentParser(prog="virtual_pi", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    image = commands.add_parser("image", help="print the name of a base image that the engine has")
    image.add_argument("suite", choices=base_image.SUITES)
    commands.add_parser("up", help="the demo: made, started or found running; prints its addresses")
    commands.add_parser("env", help="the running demo's addresses and key, for a shell")
    shot = commands.add_parser("shot", help="what the demo's screen shows now")
    shot.add_argument("file", type=Path)
    commands.add_parser("stop", help="remove the demo")
    arguments = parser.parse_args()
    try:
        if arguments.command == "image":
            print(base_image.ensure(base_image.recipe(arguments.suite)))
        elif arguments.command == "up":
            demo.up()
        elif arguments.command == "env":
            demo.env()
        elif arguments.command == "shot":
            demo.shot(arguments.file)
        else:
            demo.stop()
    except (base_image.NoImage, demo.NoDemo, engine.EngineError, octoprint.NoOctoPrint) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
