"""Opens every scene in every language and size, in one process; pictures, and a report on what is
wrong.

    python -m tests.tft.gallery FOLDER [SCENE ...]

Run under a virtual display. `FOLDER/report.json` lists text that does not fit its box, targets that are too
small, lie off the screen or on one another, and pictures with nothing on them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from itertools import combinations
from os import environ
from pathlib import Path

from octoland_tft.app import configure_kivy

configure_kivy("480x320", "virtual")

from octoland_api import service_url  # noqa: E402
from octoland_tft import menu  # noqa: E402
from octoland_tft.icons import CODEPOINTS  # noqa: E402
from octoland_tft.kivy_api import Builder, Clock, EventLoop, Window  # noqa: E402
from octoland_tft.language import translator  # noqa: E402
from octoland_tft.navigation import page_class  # noqa: E402
from octoland_tft.screen import Screen  # noqa: E402
from octoland_tft.touch_map import TouchTarget, touch_map  # noqa: E402
from octoland_tft.widgets import bar  # noqa: E402
from octoland_tft.widgets.text import Text, height_of, width_of  # noqa: E402
from PIL import Image  # noqa: E402

from tests.tft.page_scenes import PAGE_SCENES, page_replies  # noqa: E402
from tests.tft.scenes import FOREIGN, SCENES, Scene  # noqa: E402
from tests.tft.service_replies import replies  # noqa: E402
from tests.tft.stand_in import KEY, StandIn  # noqa: E402

SIZES = ((480, 320), (800, 480), (320, 480))
LANGUAGES = ("en", "it", "es", "fr", "de")
LEAST_TARGET_PX = 56
FEWEST_COLOURS = 12
DEADLINE_S = 10.0
SOON_S = 0.1


# A bar glides for as long as ten pictures take.
bar._GLIDE_FROM_PX = 10_000


def settle(screen: Screen) -> None:
    """Turn the loop until all is answered, laid out and come to rest."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        resting = Clock.get_min_timeout() - Clock.time() > SOON_S
        if resting and not screen.printer.calls_under_way:
            return
        # A turn of Kivy's loop but for its drawing: a picture is drawn apart, and only where one is taken.
        Clock.tick()
        Builder.sync()
        Clock.tick_draw()
        Builder.sync()
    raise AssertionError(f"{screen.shell.navigation.page_id} does not come to rest")


def misfits(screen: Screen) -> list[str]:
    """Text that is cut or larger than its box. What users and printers write may be cut."""
    found = []
    for text in screen.shell.walk(restrict=True):
        if not isinstance(text, Text) or not text.text:
            continue
        if text.lines == 1 and any(part in text.text for part in FOREIGN):
            continue
        size_px, width, height = int(text.font_size), text.width + 1, text.height + 1
        if text.lines == 1:
            fits = width_of(text.text, size_px, text.bold) <= width and text.texture_size[1] <= height
        else:
            whole = all(width_of(word, size_px, text.bold) <= width for word in text.text.split())
            tall = height_of(text.text, size_px, int(text.width), text.bold, text.line_height)
            fits = whole and tall <= height
        if not fits:
            found.append(f"{text.text!r} does not fit {text.width:.0f}x{text.height:.0f}")
    return found


def collisions(screen: Screen) -> list[str]:
    """Words on words: what lies on top hides what is under it."""
    top = screen.shell.top_overlay() or screen.shell.page
    assert top is not None
    texts = [each for each in top.walk(restrict=True) if isinstance(each, Text) and each.text]
    boxes = [(each.text, *each.to_window(*each.pos), each.width, each.height) for each in texts]
    return [
        f"{one[0]!r} and {two[0]!r} overlap"
        for one, two in combinations(boxes, 2)
        if one[1] + 1 < two[1] + two[3]
        and two[1] + 1 < one[1] + one[3]
        and one[2] + 1 < two[2] + two[4]
        and two[2] + 1 < one[2] + one[4]
    ]


def spills(screen: Screen) -> list[str]:
    """Words of a page that lie outside it, over the tabs or the header."""
    page = screen.shell.page
    assert page is not None
    bottom, top = page.to_window(*page.pos)[1], page.to_window(page.x, page.top)[1]
    texts = [
        each for each in page.walk(restrict=True) if isinstance(each, Text) and each.text and each.height
    ]
    return [
        f"{each.text!r} lies outside its page"
        for each in texts
        if each.to_window(*each.pos)[1] < bottom - 1 or each.to_window(each.x, each.top)[1] > top + 1
    ]


def bad_targets(screen: Screen) -> list[str]:
    targets = touch_map(screen.shell)["targets"]
    found = [
        f"target {each['id']} is {each['width']}x{each['height']}"
        for each in targets
        if min(each["width"], each["height"]) < LEAST_TARGET_PX
    ]
    found += [f"target {each['id']} lies off the screen" for each in targets if not _on_screen(each)]
    if screen.shell.overlay in ("", "question", "prompt"):
        found += [
            f"{one['id']} and {two['id']} overlap"
            for one, two in combinations(targets, 2)
            if _overlap(one, two)
        ]
    return found


def _on_screen(target: TouchTarget) -> bool:
    return (
        target["x"] >= 0
        and target["y"] >= 0
        and target["x"] + target["width"] <= Window.width
        and target["y"] + target["height"] <= Window.height
    )


def _overlap(one: TouchTarget, two: TouchTarget) -> bool:
    # By more than the rounding to whole pixels.
    return (
        one["x"] + 1 < two["x"] + two["width"]
        and two["x"] + 1 < one["x"] + one["width"]
        and one["y"] + 1 < two["y"] + two["height"]
        and two["y"] + 1 < one["y"] + one["height"]
    )


def blank(picture: Path) -> list[str]:
    with Image.open(picture) as image:
        # Every few pixels will do.
        colours = len(image.resize((120, 80), Image.Resampling.NEAREST).getcolors(maxcolors=1 << 20) or [])
    return [f"{colours} colours only"] if colours < FEWEST_COLOURS else []


def take(screen: Screen, picture: Path) -> list[str]:
    """Take the picture; what is wrong with it."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    screen.shell.export_to_png(str(picture))
    return blank(picture)


def show(screen: Screen, scene: Scene) -> list[str]:
    """Bring the screen there; what is wrong."""
    screen.shell.clear_overlays()
    screen.printer.message = None
    scene.set(screen)
    settle(screen)
    seen = (screen.shell.navigation.page_id, screen.shell.overlay)
    elsewhere = [f"shows {seen}"] if seen != (scene.page, scene.overlay) else []
    return elsewhere + misfits(screen) + collisions(screen) + spills(screen) + bad_targets(screen)


def bad_entries() -> list[str]:
    """Menu entries whose page, words or icon there is not."""
    found = []
    menus = {name: value for name, value in vars(menu).items() if name.isupper() and isinstance(value, tuple)}
    for name, entries in menus.items():
        for entry in entries:
            where = f"menu {name} {entry.id}:"
            if entry.page is None and entry.action is None:
                found.append(f"{where} leads nowhere")
            if entry.page is not None:
                try:
                    page_class(entry.page)
                except (ImportError, AttributeError) as error:
                    found.append(f"{where} {error}")
            if not entry.label or entry.icon not in CODEPOINTS:
                found.append(f"{where} lacks words or an icon")
    return found if menus else ["menu: there are none"]


def main(folder: Path, only: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        environ["OCTOLAND_WIRE"] = f"ramdrive:{place}/octoprint"
        environ["OCTOLAND_TFT_STATE"] = place
        Path(place, "api-key").write_text(KEY)
        service = StandIn(service_url())
        service.replies.update(replies())
        service.replies.update(page_replies())
        service.start()
        screen = Screen()
        Window.add_widget(screen.build())
        EventLoop.start()
        screen.shell.navigation.leave_splash()
        wrong = bad_entries()
        for width, height in SIZES:
            Window.size = (width, height)
            for language in LANGUAGES:
                translator.use(language)
                for scene in (*SCENES, *PAGE_SCENES):
                    if not only or scene.name in only:
                        name = f"{language}/{scene.name}-{width}x{height}"
                        found = show(screen, scene)
                        if language in ("en", "de") or (width, height) == SIZES[0]:
                            found += take(screen, folder / f"{name}.png")
                        wrong += [f"{name}: {what}" for what in found]
        service.stop()
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(json.dumps(wrong, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
