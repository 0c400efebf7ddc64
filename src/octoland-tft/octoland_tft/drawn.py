"""Textures that we draw ourselves: corners and edges that are smooth where Kivy's own shapes have steps.

A panel is a `BorderImage` of one of these: the corners keep their size, the middle is stretched. They are
white, a `Color` before them gives the colour; a glide has its colours in it.
"""

from __future__ import annotations

import math
from functools import cache

from octoland_tft.kivy_api import Texture
from octoland_tft.theme import Colour


def _cover(distance_px: float) -> float:
    """How much of a pixel lies inside an edge that is so far away (negative: inside)."""
    return min(1.0, max(0.0, 0.5 - distance_px))


def _distance(x: float, y: float, width: float, height: float, radius: float) -> float:
    """From a point to the edge of a rounded rectangle about the origin; negative inside."""
    across, up = abs(x) - width / 2 + radius, abs(y) - height / 2 + radius
    outside = math.hypot(max(across, 0.0), max(up, 0.0))
    return outside + min(max(across, up), 0.0) - radius


def _texture(width: int, height: int, pixels: bytes) -> Texture:
    texture: Texture = Texture.create(size=(width, height), colorfmt="rgba")
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    return texture


@cache
def panel(radius_px: int) -> Texture:
    """A filled panel with round corners."""
    return ring(radius_px, radius_px + 1)


@cache
def ring(radius_px: int, line_px: int) -> Texture:
    """The edge of a panel, so thick."""
    side = 2 * radius_px + 2
    pixels = bytearray()
    for row in range(side):
        for column in range(side):
            distance = _distance(column + 0.5 - side / 2, row + 0.5 - side / 2, side, side, radius_px)
            inner = 1.0 - _cover(distance + line_px) if line_px <= radius_px else 1.0
            pixels += bytes((255, 255, 255, round(255 * _cover(distance) * inner)))
    return _texture(side, side, bytes(pixels))


@cache
def glide(begin: Colour, end: Colour, radius_px: int) -> Texture:
    """A filled bar with round corners that goes from one colour to another, left to right."""
    width, height = 64, 2 * radius_px + 2
    pixels = bytearray()
    for row in range(height):
        for column in range(width):
            distance = _distance(column + 0.5 - width / 2, row + 0.5 - height / 2, width, height, radius_px)
            share = column / (width - 1)
            colour = (begin[part] + (end[part] - begin[part]) * share for part in range(3))
            pixels += bytes(round(255 * part) for part in colour)
            pixels.append(round(255 * _cover(distance)))
    return _texture(width, height, bytes(pixels))


@cache
def disc() -> Texture:
    """A disc that fades out towards its edge: a glow."""
    side = 32
    pixels = bytearray()
    for row in range(side):
        for column in range(side):
            away = math.hypot(column + 0.5 - side / 2, row + 0.5 - side / 2) / (side / 2)
            pixels += bytes((255, 255, 255, round(255 * max(0.0, 1.0 - away) ** 1.5)))
    return _texture(side, side, bytes(pixels))


Spot = tuple[float, float, float]


@cache
def radial(middle: Colour, rim: Colour, edge: bool = False, spots: tuple[Spot, ...] = ()) -> Texture:
    """One colour in the middle, another at the rim; beyond it nothing where there is an `edge`.

    `spots` (x, y, radius, in radii of the whole) are a little darker.
    """
    side = 96
    pixels = bytearray()
    for row in range(side):
        for column in range(side):
            x, y = (column + 0.5) / side * 2 - 1, (row + 0.5) / side * 2 - 1
            away = math.hypot(x, y)
            share = min(1.0, away) ** 2
            shade = 1.0
            for spot_x, spot_y, radius in spots:
                shade -= 0.05 * min(1.0, max(0.0, (radius - math.hypot(x - spot_x, y - spot_y)) * 8))
            pixels += bytes(
                round(255 * shade * (middle[part] + (rim[part] - middle[part]) * share)) for part in range(3)
            )
            pixels.append(round(255 * _cover((away - 1) * side / 2 + 1)) if edge else 255)
    return _texture(side, side, bytes(pixels))
