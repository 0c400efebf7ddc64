"""`python -m tools.demo_gcode`: slices the demo's ship anew, into `molecule/demo/files/`."""

from __future__ import annotations

import configparser
import subprocess
import sys
import tempfile
from pathlib import Path

from .mesh import Triangle, ship, write_stl
from .thumbnail import comment, draw

SETTINGS = Path(__file__).with_name("slicer.ini")
GCODE = Path("molecule/demo/files/pearl.gcode")


def main() -> int:
    mesh = ship()
    with tempfile.TemporaryDirectory() as folder:
        stl, sliced = Path(folder) / "pearl.stl", Path(folder) / "pearl.gcode"
        write_stl(stl, mesh)
        command = ["prusa-slicer", "--load", str(SETTINGS), "--center", "110,110", "--export-gcode"]
        done = subprocess.run(
            [*command, "--output", str(sliced), str(stl)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not sliced.exists():
            print(f"prusa-slicer failed with {done.returncode}:\n{done.stderr}", file=sys.stderr)
            return 1
        GCODE.write_text(with_thumbnails(sliced.read_text(), mesh))
    print(f"{GCODE}: {GCODE.stat().st_size} bytes")
    return 0


def with_thumbnails(gcode: str, mesh: list[Triangle]) -> str:
    """The slicer's file with its pictures, below the line that says who made it."""
    head, _, body = gcode.partition("\n")
    blocks = "".join(comment(draw(mesh, width, height)) for width, height in thumbnail_sizes())
    return f"{head}\n\n;\n{blocks}{body}"


def thumbnail_sizes() -> list[tuple[int, int]]:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string("[print]\n" + SETTINGS.read_text())
    words = settings["print"]["thumbnails"].split(",")
    return [(int(width), int(height)) for width, height in (word.split("x") for word in words)]


if __name__ == "__main__":
    sys.exit(main())
