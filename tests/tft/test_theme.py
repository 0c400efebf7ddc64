"""The colours can be read, and the icons are in their font."""

from __future__ import annotations

import pytest
from octoland_tft import theme
from octoland_tft.icons import CODEPOINTS, STAND_INS
from octoland_tft.theme import Colour, Paint
from PIL import ImageFont

GROUNDS = {"ink": theme.INK, "deck": theme.DECK}
PAINTS = {
    f"{kind}.{name}": paint
    for kind, paints in (
        ("button", theme.BUTTONS),
        ("chip", theme.CHIPS),
        ("card", theme.CARDS),
    )
    for name, paint in paints.items()
    if paint.ground[3] == 1
}


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, two: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
def test_text_stands_out(ground: Colour) -> None:
    assert contrast(theme.PEARL, ground) >= 7


@pytest.mark.parametrize("colour", [theme.FOG, theme.SEA, theme.BRASS, theme.CORAL])
@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
def test_second_lines_stand_out(colour: Colour, ground: Colour) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("paint", PAINTS.values(), ids=PAINTS)
def test_words_stand_out_on_what_they_are_painted_on(paint: Paint) -> None:
    assert contrast(paint.text, paint.ground) >= 7


def test_notes_stand_out_on_buttons() -> None:
    assert contrast(theme.FOG, theme.BUTTONS["plain"].ground) >= 4.5


def test_nothing_that_is_read_is_smaller_than_14() -> None:
    assert min(theme.TEXT_LEAST, theme.TEXT_SECOND, theme.TEXT) == 14


@pytest.mark.parametrize("name", CODEPOINTS)
def test_each_icon_is_in_its_font(name: str) -> None:
    font = ImageFont.truetype(theme.font_of_icons(), 24)
    drawn = bytes(font.getmask(chr(CODEPOINTS[name])))

    assert any(drawn)
    assert drawn != bytes(font.getmask(chr(0xFFFF)))


def test_what_stands_in_for_an_icon_is_one_there_is() -> None:
    assert set(STAND_INS) <= set(CODEPOINTS)
