"""Uses the screen as a finger and a pair of eyes do: touches what it says can be touched, reads its words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Callable, Optional, TypedDict

from tests.e2e.waiting import wait_until
from tools.virtual_pi import screen
from tools.virtual_pi.engine import EngineError, run_inside

MAP = "/var/lib/octoland-tft/map.json"
UNIT = "octoland-tft.service"
ALBUM = Path("artefacts/e2e")


class Target(TypedDict):
    id: str
    text: str
    x: int
    y: int
    width: int
    height: int


class View(TypedDict):
    """What `octoland_tft.touch_map` writes."""

    page: str
    overlay: Optional[str]
    language: str
    words: list[str]
    targets: list[Target]


class TouchScreen:
    def __init__(self, container: str) -> None:
        self._container = container

    def view(self) -> View:
        try:
            seen: View = json.loads(run_inside(self._container, ["cat", MAP]))
        except EngineError:
            # Not drawn yet.
            return {"page": "", "overlay": None, "language": "", "words": [], "targets": []}
        return seen

    def wait(self, what: str, condition: Callable[[View], bool], deadline_s: float = 20.0) -> View:
        def look() -> Optional[View]:
            seen = self.view()
            return seen if condition(seen) else None

        try:
            return wait_until(look, what, deadline_s)
        except AssertionError as error:
            self.picture("failed")
            raise AssertionError(f"{error}; the screen shows {self.view()}") from None

    def wait_for_page(self, page: str, deadline_s: float = 20.0) -> View:
        return self.wait(f"the page {page}", lambda view: view["page"] == page, deadline_s)

    def wait_for_words(self, words: str, deadline_s: float = 20.0) -> View:
        return self.wait(f"the words {words!r}", lambda view: words in text_of(view), deadline_s)

    def wait_for_overlay(self, overlay: Optional[str], deadline_s: float = 20.0) -> View:
        return self.wait(f"the overlay {overlay}", lambda view: view["overlay"] == overlay, deadline_s)

    def tap(self, target_id: str, deadline_s: float = 10.0) -> None:
        """Touch the middle of a target, once it can be touched."""
        view = self.wait(f"a target {target_id}", lambda seen: target_id in ids(seen), deadline_s)
        self._touch(next(target for target in view["targets"] if target["id"] == target_id))

    def tap_and_look(self, view: View, target_id: str) -> View:
        """Touch a target of that view; the next view that is another one."""
        self._touch(next(target for target in view["targets"] if target["id"] == target_id))
        return self.wait(f"an answer to {target_id}", lambda seen: seen != view)

    def tap_row(self, text: str) -> None:
        """Touch the target that bears these words."""
        view = self.wait(f"a row {text!r}", lambda seen: _bearing(seen, text) is not None)
        target = _bearing(view, text)
        assert target is not None
        self._touch(target)

    def answer(self, yes: bool) -> None:
        """A question lies over the page: do it, or leave it."""
        self.tap("question.do" if yes else "question.keep")
        self.wait("the question put away", lambda view: view["overlay"] != "question")

    def picture(self, name: str) -> Path:
        ALBUM.mkdir(parents=True, exist_ok=True)
        file = ALBUM / f"{name}.png"
        file.write_bytes(screen.picture(self._container))
        return file

    def kill(self) -> None:
        """As the kernel would when memory is short."""
        run_inside(self._container, ["systemctl", "kill", "--signal=KILL", UNIT])
        self.forget_the_view()

    def forget_the_view(self) -> None:
        """What a dead screen saw is not to be believed."""
        run_inside(self._container, ["rm", "-f", MAP])

    def process(self) -> int:
        """The number of the screen's process, or 0."""
        show = ["systemctl", "show", "--property=MainPID", "--value", UNIT]
        return int(run_inside(self._container, show))

    def _touch(self, target: Target) -> None:
        x, y = target["x"] + target["width"] // 2, target["y"] + target["height"] // 2
        screen.tap(self._container, x, y)


def text_of(view: View) -> str:
    return "\n".join([*view["words"], *(target["text"] for target in view["targets"])])


def ids(view: View) -> set[str]:
    return {target["id"] for target in view["targets"]}


def _bearing(view: View, text: str) -> Optional[Target]:
    return next((target for target in view["targets"] if text in target["text"]), None)


def service(container: str, action: str, unit: str) -> None:
    run_inside(container, ["systemctl", action, unit])


def run_as_user(container: str, script: str, *, timeout_s: float = 30) -> subprocess.CompletedProcess[str]:
    """A shell script of the user pi's, in its own folder on the RAM drive."""
    command = ["docker", "exec", "--interactive", "--user", "pi", "--workdir", "/home/pi/ramdrive/octoprint"]
    return subprocess.run(
        [*command, container, "sh", "-eu"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )
