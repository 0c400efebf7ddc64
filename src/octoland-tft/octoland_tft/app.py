"""The program: sets Kivy up, opens the window, and joins the parts.

Environment: OCTOLAND_TFT_SIZE ("480x320"), OCTOLAND_TFT_DISPLAY (kms, x11 or virtual), OCTOLAND_TFT_STATE
(see `settings`), OCTOLAND_WIRE (the printer's service), OCTOLAND_TFT_MAP (see `touch_map`).
"""

from __future__ import annotations

import logging
import os
import signal
import sys

SMALLEST_PX = (320, 320)


def configure_kivy(size: str, display: str) -> None:
    """Before anything of Kivy's is imported; raises `ValueError` for a size that is none."""
    width, height = _pixels(size)
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    os.environ.setdefault("KIVY_NO_CONFIG", "1")
    os.environ.setdefault("KIVY_METRICS_DENSITY", "1")
    os.environ.setdefault("KIVY_CLOCK", "interrupt")
    os.environ.setdefault("KIVY_WINDOW", "sdl2")
    os.environ.setdefault("KIVY_GL_BACKEND", "sdl2")
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    if display == "kms":
        os.environ.setdefault("SDL_VIDEODRIVER", "kmsdrm")
    from kivy.config import Config  # noqa: PLC0415

    for section, name, value in (
        ("graphics", "width", str(width)),
        ("graphics", "height", str(height)),
        # Full screen loses the first frame on KMS; a window of the mode's own size does not.
        ("graphics", "fullscreen", "0"),
        ("graphics", "borderless", "1" if display != "x11" else "0"),
        ("graphics", "position", "custom" if display != "x11" else "auto"),
        ("graphics", "left", "0"),
        ("graphics", "top", "0"),
        ("graphics", "resizable", "1" if display == "x11" else "0"),
        # Smoothed edges of shapes: none are drawn, and it halves the pace of drawing in software.
        ("graphics", "multisamples", "0"),
        ("graphics", "show_cursor", "0" if display == "kms" else "1"),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "log_level", "warning"),
        # Two-finger touch by right click paints red dots.
        ("input", "mouse", "mouse,disable_multitouch"),
    ):
        Config.set(section, name, value)


def _pixels(size: str) -> tuple[int, int]:
    width, by, height = size.partition("x")
    if not by or not width.isdigit() or not height.isdigit():
        raise ValueError(f"OCTOLAND_TFT_SIZE must be WIDTHxHEIGHT in pixels, as 480x320, not {size!r}")
    pixels = int(width), int(height)
    if pixels[0] < SMALLEST_PX[0] or pixels[1] < SMALLEST_PX[1]:
        raise ValueError(f"OCTOLAND_TFT_SIZE must be 480x320 or 320x480 at the least, not {size!r}")
    return pixels


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        configure_kivy(
            os.environ.get("OCTOLAND_TFT_SIZE", "480x320"), os.environ.get("OCTOLAND_TFT_DISPLAY", "x11")
        )
    except ValueError as error:
        sys.exit(f"octoland-tft: {error}")
    from octoland_tft.screen import Screen  # noqa: PLC0415

    screen = Screen()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: screen.end_soon())
    screen.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
