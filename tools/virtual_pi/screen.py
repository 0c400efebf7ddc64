"""Eyes and a finger for a virtual Pi's screen: its picture, and a pointer that is pressed and let go."""

from __future__ import annotations

import shlex

from .engine import run_inside

UNIT = "octoland-tft.service"
SHOWN = ("DISPLAY", "XAUTHORITY")
PRESS_MS = 60


def picture(container: str) -> bytes:
    """What the display shows now, as a PNG."""
    return run_inside(container, [*_on_display(container), "maim", "--hidecursor"], user=_user(container))


def tap(container: str, x_px: int, y_px: int) -> None:
    """Press and let go at a place counted from the top left, as a finger would."""
    pointer = [
        "mousemove",
        str(x_px),
        str(y_px),
        "mousedown",
        "1",
        "sleep",
        f"{PRESS_MS / 1000}",
        "mouseup",
        "1",
    ]
    run_inside(container, [*_on_display(container), "xdotool", *pointer], user=_user(container))


def _on_display(container: str) -> list[str]:
    """`env NAME=VALUE...` with which a program reaches the display that the screen's unit draws on."""
    settings = dict(
        word.split("=", 1) for word in shlex.split(_property(container, "Environment")) if "=" in word
    )
    return ["env", *(f"{name}={settings[name]}" for name in SHOWN if name in settings)]


def _user(container: str) -> str:
    return _property(container, "User")


def _property(container: str, name: str) -> str:
    return (
        run_inside(container, ["systemctl", "show", f"--property={name}", "--value", UNIT]).decode().strip()
    )
