"""A virtual display, and the real screen program on it: touched by a real pointer, seen by its touch map and
pictures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, TypeVar

from tests.tft.stand_in import KEY

if TYPE_CHECKING:
    # Not at run time: Kivy opens a window when it is imported.
    from octoland_tft.touch_map import TouchMap, TouchTarget

DEADLINE_S = 15.0
LOOK_S = 0.02
ARTEFACTS = Path(__file__).parents[2] / "artefacts" / "tft"

Value = TypeVar("Value")


def wait_until(what: Callable[[], Optional[Value]], or_else: Callable[[], str]) -> Value:
    """What is true at last; at the deadline the test fails with `or_else`."""
    pause = threading.Event()
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        value = what()
        if value:
            return value
        pause.wait(LOOK_S)
    raise AssertionError(or_else())


class Display:
    """An Xvfb of its own, on a number that was free."""

    def __init__(self, width_px: int = 1024, height_px: int = 800) -> None:
        told, tell = os.pipe()
        self._xvfb = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(tell),
                "-screen",
                "0",
                f"{width_px}x{height_px}x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(tell,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(tell)
        with os.fdopen(told) as number:
            self.name = f":{number.readline().strip()}"

    def close(self) -> None:
        self._xvfb.terminate()
        self._xvfb.wait()


class RunningScreen:
    """The screen program, started as its unit starts it."""

    def __init__(
        self,
        display: Display,
        folder: Path,
        url: str,
        *,
        size: str = "480x320",
        language: str = "en",
        key: Optional[str] = KEY,
        program: str = "octoland_tft.app",
    ) -> None:
        self.display = display
        self.size = size
        self.folder = folder
        self._map = folder / "map.json"
        state = folder / "state"
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state / "settings.json").write_text(json.dumps({"language": language}))
        if key is not None:
            (state / "api-key").write_text(key)
        self.state = state
        self.log = folder / "screen.log"
        self.program = program
        self.environment = {
            **os.environ,
            "DISPLAY": display.name,
            "OCTOLAND_TFT_SIZE": size,
            "OCTOLAND_TFT_DISPLAY": "virtual",
            "OCTOLAND_TFT_STATE": str(state),
            "OCTOLAND_TFT_MAP": str(self._map),
            "OCTOLAND_WIRE": url,
        }
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        self._map.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.program], env=self.environment, stdout=log, stderr=log
            )
        return self.process

    def stop(self) -> int:
        """End it as systemd would; its exit code."""
        self.process.terminate()
        return self.process.wait(DEADLINE_S)

    def map(self) -> Optional[TouchMap]:
        try:
            seen: TouchMap = json.loads(self._map.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return seen

    def wait_for(
        self, page: Optional[str] = None, overlay: Optional[str] = None, words: str = "", target: str = ""
    ) -> TouchMap:
        """What is seen, once it is this page (with this overlay), these words are somewhere on it, and this
        target."""

        def seen() -> Optional[TouchMap]:
            now = self.map()
            if now is None or (page is not None and now["page"] != page):
                return None
            if overlay is not None and (now["overlay"] or "") != overlay:
                return None
            if words and not any(words in text for text in now["words"]):
                return None
            if target and not any(each["id"] == target for each in now["targets"]):
                return None
            return now

        return wait_until(
            seen,
            lambda: (
                f"waited for {page=} {overlay=} {words=} {target=}, saw {self.map()}\n{self.log.read_text()}"
            ),
        )

    def target(self, target_id: str) -> TouchTarget:
        """A target, once it is there."""
        seen = self.wait_for(target=target_id)
        return next(each for each in seen["targets"] if each["id"] == target_id)

    def touch(self, target_id: str) -> None:
        """With a real pointer, in the middle of the target."""
        at = self.target(target_id)
        self.pointer(
            "mousemove", str(at["x"] + at["width"] // 2), str(at["y"] + at["height"] // 2), "click", "1"
        )

    def pointer(self, *arguments: str) -> None:
        """Let xdotool do this on the display."""
        subprocess.run(
            ["xdotool", *arguments],
            env={"DISPLAY": self.display.name, "PATH": os.environ["PATH"]},
            check=True,
        )

    def picture(self, name: str) -> Path:
        """A screenshot, kept as an artefact under this name."""
        path = ARTEFACTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["import", "-window", "root", "-crop", f"{self.size}+0+0", "+repage", str(path)],
            env={**os.environ, "DISPLAY": self.display.name},
            check=True,
        )
        return path
