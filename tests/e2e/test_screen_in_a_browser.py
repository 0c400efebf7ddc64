"""The screen's page in a browser: seen and touched there."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page

from tests.e2e.conftest import VirtualPi
from tests.e2e.octoprint import browser_page
from tests.e2e.touch import ALBUM, TouchScreen
from tests.e2e.waiting import wait_until

WIDTH_PX, HEIGHT_PX = 960, 640
# As long as a finger takes.
PRESS_MS = 150
CANVAS = "#noVNC_container canvas"
CONNECTED = "document.documentElement.classList.contains('noVNC_connected')"
# noVNC's own word of the connection lies over the tabs for a moment.
UNCOVERED = "!document.getElementById('noVNC_status').classList.contains('noVNC_open')"
# The first picture has come: not all of it is black.
DRAWN = """() => {
  const canvas = document.querySelector('#noVNC_container canvas');
  if (!canvas || !canvas.width) return false;
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.some((value, place) => place % 4 < 3 && value > 100);
}"""


def test_screen_is_seen_and_touched_in_a_browser(pi: VirtualPi, screen: TouchScreen) -> None:
    with browser_page(WIDTH_PX, HEIGHT_PX) as page:
        watch(page, pi)
        press(page, screen, "tab.files")
        page.wait_for_timeout(PRESS_MS)
        page.mouse.up()
        screen.wait_for_page("files")
        picture = page.screenshot(path=str(ALBUM / "40-browser.png"))
    colours = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 50, "an empty page"


def test_viewer_that_falls_silent_in_a_press_does_not_keep_the_pointer(
    pi: VirtualPi, screen: TouchScreen
) -> None:
    """As a laptop does that goes to sleep: its connection stays open, and its finger is never lifted."""
    with browser_page(WIDTH_PX, HEIGHT_PX) as silent:
        watch(silent, pi)
        press(silent, screen, "tab.printer")
        browser = silent.context.browser
        assert browser is not None
        other = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
        watch(other, pi)

        def tap_of_the_other_is_felt() -> bool:
            press(other, screen, "tab.files")
            other.wait_for_timeout(PRESS_MS)
            other.mouse.up()
            return screen.view()["page"] == "files"

        # The display takes the pointer back within half a minute (docs/decisions/0407).
        wait_until(tap_of_the_other_is_felt, "a page opened by the other viewer", 90)


def watch(page: Page, pi: VirtualPi) -> None:
    """Open the screen's page, until it can be touched."""
    page.goto(pi.screen_url)
    page.wait_for_function(CONNECTED)
    page.wait_for_function(DRAWN)
    page.wait_for_function(UNCOVERED)


def press(page: Page, screen: TouchScreen, target_id: str) -> None:
    """Put the pointer down on a target."""
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    target = next(target for target in screen.view()["targets"] if target["id"] == target_id)
    scale = box["width"] / 480
    page.mouse.move(
        box["x"] + (target["x"] + target["width"] / 2) * scale,
        box["y"] + (target["y"] + target["height"] / 2) * scale,
        steps=10,
    )
    page.mouse.down()


def test_page_with_a_wrong_password_shows_nothing(pi: VirtualPi) -> None:
    with browser_page(WIDTH_PX, HEIGHT_PX) as page:
        page.goto(pi.screen_url.partition("#")[0] + "#password=wrong")
        page.wait_for_selector("#noVNC_status.noVNC_open", timeout=60_000)
        assert not page.evaluate(CONNECTED)
