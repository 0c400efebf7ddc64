"""Black Pearl: the colours, sizes and fonts of the screen. kv files import it, nothing spells a colour twice.

Colours are (red, green, blue, alpha) from 0 to 1, sizes are pixels of the screen.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from octoland_tft.kivy_api import LabelBase

log = logging.getLogger(__name__)

Colour = tuple[float, float, float, float]


def rgba(code: str) -> Colour:
    """The colour of "#rrggbb" or "#rrggbbaa"."""
    parts = [int(code[at : at + 2], 16) / 255 for at in range(1, len(code), 2)]
    red, green, blue = parts[:3]
    return (red, green, blue, parts[3] if len(parts) > 3 else 1.0)


INK = rgba("#0b0e13")  # behind everything
DECK = rgba("#141a22")  # cards, header
PLANK = rgba("#202934")  # buttons, tracks of bars
ROPE = rgba("#33404f")  # lines, borders
PEARL = rgba("#f0ede6")  # text
FOG = rgba("#a3b0bd")  # second lines
SEA = rgba("#35c2b2")  # progress, selected, go
BRASS = rgba("#f0b23e")  # heat, targets, questions
CORAL = rgba("#ff6b5e")  # stop, errors
SEAM = rgba("#1b232d")  # between the rows of a list
DUSK = rgba("#1a2530")  # the tab that is open
VEIL = rgba("#05070acc")  # over what an overlay covers
NIGHT = rgba("#2b4054")  # the sky about the moon
MOON, MOON_EDGE = rgba("#f7f3ea"), rgba("#c3c8c4")
SEA_FAR, SEA_NEAR = rgba("#0d161e"), rgba("#101b24")
SHIP_HULL = rgba("#07090c")
SHIP_SAIL = rgba("#10161d")
SHIP_SMALL_SAIL = rgba("#4a5b6e")
CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)

SEA_DEEP = rgba("#1b7f74")  # where a bar of progress begins
BRASS_DEEP = rgba("#8a5a12")  # where a bar of heat begins


@dataclass(frozen=True)
class Paint:
    """What a widget of one kind is painted with: its ground, the text on it, its sign (an icon or a dot)."""

    ground: Colour
    text: Colour
    sign: Colour


BUTTONS = {
    "plain": Paint(PLANK, PEARL, PEARL),
    "go": Paint(rgba("#13574d"), PEARL, PEARL),
    "ask": Paint(rgba("#5c4312"), rgba("#ffe3ab"), rgba("#ffe3ab")),
    "stop": Paint(rgba("#5a2422"), rgba("#ffd9d5"), rgba("#ffd9d5")),
    "bare": Paint(CLEAR, PEARL, PEARL),
    "action": Paint(CLEAR, SEA, SEA),
}

CHIPS = {
    "go": Paint(rgba("#12403c"), rgba("#7fe6da"), SEA),
    "calm": Paint(rgba("#1b2733"), rgba("#b9c6d2"), rgba("#8fa2b5")),
    "ask": Paint(rgba("#3d2f12"), rgba("#ffd98f"), BRASS),
    "stop": Paint(rgba("#4a1f1d"), rgba("#ffd9d5"), CORAL),
}

TILES = {
    "calm": Paint(PLANK, PEARL, FOG),
    "sea": Paint(rgba("#233a3a"), PEARL, SEA),
    "brass": Paint(rgba("#3a3123"), PEARL, BRASS),
}

CARDS = {
    "calm": Paint(DECK, PEARL, ROPE),
    "chosen": Paint(rgba("#26231a"), PEARL, BRASS),
}

TARGET = 56  # nothing that is touched is smaller
HEADER = 56
ACTIONS = 60
ROW = 66
GAP = 8
EDGE = 12  # from the screen's edge to text
CORNER = 10

TEXT_LEAST = 14
TEXT_SECOND = 14
TEXT = 16
TEXT_BUTTON = 18
TEXT_TITLE = 19
TEXT_QUESTION = 21
TEXT_FAR = 30  # read from across the room
ICON = 24

ICON_FONT = "MaterialIcons"
ICON_FONT_FILES = (
    "/usr/share/fonts/truetype/material-design-icons-iconfont/MaterialIcons-Regular.ttf",
    "/usr/share/fonts-material-design-icons-iconfont/fonts/MaterialIcons-Regular.ttf",
)


def font_of_icons() -> str:
    """The file of the icons' font, or "" where Debian's fonts-material-design-icons-iconfont is missing."""
    return next((file for file in ICON_FONT_FILES if os.path.exists(file)), "")


def register_fonts() -> bool:
    """Make the icons known to Kivy. Without their font words stand in for them: False."""
    file = font_of_icons()
    if not file:
        log.warning(
            "No icons: %s is missing (Debian: fonts-material-design-icons-iconfont).", ICON_FONT_FILES[0]
        )
        return False
    LabelBase.register(ICON_FONT, file)
    return True


HAS_ICONS = register_fonts()
