"""The pictures of docs/screen.md: `python -m tools.pictures`, under a display of its own.

They are the gallery's, in English, with fewer colours so that they stay small.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.tft.display import Display

PICTURES = Path("docs/pictures")
COLOURS = 200
SIZES = {
    "home-idle": "480x320",
    "home-printing": "800x480",
    "files": "480x320",
    "file-details": "480x320",
    "temperatures": "480x320",
    "motors": "480x320",
    "utilities": "480x320",
    "language": "480x320",
    "key-waiting": "480x320",
    "not-connected-service": "480x320",
    "question-cancel": "480x320",
    "message": "480x320",
    "splash": "480x320",
}


def take(folder: Path) -> None:
    """Have the gallery take them."""
    display = Display()
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.tft.gallery", str(folder), *SIZES],
            env={**os.environ, "DISPLAY": display.name},
            check=True,
        )
    finally:
        display.close()


def publish(folder: Path) -> None:
    """Into docs/pictures, small."""
    PICTURES.mkdir(exist_ok=True)
    for name, size in SIZES.items():
        with Image.open(folder / "en" / f"{name}-{size}.png") as picture:
            few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(PICTURES / f"screen-{name}.png", optimize=True)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        take(Path(folder))
        publish(Path(folder))
    print(f"{len(SIZES)} pictures in {PICTURES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
