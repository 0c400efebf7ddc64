"""The screen's page in a browser: seen and touched there."""

from __future__ import annotations

import io

from PIL import Image

from tests.e2e.conftest import VirtualPi
from tests.e2e.octoprint import browser_page
from tests.e2e.touch import ALBUM, TouchScreen

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
    with browser_page(960, 640) as page:
        page.goto(pi.screen_url)
        page.wait_for_function(CONNECTED)
        page.wait_for_function(DRAWN)
        page.wait_for_function(UNCOVERED)
        box = page.locator(CANVAS).bounding_box()
        assert box is not None
        files = next(target for target in screen.view()["targets"] if target["id"] == "tab.files")
        scale = box["width"] / 480
        page.mouse.move(
            box["x"] + (files["x"] + files["width"] / 2) * scale,
            box["y"] + (files["y"] + files["height"] / 2) * scale,
            steps=10,
        )
        page.mouse.down()
        page.wait_for_timeout(PRESS_MS)
        page.mouse.up()
        screen.wait_for_page("files")
        picture = page.screenshot(path=str(ALBUM / "40-browser.png"))
    colours = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 50, "an empty page"


def test_page_with_a_wrong_password_shows_nothing(pi: VirtualPi) -> None:
    with browser_page(960, 640) as page:
        page.goto(pi.screen_url.partition("#")[0] + "#password=wrong")
        page.wait_for_selector("#noVNC_status.noVNC_open", timeout=20_000)
        assert not page.evaluate(CONNECTED)
